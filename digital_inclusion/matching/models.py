"""Exact keys and likely pairs."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..foundation.database import Base


class MatchKey(Base):
    """A keyed fingerprint (HMAC) of matching fields of a record: kind name_birth_phone, name_birth_address, name_birth.

    A city table: kept, sealed, after erasure until the retention date, so that nobody is counted twice.
    """

    __tablename__ = "match_keys"
    __exempt__ = True
    __table_args__ = (Index("ix_match_keys_fingerprint", "fingerprint", "record_id"),)

    record_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(32), primary_key=True)


class CandidatePair(Base):
    """Two records that may be one household, and what a person said. ``record_a`` < ``record_b``. A city table."""

    __tablename__ = "candidate_pairs"
    __table_args__ = (
        UniqueConstraint("record_a", "record_b"),
        CheckConstraint("record_a < record_b", name="ordered"),
        CheckConstraint("state IN ('open', 'same', 'different')", name="state_known"),
        CheckConstraint("(decided_at IS NULL) = (state = 'open')", name="decision_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_a: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    record_b: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    because: Mapped[str] = mapped_column(String(60))  # key kinds, comma separated
    state: Mapped[str] = mapped_column(String(12), default="open", index=True)
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(300))
    link_fact: Mapped[int | None]
