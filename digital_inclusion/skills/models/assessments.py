"""How well somebody could do things before a class, after it, and later."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned
from ...households.models import Member


class Assessment(PartnerOwned, Base):
    """One assessment that a person took: by our own scale, or a named one that the program knows, with its fact when
    it was passed. Deleted with the household's data; the fact stays."""

    __tablename__ = "assessments"
    __table_args__ = (
        CheckConstraint("stage IN ('before', 'after', 'follow_up')", name="stage_known"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score_in_bounds"),
        CheckConstraint("score IS NOT NULL OR passed IS NOT NULL", name="has_a_result"),
        Index("ix_assessments_household_id", "household_id", "id"),
        Index("uq_assessments_fact_number", "fact_number", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    stage: Mapped[str] = mapped_column(String(10))
    name: Mapped[str | None] = mapped_column(String(60))  # as the program's settings name it; None: our own scale
    score: Mapped[int | None]  # of 100
    passed: Mapped[bool | None]
    taken_on: Mapped[date]
    noted_at: Mapped[datetime]
    noted_by: Mapped[int | None]
    fact_number: Mapped[int | None]
    voided_at: Mapped[datetime | None]  # its fact was voided on the household's page

    member: Mapped[Member] = relationship()
