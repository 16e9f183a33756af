"""Make a task of every deadline that comes near, and write to the households that agreed to hear from us."""

from datetime import date, timedelta

from ...agenda.actions.tasks import open_tasks
from ...agenda.rules.tasks import NewTask
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.jobs import enqueue
from ...foundation.kernel import clock
from ...households.models import Household
from ...progress.queries.program import get_program
from ..models import Application
from ..queries import applications as queries
from ..queries.contact import agrees_to_mail
from .applying import DEADLINE

MOST_AT_ONCE = 500
MAIL = "connectivity.mail_deadline"


def open_deadline_tasks(*, after: int = 0, by: Actor) -> int | None:
    """Open the tasks of deadlines that are near, for the navigators of their households, and ask for the mails.

    At most 500 applications with a number above ``after``; returns the last one's number, None when that was all.
    What is open or done already is not opened again, so that it may run any number of times.
    """
    policy.check(by, "task:work")
    until = clock.today() + timedelta(days=get_program().file.connectivity.remind_days)
    near = queries.list_due(until, after=after, limit=MOST_AT_ONCE)
    open_tasks(tasks=[_task(one) for one in near], by=by)
    for one in near:
        if one.due_on is not None and one.due_on >= clock.today() and _wants_mail(one):
            enqueue(MAIL, {"application": one.id, "due": one.due_on.isoformat()})
    return near[-1].id if len(near) == MOST_AT_ONCE else None


def _task(application: Application) -> NewTask:
    assert application.due_on is not None  # noqa: S101 - the query asks for those alone
    return NewTask(
        kind=DEADLINE, thing=application.code, household_id=application.household_id,
        partner_id=application.partner_id, due_on=application.due_on, owner_id=application.household.navigator_id,
    )  # fmt: skip


def _wants_mail(application: Application) -> bool:
    if application.due_on is None or not agrees_to_mail(application.household, clock.today()):
        return False
    return not queries.was_told(application.id, application.due_on)


def tell_household(*, application_id: int, due: date, by: Actor) -> tuple[Household, date] | None:
    """Note that the household is written to about the deadline, once for each; return whom to write to and the day.

    None where the deadline moved, where it was told already, or where the household does not want it (any more).
    """
    policy.check(by, "application:work")
    held = next(iter(queries.hold_applications([application_id])), None)
    if held is None or held.due_on != due or not _wants_mail(held):
        return None
    record("deadline.told", by=by, subject=held, due=due.isoformat())
    return held.household, due
