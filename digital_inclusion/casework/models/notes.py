"""Notes on households, and what each said before it was changed."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned


class Note(PartnerOwned, Base):
    """What somebody wrote down about a household. Plain text; blanked by erasure, never deleted."""

    __tablename__ = "notes"
    __table_args__ = (
        CheckConstraint("kind IN ('call', 'visit', 'message', 'plan', 'other')", name="kind_known"),
        CheckConstraint("(struck_at IS NULL) = (struck_by IS NULL)", name="struck_by_somebody"),
        Index("ix_notes_household_id", "household_id", "happened_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[str] = mapped_column(String(8))
    happened_on: Mapped[date]
    text: Mapped[str | None] = mapped_column(Text)  # None: erased
    sensitive: Mapped[bool]
    team_ids: Mapped[list[int]] = mapped_column(JSON)  # the writer's teams when it was written or last changed
    written_at: Mapped[datetime]
    written_by: Mapped[int]
    changed_at: Mapped[datetime | None]
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class NoteRevision(PartnerOwned, Base):
    """What a note said before it was changed. Never changed itself; its text is blanked by erasure."""

    __tablename__ = "note_revisions"
    __table_args__ = (Index("ix_note_revisions_note_id", "note_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"))
    kind: Mapped[str] = mapped_column(String(8))
    happened_on: Mapped[date]
    text: Mapped[str | None] = mapped_column(Text)
    sensitive: Mapped[bool]
    team_ids: Mapped[list[int]] = mapped_column(JSON)
    replaced_at: Mapped[datetime]
