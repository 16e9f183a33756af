"""Facts, the ledger, its sums, and what is derived for lists. Guarded in the database (see ``guards.py``)."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ..foundation.database import Base, PartnerOwned


class ProgramVersion(Base):
    """A loaded version of the settings file. Append-only; counting uses the one in force at a posting."""

    __tablename__ = "program_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    posting: Mapped[int] = mapped_column(unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[str] = mapped_column(String(120))
    is_demo: Mapped[bool] = mapped_column(default=False)


def _where_named(column: str) -> Index:
    """Return an index of the facts that name something in ``column``; most name nothing there."""
    named = text(f"{column} IS NOT NULL")
    return Index(f"ix_facts_{column}", column, sqlite_where=named, postgresql_where=named)


_LOOKED_FOR = ("refers_to", "other_record_id", "batch_id", "unit_key", "document_key", "loan_due_on")


class FactRow(PartnerOwned, Base):
    """What happened. Counting columns never change; personal columns (below) may only be blanked."""

    __tablename__ = "facts"
    __table_args__ = (
        Index("ix_facts_record_id", "record_id", "number"),
        *(_where_named(name) for name in _LOOKED_FOR),
        CheckConstraint(
            "kind IN ('enrolled', 'consent', 'withdrawal', 'address', 'delivery', 'already_had', 'eligibility', 'end',"
            " 'check', 'decision', 'answer', 'void', 'link', 'split')",
            name="kind_known",
        ),
        CheckConstraint("kind NOT IN ('decision', 'answer', 'void', 'split') OR refers_to IS NOT NULL", name="refers"),
        CheckConstraint("kind NOT IN ('delivery', 'already_had', 'check') OR item IS NOT NULL", name="item_named"),
        CheckConstraint("kind <> 'link' OR other_record_id IS NOT NULL", name="link_has_two"),
        CheckConstraint("item <> 'device' OR kind = 'check' OR device_kind IS NOT NULL", name="device_kind_named"),
        CheckConstraint(
            "item <> 'line' OR kind = 'check' OR (down_kbps IS NOT NULL AND up_kbps IS NOT NULL)",
            name="line_speed_named",
        ),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes_not_negative"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    posting: Mapped[int] = mapped_column(ForeignKey("postings.number"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    # no index of its own: SQLite would prefer it to the record's, and read all facts of a partner for one household
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    record_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    occurred_on: Mapped[date]
    entered_by: Mapped[int | None]
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grants.id"))
    item: Mapped[str | None] = mapped_column(String(10))
    device_kind: Mapped[str | None] = mapped_column(String(12))
    donated: Mapped[bool | None]
    passport_complete: Mapped[bool | None]
    loan_due_on: Mapped[date | None]
    down_kbps: Mapped[int | None]
    up_kbps: Mapped[int | None]
    member_id: Mapped[int | None]
    minutes: Mapped[int | None]
    assessment: Mapped[str | None] = mapped_column(String(60))
    positive: Mapped[bool | None]
    zip_code: Mapped[str | None] = mapped_column(String(10))
    district: Mapped[str | None] = mapped_column(String(20))
    fixed: Mapped[bool | None]
    in_city: Mapped[bool | None]
    refers_to: Mapped[int | None]
    other_record_id: Mapped[int | None]
    self_verified: Mapped[bool] = mapped_column(default=False)
    # not counted, not personal
    batch_id: Mapped[int | None]  # import batch
    unit_key: Mapped[str | None] = mapped_column(String(80))  # folded serial or asset tag
    provider: Mapped[str | None] = mapped_column(String(80))
    plan: Mapped[str | None] = mapped_column(String(80))
    price_cents: Mapped[int | None]
    topic: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(40))  # code: why ended, voided, linked
    evidence_type: Mapped[str | None] = mapped_column(String(30))
    evidence_seen_on: Mapped[date | None]
    document_key: Mapped[str | None] = mapped_column(String(32))  # many facts rest on one document
    # personal: may be blanked, never changed otherwise
    evidence_seen_by: Mapped[str | None] = mapped_column(String(120))
    evidence_reference: Mapped[str | None] = mapped_column(String(200))
    evidence_file_id: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(Text)


PERSONAL_COLUMNS = ("evidence_seen_by", "evidence_reference", "evidence_file_id", "note")


class PostingRow(Base):
    """One transaction's heading in the ledger. Numbers have no gaps and follow the commits."""

    __tablename__ = "postings"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    recorded_by: Mapped[int | None]
    cause: Mapped[str] = mapped_column(String(60))
    settings_fingerprint: Mapped[str] = mapped_column(String(64))
    facts: Mapped[int]
    entries: Mapped[int]


