"""Slots: what each is for, which can be offered, which can be booked. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

PURPOSES: dict[str, str] = {
    "drop_off": _("Bringing devices"),
    "pick_up": _("Fetching devices"),
    "hand_over": _("Handing over a device"),
}
MOST_WEEKS, MOST_ROOM = 52, 1000
LONGEST = timedelta(hours=24)
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSlots:
    """What is offered: one span on the city's clock, and in how many weeks in a row."""

    purpose: str
    starts_at: datetime  # without a zone: as the city's clock shows it
    ends_at: datetime
    place: str
    capacity: int
    weeks: int = 1

    def spans(self) -> Iterator[tuple[datetime, datetime]]:
        """Yield start and end of each week's slot on the city's clock: 2 PM stays 2 PM when clocks change."""
        for week in range(self.weeks):
            later = timedelta(weeks=week)
            yield self.starts_at + later, self.ends_at + later


def check_offer(new: NewSlots, *, now: datetime) -> None:
    """Raise Invalid with a sentence for every field that cannot be taken. ``now``: on the city's clock, no zone."""
    wrong = _wrong_time(new, now)
    if new.purpose not in PURPOSES:
        wrong["purpose"] = _("Please choose what it is for.")
    if not new.place.strip():
        wrong["place"] = _("Write where it is.")
    if not 1 <= new.capacity <= MOST_ROOM:
        wrong["capacity"] = _("Write a number from 1 to 1000.")
    if not 1 <= new.weeks <= MOST_WEEKS:
        wrong["weeks"] = _("Write a number from 1 to 52.")
    if wrong:
        raise Invalid(fields=wrong)


def _wrong_time(new: NewSlots, now: datetime) -> dict[str, str]:
    wrong = {}
    if new.ends_at <= new.starts_at:
        wrong["ends"] = _("The end lies before the start. Write a later time.")
    elif new.ends_at - new.starts_at > LONGEST:
        wrong["ends"] = _("A slot is 24 hours at most.")
    if new.starts_at <= now:
        wrong["day"] = _("This time is over already. Choose a later one.")
    elif new.starts_at > now + FURTHEST:
        wrong["day"] = _("That is more than a year ahead. Choose an earlier day.")
    return wrong


TAKEN = _("This time is fully booked.")
CLOSED = _("This time is no longer offered.")
OVER = _("This time is over.")
_WITH_NEXT = {
    TAKEN: _("This time is fully booked. The next free one is %(next)s."),
    CLOSED: _("This time is no longer offered. The next free one is %(next)s."),
    OVER: _("This time is over. The next free one is %(next)s."),
}


def refusal(*, starts_at: datetime, closed: bool, taken: int, capacity: int, now: datetime) -> str | None:
    """Return why nobody can book the slot now, None where somebody can."""
    if starts_at <= now:
        return OVER
    if closed:
        return CLOSED
    return TAKEN if taken >= capacity else None


def refused(why: str, *, following: datetime | None) -> Invalid:
    """Return the sentence for ``why``, with the next free time where there is one."""
    if following is None:
        return Invalid(why)
    return Invalid(_WITH_NEXT[why], next=following)
