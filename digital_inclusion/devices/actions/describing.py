"""Say what a unit is made of and which system is on it; take over what a snapshot found."""

from collections.abc import Collection, Mapping

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ..models import Device
from ..queries.media import hold_device
from ..queries.units import unit_of
from ..rules.snapshots import Found
from ..rules.specs import FIELDS, LABELS, Value, check_refurbishers, check_specs, print_of
from ..rules.states import IN_STOCK
from .moving import check_holder


def specs_of(device: Device) -> dict[str, Value]:
    """Return what is noted of the unit, by column."""
    return {name: getattr(device, name) for name in LABELS}


def differences(device: Device) -> dict[str, tuple[Value, Value]]:
    """Return by column what is noted and what the last snapshot found, where the two differ."""
    found: Mapping[str, Value] = device.found or {}
    return {
        name: (getattr(device, name), found[name])
        for name in FIELDS[device.kind]
        if name in found and found[name] != getattr(device, name)
    }


def note_specs(*, code: str, values: Mapping[str, Value], seen: str, attested: bool, by: Actor) -> Device:
    """Write down ``values`` by column; ``seen`` is the print of those that were looked at.

    Raises Conflict when somebody changed them meanwhile. ``attested``: what the refurbisher's license asks is so.
    """
    policy.check(by, "device:work")
    device = _open(code, by)
    if print_of(specs_of(device)) != seen:
        raise Conflict(_("Somebody changed these specifications meanwhile. Compare them, then save again."))
    describe(device, values, attested=attested, by=by)
    return device


def take_over(*, code: str, names: Collection[str], by: Actor) -> Device:
    """Put what the last snapshot found in place of what is noted, for the columns ``names``."""
    policy.check(by, "device:work")
    device = _open(code, by)
    different = differences(device)
    if not names or set(names) - different.keys():
        raise Conflict(_("These differences are gone. Please look at them again."))
    describe(device, {name: different[name][1] for name in names}, attested=False, by=by)
    return device


def _open(code: str, by: Actor) -> Device:
    device = hold_device(code, by=by)
    check_holder(device, by)
    check_here(device)
    return device


def check_here(device: Device) -> None:
    """Raise Conflict for a unit that is not in the house."""
    if device.state not in IN_STOCK:
        raise Conflict(_("This device is not here, so its description stays as it is."))


def describe(device: Device, values: Mapping[str, Value], *, attested: bool, by: Actor) -> list[str]:
    """Write ``values`` on a held unit; return the columns that changed."""
    policy.check(by, "device:work")
    changed = [name for name, value in values.items() if value != getattr(device, name)]
    if not changed:
        return []
    check_specs(device.kind, device.state, specs_of(device) | dict(values), changed=set(changed))
    if values.get("licence") == "refurbisher" and {"system", "licence"} & set(changed):
        unit = unit_of(device)
        check_refurbishers(device.kind, attested=attested, clean=unit.media_listed and not unit.uncertified)
    for name in changed:
        setattr(device, name, values[name])
    device.updated_at = clock.now()
    record("device.specified", by=by, subject=device, partner_id=device.holder_id, fields=changed)
    return changed


def describe_empty(device: Device, values: Mapping[str, Value], *, attested: bool, by: Actor) -> list[str]:
    """Write ``values`` on a held unit; raise Invalid where that would overwrite what is noted already."""
    policy.check(by, "device:work")
    other = [name for name, value in values.items() if getattr(device, name) not in (None, value)]
    if other:
        raise Invalid(
            _("It has another value already for “%(name)s”. Change that on its own page."), name=LABELS[other[0]]
        )
    return describe(device, values, attested=attested, by=by)


def take_found(device: Device, found: Found, *, by: Actor) -> list[str]:
    """Keep what a snapshot says of a held unit, and fill with it what nobody has noted; return what was filled.

    What somebody noted stays; where the two differ, the page of specifications shows both.
    """
    policy.check(by, "device:work")
    fit = {name: value for name, value in found.items() if name in FIELDS[device.kind]}
    if not fit or fit == device.found:
        return []
    device.found = fit
    record("device.specified", by=by, subject=device, partner_id=device.holder_id, found=sorted(fit))
    return describe(
        device, {name: value for name, value in fit.items() if getattr(device, name) is None}, attested=False, by=by
    )
