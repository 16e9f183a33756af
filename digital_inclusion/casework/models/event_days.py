"""Event days: what somebody takes along to where there is no network, and what came back from there."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...devices.models import Device
from ...foundation.database import Base, PartnerOwned
from ...households.models import Household
from ...skills.models import ClassSession
from ..rules.event_days import CONFLICT


class EventDay(PartnerOwned, Base):
    """A day at a distribution or class, prepared by one person, who alone loads it and sends what was done there."""

    __tablename__ = "event_days"
    __table_args__ = (Index("ix_event_days_prepared_by", "prepared_by", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    happens_on: Mapped[date]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("class_sessions.id"))
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[int]
    loaded_at: Mapped[datetime | None]  # onto a computer, the last time
    sent_at: Mapped[datetime | None]  # from there, the last time that something new came

    lesson: Mapped[ClassSession | None] = relationship()
    homes: Mapped[list["EventDayHome"]] = relationship(order_by="EventDayHome.id")


class EventDayHome(PartnerOwned, Base):
    """A household that is expected, and the device reserved for it when the day was prepared."""

    __tablename__ = "event_day_homes"
    __table_args__ = (UniqueConstraint("event_day_id", "device_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_day_id: Mapped[int] = mapped_column(ForeignKey("event_days.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))

    household: Mapped[Household] = relationship()
    device: Mapped[Device] = relationship()


class EventDayItem(PartnerOwned, Base):
    """One tap, by the key made at the tap, and what became of it. The first outcome stands; a replay returns it."""

    __tablename__ = "event_day_items"
    __table_args__ = (
        UniqueConstraint("event_day_id", "key"),
        CheckConstraint("kind IN ('hand_over', 'present')", name="kind_known"),
        CheckConstraint("result IN ('taken', 'already', 'conflict')", name="result_known"),
        CheckConstraint("result <> 'conflict' OR reason IS NOT NULL", name="conflict_has_reason"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_day_id: Mapped[int] = mapped_column(ForeignKey("event_days.id"))
    key: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(12))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))  # None: we know no such household
    member_id: Mapped[int | None]
    tapped_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(300))  # a sentence of ours, its values beside it
    reason_values: Mapped[dict[str, str]] = mapped_column(JSON)
    fact_number: Mapped[int | None]
    sent_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # a conflict that somebody has looked at and dealt with by hand
    settled_by: Mapped[int | None]

    household: Mapped[Household | None] = relationship()

    @property
    def needs_somebody(self) -> bool:
        """Return whether it could not be recorded, and nobody has dealt with it by hand yet."""
        return self.result == CONFLICT and self.settled_at is None
