"""Take units in: those a list names, and those nobody named; correct how one is described."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...progress.rules.deliveries import DEVICE_KINDS
from ...progress.rules.units import unit_key
from ..models import Device, Donation
from ..queries.lots import find_in_house, find_serials
from ..queries.units import hold_devices
from ..rules.states import State
from .moving import Place, check_holder, step

HERE = _("This serial number is here already, as device %(code)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A unit as somebody describes it."""

    kind: str
    serial: str | None = None
    maker: str | None = None
    model: str | None = None


def take_in_device(
    *, donation: Donation | None, unit: Described, place: Place, promised: Device | None = None, by: Actor
) -> Device:
    """Take a unit in and put it into quarantine; return it.

    A pledged unit of the same serial becomes this one, else ``promised``; it stays in the lot that promised it. Raises
    Invalid for a serial that was taken in already.
    """
    policy.check(by, "device:work", donation)
    if by.partner_id is None:
        raise NotAllowed
    _check_kind(unit)
    device = (find_in_house(unit.serial, partner_id=by.partner_id) if unit.serial else None) or promised
    if device is not None:
        device = receive_pledged(device=device, place=place, by=by)
        _describe(device, unit)
        return device
    device = new_device(unit, donation=donation, partner_id=by.partner_id)
    try:
        with session().begin_nested():
            step(device, State.RECEIVED, place, by)
    except IntegrityError:  # somebody took the same serial in at the same moment
        known = find_in_house(unit.serial or "", partner_id=by.partner_id)
        raise Invalid(HERE, code=known.code if known is not None else "") from None
    return _quarantine(device, by)


def receive_pledged(*, device: Device, place: Place, by: Actor) -> Device:
    """Take in a unit that a list promised, as it was described. Raises Invalid when it is here already."""
    policy.check(by, "device:work")
    held = hold_devices([device.id])[0]
    if held.state != State.PLEDGED:
        raise Invalid(HERE, code=held.code)
    check_holder(held, by)
    step(held, State.RECEIVED, place, by)
    return _quarantine(held, by)


def _quarantine(device: Device, by: Actor) -> Device:
    record("device.taken_in", by=by, subject=device, partner_id=device.holder_id)
    step(device, State.QUARANTINED, Place(), by)
    return device


def new_device(unit: Described, *, donation: Donation | None, partner_id: int) -> Device:
    """Return a unit that is not on record yet; its first step gives it a state."""
    now = clock.now()
    return Device(
        code=new_code(),
        origin_id=partner_id,
        holder_id=partner_id,
        donation_id=donation.id if donation is not None else None,
        kind=unit.kind,
        serial=unit.serial,
        serial_key=unit_key(unit.serial),
        maker=unit.maker,
        model=unit.model,
        round=0,
        media_listed=False,
        created_at=now,
        updated_at=now,
    )


def _check_kind(unit: Described) -> None:
    if unit.kind not in DEVICE_KINDS:
        raise Invalid(fields={"kind": _("Please choose what kind of device it is.")})


def _describe(device: Device, unit: Described) -> None:
    """Write down what was found; what the list said stays in ``declared``."""
    device.kind = unit.kind
    device.maker, device.model = unit.maker or device.maker, unit.model or device.model
    device.serial, device.serial_key = unit.serial or device.serial, unit_key(unit.serial) or device.serial_key


def change_device(*, device: Device, unit: Described, by: Actor) -> None:
    """Correct what a unit is said to be; what its donor's list said stays. Raises Invalid for another unit's serial."""
    policy.check(by, "device:work")
    device = hold_devices([device.id])[0]
    check_holder(device, by)
    _check_kind(unit)
    if device.state in _OUT_OF_HAND:
        raise Conflict(_("This device is not here any more, so its description stays as it is."))
    key = unit_key(unit.serial)
    if key is not None and key != device.serial_key:
        known = find_serials([key], partner_id=device.holder_id) | find_serials([key], partner_id=device.origin_id)
        if key in known:
            raise Invalid(fields={"serial": HERE % {"code": known[key][0]}})
    changed = [name for name in ("kind", "maker", "model", "serial") if getattr(device, name) != getattr(unit, name)]
    if not changed:
        return
    device.kind, device.maker, device.model = unit.kind, unit.maker, unit.model
    device.serial, device.serial_key, device.updated_at = unit.serial, key, clock.now()
    record("device.changed", by=by, subject=device, partner_id=device.holder_id, fields=changed)


_OUT_OF_HAND = frozenset({State.HANDED_OVER, State.LOST, State.RECYCLED, State.DISPOSED})
