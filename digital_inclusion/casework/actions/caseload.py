"""Hand households, or tasks alone, over to a colleague."""

from collections.abc import Collection

from sqlalchemy import update

from ...agenda.queries.tasks import hold_tasks
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid, NotFound
from ...foundation.kernel.messages import _
from ...households.models import Household
from ..queries.people import list_colleagues

MOST_AT_ONCE = 500


def hand_over_caseload(codes: Collection[str], *, to_user_id: int, by: Actor) -> int:
    """Give the households to a colleague of the same partner; return how many. NotFound when one is not theirs."""
    policy.check(by, "household:hand_over")
    chosen = sorted(set(codes))
    if not chosen:
        raise Invalid(_("Choose at least one household."), fields={"code": _("Choose at least one household.")})
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(_("Hand over at most 500 households at a time."))
    _check_colleague(to_user_id, by)
    moved = session().execute(
        update(Household)
        .where(Household.code.in_(chosen), Household.partner_id == by.partner_id)
        .values(navigator_id=to_user_id, updated_at=clock.now(), version=Household.version + 1)
        .execution_options(synchronize_session=False)
    )
    count = int(moved.rowcount)  # type: ignore[attr-defined]
    if count < len(chosen):
        raise NotFound
    note_bulk_write(session(), "households")
    record("caseload.handed_over", by=by, households=count, to=to_user_id)
    return count


def hand_over_tasks(codes: Collection[str], *, to_user_id: int, by: Actor) -> int:
    """Give tasks to a colleague of the same partner; return how many. What somebody has done meanwhile is left out.

    The households stay in the caseload where they are. Raises Invalid for nothing chosen and for somebody who is no
    colleague, NotFound when one is another partner's.
    """
    policy.check(by, "household:hand_over")
    chosen = sorted(set(codes))
    if not chosen:
        raise Invalid(_("Choose at least one task."))
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(_("Hand over at most 500 tasks at a time."))
    _check_colleague(to_user_id, by)
    held = hold_tasks(chosen)
    if len(held) < len(chosen):
        raise NotFound
    moved = [task for task in held if task.done_at is None and task.owner_id != to_user_id]
    for task in moved:
        policy.check(by, "household:hand_over", task)
        task.owner_id = to_user_id
    if moved:
        record("tasks.handed_over", by=by, subject_type="tasks", tasks=len(moved), to=to_user_id)
    return len(moved)


def _check_colleague(user_id: int, by: Actor) -> None:
    if user_id not in {colleague for colleague, _name in list_colleagues(by.partner_id)}:
        raise Invalid(_("Choose a colleague from the list."), fields={"to": _("Choose a colleague from the list.")})
