"""Slots, bookings and tasks: one, lists, what is free, what is to be done. A reader sees the own organization's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from ..accounts.models import TeamMember
from ..foundation.database import session
from ..foundation.kernel.errors import NotFound
from ..households.models import Household
from ..partners.models import Partner
from .models import Booking, Slot, Task
from .rules import NOTHING_LEFT, OWN, NewTask

PAGE = 50
MOST_OFFERED = 30  # times to choose from at once
BOOKED = "booked"
_CHUNK = 500


def _taken() -> ScalarSelect[int]:
    """Return the number of places taken in the slot of the statement around it."""
    booked = select(func.count(Booking.id)).where(Booking.slot_id == Slot.id, Booking.state == BOOKED)
    return booked.correlate(Slot).scalar_subquery()


def get_slot(code: str) -> Slot:
    """Return the slot; NotFound for another organization's."""
    found = session().scalars(select(Slot).where(Slot.code == code)).first()
    if found is None:
        raise NotFound
    return found


def hold_slot(code: str) -> Slot:
    """Return the slot as it stands, held until the commit; NotFound for another organization's."""
    held = select(Slot).where(Slot.code == code).with_for_update().execution_options(populate_existing=True)
    found = session().scalars(held).first()
    if found is None:
        raise NotFound
    return found


def count_taken(slot: Slot) -> int:
    """Return how many places of the slot are taken."""
    statement = select(func.count(Booking.id)).where(Booking.slot_id == slot.id, Booking.state == BOOKED)
    return session().scalar(statement) or 0


