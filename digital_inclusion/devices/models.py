"""Devices: what arrived from whom, each unit, where it has been, its data media, and how they were sanitized.

Units belong to the program. ``holder_id`` is the organization that has one now; custody changes hands, owners do not.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..foundation.database import Base, PartnerOwned
from .rules.states import State

_STATES = ", ".join(f"'{state.value}'" for state in State)


class Donation(PartnerOwned, Base):
    """A lot: what one donor gave or pledged at one time, and what arrived of it."""

    __tablename__ = "donations"
    __table_args__ = (CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    donor: Mapped[str] = mapped_column(String(200))  # a person or an organization
    donor_contact: Mapped[str | None] = mapped_column(String(254))
    received_on: Mapped[date | None]  # None: pledged
    note: Mapped[str | None] = mapped_column(String(500))
    manifest_name: Mapped[str | None] = mapped_column(String(200))  # what the file was called
    manifest_key: Mapped[str | None] = mapped_column(String(64))  # digest of the list: the same one is known again
    created_at: Mapped[datetime]
    created_by: Mapped[int]
    closed_at: Mapped[datetime | None]  # everything that came is taken in: what is still pledged did not come
    closed_by: Mapped[int | None]


class Device(Base):
    """One unit, under its asset tag."""

    __tablename__ = "devices"
    __table_args__ = (
        UniqueConstraint("origin_id", "serial_key", name="uq_devices_serial"),
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("state <> 'handed_over' OR fact_number IS NOT NULL", name="home_has_delivery"),
        CheckConstraint("functional IN ('F1', 'F2', 'F3', 'F4', 'F5', 'F6')", name="functional_known"),
        Index("ix_devices_holder_id_state", "holder_id", "state", "id"),
        Index("ix_devices_serial_key", "serial_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)  # the asset tag on its label
    origin_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))  # who took it in; never changes
    holder_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    donation_id: Mapped[int | None] = mapped_column(ForeignKey("donations.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    state_since: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12))
    maker: Mapped[str | None] = mapped_column(String(80))
    model: Mapped[str | None] = mapped_column(String(120))
    serial: Mapped[str | None] = mapped_column(String(80))  # as written
    serial_key: Mapped[str | None] = mapped_column(String(80))  # as compared
    declared: Mapped[dict[str, str] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # what the list said; None: not on it
    site: Mapped[str | None] = mapped_column(String(80))
    shelf: Mapped[str | None] = mapped_column(String(40))
    round: Mapped[int] = mapped_column(default=0)  # how often it entered quarantine; certificates are of a round
    media_listed: Mapped[bool] = mapped_column(default=False)  # its media are these and no others
    functional: Mapped[str | None] = mapped_column(String(2))
    cosmetic: Mapped[str | None] = mapped_column(String(2))
    offered_to_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)  # on its way to them
    fact_number: Mapped[int | None]  # the delivery by which it went to a home, the last one
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    media: Mapped[list["DataMedium"]] = relationship(back_populates="device", order_by="DataMedium.id")


class DeviceMove(Base):
    """One step of a unit: who, when, where, why. Never changed."""

    __tablename__ = "device_moves"
    __table_args__ = (Index("ix_device_moves_device_id", "device_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    from_state: Mapped[str | None] = mapped_column(String(12))  # None: it began here
    to_state: Mapped[str] = mapped_column(String(12))
    holder_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))  # who has it from then on
    site: Mapped[str | None] = mapped_column(String(80))
    shelf: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(300))
    moved_at: Mapped[datetime]
    moved_by: Mapped[int | None]  # None: the product itself


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
