"""Complaints, appeals and requests for correction: where each stands, what was written, what a partner said to it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned


class Grievance(Base):
    """Where a complaint, an appeal or a request for correction stands. It holds no word of what was written.

    ``partner_id`` is the organization that answers it; it changes when the thing is passed on.
    """

    __tablename__ = "grievances"
    __table_args__ = (
        CheckConstraint("kind IN ('complaint', 'appeal', 'correction')", name="kind_known"),
        CheckConstraint("way IN ('page', 'phone', 'in_person')", name="way_known"),
        CheckConstraint("state IN ('received', 'looking', 'answered', 'closed')", name="state_known"),
        CheckConstraint("outcome IN ('upheld', 'partly', 'not_upheld', 'withdrawn')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (state IN ('received', 'looking'))", name="ended_says_how"),
        CheckConstraint("(state = 'looking') = (owner_id IS NOT NULL)", name="looked_at_by_somebody"),
        CheckConstraint("(closed_at IS NULL) = (state <> 'closed')", name="closed_is_dated"),
        CheckConstraint("(changed_what IS NULL) = (changed_on IS NULL)", name="change_is_dated"),
        Index("ix_grievances_partner_id_state", "partner_id", "state", "id"),
        Index("ix_grievances_household_id", "household_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)  # read aloud on the phone
    pin_hash: Mapped[str] = mapped_column(String(200))
    shown_digest: Mapped[str] = mapped_column(String(64), index=True)  # of the token of the browser that sent it
    kind: Mapped[str] = mapped_column(String(12))
    way: Mapped[str] = mapped_column(String(10))
    language: Mapped[str | None] = mapped_column(String(16))  # None: erased
    state: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(12))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"))  # None: they do not know
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    owner_id: Mapped[int | None]
    answered_by: Mapped[int | None]
    noted_by: Mapped[int | None]  # who wrote it down for somebody who called or came
    asked_partner_id: Mapped[int | None]  # the organization that was asked for its side
    received_on: Mapped[date]
    acknowledge_by: Mapped[date]
    answer_by: Mapped[date]
    acknowledged_on: Mapped[date | None]
    first_answered_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    reopened_on: Mapped[date | None]
    changed_what: Mapped[str | None] = mapped_column(String(40))  # what was changed because of it: an audit name
    changed_event: Mapped[int | None]  # the audit event that recorded the change
    changed_on: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    erase_when_closed: Mapped[bool] = mapped_column(default=False)  # the household's record was erased meanwhile


class GrievanceWords(PartnerOwned, Base):
    """What was written, how to reach who wrote it, and the answer. Passing it on blanks this and makes a new one."""

    __tablename__ = "grievance_words"
    __table_args__ = (Index("ix_grievance_words_grievance_id", "grievance_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    text: Mapped[str | None] = mapped_column(Text)  # None: erased, or it moved on
    phone: Mapped[str | None] = mapped_column(String(40))  # as given
    phone_e164: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    typed_code: Mapped[str | None] = mapped_column(String(40))  # of a household or a request, as they wrote it
    answer: Mapped[str | None] = mapped_column(Text)  # in their language
    answer_english: Mapped[str | None] = mapped_column(Text)
    disagreement: Mapped[str | None] = mapped_column(Text)  # why they do not agree with the first answer
    earlier_answer: Mapped[str | None] = mapped_column(Text)  # the answer they did not agree with
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class GrievanceSide(PartnerOwned, Base):
    """What a partner was asked about a complaint, in words written for it, and what it said. It sees nothing else."""

    __tablename__ = "grievance_sides"
    __table_args__ = (
        CheckConstraint("(said_at IS NULL) = (said_by IS NULL)", name="said_by_somebody"),
        Index("ix_grievance_sides_grievance_id", "grievance_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    question: Mapped[str | None] = mapped_column(Text)  # None: erased
    answer: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int]
    said_at: Mapped[datetime | None]
    said_by: Mapped[int | None]
