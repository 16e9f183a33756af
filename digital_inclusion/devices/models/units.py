"""Units: what arrived from whom, what each is, and where it has been.

Units belong to the program. ``holder_id`` is the organization that has one now; custody changes hands, owners do not.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned
from ..rules.matching import NOTHING_KNOWN, fits_of
from ..rules.states import State

if TYPE_CHECKING:
    from .media import DataMedium

_STATES = ", ".join(f"'{state.value}'" for state in State)
_FREE = text("state = 'ready' AND offered_to_id IS NULL")


def _of_free_units(name: str, *columns: str) -> Index:
    """Return an index of the units that can be reserved: proposals read the first few of each class in it."""
    return Index(name, *columns, sqlite_where=_FREE, postgresql_where=_FREE)


class Donation(PartnerOwned, Base):
    """A lot: what one donor gave or pledged at one time, and what arrived of it."""

    __tablename__ = "donations"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
        CheckConstraint("donor_kind IN ('person', 'organization')", name="donor_kind_known"),
        CheckConstraint("way IN ('drop_off', 'pick_up', 'call')", name="way_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    donor: Mapped[str] = mapped_column(String(200))  # a person or an organization
    donor_contact: Mapped[str | None] = mapped_column(String(254))
    donor_kind: Mapped[str | None] = mapped_column(String(12))  # None: nobody asked
    way: Mapped[str | None] = mapped_column(String(10))  # how it comes: brought, fetched, or "call me"
    pick_up_at: Mapped[str | None] = mapped_column(String(300))  # where it is fetched
    received_on: Mapped[date | None]  # None: pledged
    note: Mapped[str | None] = mapped_column(String(500))
    manifest_name: Mapped[str | None] = mapped_column(String(200))  # what the file was called
    manifest_key: Mapped[str | None] = mapped_column(String(64))  # digest of the list: the same one is known again
    created_at: Mapped[datetime]
    created_by: Mapped[int]  # 0: the public page
    closed_at: Mapped[datetime | None]  # everything that came is taken in: what is still pledged did not come
    closed_by: Mapped[int | None]


class Device(Base):
    """One unit, under its asset tag."""

    __tablename__ = "devices"
    __table_args__ = (
        UniqueConstraint("origin_id", "serial_key", name="uq_devices_serial"),
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("state <> 'handed_over' OR fact_number IS NOT NULL", name="home_has_delivery"),
        CheckConstraint("battery_percent BETWEEN 0 AND 100", name="battery_is_a_share"),
        CheckConstraint("weight_g > 0", name="weighs_something"),
        CheckConstraint("functional IN ('F1', 'F2', 'F3', 'F4', 'F5', 'F6')", name="functional_known"),
        CheckConstraint("(assigned_to IS NULL) = (assigned_at IS NULL)", name="assigned_is_dated"),
        Index("ix_devices_holder_id_state", "holder_id", "state", "id"),
        Index("ix_devices_bench", "holder_id", "state", "assigned_to", "state_since", "id"),
        Index("ix_devices_serial_key", "serial_key"),
        _of_free_units("ix_devices_free", "holder_id", "kind", "fits", "ready_at", "id"),
        _of_free_units("ix_devices_free_keyboard", "holder_id", "kind", "keyboard", "fits", "ready_at", "id"),
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
    grade_reason: Mapped[str | None] = mapped_column(String(300))  # why it is better than the tests say
    processor: Mapped[str | None] = mapped_column(String(120))
    memory_mb: Mapped[int | None]
    storage_gb: Mapped[int | None]
    screen_tenths: Mapped[int | None]  # the diagonal in tenths of an inch
    battery_percent: Mapped[int | None]  # what a full charge holds today, of what it held when new
    has_camera: Mapped[bool | None]  # camera and microphone work; None: nobody has looked
    keyboard: Mapped[str | None] = mapped_column(String(8))  # its layout's language
    system: Mapped[str | None] = mapped_column(String(80))  # the operating system on it now
    licence: Mapped[str | None] = mapped_column(String(80))  # by which licence it is on it; never a key
    weight_g: Mapped[int | None]  # as weighed; None: nobody did
    found: Mapped[dict[str, str | int] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # what the last snapshot said of it, by column
    assigned_to: Mapped[int | None]  # the technician who has it on the table
    assigned_at: Mapped[datetime | None]
    offered_to_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)  # on its way to them
    fact_number: Mapped[int | None]  # the delivery by which it went to a home, the last one
    ready_at: Mapped[datetime | None]  # since when it is in stock; being reserved in between does not change it
    fits: Mapped[int] = mapped_column(default=NOTHING_KNOWN)  # what it has that people ask for, as one number
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    media: Mapped[list["DataMedium"]] = relationship(back_populates="device", order_by="DataMedium.id")


@event.listens_for(Device, "before_insert")
@event.listens_for(Device, "before_update")
def _keep_what_it_fits(_mapper: object, _connection: object, device: Device) -> None:
    """Keep the class of the unit in step with what is known of it, whoever writes that down."""
    device.fits = fits_of(device)


class DeviceMove(Base):
    """One step of a unit: who, when, where, why. Never changed."""

    __tablename__ = "device_moves"
    __table_args__ = (
        Index("ix_device_moves_device_id", "device_id", "id"),
        Index("ix_device_moves_to_state", "holder_id", "to_state", "moved_at"),
    )

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
