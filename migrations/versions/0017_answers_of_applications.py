"""which applications companies were asked about, and what became of them."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLE = "provider_file_applications"
COLUMNS = {
    "application_id": sa.Integer(),
    "to_state": sa.String(length=10),
    "problem": sa.String(length=24),
    "move_id": sa.Integer(),
    "application_before": sa.JSON(none_as_null=True),
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.ForeignKeyConstraint(["file_id"], ["provider_files.id"], name=op.f(f"fk_{TABLE}_file_id_provider_files")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f(f"fk_{TABLE}_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f(f"fk_{TABLE}_partner_id_partners")),
        sa.UniqueConstraint("reference", name=op.f(f"uq_{TABLE}_reference")),
    )
    for column in ("application_id", "file_id", "partner_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    for name, kind in COLUMNS.items():
        op.add_column("answer_rows", sa.Column(name, kind, nullable=True))
    op.create_index(op.f("ix_answer_rows_application_id"), "answer_rows", ["application_id"])
    guards.wall([TABLE])


def downgrade() -> None:
    op.drop_index(op.f("ix_answer_rows_application_id"), table_name="answer_rows")
    for name in COLUMNS:
        op.drop_column("answer_rows", name)
    op.drop_table(TABLE)
