"""Event days: one's own, what each takes along, what came back; what can be chosen for a new one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from ...devices.models import Device, Reservation
from ...devices.queries.appointments import held_back
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ...skills.models import ClassSession
from ...skills.queries.attendance import Listed, list_people
from ..models import EventDay, EventDayHome, EventDayItem
from ..rules.event_days import CONFLICT, MOST_DAYS_AHEAD

MOST_SHOWN = 500
LATELY = 50
NEEDS_SOMEBODY = and_(EventDayItem.result == CONFLICT, EventDayItem.settled_at.is_(None))


def get_event_day(code: str) -> EventDay:
    """Return the event day with its class and households; NotFound for another organization's."""
    statement = (
        select(EventDay)
        .where(EventDay.code == code)
        .options(
            joinedload(EventDay.lesson).joinedload(ClassSession.course),
            selectinload(EventDay.homes).options(joinedload(EventDayHome.household), joinedload(EventDayHome.device)),
        )
    )
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def homes_kept(day: EventDay) -> list[EventDayHome]:
    """Return whose devices go onto the list: on the computer, on paper, and on the page that shows it beforehand."""
    return [one for one in day.homes if one.household.erased_at is None]


def people_kept(day: EventDay) -> list[Listed]:
    """Return who of the class goes onto the list; nobody without a class, nor who is erased."""
    return [one for one in list_people(day.lesson) if one.name] if day.lesson else []


def hold_event_day(code: str) -> EventDay:
    """Return the event day as it stands, held until the commit: whoever sends its taps waits."""
    held = select(EventDay).where(EventDay.code == code).with_for_update()
    found = session().scalars(held.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class DayRow:
    """An event day in the list: how many devices it takes along, how many taps came back, how many need somebody."""

    day: EventDay
    homes: int
    items: int
    open: int


def list_event_days(*, user_id: int | None) -> list[DayRow]:
    """Return the event days that the person prepared, the latest first; at most 50."""
    homes = select(func.count(EventDayHome.id)).where(EventDayHome.event_day_id == EventDay.id)
    items = select(func.count(EventDayItem.id)).where(EventDayItem.event_day_id == EventDay.id)
    waiting = items.where(NEEDS_SOMEBODY)
    statement = (
        select(EventDay, homes.scalar_subquery(), items.scalar_subquery(), waiting.scalar_subquery())
        .where(EventDay.prepared_by == user_id)
        .options(joinedload(EventDay.lesson).joinedload(ClassSession.course))
        .order_by(EventDay.happens_on.desc(), EventDay.id.desc())
        .limit(LATELY)
    )
    return [DayRow(*row) for row in session().execute(statement)]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A device held back for a household, and when they come for it (None: no appointment)."""

    reservation: Reservation
    device: Device
    household: Household
    comes_at: datetime | None


def list_held_back(*, partner_id: int | None) -> list[HeldBack]:
    """Return what the organization holds and keeps for its households, by who comes first; at most 500."""
    statement = held_back().where(Reservation.partner_id == partner_id, Device.holder_id == partner_id)
    return [HeldBack(*row) for row in session().execute(statement.limit(MOST_SHOWN))]


def list_lessons(*, partner_id: int | None, today: date) -> list[ClassSession]:
    """Return the organization's sessions of today and the next two weeks that are not canceled, the next first."""
    since = clock.end_of_day(today - timedelta(days=1))
    until = clock.end_of_day(today + timedelta(days=MOST_DAYS_AHEAD))
    statement = (
        select(ClassSession)
        .where(
            ClassSession.partner_id == partner_id, ClassSession.starts_at >= since, ClassSession.starts_at < until,
            ClassSession.canceled_at.is_(None),
        )
        .options(joinedload(ClassSession.course))
        .order_by(ClassSession.starts_at, ClassSession.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return list(session().scalars(statement))


def list_items(event_day_id: int) -> list[EventDayItem]:
    """Return what came back, what needs somebody first."""
    statement = (
        select(EventDayItem)
        .where(EventDayItem.event_day_id == event_day_id)
        .options(joinedload(EventDayItem.household))
        .order_by(NEEDS_SOMEBODY.desc(), EventDayItem.result != CONFLICT, EventDayItem.id)
    )
    return list(session().scalars(statement))


def count_open(event_day_id: int) -> int:
    """Return how many of what came back still need somebody."""
    count = select(func.count()).where(EventDayItem.event_day_id == event_day_id, NEEDS_SOMEBODY)
    return session().scalar(count) or 0


def find_items(event_day_id: int, keys: Collection[str]) -> dict[str, EventDayItem]:
    """Return what is known of these taps already, by key."""
    statement = select(EventDayItem).where(
        EventDayItem.event_day_id == event_day_id, EventDayItem.key.in_(sorted(keys))
    )
    return {one.key: one for one in session().scalars(statement.order_by(EventDayItem.id))}


def hold_item(event_day_id: int, item_id: int) -> EventDayItem:
    """Return one tap's outcome, held until the commit."""
    statement = select(EventDayItem).where(EventDayItem.id == item_id, EventDayItem.event_day_id == event_day_id)
    found = session().scalars(statement.with_for_update().execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def household_ids(codes: Collection[str]) -> dict[str, int]:
    """Return the numbers of the households with these codes, by code; another organization's are left out."""
    statement = select(Household.code, Household.id).where(Household.code.in_(sorted(codes)))
    return dict(session().execute(statement.order_by(Household.id)).all())
