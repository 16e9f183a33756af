"""What the recount reads: facts as any rows with these attributes, settings as plain dictionaries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol, TypedDict, TypeVar


class FactLike(Protocol):
    """What the recount reads of one fact. The meaning of each column is that of the facts table."""

    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def record_id(self) -> int: ...
    @property
    def partner_id(self) -> int: ...
    @property
    def occurred_on(self) -> date: ...
    @property
    def entered_by(self) -> int | None: ...
    @property
    def grant_id(self) -> int | None: ...
    @property
    def item(self) -> str | None: ...
    @property
    def device_kind(self) -> str | None: ...
    @property
    def donated(self) -> bool | None: ...
    @property
    def passport_complete(self) -> bool | None: ...
    @property
    def loan_due_on(self) -> date | None: ...
    @property
    def down_kbps(self) -> int | None: ...
    @property
    def up_kbps(self) -> int | None: ...
    @property
    def member_id(self) -> int | None: ...
    @property
    def minutes(self) -> int | None: ...
    @property
    def assessment(self) -> str | None: ...
    @property
    def positive(self) -> bool | None: ...
    @property
    def zip_code(self) -> str | None: ...
    @property
    def district(self) -> str | None: ...
    @property
    def fixed(self) -> bool | None: ...
    @property
    def in_city(self) -> bool | None: ...
    @property
    def refers_to(self) -> int | None: ...
    @property
    def other_record_id(self) -> int | None: ...
    @property
    def self_verified(self) -> bool: ...


class Dated(TypedDict):
    """Anything in force from a day until the next of its kind."""

    from_day: date


class Standard(Dated):
    """An outcome standard. Speeds in kbps, durations in days or minutes."""

    down_kbps: int
    up_kbps: int
    device_kinds: Collection[str]
    proof_days: int
    skills_minutes: int
    assessments: Collection[str]
    sustained_days: int


class Boundaries(Dated):
    """Council districts: their names, and the ZIPs that lie in exactly one of them."""

    districts: Collection[str]
    zip_district: Mapping[str, str]


class Program(TypedDict):
    """The settings the recount counts by."""

    starts_on: date
    standards: Sequence[Standard]
    boundaries: Sequence[Boundaries]
    zip_codes: Collection[str]
    passport_required_from: date | None
    eligibility_required_from: date | None


History = defaultdict[str, list[FactLike]]  # one record's standing facts by kind, each list by number

D = TypeVar("D", bound=Dated)


def in_force(rows: Iterable[D], day: date) -> D | None:
    """Return the one of ``rows`` in force on ``day``; before the first: None."""
    begun = [row for row in rows if row["from_day"] <= day]
    return max(begun, key=lambda row: row["from_day"], default=None)
