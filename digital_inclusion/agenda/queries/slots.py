"""Slots and bookings: one, lists, what is free. A reader sees the own organization's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import joinedload

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...partners.models import Partner
from ..models import Booking, Slot

PAGE = 50
MOST_OFFERED = 30  # times to choose from at once
BOOKED = "booked"


def _taken() -> ScalarSelect[int]:
    """Return the number of places taken in the slot of the statement around it."""
    booked = select(func.count(Booking.id)).where(Booking.slot_id == Slot.id, Booking.state == BOOKED)
    return booked.correlate(Slot).scalar_subquery()


def get_slot(code: str) -> Slot:
    """Return the slot; NotFound for another organization's."""
    found = session().scalars(select(Slot).where(Slot.code == code)).first()
    if found is None:
        raise NotFound
    return found


def hold_slot(code: str) -> Slot:
    """Return the slot as it stands, held until the commit; NotFound for another organization's."""
    held = select(Slot).where(Slot.code == code).with_for_update().execution_options(populate_existing=True)
    found = session().scalars(held).first()
    if found is None:
        raise NotFound
    return found


def count_taken(slot: Slot) -> int:
    """Return how many places of the slot are taken."""
    statement = select(func.count(Booking.id)).where(Booking.slot_id == slot.id, Booking.state == BOOKED)
    return session().scalar(statement) or 0


def is_offered(*, partner_id: int, purpose: str, starts_at: datetime) -> bool:
    """Return whether the organization has an open slot for the purpose that starts at the very same time."""
    same = select(Slot.id).where(
        Slot.partner_id == partner_id, Slot.purpose == purpose, Slot.starts_at == starts_at, Slot.closed_at.is_(None)
    )
    return session().scalar(same.order_by(Slot.id).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot in a list: whose it is, how many places are taken, and the codes of what for."""

    slot: Slot
    partner: str
    taken: int
    things: list[str]


def list_slots(*, now: datetime, past: bool = False, after: str | None = None) -> list[SlotRow]:
    """Return slots that are not over, the next first; ``past``: those that are, the last first.

    ``after`` is the code of the last one shown. One more than a page tells of a next one.
    """
    statement = select(Slot, Partner.name, _taken()).join(Partner, Partner.id == Slot.partner_id).limit(PAGE + 1)
    last = session().scalars(select(Slot).where(Slot.code == after)).first() if after else None
    place = Slot.starts_at, Slot.id
    if past:
        statement = statement.where(Slot.ends_at <= now).order_by(Slot.starts_at.desc(), Slot.id.desc())
    else:
        statement = statement.where(Slot.ends_at > now).order_by(*place)
    if last is not None:
        before = (Slot.starts_at < last.starts_at) if past else (Slot.starts_at > last.starts_at)
        beside = (Slot.id < last.id) if past else (Slot.id > last.id)
        statement = statement.where(before | ((Slot.starts_at == last.starts_at) & beside))
    rows = session().execute(statement).all()
    things = _things([slot.id for slot, _name, _count in rows])
    return [SlotRow(slot, name, taken or 0, things.get(slot.id, [])) for slot, name, taken in rows]


def _things(slot_ids: Collection[int]) -> dict[int, list[str]]:
    statement = select(Booking.slot_id, Booking.thing).where(Booking.slot_id.in_(slot_ids), Booking.state == BOOKED)
    found: dict[int, list[str]] = {}
    for slot_id, thing in session().execute(statement.order_by(Booking.id)):
        found.setdefault(slot_id, []).append(thing)
    return found


def list_things(slot: Slot) -> list[str]:
    """Return the codes of what the slot's places are taken for, the first first."""
    return _things([slot.id]).get(slot.id, [])


def list_free(*, partner_id: int, purpose: str, now: datetime, limit: int = MOST_OFFERED) -> list[Slot]:
    """Return the organization's slots that can be booked, the next first."""
    statement = (
        select(Slot)
        .where(
            Slot.partner_id == partner_id,
            Slot.purpose == purpose,
            Slot.starts_at > now,
            Slot.closed_at.is_(None),
            _taken() < Slot.capacity,
        )
        .order_by(Slot.starts_at, Slot.id)
        .limit(limit)
    )
    return list(session().scalars(statement))


def find_booking(thing: str) -> Booking | None:
    """Return the appointment that the thing has, with its slot; None where it has none."""
    statement = select(Booking).where(Booking.thing == thing, Booking.state == BOOKED).order_by(Booking.id.desc())
    return session().scalars(statement.limit(1)).first()


def find_bookings(things: Collection[str]) -> dict[str, Booking]:
    """Return the appointments that the things have, by their codes."""
    statement = (
        select(Booking)
        .where(Booking.thing.in_(sorted(things)), Booking.state == BOOKED)
        .options(joinedload(Booking.slot))
        .order_by(Booking.id)
    )
    return {one.thing: one for one in session().scalars(statement)}