def is_offered(*, partner_id: int, purpose: str, starts_at: datetime) -> bool:
    """Return whether the organization has an open slot for the purpose that starts at the very same time."""
    same = select(Slot.id).where(
        Slot.partner_id == partner_id, Slot.purpose == purpose, Slot.starts_at == starts_at, Slot.closed_at.is_(None)
    )
    return session().scalar(same.order_by(Slot.id).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot in a list: whose it is, how many places are taken, and the codes of what for."""

    slot: Slot
    partner: str
    taken: int
    things: list[str]


def list_slots(*, now: datetime, past: bool = False, after: str | None = None) -> list[SlotRow]:
    """Return slots that are not over, the next first; ``past``: those that are, the last first.

    ``after`` is the code of the last one shown. One more than a page tells of a next one.
    """
    statement = select(Slot, Partner.name, _taken()).join(Partner, Partner.id == Slot.partner_id).limit(PAGE + 1)
    last = session().scalars(select(Slot).where(Slot.code == after)).first() if after else None
    place = Slot.starts_at, Slot.id
    if past:
        statement = statement.where(Slot.ends_at <= now).order_by(Slot.starts_at.desc(), Slot.id.desc())
    else:
        statement = statement.where(Slot.ends_at > now).order_by(*place)
    if last is not None:
        before = (Slot.starts_at < last.starts_at) if past else (Slot.starts_at > last.starts_at)
        beside = (Slot.id < last.id) if past else (Slot.id > last.id)
        statement = statement.where(before | ((Slot.starts_at == last.starts_at) & beside))
    rows = session().execute(statement).all()
    things = _things([slot.id for slot, _name, _count in rows])
    return [SlotRow(slot, name, taken or 0, things.get(slot.id, [])) for slot, name, taken in rows]


def _things(slot_ids: Collection[int]) -> dict[int, list[str]]:
    statement = select(Booking.slot_id, Booking.thing).where(Booking.slot_id.in_(slot_ids), Booking.state == BOOKED)
    found: dict[int, list[str]] = {}
    for slot_id, thing in session().execute(statement.order_by(Booking.id)):
        found.setdefault(slot_id, []).append(thing)
    return found


def list_things(slot: Slot) -> list[str]:
    """Return the codes of what the slot's places are taken for, the first first."""
    return _things([slot.id]).get(slot.id, [])


def list_free(*, partner_id: int, purpose: str, now: datetime, limit: int = MOST_OFFERED) -> list[Slot]:
    """Return the organization's slots that can be booked, the next first."""
    statement = (
        select(Slot)
        .where(
            Slot.partner_id == partner_id,
            Slot.purpose == purpose,
            Slot.starts_at > now,
            Slot.closed_at.is_(None),
            _taken() < Slot.capacity,
        )
        .order_by(Slot.starts_at, Slot.id)
        .limit(limit)
    )
    return list(session().scalars(statement))


def find_booking(thing: str) -> Booking | None:
    """Return the appointment that the thing has, with its slot; None where it has none."""
    statement = select(Booking).where(Booking.thing == thing, Booking.state == BOOKED).order_by(Booking.id.desc())
    return session().scalars(statement.limit(1)).first()


def find_bookings(things: Collection[str]) -> dict[str, Booking]:
    """Return the appointments that the things have, by their codes."""
    statement = (
        select(Booking)
        .where(Booking.thing.in_(sorted(things)), Booking.state == BOOKED)
        .options(joinedload(Booking.slot))
        .order_by(Booking.id)
    )
    return {one.thing: one for one in session().scalars(statement)}


def find_task(code: str) -> Task | None:
    """Return the task with the code; None where there is none, or where it is another organization's."""
    return session().scalars(select(Task).where(Task.code == code)).first()


def hold_task(code: str) -> Task:
    """Return the task as it stands, held until the commit; NotFound for another organization's."""
    held = select(Task).where(Task.code == code).with_for_update().execution_options(populate_existing=True)
    found = session().scalars(held).first()
    if found is None:
        raise NotFound
    return found


def hold_open_tasks(
    *, kind: str | None = None, things: Collection[str] | None = None, household_id: int | None = None
) -> list[Task]:
    """Return what is open of a kind about the things, or for a household, held until the commit, by id."""
    wanted: list[ColumnElement[bool]] = [Task.done_at.is_(None)]
    wanted += [Task.kind == kind] if kind is not None else []
    wanted += [Task.thing.in_(sorted(things))] if things is not None else []
    wanted += [Task.household_id == household_id] if household_id is not None else []
    return list(session().scalars(select(Task).where(*wanted).order_by(Task.id).with_for_update()))


def list_known(tasks: Sequence[NewTask]) -> set[tuple[str, str]]:
    """Return kind and thing of those tasks that are open, or that somebody has done for the same day."""
    days = {(one.kind, one.thing): one.due_on for one in tasks}
    homes = sorted({one.household_id for one in tasks})
    found = set()
    for start in range(0, len(homes), _CHUNK):
        some = select(Task.kind, Task.thing, Task.due_on, Task.done_at).where(
            Task.household_id.in_(homes[start : start + _CHUNK]),
            or_(Task.done_at.is_(None), Task.outcome != NOTHING_LEFT),
        )
        for kind, thing, due_on, done_at in session().execute(some.order_by(Task.id)):
            if done_at is None or days.get((kind, thing)) == due_on:
                found.add((kind, thing))
    return found & days.keys()


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in the list, with its household."""

    task: Task
    household: Household


def find_done(code: str, *, by_id: int | None) -> TaskRow | None:
    """Return the task that the person has just taken off the list; None for any other."""
    statement = select(Task, Household).join(Household, Household.id == Task.household_id)
    row = session().execute(statement.where(Task.code == code, Task.done_by == by_id)).first()
    return TaskRow(row[0], row[1]) if row is not None else None


def list_done(*, by_id: int | None, since: datetime) -> list[TaskRow]:
    """Return what the person took off the list since then and may put back, the latest first; a page of them."""
    theirs = select(Task, Household).join(Household, Household.id == Task.household_id)
    theirs = theirs.where(Task.done_by == by_id, Task.done_at >= since, Task.outcome != NOTHING_LEFT)
    rows = session().execute(theirs.order_by(Task.done_at.desc(), Task.id.desc()).limit(PAGE))
    return [TaskRow(task, household) for task, household in rows]


def _open_tasks(owner_id: int | None, team_ids: Collection[int] | None = None) -> list[ColumnElement[bool]]:
    """Return the conditions of the list. A person's: their own, nobody's, and of households in their caseload (which
    a colleague may have handed over since). Teams': of their people, and of households that they look after."""
    wanted: list[ColumnElement[bool]] = [Task.done_at.is_(None)]
    if owner_id is not None:
        wanted.append(or_(Task.owner_id == owner_id, Task.owner_id.is_(None), Household.navigator_id == owner_id))
    if team_ids is not None:
        people = select(TeamMember.user_id).where(TeamMember.team_id.in_(sorted(team_ids)))
        wanted.append(or_(Household.team_id.in_(sorted(team_ids)), Task.owner_id.in_(people)))
    return wanted


def tasks_of(*, owner_id: int | None = None, team_ids: Collection[int] | None = None) -> Select[Task, Household]:
    """Return the statement that finds what is to be done, due first: of a person, of teams, or of everybody."""
    statement = select(Task, Household).join(Household, Household.id == Task.household_id)
    return statement.where(*_open_tasks(owner_id, team_ids)).order_by(Task.due_on, Task.id)


def list_tasks(*, owner_id: int | None = None, after: str | None = None) -> list[TaskRow]:
    """Return what is to be done, due first; one more than a page tells of a next one.

    ``owner_id``: only what is that person's or nobody's. ``after``: the code of the last one shown.
    """
    statement = tasks_of(owner_id=owner_id)
    last = find_task(after) if after else None
    if last is not None:
        later = and_(Task.due_on == last.due_on, Task.id > last.id)
        statement = statement.where(or_(Task.due_on > last.due_on, later))
    rows = session().execute(statement.limit(PAGE + 1))
    return [TaskRow(task, household) for task, household in rows]


def count_tasks(today: date, *, owner_id: int | None = None) -> tuple[int, int]:
    """Return how many are to be done, and how many of them are overdue."""
    late = func.count(Task.id).filter(Task.due_on < today)
    counted = select(func.count(Task.id), late).join(Household, Household.id == Task.household_id)
    found = session().execute(counted.where(*_open_tasks(owner_id))).one()
    return found[0], found[1]


def count_by_owner(today: date) -> dict[int | None, tuple[int, int]]:
    """Return for each person (None: nobody's yet) how many tasks are open, and how many of them are overdue."""
    late = func.count(Task.id).filter(Task.due_on < today)
    counted = select(Task.owner_id, func.count(Task.id), late).where(Task.done_at.is_(None)).group_by(Task.owner_id)
    return {owner: (count, over) for owner, count, over in session().execute(counted.order_by(Task.owner_id))}


def list_owned(owner_id: int | None) -> list[TaskRow]:
    """Return the open tasks of a person alone (None: nobody's yet), due first; a page of them."""
    statement = select(Task, Household).join(Household, Household.id == Task.household_id)
    statement = statement.where(Task.done_at.is_(None), Task.owner_id == owner_id)
    rows = session().execute(statement.order_by(Task.due_on, Task.id).limit(PAGE))
    return [TaskRow(task, household) for task, household in rows]


def hold_tasks(codes: Collection[str]) -> list[Task]:
    """Return the tasks with the codes as they stand, held until the commit, by id."""
    held = select(Task).where(Task.code.in_(sorted(codes))).order_by(Task.id).with_for_update()
    return list(session().scalars(held.execution_options(populate_existing=True)))


def get_own_task(code: str) -> tuple[Task, Household]:
    """Return a task made by hand with its household; NotFound for another organization's and for other kinds."""
    statement = select(Task, Household).join(Household, Household.id == Task.household_id)
    row = session().execute(statement.where(Task.code == code, Task.kind == OWN)).first()
    if row is None:
        raise NotFound
    return row[0], row[1]
