"""What a class and its sessions must be like, and who gets a seat. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

SEATED, WAITING, GIVEN_UP = "seated", "waiting", "given_up"
MOST_SEATS, MOST_WEEKS = 1000, 52
LONGEST = timedelta(hours=12)
FURTHEST = timedelta(days=366)  # ahead, and back: a class may be written down after it was given


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClass:
    """A class as somebody wrote it down. ``description`` is shown to anybody."""

    title: str
    topic: str
    language: str
    place: str
    seats: int
    is_open: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSessions:
    """One span on the city's clock, without a zone, and in how many weeks in a row. ``place``: where, if elsewhere."""

    starts_at: datetime
    ends_at: datetime
    place: str | None = None
    weeks: int = 1

    def spans(self) -> Iterator[tuple[datetime, datetime]]:
        """Yield start and end of each week's session on the city's clock: 2 PM stays 2 PM when clocks change."""
        for week in range(self.weeks):
            later = timedelta(weeks=week)
            yield self.starts_at + later, self.ends_at + later


class Meeting(Protocol):
    """A session as its turn needs it."""

    @property
    def starts_at(self) -> datetime:
        """Return when it begins."""

    @property
    def noted_at(self) -> datetime | None:
        """Return when it was noted who came."""

    @property
    def canceled_at(self) -> datetime | None:
        """Return when it was called off."""


Met = TypeVar("Met", bound=Meeting)


def in_turn(sessions: Iterable[Met], now: datetime) -> tuple[list[Met], list[Met], list[Met]]:
    """Return a class's sessions as a day needs them, each in their order: now, to come, over.

    To be done: today's, and those that have begun without anybody noting who came. Over: noted, or called off.
    """
    turns: tuple[list[Met], list[Met], list[Met]] = ([], [], [])
    for one in sessions:
        begins = clock.as_utc(one.starts_at)
        is_today = clock.local(begins).date() == clock.local(now).date()
        waits = one.canceled_at is None and (is_today or (begins <= now and one.noted_at is None))
        turns[0 if waits else 1 if begins > now else 2].append(one)
    return turns


def check_class(new: NewClass, languages: object, *, seated: int = 0) -> None:
    """Raise Invalid with a sentence for every field that cannot be taken. ``seated``: how many have a seat already."""
    wrong = {}
    for field, text in (("title", new.title), ("topic", new.topic), ("place", new.place)):
        if not text.strip():
            wrong[field] = _("Please fill this in.")
    if new.language not in languages:  # type: ignore[operator]
        wrong["language"] = _("Please choose a language.")
    if not 1 <= new.seats <= MOST_SEATS:
        wrong["seats"] = _("Write a number from 1 to 1000.")
    elif new.seats < seated:
        wrong["seats"] = _("More people than that have a seat already. Give up some seats first.")
    if wrong:
        raise Invalid(fields=wrong)


def check_sessions(new: NewSessions, *, now: datetime) -> None:
    """Raise Invalid with a sentence for every field that cannot be taken. ``now``: on the city's clock, no zone."""
    wrong = {}
    if new.ends_at <= new.starts_at:
        wrong["ends"] = _("The end lies before the start. Write a later time.")
    elif new.ends_at - new.starts_at > LONGEST:
        wrong["ends"] = _("A session is 12 hours at most.")
    if not 1 <= new.weeks <= MOST_WEEKS:
        wrong["weeks"] = _("Write a number from 1 to 52.")
    if new.starts_at > now + FURTHEST:
        wrong["day"] = _("That is more than a year ahead. Choose an earlier day.")
    elif new.starts_at < now - FURTHEST:
        wrong["day"] = _("That is more than a year ago. Please check the year.")
    if wrong:
        raise Invalid(fields=wrong)


def state_for(*, seated: int, seats: int) -> str:
    """Return what somebody who joins gets: a seat while there is one, else a place on the waiting list."""
    return SEATED if seated < seats else WAITING
