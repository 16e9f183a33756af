"""Record one thing from a form: what bulk recording does, with a word of warning before a double entry."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import refuse
from ..queries.deliveries import find_same
from ..rules.deliveries import NewDelivery
from ..rules.units import unit_key
from .delivering import DeliveryFor, record_deliveries


def record_delivery(*, household_id: int, delivery: NewDelivery, cause: str, by: Actor, again: bool = False) -> int:
    """Record one delivery, thing already had, or check, and return its fact's number.

    Raises Invalid per field for what cannot be true, and for what is on record already unless ``again``.
    """
    policy.check(by, "delivery:record")
    if not again and find_same(household_id, delivery, unit_key(delivery.unit)) is not None:
        raise Invalid(fields={"again": _("This is already recorded. Tick the box below if it happened twice.")})
    recorded = record_deliveries([DeliveryFor(household_id=household_id, delivery=delivery)], cause=cause, by=by)
    refuse(recorded.problems.get(0, []))
    return recorded.facts[0] or 0
