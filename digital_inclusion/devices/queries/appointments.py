"""Times at which households get their devices: those of a day, and the next day that has any."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from ...agenda.models import Booking, Slot
from ...agenda.queries.slots import BOOKED
from ...foundation.database import session
from ...foundation.kernel import clock
from ...households.models import Household
from ..models import Device, DeviceRequest, Reservation

HAND_OVER = "hand_over"  # what such slots are for


@dataclass(frozen=True, slots=True)
class HandOver:
    """A household that comes for its device. ``device``: None when none is held back any more."""

    slot: Slot
    request: DeviceRequest
    household: str
    household_code: str
    device: Device | None


def _booked(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Booking.state == BOOKED, Slot.purpose == HAND_OVER)
    )


def list_hand_overs(day: date) -> list[HandOver]:
    """Return who comes on the city's day, in the order of their times."""
    since = clock.end_of_day(day - timedelta(days=1))
    statement = (
        _booked(Slot, DeviceRequest, Household.head_name, Household.code, Device)
        .join(DeviceRequest, DeviceRequest.code == Booking.thing)
        .join(Household, Household.id == DeviceRequest.household_id)
        .outerjoin(Reservation, (Reservation.request_id == DeviceRequest.id) & Reservation.ended_at.is_(None))
        .outerjoin(Device, Device.id == Reservation.device_id)
        .where(Slot.starts_at >= since, Slot.starts_at < clock.end_of_day(day))
        .order_by(Slot.starts_at, Booking.id)
    )
    return [HandOver(*row) for row in session().execute(statement)]


def held_back() -> Select[Reservation, Device, Household, datetime | None]:
    """Return the statement that finds the devices held back for a household, and when it comes for its one (None: no
    appointment); those with the earliest day first."""
    return (
        select(Reservation, Device, Household, Slot.starts_at)
        .join(Device, Device.id == Reservation.device_id)
        .join(DeviceRequest, DeviceRequest.id == Reservation.request_id)
        .join(Household, Household.id == DeviceRequest.household_id)
        .outerjoin(Booking, (Booking.thing == DeviceRequest.code) & (Booking.state == BOOKED))
        .outerjoin(Slot, Slot.id == Booking.slot_id)
        .where(Reservation.ended_at.is_(None))
        .order_by(Slot.starts_at.is_(None), Slot.starts_at, Reservation.until_on, Reservation.id)
    )


def find_next_day(day: date) -> date | None:
    """Return the next day after ``day`` on which somebody comes."""
    later = _booked(Slot.starts_at).where(Slot.starts_at >= clock.end_of_day(day))
    first: datetime | None = session().scalars(later.order_by(Slot.starts_at, Slot.id).limit(1)).first()
    return clock.local(first).date() if first is not None else None
