"""Asking whether lines are still on: each try, the links by which households answer themselves, random samples."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned


class LineCheck(PartnerOwned, Base):
    """One try to ask whether a line is still on, so many days after it began. It counts nothing: a fact does."""

    __tablename__ = "line_checks"
    __table_args__ = (
        UniqueConstraint("fact_number", "term_days", "try_number"),
        CheckConstraint("way IN ('link', 'phone', 'visit')", name="way_known"),
        CheckConstraint("answer IN ('on', 'off', 'wrong_number', 'no_answer', 'refused')", name="answer_known"),
        CheckConstraint("(answered_on IS NULL) = (answer IN ('wrong_number', 'no_answer'))", name="answered_on_a_day"),
        Index("ix_line_checks_household_id", "household_id", "partner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    fact_number: Mapped[int] = mapped_column(ForeignKey("subscriptions.fact_number"))
    term_days: Mapped[int]
    try_number: Mapped[int]
    way: Mapped[str] = mapped_column(String(8))
    answer: Mapped[str] = mapped_column(String(12))
    asked_on: Mapped[date]
    answered_on: Mapped[date | None]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]  # None: the household itself, by its link
    said_fact: Mapped[int | None]  # the check or end that was posted for it


class CheckLink(Base):
    """A link by which a household answers for one line and term. Only the digest of its token is kept."""

    __tablename__ = "check_links"
    __table_args__ = (UniqueConstraint("fact_number", "term_days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)  # None: not sent yet
    fact_number: Mapped[int] = mapped_column(ForeignKey("subscriptions.fact_number"))
    term_days: Mapped[int]
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Sample(Base):
    """A random sample of the lines whose question came due in a period. Never changed: drawn again it is the same."""

    __tablename__ = "samples"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="period_in_order"),
        CheckConstraint("size > 0 AND size <= population", name="size_fits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    term_days: Mapped[int]
    from_on: Mapped[date]  # the first day on which the question came due
    to_on: Mapped[date]  # the last one
    population: Mapped[int]  # lines due then that were on when it was drawn
    size: Mapped[int]
    seed: Mapped[int]
    confidence: Mapped[int]  # percent, of the interval, as settled when it was drawn
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[int | None]


class SampleMember(PartnerOwned, Base):
    """A line that a sample drew."""

    __tablename__ = "sample_members"
    __table_args__ = (Index("ix_sample_members_fact_number", "fact_number", "sample_id"),)

    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id"), primary_key=True)
    fact_number: Mapped[int] = mapped_column(ForeignKey("subscriptions.fact_number"), primary_key=True)
