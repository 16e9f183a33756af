"""Note what a test of a unit showed, item by item."""

from collections.abc import Mapping

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotAllowed
from ..models import Device, DeviceCheck
from ..queries.checks import results_of
from ..queries.units import get_device, hold_devices
from ..rules.checklists import CHECKLISTS, Result, check_results, failed, sees_and_hears
from .moving import check_holder


def note_checks(*, code: str, results: Mapping[str, str], rest_works: bool, by: Actor) -> Device:
    """Note ``results`` (item: what it showed); with ``rest_works`` every other item of the checklist works.

    Raises Conflict unless the unit is being tested.
    """
    policy.check(by, "device:work")
    if by.user_id is None:
        raise NotAllowed
    (device,) = hold_devices([get_device(code, by=by).id])
    check_holder(device, by)
    told = {**dict.fromkeys(CHECKLISTS[device.kind] if rest_works else (), Result.WORKS.value), **results}
    check_results(device.state, device.kind, told)
    now = clock.now()
    for item, result in told.items():
        row = DeviceCheck(
            device_id=device.id, round=device.round, item=item, result=result, checked_at=now, checked_by=by.user_id
        )
        session().add(row)
    session().flush()
    shown = results_of(device)
    seen = sees_and_hears(shown)
    device.has_camera, device.updated_at = device.has_camera if seen is None else seen, now
    record(
        "device.tested",
        by=by,
        subject=device,
        partner_id=device.holder_id,
        items=len(told),
        failed=failed(device.kind, shown),
    )
    return device
