"""Data media of units, and how each was sanitized."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base
from .units import Device


class DataMedium(Base):
    """Something in a unit that keeps data when it is switched off."""

    __tablename__ = "data_media"
    __table_args__ = (
        CheckConstraint("(removed_at IS NULL) = (removed_round IS NULL)", name="removed_in_a_round"),
        Index("ix_data_media_serial_key", "serial_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    maker: Mapped[str | None] = mapped_column(String(80))
    model: Mapped[str | None] = mapped_column(String(120))
    serial: Mapped[str | None] = mapped_column(String(80))
    serial_key: Mapped[str | None] = mapped_column(String(80))
    size_mb: Mapped[int | None]
    removed_at: Mapped[datetime | None]  # taken out of the unit; it still needs its own end
    removed_by: Mapped[int | None]
    removed_round: Mapped[int | None]  # the unit's round in which it was taken out
    created_at: Mapped[datetime]

    device: Mapped[Device] = relationship(back_populates="media")
    sanitizations: Mapped[list["Sanitization"]] = relationship(back_populates="medium", order_by="Sanitization.id")


class Sanitization(Base):
    """One try to make the data on a medium unreachable, its verification and validation. Accepted: a certificate."""

    __tablename__ = "sanitizations"
    __table_args__ = (
        CheckConstraint("method IN ('clear', 'purge', 'destroy')", name="method_known"),
        CheckConstraint("verdict IN ('accept', 'repeat', 'escalate')", name="verdict_known"),
        CheckConstraint("(verdict IS NULL) = (validated_at IS NULL)", name="validated_is_dated"),
        CheckConstraint(
            "certificate IS NULL OR (succeeded AND verified AND verdict = 'accept')", name="certificate_is_earned"
        ),
        CheckConstraint(
            "validated_by IS NULL OR (validated_by <> performed_by AND validated_by <> verified_by)",
            name="validated_by_another",
        ),
        Index("ix_sanitizations_medium_id", "medium_id", "id"),
        UniqueConstraint("medium_id", "report_key", name="uq_sanitizations_report"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    medium_id: Mapped[int] = mapped_column(ForeignKey("data_media.id"))
    round: Mapped[int]  # of the unit when it was done
    method: Mapped[str] = mapped_column(String(8))
    technique: Mapped[str] = mapped_column(String(30))
    tool: Mapped[str] = mapped_column(String(80))
    tool_version: Mapped[str | None] = mapped_column(String(40))
    weaker_reason: Mapped[str | None] = mapped_column(String(300))  # why not Purge, though it leaves our control
    performed_at: Mapped[datetime]
    performed_by: Mapped[int]
    succeeded: Mapped[bool]
    source: Mapped[str] = mapped_column(String(12))  # typed, or which kind of report
    report_key: Mapped[str | None] = mapped_column(String(64))  # digest of the report's entry: read twice, kept once
    verification: Mapped[str | None] = mapped_column(String(10))
    verified: Mapped[bool | None]  # None: nobody has looked
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None]
    verdict: Mapped[str | None] = mapped_column(String(8))
    validated_at: Mapped[datetime | None]
    validated_by: Mapped[int | None]
    verdict_reason: Mapped[str | None] = mapped_column(String(300))
    certificate: Mapped[str | None] = mapped_column(String(12), unique=True)  # its number, once accepted
    destination: Mapped[str | None] = mapped_column(String(12))  # where the medium goes next: reuse, recycle, destroy
    created_at: Mapped[datetime]

    medium: Mapped[DataMedium] = relationship(back_populates="sanitizations")
