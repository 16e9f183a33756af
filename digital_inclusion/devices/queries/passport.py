"""The whole chain of one unit: where it came from, who had it, in which homes it was, how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...households.models import Household
from ...progress.models import FactRow
from ...progress.queries.deliveries import is_void, list_standing_about
from ...progress.rules.facts import Item, Kind
from ...progress.rules.units import is_serial, unit_key
from ..models import Device, DevicePart, Donation, RecyclingBatch, RepairRequest
from .recycling import find_batch_of
from .repairs import list_repairs_of
from .units import Step, get_device, list_steps


@dataclass(frozen=True, slots=True)
class Home:
    """A hand-over of the unit that one may see: whose, how it ended (None: it has not), whether it never was."""

    fact: FactRow
    household_code: str
    end: FactRow | None
    is_void: bool


@dataclass(frozen=True, slots=True)
class PartTaken:
    """A part that was taken out, and the tag of the unit it works in now."""

    part: DevicePart
    used_in: str | None


@dataclass(frozen=True, slots=True)
class Passport:
    """Everything on record about a unit, oldest first. What belongs to another organization is left out."""

    device: Device
    lot: Donation | None
    steps: Sequence[Step]
    parts: Sequence[PartTaken]
    homes: Sequence[Home]
    repairs: Sequence[RepairRequest]
    batch: RecyclingBatch | None


def get_passport(code: str, *, by: Actor) -> Passport:
    """Return the unit's chain; NotFound for one that ``by`` does not see."""
    device = get_device(code, by=by)
    lot = select(Donation).where(Donation.id == device.donation_id)
    return Passport(
        device=device,
        lot=session().scalars(lot).first(),
        steps=list_steps(device.id)[::-1],
        parts=list_parts_taken(device.id),
        homes=list_homes(device),
        repairs=list_repairs_of(device.id),
        batch=find_batch_of(device),
    )


def list_parts_taken(device_id: int) -> list[PartTaken]:
    """Return the parts that were taken out of a unit, in order."""
    statement = (
        select(DevicePart, Device.code)
        .outerjoin(Device, Device.id == DevicePart.used_in_id)
        .where(DevicePart.device_id == device_id)
        .order_by(DevicePart.id)
    )
    return [PartTaken(*row) for row in session().execute(statement)]


def list_homes(device: Device) -> list[Home]:
    """Return the unit's hand-overs that one may see, by number: by its tag, its serial, and the last one."""
    keys = [unit_key(device.code)]
    if device.serial_key and is_serial(device.serial_key):
        keys.append(device.serial_key)
    statement = (
        select(FactRow, Household.code)
        .join(Household, Household.id == FactRow.record_id)
        .where(
            FactRow.kind == Kind.DELIVERY.value,
            FactRow.item == Item.DEVICE.value,
            or_(FactRow.unit_key.in_(keys), FactRow.number == device.fact_number),
        )
        .order_by(FactRow.number)
    )
    return [_home(fact, code) for fact, code in session().execute(statement).all()]


def _home(fact: FactRow, code: str) -> Home:
    ends = [one for one in list_standing_about(fact.number) if one.kind == Kind.END.value]
    return Home(fact, code, ends[-1] if ends else None, is_void(fact.number))
