"""Outreach events: one, a list, and how many people were reached by month and organization."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, extract, func, select

from ...accounts.models import User
from ...foundation.database import session
from ...foundation.kernel.dates import next_month
from ...foundation.kernel.errors import NotFound
from ...partners.models import Partner
from ..models import OutreachEvent, OutreachRevision

PAGE = 50
_HEADINGS = (
    "event", "partner", "name", "kind", "date", "place", "zip_code", "district", "languages", "people_reached",
    "counted_by", "asked_for_help",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events: of a month (its first day), of a kind, of an organization; ``struck`` ones are listed apart."""

    month: date | None = None
    kind: str | None = None
    partner_id: int | None = None
    struck: bool = False


class EventRow(NamedTuple):
    """An event in a list, and who held it."""

    event: OutreachEvent
    partner: str


class Reached(NamedTuple):
    """How many people were reached in a month by an organization: by heads counted, estimated, by leaflets.

    They are three numbers: leaflets are not heads. ``asked``: how many of them asked for help.
    """

    month: date
    partner_id: int
    partner: str
    events: int
    heads: int
    estimate: int
    leaflets: int
    asked: int


@dataclass(frozen=True, slots=True)
class EventPage:
    """An event with who held it, who wrote it down, and what was written before, the latest first."""

    event: OutreachEvent
    partner: str
    writer: str | None
    earlier: Sequence[OutreachRevision]


def get_event(code: str) -> OutreachEvent:
    """Return the event with the code; NotFound for one that is not there or is another partner's."""
    return _one(select(OutreachEvent).where(OutreachEvent.code == code))


def hold_event(code: str) -> OutreachEvent:
    """Return the event as it stands, held until the commit."""
    statement = select(OutreachEvent).where(OutreachEvent.code == code)
    return _one(statement.with_for_update().execution_options(populate_existing=True))


def _one(statement: Select[OutreachEvent]) -> OutreachEvent:
    found = session().scalars(statement.order_by(OutreachEvent.id)).first()
    if found is None:
        raise NotFound
    return found


def get_event_page(code: str) -> EventPage:
    """Return everything about the event; NotFound as ``get_event``."""
    event = get_event(code)
    partner = session().scalar(select(Partner.name).where(Partner.id == event.partner_id)) or ""
    writer = session().scalar(select(User.name).where(User.id == event.written_by))
    return EventPage(event, partner, writer, list_revisions(event.id))


def list_revisions(event_id: int) -> Sequence[OutreachRevision]:
    """Return what was written of the event before, the latest first."""
    statement = select(OutreachRevision).where(OutreachRevision.event_id == event_id)
    return session().scalars(statement.order_by(OutreachRevision.id.desc())).all()


def list_events(wanted: EventFilter, *, after: str | None = None) -> list[EventRow]:
    """Return events, the latest first; one more than a page tells of a next one. ``after``: the last code shown."""
    statement = _events(wanted)
    last = session().scalars(select(OutreachEvent).where(OutreachEvent.code == (after or ""))).first()
    if last is not None:
        day, number = OutreachEvent.happened_on, OutreachEvent.id
        statement = statement.where((day < last.happened_on) | ((day == last.happened_on) & (number < last.id)))
    return [EventRow(event, partner) for event, partner in session().execute(statement.limit(PAGE + 1))]


def count_events(wanted: EventFilter) -> int:
    """Return how many events the filter shows in all."""
    return session().scalar(select(func.count(OutreachEvent.id)).where(*_conditions(wanted))) or 0


def _events(wanted: EventFilter) -> Select[OutreachEvent, str]:
    statement = select(OutreachEvent, Partner.name).join(Partner, Partner.id == OutreachEvent.partner_id)
    return statement.where(*_conditions(wanted)).order_by(OutreachEvent.happened_on.desc(), OutreachEvent.id.desc())


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    struck = OutreachEvent.struck_at
    found: list[ColumnElement[bool]] = [struck.is_not(None) if wanted.struck else struck.is_(None)]
    if wanted.month is not None:
        day = OutreachEvent.happened_on
        found += [day >= wanted.month, day < next_month(wanted.month)]
    if wanted.kind is not None:
        found.append(OutreachEvent.kind == wanted.kind)
    if wanted.partner_id is not None:
        found.append(OutreachEvent.partner_id == wanted.partner_id)
    return found


def list_reached() -> list[Reached]:
    """Return how many people were reached by month, the latest first, and organization; without struck events."""
    year, month = extract("year", OutreachEvent.happened_on), extract("month", OutreachEvent.happened_on)
    ways = [
        func.coalesce(func.sum(OutreachEvent.reached).filter(OutreachEvent.counted_by == way), 0)
        for way in ("heads", "estimate", "leaflets")
    ]
    rows = session().execute(
        select(year, month, Partner.id, Partner.name, func.count(OutreachEvent.id), *ways,
               func.sum(OutreachEvent.asked_help))
        .join(Partner, Partner.id == OutreachEvent.partner_id)
        .where(OutreachEvent.struck_at.is_(None))
        .group_by(year, month, Partner.id, Partner.name)
        .order_by(year.desc(), month.desc(), Partner.name, Partner.id)
    )  # fmt: skip
    return [Reached(date(int(row[0]), int(row[1]), 1), row[2], row[3], *map(int, row[4:])) for row in rows]


def rows_of(wanted: EventFilter) -> Iterator[Sequence[str | int | date | None]]:
    """Yield the heading and every event of the filter as a table; notes stay out of it."""
    yield _HEADINGS
    for event, partner in session().execute(_events(wanted)):
        yield (
            event.code, partner, event.name, event.kind, event.happened_on, event.place, event.zip_code,
            event.district, " ".join(event.languages), event.reached, event.counted_by, event.asked_help,
        )  # fmt: skip
