"""Households referred to another organization: where each stands, and the letter that the receiver gets."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned

_CLOSED = "state IN ('declined', 'taken_back', 'done')"


class HouseholdReferral(Base):
    """Where a referral stands, for both sides. No name, no contact, no words: those are in the receiver's letter."""

    __tablename__ = "household_referrals"
    __table_args__ = (
        CheckConstraint("state IN ('sent', 'accepted', 'declined', 'taken_back', 'done')", name="state_known"),
        CheckConstraint(f"(closed_at IS NOT NULL) = ({_CLOSED})", name="closed_is_dated"),
        CheckConstraint("from_partner_id <> to_partner_id", name="to_another"),
        CheckConstraint("(outcome IS NOT NULL) = (state = 'done')", name="done_has_outcome"),
        Index("ix_household_referrals_from_partner_id", "from_partner_id", "state", "id"),
        Index("ix_household_referrals_to_partner_id", "to_partner_id", "state", "id"),
        Index("ix_household_referrals_household_id", "household_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    from_partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    to_partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))  # the sender's record
    needs: Mapped[list[str]] = mapped_column(JSON)
    contact: Mapped[str] = mapped_column(String(8))  # which one went along: phone, email, none
    agreed_on: Mapped[date]
    agreed_way: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(10), default="sent")
    answer_by: Mapped[date]  # the last day on which the receiver is in time
    sent_at: Mapped[datetime]
    sent_by: Mapped[int]
    answered_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # the sender has a task because nobody answered in time
    reason: Mapped[str | None] = mapped_column(String(20))  # why declined, or taken back
    outcome: Mapped[str | None] = mapped_column(String(20))
    closed_at: Mapped[datetime | None]
    agreement_ended_at: Mapped[datetime | None]  # withdrawn or erased at the sender after it was accepted


class ReferralLetter(PartnerOwned, Base):
    """What the receiver gets of a referral: a name, one contact, a language, words. Blanked once nobody needs it."""

    __tablename__ = "referral_letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("household_referrals.id"), unique=True)
    name: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(String(500))
    blanked_at: Mapped[datetime | None]
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)  # the receiver's record
