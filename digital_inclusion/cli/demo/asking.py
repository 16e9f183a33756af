"""The demo's households that asked for a device: two get a reservation, some wait. All invented."""

from datetime import timedelta

from sqlalchemy import select

from ...devices.actions.requesting import ask_for_device
from ...devices.actions.reserving import reserve_device
from ...devices.models import Device
from ...devices.queries.proposals import list_proposals
from ...devices.rules.requests import Wanted
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...households.models import Household
from ...progress.queries.deliveries import list_held
from ...progress.queries.served import Served, get_served
from .doing import Desk

_HELD = 2  # of those who asked
# kind, needs, keyboard, days ago
_ASKED = (
    ("laptop", ("video_classes",), None, 9),
    ("laptop", ("school", "battery"), None, 6),
    ("laptop", ("keyboard", "video_classes"), "vi", 5),
    ("tablet", (), None, 3),
    ("desktop", ("screen_reader",), None, 2),
    ("laptop", (), None, 1),
)
# camera, MB of memory, battery, keyboard; in turn
_KNOWN = ((True, 16_384, 91, "en"), (True, 8_192, 84, "es"), (None, 8_192, None, None), (False, 4_096, 62, "en"))


def fill_requests(desk: Desk) -> None:
    """Note what the workshop's units have, let households ask, and hold the best unit back for the first ones."""
    technician, _validator = desk.world.workshop
    partner_id = technician.partner_id or 0
    (by, *_others) = next(staff for staff in desk.world.staff.values() if staff and staff[0].partner_id == partner_id)
    units = session().scalars(
        select(Device).where(Device.state == "ready", Device.holder_id == partner_id).order_by(Device.id)
    )
    for number, unit in enumerate(units):
        known = _KNOWN[number % len(_KNOWN)]
        unit.has_camera, unit.memory_mb, unit.battery_percent, unit.keyboard = known
        record("device.changed", by=technician, subject=unit, partner_id=partner_id, fields=["memory_mb"])
    for place, (household, asked) in enumerate(zip(_without_one(partner_id), _ASKED, strict=False)):
        kind, needs, keyboard, days = asked
        with desk.at(desk.plan.until - timedelta(days=days)):
            wanted = Wanted(kind=kind, needs=needs, keyboard=keyboard)
            made = ask_for_device(household=household, wanted=wanted, by=by)
        if place < _HELD:
            with desk.at(desk.plan.until - timedelta(days=1)):
                reserve_device(code=made.code, scanned=list_proposals(made)[0].device.code, reason=None, by=by)


def _without_one(partner_id: int) -> list[Served]:
    """Return households of the partner that have no device from the program, the last enrolled first."""
    codes = session().scalars(
        select(Household.code)
        .where(Household.partner_id == partner_id, Household.erased_at.is_(None), Household.needs_device.is_(True))
        .order_by(Household.id.desc())
        .limit(200)
    )
    served = (get_served(code, even_undone=True) for code in codes.all())
    return [one for one in served if not list_held(one.id)][: len(_ASKED)]
