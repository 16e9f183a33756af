"""Say which data media are in a unit: list one, take one out, declare the list complete."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...progress.rules.units import unit_key
from ..models import DataMedium, Device
from ..queries.media import find_held_media, hold_device, medium_at
from ..queries.units import media_in
from ..rules.erasures import SeenMedium, check_serial
from ..rules.sanitizing import MEDIA
from ..rules.states import IN_STOCK, State
from .moving import check_holder
from .sanitizing import settle

MOST = 30  # media of one unit, those taken out included
_CLOSED = frozenset({State.RECEIVED, State.RETURNED})  # it goes to quarantine first


def list_medium(*, code: str, medium: SeenMedium, by: Actor) -> DataMedium:
    """Add a medium to the unit's list. The list has to be declared complete again."""
    policy.check(by, "device:work")
    device = _open(code, by)
    added = add_medium(device, medium, by=by)
    device.media_listed = False
    record("media.listed", by=by, subject=device, partner_id=device.holder_id, media=len(media_in(device)))
    return added


def correct_medium(*, code: str, place: int, medium: SeenMedium, by: Actor) -> DataMedium:
    """Describe a listed medium anew: a slip of the pen, as long as nothing was noted on it."""
    policy.check(by, "device:work")
    device = _open(code, by)
    listed = medium_at(device, place)
    if listed.sanitizations:
        raise Conflict(_("Something was noted on this medium already. It stays as it was described then."))
    _describe(listed, medium, device, by)
    record("media.listed", by=by, subject=device, partner_id=device.holder_id, corrected=place)
    return listed


def declare_media(*, code: str, by: Actor) -> Device:
    """Say that the listed media, or none, are in the unit, and no others."""
    policy.check(by, "device:work")
    device = _open(code, by)
    declare(device, by=by)
    return device


def remove_medium(*, code: str, place: int, by: Actor) -> DataMedium:
    """Note that a medium was taken out of the unit. It still needs its own end, and the list a new look."""
    policy.check(by, "device:work")
    device = _open(code, by)
    medium = medium_at(device, place)
    if medium.removed_at is not None:
        raise Conflict(_("This medium is taken out already."))
    medium.removed_at, medium.removed_by, medium.removed_round = clock.now(), by.user_id, device.round
    device.media_listed = False
    record("medium.removed", by=by, subject=medium, partner_id=device.holder_id)
    return medium


def _open(code: str, by: Actor) -> Device:
    device = hold_device(code, by=by)
    check_holder(device, by)
    check_open(device)
    return device


def check_open(device: Device) -> None:
    """Raise Conflict unless somebody can look into the unit: it is here, and was put into quarantine."""
    if device.state not in IN_STOCK or device.state in _CLOSED:
        raise Conflict(_("This device is not in quarantine or later. Its media cannot be listed now."))


def declare(device: Device, *, by: Actor) -> None:
    """Write down that the list is complete; a unit whose media are all certified goes on by itself."""
    policy.check(by, "device:work")
    device.media_listed, device.updated_at = True, clock.now()
    record("media.listed", by=by, subject=device, partner_id=device.holder_id, complete=True)
    settle(device, by=by)


def add_medium(device: Device, medium: SeenMedium, *, by: Actor) -> DataMedium:
    """Add a medium to a held unit; raise Invalid for one that is listed already, here or in another unit."""
    policy.check(by, "device:work")
    if len(device.media) >= MOST:
        raise Invalid(_("That is more media than one device can have. Please check the asset tag."))
    added = DataMedium(created_at=clock.now())
    _describe(added, medium, device, by)
    device.media.append(added)
    session().flush()
    return added


def _describe(listed: DataMedium, medium: SeenMedium, device: Device, by: Actor) -> None:
    if medium.kind not in MEDIA:
        raise Invalid(fields={"kind": _("Please choose what it is.")})
    key = unit_key(medium.serial)
    if medium.serial and key and key != listed.serial_key:
        check_serial(medium.serial)
        _check_elsewhere(device, key, by)
    listed.kind, listed.maker, listed.model = medium.kind, medium.maker, medium.model
    listed.serial, listed.serial_key, listed.size_mb = medium.serial, key, medium.size_mb
    device.updated_at = clock.now()


def _check_elsewhere(device: Device, key: str, by: Actor) -> None:
    """Raise Invalid for a serial that is listed in this unit, or that sits in another one."""
    for other in find_held_media([key], by=by):
        if other.device_id == device.id and other.removed_at is None:
            raise Invalid(_("A medium with this serial number is on the list already."))
        if other.device_id != device.id and other.removed_at is None and other.device.state in IN_STOCK:
            raise Invalid(
                _("This medium is listed in device %(code)s. If it is here now, take it out of that list first."),
                code=other.device.code,
            )
