"""Hand households over to a colleague."""

from collections.abc import Collection

from sqlalchemy import update

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
    if to_user_id not in {user_id for user_id, _name in list_colleagues(by.partner_id)}:
        raise Invalid(fields={"to": _("Choose a colleague from the list.")})
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