class EntryRow(Base):
    """A line under a posting: +1 or -1 for an identity's milestone on a day."""

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint("sign IN (-1, 1)", name="one_at_a_time"),
        Index("ix_entries_identity", "identity"),
        Index("ix_entries_day", "milestone", "aspect", "occurred_on", "posting", "sign"),  # a figure needs no more
        Index("ix_entries_posting", "posting"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    posting: Mapped[int] = mapped_column(ForeignKey("postings.number"))
    identity: Mapped[int]
    milestone: Mapped[str] = mapped_column(String(24))
    aspect: Mapped[str] = mapped_column(String(10))
    sign: Mapped[int]
    occurred_on: Mapped[date]
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    grant_id: Mapped[int | None]
    district: Mapped[str] = mapped_column(String(20))


class LedgerHead(Base):
    """The single row a posting takes last and holds to its commit: the last posting and fact numbers."""

    __tablename__ = "ledger_head"
    __exempt__ = True
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting: Mapped[int]
    fact: Mapped[int]
    recorded_at: Mapped[datetime]


class CubeCell(Base):
    """Current knowledge: net entries by milestone, aspect, partner, district; by month, and by day from the open month.

    Filters read it. What was the open month when an entry was posted decides: days before it have no day cells.
    """

    __tablename__ = "cube"
    __exempt__ = True
    __table_args__ = {"sqlite_with_rowid": False}  # clustered by its key: pages read ranges of it

    grain: Mapped[str] = mapped_column(String(5), primary_key=True)  # month, day
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    milestone: Mapped[str] = mapped_column(String(24), primary_key=True)
    aspect: Mapped[str] = mapped_column(String(10), primary_key=True)
    partner_id: Mapped[int] = mapped_column(primary_key=True)
    district: Mapped[str] = mapped_column(String(20), primary_key=True)
    net: Mapped[int]


class MarginCell(Base):
    """One margin per dashboard panel (total, partner, district) of the cube, with the same grains."""

    __tablename__ = "margins"
    __exempt__ = True
    __table_args__ = {"sqlite_with_rowid": False}

    panel: Mapped[str] = mapped_column(String(10), primary_key=True)
    grain: Mapped[str] = mapped_column(String(5), primary_key=True)  # month, day
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    milestone: Mapped[str] = mapped_column(String(24), primary_key=True)
    aspect: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(20), primary_key=True)  # "", partner id, district
    net: Mapped[int]


class RecordIdentity(Base):
    """The identity of a record that stands in a link; every other record is its own identity. Derived."""

    __tablename__ = "record_identities"
    __exempt__ = True

    record_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True)
    identity: Mapped[int] = mapped_column(index=True)


class Standing(PartnerOwned, Base):
    """Where a record stands, derived at each posting, for lists: milestone days, and why it does not count."""

    __tablename__ = "standings"
    __exempt__ = True
    __table_args__ = (
        Index("ix_standings_reason", "reason", "since"),
        Index("ix_standings_connected", "connected_verified_on", "record_id"),
    )

    record_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True)
    identity: Mapped[int] = mapped_column(index=True)
    linked: Mapped[bool] = mapped_column(default=False)  # also served elsewhere
    device_verified_on: Mapped[date | None]
    connectivity_verified_on: Mapped[date | None]
    skills_verified_on: Mapped[date | None]
    connected_verified_on: Mapped[date | None]
    connected_pending_on: Mapped[date | None]
    connected_until: Mapped[date | None]  # current up to (not including) this day; None: not, or open-ended
    connected_open: Mapped[bool] = mapped_column(default=False)  # current without an end
    skills_sustained_on: Mapped[date | None]
    district: Mapped[str] = mapped_column(String(20), default="unknown")
    reason: Mapped[str | None] = mapped_column(String(40))  # why it does not count (verified connected); None: counts
    owed_by: Mapped[str | None] = mapped_column(String(12))
    since: Mapped[date | None]
    details: Mapped[dict[str, object] | None] = mapped_column(JSON)


class ReasonCell(Base):
    """How many records do not count, by partner, district and reason: sums over the standings, kept at each posting."""

    __tablename__ = "reason_cells"
    __exempt__ = True
    __table_args__ = {"sqlite_with_rowid": False}

    partner_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    district: Mapped[str] = mapped_column(String(20), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40), primary_key=True)
    households: Mapped[int]


class Proof(PartnerOwned, Base):
    """The state of one fact's evidence, for the verifiers' queue. Derived from decisions, answers and voids."""

    __tablename__ = "proofs"
    __exempt__ = True
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'questioned', 'answered', 'confirmed', 'void')", name="state_known"),
        Index("ix_proofs_queue", "state", "since", "fact_number"),
        Index("ix_proofs_document", "document_key", "state"),
    )

    fact_number: Mapped[int] = mapped_column(ForeignKey("facts.number"), primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    since: Mapped[datetime]
    document_key: Mapped[str | None] = mapped_column(String(32))
    item: Mapped[str] = mapped_column(String(10))
    question: Mapped[str | None] = mapped_column(Text)  # the verifier's sentence
    answer: Mapped[str | None] = mapped_column(Text)


class PublishedFigure(Base):
    """A figure as it was published: the same question asked again must give the same answer."""

    __tablename__ = "published_figures"
    __table_args__ = (UniqueConstraint("month", "milestone", "aspect"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(index=True)
    as_of: Mapped[date]
    posting: Mapped[int]
    milestone: Mapped[str] = mapped_column(String(24))
    aspect: Mapped[str] = mapped_column(String(10))
    value: Mapped[int]
    exact: Mapped[bool]  # False: repeats the last one, because it changed by too little to be shown
    published_at: Mapped[datetime]


class UnitOut(Base):
    """A unit that was handed over and has not come back. A city table.

    Its key, a maker's serial or a partner's tag (``held_key``), makes the database refuse that one unit is in two homes
    at once (rule 2).
    """

    __tablename__ = "units_out"
    __exempt__ = True

    unit_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    fact_number: Mapped[int] = mapped_column(unique=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
