"""Classes that a partner gives, and the sessions of each."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned


class TrainingClass(PartnerOwned, Base):
    """A class: what is learned, in which language, where, and for how many. Its days are its sessions'."""

    __tablename__ = "classes"
    __table_args__ = (
        CheckConstraint("seats BETWEEN 1 AND 1000", name="seats_in_bounds"),
        Index("ix_classes_partner_id", "partner_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    topic: Mapped[str] = mapped_column(String(80))  # goes into the facts of those who came
    language: Mapped[str] = mapped_column(String(16))
    place: Mapped[str] = mapped_column(String(200))
    seats: Mapped[int]
    is_open: Mapped[bool]  # shown to residents, who may ask for a seat
    description: Mapped[str | None] = mapped_column(Text)  # public; names nobody
    created_at: Mapped[datetime]
    created_by: Mapped[int]

    sessions: Mapped[list["ClassSession"]] = relationship(order_by="(ClassSession.starts_at, ClassSession.id)")


class ClassSession(PartnerOwned, Base):
    """One meeting of a class. A canceled one stays on record; nobody can have come to it."""

    __tablename__ = "class_sessions"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(canceled_at IS NULL) = (canceled_by IS NULL)", name="canceled_by_somebody"),
        CheckConstraint("(noted_at IS NULL) = (revision = 0)", name="noted_has_revision"),
        CheckConstraint("canceled_at IS NULL OR noted_at IS NULL", name="canceled_or_noted"),
        Index("ix_class_sessions_class_id", "class_id", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str | None] = mapped_column(String(200))  # None: where the class is
    canceled_at: Mapped[datetime | None]
    canceled_by: Mapped[int | None]
    noted_at: Mapped[datetime | None]  # when its attendance was written down last
    noted_by: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=0)  # of its attendance: whoever saves says which one they saw

    course: Mapped[TrainingClass] = relationship(overlaps="sessions")
