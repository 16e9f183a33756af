"""The record: household, members, addresses, consents, enrollments, eligibility decisions, drafts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..foundation.database import Base, PartnerOwned
from .rules import standing_purposes


def _owner() -> Mapped[int]:
    """Return the owner's column without an index of its own: SQLite would prefer it to the household's, and read
    all rows of a partner to find those of one household."""
    return mapped_column(ForeignKey("partners.id"))


def _by_household(table: str) -> Index:
    """Return the index that finds the rows of a household, with or without the owner's condition."""
    return Index(f"ix_{table}_household_id", "household_id", "partner_id")


class Household(PartnerOwned, Base):
    """A partner's record of people living together as one economic unit. Personal columns are blanked by erasure."""

    __tablename__ = "households"
    __table_args__ = (
        UniqueConstraint("partner_id", "reference"),
        Index("ix_households_partner_id_id", "partner_id", "id"),
        Index("ix_households_phone_e164", "phone_e164", "partner_id"),
        Index("ix_households_partner_id_head_name", "partner_id", "head_name", "id"),
        CheckConstraint("(erased_at IS NULL) = (erased_by IS NULL)", name="erasure_has_author"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _owner()
    code: Mapped[str] = mapped_column(String(12), unique=True)  # read aloud on the phone
    reference: Mapped[str | None] = mapped_column(String(80))  # the partner's own number for it
    head_name: Mapped[str] = mapped_column(String(200), default="")  # the head member's, for lists
    phone: Mapped[str | None] = mapped_column(String(40))  # as given
    phone_e164: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    safe_contact: Mapped[str | None] = mapped_column(String(20))  # phone, text, email, in_person, none
    contact_note: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(16))
    needs_device: Mapped[bool | None]
    needs_connection: Mapped[bool | None]
    needs_skills: Mapped[bool | None]
    populations: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # self-declared; None: not asked
    navigator_id: Mapped[int | None] = mapped_column(index=True)  # whose caseload
    team_id: Mapped[int | None] = mapped_column(index=True)
    import_batch_id: Mapped[int | None] = mapped_column(index=True)
    content_hash: Mapped[str | None] = mapped_column(String(64))  # of the last import row, keyed
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    erased_at: Mapped[datetime | None]
    erased_by: Mapped[int | None]

    members: Mapped[list["Member"]] = relationship(order_by="Member.id", cascade="all, delete-orphan")
    addresses: Mapped[list["HouseholdAddress"]] = relationship(order_by="HouseholdAddress.id")
    consents: Mapped[list["Consent"]] = relationship(order_by="Consent.id")
    enrollments: Mapped[list["Enrollment"]] = relationship(order_by="Enrollment.id")

    __mapper_args__ = {"version_id_col": version}


class Member(PartnerOwned, Base):
    """A person in a household; exactly one is the head. A one-word name is a name; a birth date may be unknown."""

    __tablename__ = "members"
    __table_args__ = (_by_household("members"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _owner()
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    name: Mapped[str] = mapped_column(String(200))
    birth_date: Mapped[date | None]
    is_head: Mapped[bool] = mapped_column(default=False)
    left_on: Mapped[date | None]


class HouseholdAddress(PartnerOwned, Base):
    """Where a household lives from a day. Never changed: a correction is a new row that replaces (fact voided)."""

    __tablename__ = "household_addresses"
    __table_args__ = (_by_household("household_addresses"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _owner()
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    from_on: Mapped[date]
    fixed: Mapped[bool] = mapped_column(default=True)
    line: Mapped[str | None] = mapped_column(String(200))
    unit: Mapped[str | None] = mapped_column(String(60))
    city: Mapped[str | None] = mapped_column(String(80))
    zip_code: Mapped[str | None] = mapped_column(String(10))
    district: Mapped[str | None] = mapped_column(String(20))
    description: Mapped[str | None] = mapped_column(Text)  # "no fixed address": where to find them
    in_city: Mapped[bool | None]
    fact_number: Mapped[int | None] = mapped_column(index=True)


class Consent(PartnerOwned, Base):
    """What the household agreed to: purposes, text version, language, how given, when; and when withdrawn."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_by IS NULL)", name="withdrawal_has_author"),
        _by_household("consents"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _owner()
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    purposes: Mapped[list[str]] = mapped_column(JSON)
    text_version: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(16))
    way: Mapped[str] = mapped_column(String(30))  # signed_paper, signed_screen, spoken, attested_by_partner
    given_on: Mapped[date]
    expires_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_by: Mapped[int | None]
    withdrawn_purposes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    fact_number: Mapped[int | None] = mapped_column(index=True)

    @property
    def standing_purposes(self) -> frozenset[str]:
        """Return what for it stands."""
        return standing_purposes(self.purposes, self.withdrawn_purposes, self.withdrawn_on)


class Enrollment(PartnerOwned, Base):
    """A household taken into service under a grant on a date, with consent."""

    __tablename__ = "enrollments"
    __table_args__ = (
        CheckConstraint("closed_on IS NULL OR closed_on >= enrolled_on", name="period_in_order"),
        _by_household("enrollments"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _owner()
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grants.id"))
    enrolled_on: Mapped[date]
    closed_on: Mapped[date | None]
    closed_reason: Mapped[str | None] = mapped_column(String(40))
    fact_number: Mapped[int | None] = mapped_column(index=True)


class EligibilityRuling(Base):
    """The answers of every program with reasons and sources, as one rulebook gave them. Names no household: those of
    whom the same can be said share one. Never changed; how it is written: ``eligibility/rules/stored.py``."""

    __tablename__ = "eligibility_rulings"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # of everything below
    version: Mapped[str] = mapped_column(String(40))
    fingerprint: Mapped[str] = mapped_column(String(64))  # of the rulebook's files
    programs: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class EligibilityDecision(PartnerOwned, Base):
    """What a household was told by the rules of a day, and the facts that this rests on. Never changed: what is
    learned later is a new row. Erased with the household."""

    __tablename__ = "eligibility_decisions"
    __table_args__ = (Index("ix_eligibility_decisions_household_id", "household_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _owner()
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    decided_on: Mapped[date]  # by the rules of this day
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # and "answers": casework/rules/having.py
    ruling_id: Mapped[int] = mapped_column(ForeignKey("eligibility_rulings.id"))
    fact_number: Mapped[int | None]  # of the enrollment it was made for; None: something was learned later
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]

    ruling: Mapped[EligibilityRuling] = relationship()


class SearchTerm(PartnerOwned, Base):
    """One folded word of a name, a phone's digits or a code: what finding a household reads. Erased with the person."""

    __tablename__ = "search_terms"
    __exempt__ = True
    __table_args__ = (
        Index("ix_search_terms_term", "term", "household_id"),
        Index("ix_search_terms_partner_id_term", "partner_id", "term", "household_id"),
    )

    partner_id: Mapped[int] = _owner()
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True)
    term: Mapped[str] = mapped_column(
        String(80).with_variant(String(80, collation="C"), "postgresql"), primary_key=True
    )  # byte order, so that the words that begin alike stand together


class Draft(PartnerOwned, Base):
    """A half-finished form, kept for its author alone until saved or thrown away."""

    __tablename__ = "drafts"
    __exempt__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(30))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    values: Mapped[dict[str, object]] = mapped_column(JSON)
    referral_id: Mapped[int | None] = mapped_column(index=True)  # the request for help it was filled in from
    letter_id: Mapped[int | None] = mapped_column(index=True)  # or the letter of another organization
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
