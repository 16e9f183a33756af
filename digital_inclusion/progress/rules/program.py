"""The program's settings as counting needs them: dated, frozen, comparable.

Parsed and validated elsewhere (``progress/schemas.py``); this module only answers questions about days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

UNKNOWN_DISTRICT = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What counts from ``from_day`` until the next standard's day. Speeds in kbps, durations in days or minutes."""

    from_day: date
    down_kbps: int
    up_kbps: int
    device_kinds: frozenset[str]
    proof_days: int  # a line's proof ages after this many days
    skills_minutes: int
    assessments: frozenset[str]  # names of assessments that, when passed, reach the skills milestone
    sustained_days: int  # a check this long after the base milestone, or later, makes it sustained

    def is_met_by(self, down_kbps: int, up_kbps: int) -> bool:
        """Tell whether a line of these speeds counts."""
        return down_kbps >= self.down_kbps and up_kbps >= self.up_kbps


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """Council districts in force from a day: their names and the ZIPs that lie in exactly one of them."""

    from_day: date
    districts: frozenset[str]
    zip_district: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The dated settings that decide what counts. ``standards`` and ``boundaries`` ascend by ``from_day``."""

    starts_on: date
    standards: tuple[Standard, ...]
    boundaries: tuple[Boundaries, ...]
    zip_codes: frozenset[str]  # the service area
    passport_required_from: date | None = None  # donated units handed over from this day need a complete passport
    eligibility_required_from: date | None = None

    def standard_on(self, day: date) -> Standard | None:
        """Return the standard in force on ``day``, or None before the first one."""
        found = None
        for standard in self.standards:
            if standard.from_day <= day:
                found = standard
        return found

    def boundaries_on(self, day: date) -> Boundaries | None:
        """Return the boundaries in force on ``day``, or None before the first ones."""
        found = None
        for boundaries in self.boundaries:
            if boundaries.from_day <= day:
                found = boundaries
        return found

    def district_on(self, day: date, *, zip_code: str | None, given: str | None) -> str:
        """Return the district of a home on ``day``: the one given if in force, else the ZIP's own, else "unknown"."""
        boundaries = self.boundaries_on(day)
        if boundaries is None:
            return UNKNOWN_DISTRICT
        if given is not None and given in boundaries.districts:
            return given
        return boundaries.zip_district.get(zip_code or "", UNKNOWN_DISTRICT)
