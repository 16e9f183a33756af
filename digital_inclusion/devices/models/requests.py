"""Requests of households for a device, and units held back for them."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned
from ...households.models import Household
from ..rules.requests import ENDINGS, RequestState
from .units import Device

_STATES = ", ".join(f"'{state.value}'" for state in RequestState)
_ENDINGS = ", ".join(f"'{code}'" for code in ENDINGS)
_OPEN = text("state IN ('waiting', 'reserved')")
_LIVE = text("ended_at IS NULL")


class DeviceRequest(PartnerOwned, Base):
    """A household needs a device of a kind. One open request for each household and kind."""

    __tablename__ = "device_requests"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("(state IN ('waiting', 'reserved')) = (closed_at IS NULL)", name="closed_is_dated"),
        Index(
            "uq_device_requests_open", "household_id", "kind", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index("ix_device_requests_queue", "partner_id", "state", "kind", "asked_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    needs: Mapped[list[str]] = mapped_column(JSON)  # codes of NEEDS
    keyboard: Mapped[str | None] = mapped_column(String(8))  # in which language, where the keyboard matters
    note: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(12))
    asked_on: Mapped[date]
    asked_by: Mapped[int | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None]
    closed_reason: Mapped[str | None] = mapped_column(String(12))  # why it was withdrawn
    fact_number: Mapped[int | None]  # the hand-over that fulfilled it

    household: Mapped[Household] = relationship()
    reservations: Mapped[list["Reservation"]] = relationship(back_populates="request", order_by="Reservation.id")


class Reservation(PartnerOwned, Base):
    """A unit held back for a request until a day; ended in one of ENDINGS."""

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (how IS NULL)", name="ended_in_a_way"),
        CheckConstraint(f"how IN ({_ENDINGS})", name="how_known"),
        Index("uq_reservations_device", "device_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("uq_reservations_request", "request_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_reservations_until_on", "until_on", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_reservations_request_id", "request_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("device_requests.id"))
    until_on: Mapped[date]  # the last day on which it is held back
    reason: Mapped[str | None] = mapped_column(String(300))  # why this unit, or why before others; None: as proposed
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None]  # None: the product itself, or not ended
    how: Mapped[str | None] = mapped_column(String(12))

    device: Mapped[Device] = relationship()
    request: Mapped[DeviceRequest] = relationship(back_populates="reservations")
