"""Record a check ("is it still so?") and what a household already had."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...progress.actions.recording import record_delivery
from ...progress.queries.deliveries import list_standing
from ...progress.rules.deliveries import NewDelivery
from ...progress.rules.facts import Item, Kind


def record_check(*, household_id: int, check: NewDelivery, again: bool, by: Actor) -> int:
    """Record the answer about one line (``check.refers_to``) or about the skills; return the fact's number."""
    policy.check(by, "delivery:record")
    if check.item is Item.LINE:
        lines = list_standing(household_id, [Kind.DELIVERY, Kind.ALREADY_HAD], Item.LINE)
        active_on = {line.number: line.occurred_on for line in lines}.get(check.refers_to or 0)
        if active_on is None:
            raise Invalid(fields={"about": _("Please choose what you asked about.")})
        if check.occurred_on < active_on:
            raise Invalid(fields={"occurred_on": _("The line was not active yet on this day.")})
    return record_delivery(household_id=household_id, delivery=check, cause="check.recorded", by=by, again=again)


def record_belonging(*, household_id: int, owned: NewDelivery, again: bool, by: Actor) -> int:
    """Record a device or line that the household had already, nobody's result; return the fact's number."""
    policy.check(by, "delivery:record")
    return record_delivery(household_id=household_id, delivery=owned, cause="belonging.recorded", by=by, again=again)
