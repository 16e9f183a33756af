"""eligibility decisions, and previews of what another rulebook would change."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eligibility_rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("programs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_rulings")),
        sa.UniqueConstraint("digest", name=op.f("uq_eligibility_rulings_digest")),
    )
    op.create_table(
        "eligibility_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("ruling_id", sa.Integer(), nullable=False),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_eligibility_decisions_household_id_households")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_eligibility_decisions_partner_id_partners")
        ),
        sa.ForeignKeyConstraint(
            ["ruling_id"],
            ["eligibility_rulings.id"],
            name=op.f("fk_eligibility_decisions_ruling_id_eligibility_rulings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_decisions")),
    )
    op.create_index(
        "ix_eligibility_decisions_household_id", "eligibility_decisions", ["household_id", "id"], unique=False
    )
    op.create_table(
        "impact_previews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("from_book", sa.String(length=80), nullable=False),
        sa.Column("to_book", sa.String(length=80), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("flipped", sa.Integer(), nullable=False),
        sa.Column("flips", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'finished', 'stopped')", name=op.f("ck_impact_previews_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_previews")),
        sa.UniqueConstraint("code", name=op.f("uq_impact_previews_code")),
    )
    guards.wall(["eligibility_decisions"])


def downgrade() -> None:
    op.drop_table("impact_previews")
    op.drop_index("ix_eligibility_decisions_household_id", table_name="eligibility_decisions")
    op.drop_table("eligibility_decisions")
    op.drop_table("eligibility_rulings")
