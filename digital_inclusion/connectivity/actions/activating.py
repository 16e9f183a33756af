"""Use cases of connectivity."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...progress.actions.recording import record_delivery
from ...progress.rules.deliveries import NewDelivery


def activate_line(*, household_id: int, delivery: NewDelivery, again: bool, by: Actor) -> int:
    """Record that a line was activated (and, if known already, its end); return the fact's number."""
    policy.check(by, "delivery:record")
    return record_delivery(household_id=household_id, delivery=delivery, cause="line.activated", by=by, again=again)
