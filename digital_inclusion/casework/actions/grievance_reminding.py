"""Write to who looks at a complaint, an appeal or a correction before the day on which the answer is due."""

from datetime import date, timedelta

from ...accounts.models import User
from ...accounts.queries.sessions import get_user
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.jobs import enqueue
from ...foundation.kernel import clock
from ..models import Grievance
from ..queries.grievance_list import REMINDED, list_to_remind, reminder_of, was_reminded
from ..queries.grievances import find_held_grievance
from ..rules.grievances import State

MAIL = "casework.mail_grievance"
AHEAD = timedelta(days=5)  # before the answer is due
MOST_AT_ONCE = 500


def ask_for_reminders(*, by: Actor) -> int:
    """Ask for a mail to everybody whose answer is due within five days, or late; return how many. Each is written to
    once for each thing and day, so that it may run any number of times."""
    policy.check(by, "grievance:work")
    near = list_to_remind(clock.today() + AHEAD, limit=MOST_AT_ONCE)
    for one in near:
        enqueue(MAIL, {"grievance": one.id, "due": one.answer_by.isoformat()})
    return len(near)


def remind_owner(*, grievance_id: int, due: date, by: Actor) -> tuple[User, Grievance] | None:
    """Note that who looks at it is written to; return whom and about what.

    None where it was answered, moved on, or told meanwhile, or where that person has left.
    """
    policy.check(by, "grievance:work")
    held = find_held_grievance(grievance_id)
    if held is None or held.state != State.LOOKING or held.answer_by != due or was_reminded(held):
        return None
    owner = get_user(held.owner_id or 0)
    if not owner.active:
        return None
    record(REMINDED, by=by, subject=held, **reminder_of(held))
    return owner, held
