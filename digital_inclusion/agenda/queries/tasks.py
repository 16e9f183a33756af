"""Tasks: one, lists, how many. A reader sees the own organization's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from ...accounts.models import TeamMember, User
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ..models import Task
from ..rules.tasks import NOTHING_LEFT, OWN, NewTask

PAGE = 50
_CHUNK = 500


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


def is_here(user_id: int | None) -> bool:
    """Return whether the person still works here."""
    return bool(session().scalar(select(User.active).where(User.id == (user_id or -1))))


def is_erased(household_id: int) -> bool:
    """Return whether the household's data are erased."""
    erased = select(Household.id).where(Household.id == household_id, Household.erased_at.is_not(None))
    return session().scalar(erased) is not None


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
