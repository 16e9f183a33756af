"""Hand over a device to a household."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...progress.actions.recording import record_delivery
from ...progress.rules.deliveries import NewDelivery


def hand_over_device(*, household_id: int, delivery: NewDelivery, again: bool, by: Actor) -> int:
    """Record that a device was handed over; return the fact's number. A unit that is out is refused."""
    policy.check(by, "delivery:record")
    return record_delivery(household_id=household_id, delivery=delivery, cause="device.handed_over", by=by, again=again)
