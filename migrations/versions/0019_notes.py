"""notes on households, and what they said before."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OWNED = ("notes", "note_revisions")


def upgrade() -> None:
    _notes()
    _revisions()
    columns = sa.inspect(op.get_bind()).get_columns("note_revisions")
    guards.guard("note_revisions", [column["name"] for column in columns])
    guards.wall(OWNED)


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("team_ids", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('call', 'visit', 'message', 'plan', 'other')", name=op.f("ck_notes_kind_known")),
        sa.CheckConstraint("(struck_at IS NULL) = (struck_by IS NULL)", name=op.f("ck_notes_struck_by_somebody")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_notes_household_id_households")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_notes_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("code", name=op.f("uq_notes_code")),
    )
    op.create_index("ix_notes_household_id", "notes", ["household_id", "happened_on", "id"], unique=False)
    op.create_index(op.f("ix_notes_partner_id"), "notes", ["partner_id"], unique=False)


def _revisions() -> None:
    op.create_table(
        "note_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("team_ids", sa.JSON(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_note_revisions_note_id_notes")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_note_revisions_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_revisions")),
    )
    op.create_index("ix_note_revisions_note_id", "note_revisions", ["note_id", "id"], unique=False)
    op.create_index(op.f("ix_note_revisions_partner_id"), "note_revisions", ["partner_id"], unique=False)


def downgrade() -> None:
    guards.unguard("note_revisions")
    op.drop_table("note_revisions")
    op.drop_table("notes")
