"""Record a check ("is it still so?") and what a household already had."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...progress.actions.recording import record_delivery
from ...progress.queries.deliveries import find_end, list_standing
from ...progress.rules.deliveries import NewDelivery
from ...progress.rules.facts import Item, Kind
from ..rules.correcting import check_while_on


def record_check(*, household_id: int, check: NewDelivery, again: bool, by: Actor) -> int:
    """Record the answer about one line (``check.refers_to``) or about the skills; return the fact's number."""
    policy.check(by, "delivery:record")
    if check.item is Item.LINE:
        lines = list_standing(household_id, [Kind.DELIVERY, Kind.ALREADY_HAD], Item.LINE)
        line = next((line for line in lines if line.number == check.refers_to), None)
        if line is None:
            raise Invalid(fields={"about": _("Please choose what you asked about.")})
        check_while_on(check.occurred_on, active_on=line.occurred_on, ended_on=find_end(line))
    return record_delivery(household_id=household_id, delivery=check, cause="check.recorded", by=by, again=again)


def record_belonging(*, household_id: int, owned: NewDelivery, again: bool, by: Actor) -> int:
    """Record a device or line that the household had already, nobody's result; return the fact's number."""
    policy.check(by, "delivery:record")
    return record_delivery(household_id=household_id, delivery=owned, cause="belonging.recorded", by=by, again=again)
