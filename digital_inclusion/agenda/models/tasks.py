"""What is to be done for a household by a day."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned

_NOT_DONE = text("done_at IS NULL")


class Task(PartnerOwned, Base):
    """Something that somebody has to do for a household by a day. One open for each kind and thing."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done_has_outcome"),
        Index("uq_tasks_open", "kind", "thing", unique=True, sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
        Index("ix_tasks_due", "partner_id", "due_on", "id", sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
        Index("ix_tasks_household_id", "household_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    thing: Mapped[str] = mapped_column(String(24))  # what it is about, as its kind names it; never a name
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    owner_id: Mapped[int | None] = mapped_column(index=True)  # a person; None: whoever comes first
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]  # None: the product itself
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(String(200))  # of a task made by hand; erased with the household
    repeats: Mapped[str | None] = mapped_column(String(8))  # one of REPEATS; None: once
    began_on: Mapped[date | None]  # the day from which one that repeats is counted
