"""Slots: what each is for, which can be offered, which can be booked. Tasks: of which kinds there are some. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..foundation.kernel.dates import months_after
from ..foundation.kernel.errors import Invalid
from ..foundation.kernel.messages import _

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


@dataclass(frozen=True, slots=True)
class TaskKind:
    """What a task is about: its name for people, and the page that it leads to (by the code of its thing, or by its
    household's)."""

    label: str
    endpoint: str
    by_household: bool = True


KINDS: dict[str, TaskKind] = {
    "deadline": TaskKind(_("Deadline of an application"), "connectivity.show_application", by_household=False),
    "check": TaskKind(_("Ask whether the line is still on"), "connectivity.internet"),
    "cliff": TaskKind(_("The price goes up"), "connectivity.internet"),
    "program_end": TaskKind(_("A program ends"), "connectivity.internet"),
    "own": TaskKind(_("Task"), "casework.change_task", by_household=False),  # made by hand
}
OWN = "own"
DONE, NOT_NEEDED, NOTHING_LEFT = "done", "not_needed", "closed"
OUTCOMES = {DONE: _("Done"), NOT_NEEDED: _("Not needed"), NOTHING_LEFT: _("Closed: nothing was left to do")}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """Something to do for a household by a day. ``thing``: a code, at most 24 characters, never a name;
    ``owner_id``: the person whose task it is, None for whoever comes first."""

    kind: str
    thing: str
    household_id: int
    partner_id: int
    due_on: date
    owner_id: int | None = None


LONGEST_WORDS = 200
FURTHEST_TASK = timedelta(days=5 * 366)
REPEATS = {"weekly": _("Every week"), "monthly": _("Every month")}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTask:
    """What somebody wants to have done. ``owner_id`` None: by whoever comes first; ``repeats`` None: once."""

    words: str
    due_on: date
    owner_id: int | None = None
    repeats: str | None = None


def check_own(new: OwnTask, *, today: date | None) -> None:
    """Raise Invalid with a sentence per field. ``today`` None: the day was checked when it was written."""
    wrong = {}
    words = new.words.strip()
    if not words:
        wrong["words"] = _("Say in a few words what is to be done.")
    elif len(words) > LONGEST_WORDS:
        wrong["words"] = _("That is too long. Use at most 200 characters.")
    if today is not None and new.due_on < today:
        wrong["due_on"] = _("This day is over. Choose today or a later day.")
    elif today is not None and new.due_on > today + FURTHEST_TASK:
        wrong["due_on"] = _("That is more than five years ahead. Choose an earlier day.")
    if new.repeats is not None and new.repeats not in REPEATS:
        wrong["repeats"] = _("Choose how often.")
    if wrong:
        raise Invalid(fields=wrong)


def next_due(began_on: date, repeats: str, *, after: date) -> date:
    """Return the first day after ``after`` that is whole weeks or months from the day on which the task began.

    Counted from the first day, not from the last: what began on the 31st comes on the 28th once and on the 31st again.
    """
    count = 1
    while True:
        day = began_on + timedelta(weeks=count) if repeats == "weekly" else months_after(began_on, count)
        if day > after:
            return day
        count += 1
