"""Devices to look at: units taken in by a partner's technician."""

from digital_inclusion.devices.actions.describing import note_specs, specs_of
from digital_inclusion.devices.actions.harvesting import NewPart, take_part
from digital_inclusion.devices.actions.moving import Place, grade_device, move_devices
from digital_inclusion.devices.actions.taking_in import Described, take_in_device
from digital_inclusion.devices.actions.testing import note_checks
from digital_inclusion.devices.models import Device
from digital_inclusion.devices.rules.specs import COMPUTERS, Value, print_of
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
    specifies(world, code, who=who)
    grades(world, code, grade, who=who)
    goes(world, code, "ready", who=who)
    return code


def grades(world: World, code: str, functional: str, *, who: str = "technician_a") -> None:
    """Grade a unit."""
    with write_transaction():
        grade_device(
            device_id=device(code).id, functional=functional, cosmetic="C5", reason="looked at", by=world.actor(who)
        )


def specifies(world: World, code: str, *, who: str = "technician_a", **values: Value) -> None:
    """Note specifications; without any: a free system, on a computer."""
    one = device(code)
    if not values and one.kind in COMPUTERS:
        values = {"system": "Linux Mint 22", "licence": "free"}
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        note_specs(code=code, values=values, seen=print_of(specs_of(device(code))), attested=True, by=by)
    use_scope(EVERYTHING)


def takes_part(
    world: World, code: str, kind: str = "memory", *, weight_g: int | None = 20, who: str = "technician_a"
) -> str:
    """Take a part out of a unit; return its code."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        part = take_part(code=code, new=NewPart(kind=kind, description="Some part", weight_g=weight_g), by=by)
        found = part.code or ""
    use_scope(EVERYTHING)
    return found


def tries_out(world: World, code: str, *, who: str = "technician_a", rest: bool = True, **results: str) -> None:
    """Test a unit: ``results`` by item, and all the rest works."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        note_checks(code=code, results=results, rest_works=rest, by=by)
    use_scope(EVERYTHING)
