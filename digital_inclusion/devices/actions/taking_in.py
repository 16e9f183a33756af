"""Take units in: those a manifest names, and those nobody named."""

from dataclasses import dataclass

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid, NotAllowed
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...progress.rules.deliveries import DEVICE_KINDS
from ...progress.rules.units import unit_key
from ..models import Device, Donation
from ..queries.units import find_by_serial
from ..rules.states import State
from .moving import Place, step


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A unit as somebody describes it."""

    kind: str
    serial: str | None = None
    maker: str | None = None
    model: str | None = None


def take_in_device(*, donation: Donation | None, unit: Described, place: Place, by: Actor) -> Device:
    """Take a unit in and put it into quarantine; return it.

    A pledged unit of the same serial becomes this one. Raises Invalid for a serial that was taken in already.
    """
    policy.check(by, "device:work", donation)
    if by.partner_id is None:
        raise NotAllowed
    if unit.kind not in DEVICE_KINDS:
        raise Invalid(fields={"kind": _("Please choose what kind of device it is.")})
    key = unit_key(unit.serial)
    device = find_by_serial(key, origin_id=by.partner_id) if key else None
    if device is not None and device.state != State.PLEDGED:
        raise Invalid(_("This serial number is here already, as device %(code)s."), code=device.code)
    if device is None:
        device = new_device(unit, donation=donation, partner_id=by.partner_id)
    elif donation is not None:
        device.donation_id = donation.id
    _describe(device, unit)
    step(device, State.RECEIVED, place, by)
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


def _describe(device: Device, unit: Described) -> None:
    """Write down what was found; what the manifest said stays in ``declared``."""
    device.kind = unit.kind
    device.maker, device.model = unit.maker or device.maker, unit.model or device.model
    device.serial, device.serial_key = unit.serial or device.serial, unit_key(unit.serial) or device.serial_key
