"""Appointments with households, and when each was before it was moved."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned

_PLANNED = text("state = 'planned'")


class Appointment(PartnerOwned, Base):
    """A time at which somebody of the organization meets or calls a household."""

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'kept', 'missed', 'cancelled')", name="state_known"),
        CheckConstraint("place IN ('ours', 'home', 'phone', 'video')", name="place_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(settled_at IS NULL) = (state = 'planned')", name="settled_is_dated"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
        # a second click, also from another page, makes no second one
        Index(
            "uq_appointments_planned", "household_id", "owner_id", "starts_at",
            unique=True, sqlite_where=_PLANNED, postgresql_where=_PLANNED,
        ),
        Index("ix_appointments_owner_id", "owner_id", "starts_at", "id"),
        Index("ix_appointments_household_id", "household_id", "starts_at", "id"),
        Index("ix_appointments_state", "partner_id", "state", "starts_at", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    owner_id: Mapped[int]  # whoever meets or calls them
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(8))
    purpose: Mapped[str] = mapped_column(String(12))
    words: Mapped[str | None] = mapped_column(String(200))  # erased with the household
    state: Mapped[str] = mapped_column(String(10), default="planned")
    sequence: Mapped[int] = mapped_column(default=0)  # how often it was changed; calendars ask for it
    created_at: Mapped[datetime]
    created_by: Mapped[int]
    changed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None]
    reminder_id: Mapped[int | None]  # the message that reminds the household, the last one
    reminded_for: Mapped[datetime | None]  # the start of which it tells; None: moved since, so a new one is due
    reminder_refusal: Mapped[str | None] = mapped_column(String(16))  # one of REFUSALS: why none was written


class AppointmentMove(PartnerOwned, Base):
    """When, where and with whom an appointment was before it was moved. Never changed, never deleted."""

    __tablename__ = "appointment_moves"
    __table_args__ = (Index("ix_appointment_moves_appointment_id", "appointment_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"))
    owner_id: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(8))
    moved_at: Mapped[datetime]
    moved_by: Mapped[int]
