"""Batches for a certified recycler, and the units in them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned
from .units import Device

_STILL_IN = text("left_at IS NULL")


class RecyclingBatch(PartnerOwned, Base):
    """What one recycler gets at one time: who that is, what it weighed, and the certificate of its end."""

    __tablename__ = "recycling_batches"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'sent', 'certified', 'void')", name="state_known"),
        CheckConstraint("certification IN ('r2', 'e_stewards')", name="certification_known"),
        CheckConstraint("weight_g > 0", name="weighs_something"),
        CheckConstraint("(sent_on IS NULL) = (sent_by IS NULL)", name="sent_by_somebody"),
        CheckConstraint("state IN ('open', 'void') OR sent_on IS NOT NULL", name="sent_is_dated"),
        CheckConstraint(
            "(state = 'certified') = (certificate_number IS NOT NULL AND file_id IS NOT NULL AND weight_g IS NOT NULL"
            " AND certified_at IS NOT NULL)",
            name="certificate_is_there",
        ),
        CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_has_reason"),
        Index("ix_recycling_batches_partner_id_state", "partner_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    recycler: Mapped[str] = mapped_column(String(200))
    certification: Mapped[str] = mapped_column(String(12))
    certification_number: Mapped[str] = mapped_column(String(60))
    certified_until: Mapped[date]  # the recycler's own certification
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    created_by: Mapped[int]
    sent_on: Mapped[date | None]
    sent_by: Mapped[int | None]
    weight_g: Mapped[int | None]  # as the recycler weighed it
    certificate_number: Mapped[str | None] = mapped_column(String(80))
    file_id: Mapped[int | None]  # the certificate as it came
    certified_at: Mapped[datetime | None]
    certified_by: Mapped[int | None]
    void_reason: Mapped[str | None] = mapped_column(String(300))
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[int | None]

    units: Mapped[list["RecyclingUnit"]] = relationship(back_populates="batch", order_by="RecyclingUnit.id")


class RecyclingUnit(Base):
    """One unit in a batch; one that was taken out again stays on record. Where the unit is seen, this is."""

    __tablename__ = "recycling_units"
    __table_args__ = (
        CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name="left_by_somebody"),
        Index(
            "uq_recycling_units_device_id", "device_id", unique=True,
            sqlite_where=_STILL_IN, postgresql_where=_STILL_IN,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("recycling_batches.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    added_at: Mapped[datetime]
    added_by: Mapped[int]
    left_at: Mapped[datetime | None]
    left_by: Mapped[int | None]

    batch: Mapped[RecyclingBatch] = relationship(back_populates="units")
    device: Mapped[Device] = relationship()
