"""announced ends of programs, and what each changed; which lines and subsidies end when."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STANDS = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "program_ends",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("subsidies", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_program_ends_withdrawn_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_ends")),
        sa.UniqueConstraint("code", name=op.f("uq_program_ends_code")),
    )
    op.create_index(
        "uq_program_ends_program", "program_ends", ["program"], unique=True,
        sqlite_where=STANDS, postgresql_where=STANDS,
    )  # fmt: skip
    op.create_table(
        "ended_subsidies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("end_id", sa.Integer(), nullable=False),
        sa.Column("subsidy_id", sa.Integer(), nullable=False),
        sa.Column("until_before", sa.Date(), nullable=True),
        sa.Column("reason_before", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["end_id"], ["program_ends.id"], name=op.f("fk_ended_subsidies_end_id_program_ends")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_ended_subsidies_partner_id_partners")),
        sa.ForeignKeyConstraint(["subsidy_id"], ["subsidies.id"], name=op.f("fk_ended_subsidies_subsidy_id_subsidies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_subsidies")),
    )
    op.create_index("ix_ended_subsidies_end_id", "ended_subsidies", ["end_id", "subsidy_id"], unique=False)
    op.create_index(op.f("ix_ended_subsidies_subsidy_id"), "ended_subsidies", ["subsidy_id"], unique=False)
    guards.wall(["ended_subsidies"])
    op.create_index(
        "ix_subscriptions_promo_until_on", "subscriptions", ["promo_until_on"], unique=False,
        sqlite_where=sa.text("promo_until_on IS NOT NULL"), postgresql_where=sa.text("promo_until_on IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_subsidies_until_on", "subsidies", ["until_on"], unique=False,
        sqlite_where=sa.text("until_on IS NOT NULL"), postgresql_where=sa.text("until_on IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_subsidies_until_on", table_name="subsidies")
    op.drop_index("ix_subscriptions_promo_until_on", table_name="subscriptions")
    op.drop_table("ended_subsidies")
    op.drop_table("program_ends")
