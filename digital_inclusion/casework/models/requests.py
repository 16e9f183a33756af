"""Requests for help, the organizations that take them in, and where each was passed on."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned


class Intake(Base):
    """What requests a partner takes: in which languages, from which districts, how many at a time."""

    __tablename__ = "intakes"
    __table_args__ = (CheckConstraint("most_open BETWEEN 1 AND 1000", name="room_in_bounds"),)

    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    takes_requests: Mapped[bool] = mapped_column(default=False)
    languages: Mapped[list[str]] = mapped_column(JSON)
    districts: Mapped[list[str]] = mapped_column(JSON)  # none: everywhere
    most_open: Mapped[int]
    phone: Mapped[str | None] = mapped_column(String(40))  # the organization's own, shown to residents
    updated_at: Mapped[datetime]


class HelpRequest(Base):
    """A resident's request for help, without name and contact: those are in the referral to whoever has it.

    ``partner_id`` is the organization that has it now; it changes when the request moves on.
    """

    __tablename__ = "help_requests"
    __table_args__ = (
        CheckConstraint(
            "state IN ('received', 'accepted', 'waiting', 'done', 'declined', 'withdrawn')", name="state_known"
        ),
        CheckConstraint("(closed_at IS NULL) = (state IN ('received', 'accepted', 'waiting'))", name="closed_is_dated"),
        CheckConstraint("(state = 'waiting') = (waits_for IS NOT NULL)", name="waiting_says_for_what"),
        Index("ix_help_requests_partner_id_state", "partner_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)  # read aloud on the phone
    pin_hash: Mapped[str] = mapped_column(String(200))
    shown_digest: Mapped[str] = mapped_column(String(64), index=True)  # of the token of the browser that sent it
    state: Mapped[str] = mapped_column(String(10))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    with_since: Mapped[datetime]
    asked_partners: Mapped[list[int]] = mapped_column(JSON)  # who has had it; never chosen again by itself
    escalated: Mapped[bool] = mapped_column(default=False)  # nobody answered in time; the city has it
    language: Mapped[str | None] = mapped_column(String(16))
    needs_device: Mapped[bool | None]
    needs_connection: Mapped[bool | None]
    needs_skills: Mapped[bool | None]
    zip_code: Mapped[str | None] = mapped_column(String(10))
    district: Mapped[str | None] = mapped_column(String(20))
    consent_text_version: Mapped[str] = mapped_column(String(40))
    consent_language: Mapped[str] = mapped_column(String(16))
    consented_at: Mapped[datetime]
    waits_for: Mapped[str | None] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    erasure_asked_at: Mapped[datetime | None]  # the partner is asked to erase the household's record


class Referral(PartnerOwned, Base):
    """A request passed to a partner. Passing it on blanks this one and makes a new one that names it."""

    __tablename__ = "referrals"
    __table_args__ = (Index("ix_referrals_request_id", "request_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    previous_id: Mapped[int | None]  # the referral it was passed on from, another partner's
    name: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str | None] = mapped_column(String(40))  # as given
    phone_e164: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # it moved on or was closed; name and contact are blank since
