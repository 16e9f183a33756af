"""What happens with a device in a home: requests for repair, and asking whether it is still used."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned


class RepairRequest(PartnerOwned, Base):
    """A household says that its device does not work. Words and contact are blanked by erasure."""

    __tablename__ = "repair_requests"
    __table_args__ = (
        CheckConstraint("state IN ('sent', 'accepted', 'workshop', 'done', 'declined')", name="state_known"),
        CheckConstraint("source IN ('household', 'follow_up')", name="source_known"),
        CheckConstraint("(closed_at IS NULL) = (state NOT IN ('done', 'declined'))", name="closed_is_dated"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_has_outcome"),
        Index("ix_repair_requests_partner_id_state", "partner_id", "state", "id"),
        Index("ix_repair_requests_household_id", "household_id", "partner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))  # found by the index with the state
    code: Mapped[str] = mapped_column(String(12), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"), index=True)  # None: nobody knows which yet
    fact_number: Mapped[int | None]  # the hand-over by which they have it
    tag: Mapped[str | None] = mapped_column(String(80))  # as the household typed it
    trouble: Mapped[str] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(String(500))
    contact: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(16))  # of the page they wrote on
    source: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(20))
    sent_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None]
    workshop_at: Mapped[datetime | None]  # it came back to us
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None]


class FollowUp(PartnerOwned, Base):
    """One try to ask whether a device is still used, so many days after its hand-over."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("fact_number", "term_days", "try_number"),
        CheckConstraint("answer IN ('used', 'broken', 'given_back', 'lost', 'no_answer')", name="answer_known"),
        CheckConstraint("try_number BETWEEN 1 AND 3", name="three_tries"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    fact_number: Mapped[int]
    term_days: Mapped[int]
    try_number: Mapped[int]
    answer: Mapped[str] = mapped_column(String(12))
    asked_on: Mapped[date]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]
