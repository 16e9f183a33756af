"""Slots to look at: offered by a partner's technician."""

from datetime import datetime, timedelta
from typing import Any

from digital_inclusion.agenda.actions.slots import offer_slots
from digital_inclusion.agenda.rules.slots import NewSlots
from digital_inclusion.foundation.database import EVERYTHING, Scope, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from tests.factories.world import World


def two_o_clock(days: int) -> datetime:
    """Return 2 PM on the city's clock, so many days from today."""
    return datetime.combine(clock.today() + timedelta(days=days), datetime.min.time()).replace(hour=14)


def offers(world: World, *, who: str = "technician_a", days: int = 3, **changes: Any) -> list[str]:
    """Offer two hours from 2 PM, for bringing devices, with room for one; return the codes of the slots."""
    by, starts = world.actor(who), two_o_clock(days)
    values: dict[str, Any] = {
        "purpose": "drop_off", "starts_at": starts, "ends_at": starts + timedelta(hours=2), "place": "1 Depot Way",
        "capacity": 1,
    } | changes  # fmt: skip
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        codes = [one.code for one in offer_slots(new=NewSlots(**values), by=by)]
    use_scope(EVERYTHING)
    return codes
