"""Import batches, their rows, and the mappings a partner taught us."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned


class ImportBatch(PartnerOwned, Base):
    """One uploaded file on its way: uploaded, previewing, previewed, running, finished, stopped, undoing, undone."""

    __tablename__ = "import_batches"
    __table_args__ = (
        CheckConstraint(
            "state IN ('uploaded', 'previewing', 'previewed', 'running', 'finished', 'stopped', 'undoing', 'undone')",
            name="state_known",
        ),
        CheckConstraint("(consent_attested_on IS NULL) = (consent_text_version IS NULL)", name="consent_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    filename: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    sheet_name: Mapped[str | None] = mapped_column(String(80))
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # column position -> field
    dropped_columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grants.id"))
    default_enrolled_on: Mapped[date | None]  # for files without a day of enrollment
    consent_attested_on: Mapped[date | None]
    consent_text_version: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="uploaded", index=True)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_params: Mapped[dict[str, object] | None] = mapped_column(JSON)
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)  # the next chunk begins after this row
    created_households: Mapped[int] = mapped_column(default=0)
    updated_households: Mapped[int] = mapped_column(default=0)
    unchanged_rows: Mapped[int] = mapped_column(default=0)
    drafted_rows: Mapped[int] = mapped_column(default=0)
    refused_rows: Mapped[int] = mapped_column(default=0)
    created_deliveries: Mapped[int] = mapped_column(default=0)
    preview: Mapped[dict[str, object] | None] = mapped_column(JSON)  # counts and groups of problems; no values
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undo_posting: Mapped[int | None]


class ImportProblem(PartnerOwned, Base):
    """A cell (or row) that could not be taken, and why: code, sentence to translate, parameters."""

    __tablename__ = "import_problems"
    __exempt__ = True
    __table_args__ = (Index("ix_import_problems_batch", "batch_id", "code", "row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"))
    row: Mapped[int]  # as the person sees it in the spreadsheet
    column: Mapped[str | None] = mapped_column(String(200))
    value: Mapped[str | None] = mapped_column(Text)  # shown to the partner who uploaded it; removed with the file
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(String(300))  # sentence in the language of the code, for translation
    params: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    severity: Mapped[str] = mapped_column(String(8))  # error, warning, info


class ImportedRow(PartnerOwned, Base):
    """Which row of which batch made or changed which household; ``row_key`` is how a row is known again (keyed)."""

    __tablename__ = "imported_rows"
    __exempt__ = True
    __table_args__ = (
        UniqueConstraint("partner_id", "row_key"),
        Index("ix_imported_rows_batch", "batch_id", "row"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    row_key: Mapped[str] = mapped_column(String(64))
    content_hash: Mapped[str] = mapped_column(String(64))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"))
    row: Mapped[int]


class ColumnMapping(PartnerOwned, Base):
    """What a partner's column header means, corrected by hand once and remembered."""

    __tablename__ = "column_mappings"
    __table_args__ = (UniqueConstraint("partner_id", "header"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    header: Mapped[str] = mapped_column(String(200))  # folded
    field: Mapped[str] = mapped_column(String(60))
    updated_at: Mapped[datetime]
