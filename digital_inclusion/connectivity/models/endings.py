"""Announced ends of programs, and what each changed, so that it can be taken back exactly."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned

_STANDS = text("withdrawn_at IS NULL")


class ProgramEnd(Base):
    """A program pays for the last time on a day. One that stands for each program."""

    __tablename__ = "program_ends"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_somebody"),
        Index("uq_program_ends_program", "program", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    program: Mapped[str] = mapped_column(String(40))  # of the rulebook
    last_day: Mapped[date]  # on which it pays
    announced_on: Mapped[date]
    source: Mapped[str | None] = mapped_column(String(200))  # where it is written
    subsidies: Mapped[int]  # how many it ended
    entered_at: Mapped[datetime]
    entered_by: Mapped[int]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None]


class EndedSubsidy(PartnerOwned, Base):
    """A subsidy that the end of its program ended, and the last day that it had before."""

    __tablename__ = "ended_subsidies"
    __table_args__ = (Index("ix_ended_subsidies_end_id", "end_id", "subsidy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    end_id: Mapped[int] = mapped_column(ForeignKey("program_ends.id"))
    subsidy_id: Mapped[int] = mapped_column(ForeignKey("subsidies.id"), index=True)
    until_before: Mapped[date | None]
    reason_before: Mapped[str | None] = mapped_column(String(24))
