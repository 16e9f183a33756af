"""Devices to look at: units taken in by a partner's technician."""

from digital_inclusion.devices.actions.moving import Place, grade_device, move_devices
from digital_inclusion.devices.actions.taking_in import Described, take_in_device
from digital_inclusion.devices.models import Device
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from tests.factories.world import World

SERIAL = "5CD1234ABC"
STROKES = "M10 20L40 60L90 20L130 70L180 30L240 80M300 50L360 90L420 40"  # a signature on the screen


def takes_in(world: World, serial: str | None = SERIAL, *, who: str = "technician_a", kind: str = "laptop") -> str:
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


def is_ready(world: World, code: str, *, who: str = "technician_a", grade: str = "F5") -> str:
    """Bring a unit in quarantine, without data media, to where a household can get it; return its code."""
    by = world.actor(who)
    with write_transaction():
        one = device(code)
        one.media_listed = True
        record("media.listed", by=by, subject=one, partner_id=one.holder_id)
    goes(world, code, "sanitized", "testing", who=who)
    grades(world, code, grade, who=who)
    goes(world, code, "ready", who=who)
    return code


def grades(world: World, code: str, functional: str, *, who: str = "technician_a") -> None:
    """Grade a unit."""
    with write_transaction():
        grade_device(device_id=device(code).id, functional=functional, cosmetic="C5", by=world.actor(who))
