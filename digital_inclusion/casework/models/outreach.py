"""Outreach events, and what each said before it was changed. How many people were reached is no outcome."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned


class OutreachEvent(PartnerOwned, Base):
    """An event at which an organization told people of the program. Struck out, never deleted."""

    __tablename__ = "outreach_events"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('tabling', 'canvassing', 'class_demo', 'phone_bank', 'mailing', 'other')", name="kind_known"
        ),
        CheckConstraint("counted_by IN ('heads', 'estimate', 'leaflets')", name="way_of_counting_known"),
        CheckConstraint("reached >= 0 AND asked_help >= 0 AND asked_help <= reached", name="asked_are_among_reached"),
        CheckConstraint("(struck_at IS NULL) = (struck_by IS NULL)", name="struck_by_somebody"),
        Index("ix_outreach_events_happened_on", "happened_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    happened_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200))
    zip_code: Mapped[str | None] = mapped_column(String(10))
    district: Mapped[str | None] = mapped_column(String(20))
    languages: Mapped[list[str]] = mapped_column(JSON)
    reached: Mapped[int]
    counted_by: Mapped[str] = mapped_column(String(10))
    asked_help: Mapped[int]
    notes: Mapped[str | None] = mapped_column(Text)
    written_at: Mapped[datetime]
    written_by: Mapped[int]
    changed_at: Mapped[datetime | None]
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class OutreachRevision(PartnerOwned, Base):
    """What was written down of an event before it was changed: its fields as they stood. Never changed itself."""

    __tablename__ = "outreach_revisions"
    __table_args__ = (Index("ix_outreach_revisions_event_id", "event_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outreach_events.id"))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)  # every field by its name; days as "2026-03-31"
    replaced_at: Mapped[datetime]
    replaced_by: Mapped[int]
