"""Put on the list what is to be done by a day, take it off as done, put it back, close what is over.

Bulk: a job or a change of a program opens many at once; whoever opens the same again opens nothing.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Table, update
from sqlalchemy.exc import IntegrityError

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...progress.actions.book import bulk_insert
from ..models import Task
from ..queries.tasks import hold_open_tasks, hold_task, is_erased, is_here, list_known
from ..rules.tasks import DONE, KINDS, NOTHING_LEFT, OUTCOMES, NewTask, next_due

_ONE_OPEN = " ON CONFLICT (kind, thing) WHERE done_at IS NULL DO NOTHING"


def open_tasks(*, tasks: Sequence[NewTask], by: Actor) -> int:
    """Open the tasks of which none is open for the same kind and thing; return how many that were.

    What somebody has done for the same day is not opened again, so that a daily job brings nothing back.

    At most 500 at a time, as every chunk of a big job. Who may open one is who may see its household: what it is
    opened for (a deadline, the end of a program) has been asked about already.
    """
    policy.check(by, "household:read")
    for one in tasks:
        if one.kind not in KINDS:
            raise ValueError(f"unknown kind of task {one.kind}")
        policy.check(by, "household:read", one)
    known = list_known(tasks)
    new = {(one.kind, one.thing): one for one in tasks if (one.kind, one.thing) not in known}
    if new:
        table: Table = Task.__table__  # type: ignore[assignment]
        bulk_insert(session(), table, [_row(one, by) for one in new.values()], tail=_ONE_OPEN)
        note_bulk_write(session(), "tasks")
        kinds = sorted({one.kind for one in new.values()})
        record("tasks.opened", by=by, subject_type="tasks", tasks=len(new), kinds=kinds)
    return len(new)


def _row(task: NewTask, by: Actor) -> dict[str, object]:
    return {
        "partner_id": task.partner_id,
        "code": new_code(),
        "kind": task.kind,
        "thing": task.thing,
        "household_id": task.household_id,
        "owner_id": task.owner_id,
        "due_on": task.due_on,
        "created_at": clock.now(),
        "created_by": by.user_id,
    }


def finish_task(*, code: str, outcome: str = DONE, by: Actor) -> Task:
    """Take a task off the list. Raises Conflict where somebody has done it already, NotFound for another partner's."""
    policy.check(by, "task:work")
    task = hold_task(code)
    policy.check(by, "task:work", task)
    if outcome not in OUTCOMES:
        raise ValueError(f"unknown outcome {outcome}")
    if task.done_at is not None:
        raise Conflict(_("This is done already. Somebody was faster."))
    task.done_at, task.done_by, task.outcome = clock.now(), by.user_id, outcome
    record("task.finished", by=by, subject=task, kind=task.kind, outcome=outcome)
    if outcome == DONE and task.repeats is not None:
        _open_next(task, by)
    return task


def _open_next(task: Task, by: Actor) -> None:
    """Open the next of a task that repeats: the same thing, so that one of them is open at a time. Of somebody who has
    left it is whoever's comes first."""
    session().flush()
    began_on = task.began_on or task.due_on
    owner_id = task.owner_id if is_here(task.owner_id) else None
    following = Task(
        partner_id=task.partner_id, code=new_code(), kind=task.kind, thing=task.thing, words=task.words,
        household_id=task.household_id, owner_id=owner_id, repeats=task.repeats, began_on=began_on,
        due_on=next_due(began_on, task.repeats or "", after=max(task.due_on, clock.today())),
        created_at=clock.now(), created_by=by.user_id,
    )  # fmt: skip
    session().add(following)
    record("tasks.opened", by=by, subject_type="tasks", tasks=1, kinds=[task.kind])


def _close_next(task: Task, by: Actor) -> None:
    """Close what came after a task that is put back: it will come again when this one is done."""
    _close(hold_open_tasks(kind=task.kind, things=[task.thing]), by)
    session().flush()


def reopen_task(*, code: str, by: Actor) -> Task:
    """Put a task back on the list. Raises Conflict where it is there already, or where its matter is over."""
    policy.check(by, "task:work")
    task = hold_task(code)
    policy.check(by, "task:work", task)
    if task.done_at is None:
        raise Conflict(_("This is on the list already."))
    if is_erased(task.household_id):
        raise Conflict(_("The data of this household are erased. Nothing is left to do for it."))
    if task.outcome == NOTHING_LEFT:
        raise Conflict(_("This was closed because nothing is left to do. It cannot come back."))
    if task.repeats is not None:
        _close_next(task, by)
    try:
        with session().begin_nested():
            task.done_at = task.done_by = task.outcome = None
    except IntegrityError:  # a new one for the same thing was opened since
        raise Conflict(_("This is on the list already.")) from None
    record("task.reopened", by=by, subject=task, kind=task.kind)
    return task


def close_tasks_about(*, kind: str, things: Collection[str], by: Actor) -> int:
    """Close what is open of the kind about the things, because nothing is left to do; return how many that were."""
    policy.check(by, "household:read")
    return _close(hold_open_tasks(kind=kind, things=things), by)


def close_tasks_of(*, household_id: int, by: Actor) -> int:
    """Close everything that is open for a household that is being erased, and erase what people wrote about it; return
    how many were open."""
    policy.check(by, "household:erase")
    closed = _close(hold_open_tasks(household_id=household_id), by)
    session().flush()
    session().execute(
        update(Task).where(Task.household_id == household_id).values(words=None)
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip
    note_bulk_write(session(), "tasks")
    return closed


def _close(tasks: Sequence[Task], by: Actor) -> int:
    for task in tasks:
        policy.check(by, "household:read", task)
        task.done_at, task.done_by, task.outcome = clock.now(), by.user_id, NOTHING_LEFT
    if tasks:
        record("tasks.closed", by=by, subject_type="tasks", tasks=len(tasks))
    return len(tasks)
