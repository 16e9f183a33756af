"""The audit trail and its seals."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base


class AuditEvent(Base):
    """Something a person (or the product) did. Holds names of fields, codes and counts; never a person's data."""

    __tablename__ = "audit_events"
    __table_args__ = (
        CheckConstraint("user_id IS NOT NULL OR actor_name <> ''", name="somebody_did_it"),
        Index("ix_audit_events_subject", "subject_type", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    user_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(60), default="")  # only for commands and jobs
    partner_id: Mapped[int | None] = mapped_column(index=True)
    subject_type: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[int | None]
    posting: Mapped[int | None] = mapped_column(index=True)
    details: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)


class AuditSeal(Base):
    """A seal over all events up to ``last_event_id``: each seal's digest includes the one before it."""

    __tablename__ = "audit_seals"
    __exempt__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed_at: Mapped[datetime]
    last_event_id: Mapped[int] = mapped_column(ForeignKey("audit_events.id"), unique=True)
    events: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
