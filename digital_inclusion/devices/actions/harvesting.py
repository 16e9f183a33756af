"""Take parts out of units, and use them in others. A part is in one place at a time."""

from dataclasses import dataclass

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ..models import Device, DevicePart
from ..queries.media import hold_device
from ..queries.parts import get_part, hold_part, list_parts
from ..queries.units import certificate_of, find_seen, hold_devices, media_in
from ..rules.parts import OPEN_UNITS, check_taking, check_using, check_weights
from ..rules.scanning import check_scan
from .moving import check_holder


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """A part as somebody describes it. ``weight_g``: grams, None when nobody weighed it."""

    kind: str
    description: str | None = None
    weight_g: int | None = None


def take_part(*, code: str, new: NewPart, by: Actor) -> DevicePart:
    """Take a part out of the unit and lay it on the shelf."""
    policy.check(by, "device:work")
    device = hold_device(code, by=by)
    check_holder(device, by)
    if by.user_id is None:
        raise NotAllowed
    _check(device, new, besides=None)
    part = DevicePart(
        device_id=device.id,
        code=new_code(),
        holder_id=device.holder_id,
        kind=new.kind,
        description=new.description,
        weight_g=new.weight_g,
        taken_at=clock.now(),
        taken_by=by.user_id,
    )
    session().add(part)
    record("part.taken", by=by, subject=part, partner_id=device.holder_id, kind=new.kind, device=device.id)
    return part


def change_part(*, code: str, new: NewPart, by: Actor) -> DevicePart:
    """Describe a part on the shelf anew: a slip of the pen."""
    policy.check(by, "device:work")
    seen = get_part(code, by=by)
    hold_devices([seen.origin.id])
    part = hold_part(code, by=by)
    if part.used_in_id is not None:
        raise Conflict(_("This part is in use. Take it out first."))
    _check(seen.origin, new, besides=part, taken=True)
    part.kind, part.description, part.weight_g = new.kind, new.description, new.weight_g
    record("part.changed", by=by, subject=part, partner_id=part.holder_id)
    return part


def _check(device: Device, new: NewPart, *, besides: DevicePart | None, taken: bool = False) -> None:
    chips = [one for one in media_in(device) if one.kind == "flash" and certificate_of(one, device.round) is None]
    check_taking("harvested" if taken else device.state, new.kind, new.description, chips_uncertified=bool(chips))
    out = [
        row.part.weight_g
        for row in list_parts(device)
        if row.part.device_id == device.id and row.part.used_in_id != device.id and row.part is not besides
    ]
    check_weights(device.weight_g, [*out, new.weight_g])


def use_part(*, code: str, scanned: str, by: Actor) -> tuple[DevicePart, Device]:
    """Put a part from the shelf into the scanned unit; return both. The unit it came from will do too."""
    policy.check(by, "device:work")
    check_scan(scanned)
    target = find_seen(scanned, by=by)
    if target is None:
        raise Invalid(fields={"scanned": _("We know no device with this tag or serial number here.")})
    (device,) = hold_devices([target.id])
    check_holder(device, by)
    part = hold_part(code, by=by)
    inside = get_part(code, by=by).used_in
    check_using(device.state, in_another=inside)
    part.used_in_id, part.used_at = device.id, clock.now()
    record("part.used", by=by, subject=part, partner_id=part.holder_id, device=device.id)
    return part, device


def shelve_part(*, code: str, by: Actor) -> DevicePart:
    """Take a part out of the unit in which it works, and lay it back on the shelf."""
    policy.check(by, "device:work")
    used_in = get_part(code, by=by).part.used_in_id
    held = hold_devices([used_in] if used_in is not None else [])
    part = hold_part(code, by=by)
    if not held or part.used_in_id != held[0].id:
        raise Conflict(_("This part is on the shelf, or in another device by now."))
    check_holder(held[0], by)
    if held[0].state not in OPEN_UNITS:
        raise Conflict(_("The device is closed and used. Put it into repair first."))
    part.used_in_id = part.used_at = None
    record("part.shelved", by=by, subject=part, partner_id=part.holder_id, device=held[0].id)
    return part
