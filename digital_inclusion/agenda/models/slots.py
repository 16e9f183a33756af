"""Slots that an organization offers for appointments, and bookings of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned


class Slot(PartnerOwned, Base):
    """A span of time at a place in which an organization has room for so many."""

    __tablename__ = "slots"
    __table_args__ = (
        CheckConstraint("purpose IN ('drop_off', 'pick_up', 'hand_over')", name="purpose_known"),
        CheckConstraint("capacity BETWEEN 1 AND 1000", name="room_in_bounds"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
        Index("ix_slots_partner_id_purpose", "partner_id", "purpose", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    purpose: Mapped[str] = mapped_column(String(10))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200))
    capacity: Mapped[int]  # how many may come
    created_at: Mapped[datetime]
    created_by: Mapped[int]
    closed_at: Mapped[datetime | None]  # nobody can book it any more; who has booked may come
    closed_by: Mapped[int | None]


_BOOKED = "state = 'booked'"


class Booking(PartnerOwned, Base):
    """A place in a slot, taken for a thing: a lot that is brought, a device that is handed over."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("state IN ('booked', 'cancelled')", name="state_known"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_is_dated"),
        # a thing has one appointment at a time
        Index("uq_bookings_thing", "thing", unique=True, sqlite_where=text(_BOOKED), postgresql_where=text(_BOOKED)),
        Index("ix_bookings_slot_id", "slot_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    thing: Mapped[str] = mapped_column(String(12))  # its code; never a name
    state: Mapped[str] = mapped_column(String(10), default="booked")
    booked_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    slot: Mapped[Slot] = relationship()
