"""Parts: what was taken out of a unit to be used again."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base


class DevicePart(Base):
    """One part taken out of a unit. It stays with who took it out, or goes with the unit that it works in."""

    __tablename__ = "device_parts"
    __table_args__ = (
        Index("ix_device_parts_code", "code", unique=True),
        CheckConstraint("weight_g > 0", name="weighs_something"),
        CheckConstraint("(used_in_id IS NULL) = (used_at IS NULL)", name="used_is_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), index=True)  # whose part it was
    code: Mapped[str | None] = mapped_column(String(12))
    holder_id: Mapped[int | None] = mapped_column(index=True)  # the organization on whose shelf it lies
    kind: Mapped[str] = mapped_column(String(12))
    description: Mapped[str | None] = mapped_column(String(120))
    weight_g: Mapped[int | None]
    taken_at: Mapped[datetime]
    taken_by: Mapped[int]
    used_in_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"), index=True)  # in which unit it works now
    used_at: Mapped[datetime | None]
