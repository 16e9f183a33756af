"""Tasks that people make by hand for a household: make one, change it or hand it over, cancel it."""

from ...agenda.actions.tasks import finish_task
from ...agenda.models import Task
from ...agenda.queries.tasks import hold_task
from ...agenda.rules.tasks import NOT_NEEDED, OWN, OwnTask, check_own
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ..queries.people import list_colleagues
from .correcting import hold_household


def make_task(*, household_id: int, new: OwnTask, by: Actor) -> Task:
    """Put a task of one's own words on the list. Raises Invalid with a sentence per field, NotFound for another
    partner's household."""
    policy.check(by, "task:work")
    if by.partner_id is None:
        raise NotAllowed
    household = hold_household(household_id, "task:work", by)
    if household.erased_at is not None:
        raise Conflict(_("The data of this household are erased. Nothing can be added to it."))
    _check(new, by, first=True)
    code = new_code()
    task = Task(
        partner_id=household.partner_id,
        code=code,
        kind=OWN,
        thing=code,
        household_id=household.id,
        created_at=clock.now(),
        created_by=by.user_id,
    )
    _fill(task, new)
    session().add(task)
    record("task.made", by=by, subject=task, repeats=new.repeats)
    return task


def change_task(*, code: str, new: OwnTask, by: Actor) -> Task:
    """Write a task anew, or hand it over to a colleague. Raises Conflict for one that is done meanwhile."""
    task = _hold_own(code, by)
    if task.done_at is not None:
        raise Conflict(_("This is done already. Somebody was faster."))
    _check(new, by, first=new.due_on != task.due_on)
    before = _values(task)
    _fill(task, new)
    changed = sorted(name for name, value in _values(task).items() if value != before[name])
    if changed:
        record("task.changed", by=by, subject=task, fields=changed)
    return task


def cancel_task(*, code: str, by: Actor) -> Task:
    """Take a task off the list without doing it; one that repeats does not come again. It can be put back."""
    _hold_own(code, by)
    return finish_task(code=code, outcome=NOT_NEEDED, by=by)


def _hold_own(code: str, by: Actor) -> Task:
    policy.check(by, "task:work")
    task = hold_task(code)
    policy.check(by, "task:work", task)
    if task.kind != OWN:
        raise NotFound
    return task


def _check(new: OwnTask, by: Actor, *, first: bool) -> None:
    check_own(new, today=clock.today() if first else None)
    colleagues = {user_id for user_id, _name in list_colleagues(by.partner_id)}
    if new.owner_id is not None and new.owner_id not in colleagues:
        raise Invalid(fields={"owner": _("Choose a colleague from the list.")})


def _fill(task: Task, new: OwnTask) -> None:
    if new.due_on != task.due_on:  # a day chosen by hand: it is counted from there
        task.began_on = new.due_on
    task.words, task.due_on, task.owner_id, task.repeats = new.words.strip(), new.due_on, new.owner_id, new.repeats


def _values(task: Task) -> dict[str, object]:
    return {name: getattr(task, name) for name in ("words", "due_on", "owner_id", "repeats")}
