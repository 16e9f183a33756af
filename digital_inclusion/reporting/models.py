"""What reporting keeps: previews of what another rulebook would change."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from ..foundation.database import Base


class ImpactPreview(Base):
    """How many stored households would hear another answer from another rulebook. Counts only, no household."""

    __tablename__ = "impact_previews"
    __exempt__ = True  # asking for it is audited; how far it has come is not
    __table_args__ = (CheckConstraint("state IN ('waiting', 'running', 'finished', 'stopped')", name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    from_book: Mapped[str] = mapped_column(String(80))  # names of folders
    to_book: Mapped[str] = mapped_column(String(80))
    on_day: Mapped[date | None]  # asked about this day; None: about each decision's own day
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    done: Mapped[int] = mapped_column(default=0)  # households
    total: Mapped[int] = mapped_column(default=0)
    flipped: Mapped[int] = mapped_column(default=0)  # households to whom any program would say something else
    flips: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    finished_at: Mapped[datetime | None]
