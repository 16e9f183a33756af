"""Who came for how long: what a list may say, and what has to change for it. Pure.

Source: "How we count", rules 1, 4 and 9: hours are one person's; a correction voids and enters again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...households.rules import REQUIRED_PURPOSE

MOST_MINUTES = 24 * 60
CORRECTED, NOT_THERE = "corrected", "mistake"  # why the fact of an attendance is void
NOT_BEGUN = _("This session has not begun yet. Note who came when it has.")
WAS_CANCELED = _("This session was canceled. Nobody can have come to it.")
NOT_ENROLLED = _("Somebody on this list is not in this class. Add them as a walk-in first.")
MEANWHILE = _("Somebody else saved this list meanwhile. Look at it as it is now, and save your change again.")


class Mark(NamedTuple):
    """What a list says about one person: minutes, or None for "was not there"."""

    minutes: int | None


class Known(NamedTuple):
    """What is on record about one person: the row's id, minutes (None: was not there), and the fact's number."""

    id: int
    minutes: int | None
    fact: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a list changes, by member: marks that are new, marks that differ, and marks that only lack their fact."""

    new: Mapping[int, Mark]
    other: Mapping[int, Mark]
    unposted: Mapping[int, Mark]

    def __bool__(self) -> bool:
        """Tell whether anything changes that a person wrote down."""
        return bool(self.new or self.other)


def changes(marks: Mapping[int, Mark], known: Mapping[int, Known]) -> Changes:
    """Return what has to change so that the record says what ``marks`` say; people without a mark stay as they are."""
    return Changes(
        new={member: mark for member, mark in marks.items() if member not in known},
        other={m: mark for m, mark in marks.items() if m in known and known[m].minutes != mark.minutes},
        unposted={
            m: mark
            for m, mark in marks.items()
            if m in known and mark.minutes is not None and known[m].minutes == mark.minutes and known[m].fact is None
        },
    )


def session_minutes(starts_at: datetime, ends_at: datetime) -> int:
    """Return how long a session is, in minutes: what is filled in for whoever came."""
    return max(1, round((ends_at - starts_at).total_seconds() / 60))


def check_open(*, starts_at: datetime, canceled: bool, now: datetime) -> None:
    """Raise Conflict where nobody can have come yet, or ever."""
    if canceled:
        raise Conflict(WAS_CANCELED)
    if starts_at > now:
        raise Conflict(NOT_BEGUN)


def check_marks(marks: Mapping[int, Mark], *, listed: Iterable[int]) -> None:
    """Raise Invalid for minutes that cannot be, and for people who are not on the session's list."""
    wrong = {
        f"minutes-{member}": _("Write the minutes as a whole number from 1 to 1440.")
        for member, mark in marks.items()
        if mark.minutes is not None and not 1 <= mark.minutes <= MOST_MINUTES
    }
    if wrong:
        raise Invalid(fields=wrong)
    if marks.keys() - set(listed):
        raise Invalid(NOT_ENROLLED)


class Agreed(NamedTuple):
    """A consent as it stands: what for (what was taken back is left out), from when, and until when."""

    purposes: frozenset[str]
    given_on: date
    expires_on: date | None


def may_count(consents: Iterable[Agreed], day: date) -> bool:
    """Tell whether a household agreed to be counted on ``day``, and has not taken that back since (rules 1, 20)."""
    return any(
        REQUIRED_PURPOSE in one.purposes and one.given_on <= day and (one.expires_on is None or one.expires_on >= day)
        for one in consents
    )
