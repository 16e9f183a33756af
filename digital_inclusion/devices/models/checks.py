"""Tests of units: what each item showed. Never changed: a later test of the same item stands above an earlier one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base


class DeviceCheck(Base):
    """What one item of the checklist showed in one test."""

    __tablename__ = "device_checks"
    __table_args__ = (
        CheckConstraint("result IN ('works', 'fails', 'absent')", name="result_known"),
        Index("ix_device_checks_device_id", "device_id", "round", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    round: Mapped[int]  # of the unit when it was tested
    item: Mapped[str] = mapped_column(String(16))
    result: Mapped[str] = mapped_column(String(8))
    checked_at: Mapped[datetime]
    checked_by: Mapped[int]
