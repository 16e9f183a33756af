"""Devices to look at: units taken in by a partner's technician."""

from digital_inclusion.devices.actions.moving import Place, move_devices
from digital_inclusion.devices.actions.taking_in import Described, take_in_device
from digital_inclusion.devices.models import Device
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from tests.factories.world import World


def takes_in(
    world: World, serial: str | None = "5CD1234ABC", *, who: str = "technician_a", kind: str = "laptop"
) -> str:
    """Take a unit in as a technician does; return its code."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        unit = Described(kind=kind, serial=serial, maker="Maker", model="Model 5")
        code = take_in_device(donation=None, unit=unit, place=Place(site="Main", shelf="A1"), by=by).code
    use_scope(EVERYTHING)
    return code


def goes(world: World, code: str, *states: str, who: str = "technician_a", reason: str | None = "as planned") -> None:
    """Move a unit through the states; fail loudly when one is refused."""
    by = world.actor(who)
    for state in states:
        use_scope(Scope(partner_id=by.partner_id))
        with write_transaction():
            outcome = move_devices(scanned=[code], to=state, place=Place(reason=reason), by=by)
        use_scope(EVERYTHING)
        if outcome.refused:
            raise outcome.refused[0][1]


def device(code: str) -> Device:
    """Return the unit as it stands."""
    session().rollback()
    use_scope(EVERYTHING)
    found = session().query(Device).where(Device.code == code).one()
    session().refresh(found)
    return found
