"""files for internet companies, their answers, and what their columns mean."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OWNED = ("provider_files", "provider_file_rows", "answer_files", "answer_rows", "provider_columns")
STATES = "state IN ('uploaded', 'comparing', 'compared', 'running', 'finished', 'stopped', 'undoing', 'undone')"


def upgrade() -> None:
    _files()
    _answers()
    _columns()
    guards.wall(OWNED)


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f(f"fk_{name}_partner_id_partners")),
    )


def _files() -> None:
    _table(
        "provider_files",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("provider", sa.String(length=80), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.UniqueConstraint("code", name=op.f("uq_provider_files_code")),
    )
    _table(
        "provider_file_rows",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("fact_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["provider_files.id"], name=op.f("fk_provider_file_rows_file_id_provider_files")
        ),
        sa.ForeignKeyConstraint(
            ["fact_number"], ["facts.number"], name=op.f("fk_provider_file_rows_fact_number_facts")
        ),
        sa.UniqueConstraint("reference", name=op.f("uq_provider_file_rows_reference")),
    )
    op.create_index("ix_provider_file_rows_file_id", "provider_file_rows", ["file_id", "id"])
    op.create_index(op.f("ix_provider_file_rows_fact_number"), "provider_file_rows", ["fact_number"])
    for table in ("provider_files", "provider_file_rows"):
        op.create_index(op.f(f"ix_{table}_partner_id"), table, ["partner_id"])


def _answers() -> None:
    _table(
        "answer_files",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("provider", sa.String(length=80), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("returned_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sheet_name", sa.String(length=80), nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("is_city", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_answer_files_state_known")),
        sa.UniqueConstraint("code", name=op.f("uq_answer_files_code")),
    )
    op.create_index(op.f("ix_answer_files_sha256"), "answer_files", ["sha256"])
    op.create_index(op.f("ix_answer_files_partner_id"), "answer_files", ["partner_id"])
    _table(
        "answer_rows",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.Column("account_key", sa.String(length=32), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=24), nullable=True),
        sa.Column("speeds_differ", sa.Boolean(), nullable=False),
        sa.Column("down_kbps", sa.Integer(), nullable=True),
        sa.Column("up_kbps", sa.Integer(), nullable=True),
        sa.Column("terms", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("terms_before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("problems", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_left_out", sa.Boolean(), nullable=False),
        sa.Column("check_fact", sa.Integer(), nullable=True),
        sa.Column("end_fact", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('new', 'same', 'waiting', 'foreign', 'refused')", name=op.f("ck_answer_rows_outcome_known")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["answer_files.id"], name=op.f("fk_answer_rows_file_id_answer_files")),
        sa.UniqueConstraint("file_id", "row", name=op.f("uq_answer_rows_file_id_row")),
    )
    op.create_index("ix_answer_rows_account_key", "answer_rows", ["partner_id", "account_key"])
    op.create_index(op.f("ix_answer_rows_partner_id"), "answer_rows", ["partner_id"])
    op.create_index(op.f("ix_answer_rows_fact_number"), "answer_rows", ["fact_number"])


def _columns() -> None:
    _table(
        "provider_columns",
        sa.Column("provider", sa.String(length=80), nullable=False),
        sa.Column("header", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint(
            "partner_id", "provider", "header", name=op.f("uq_provider_columns_partner_id_provider_header")
        ),
    )
    op.create_index(op.f("ix_provider_columns_partner_id"), "provider_columns", ["partner_id"])


def downgrade() -> None:
    for table in ("provider_columns", "answer_rows", "answer_files", "provider_file_rows", "provider_files"):
        op.drop_table(table)
