"""whether lines are still on: tries to ask, links to answer by, random samples."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OWNED = ("line_checks", "sample_members")


def upgrade() -> None:
    _checks()
    _links()
    _samples()
    guards.wall(OWNED)


def _checks() -> None:
    op.create_table(
        "line_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("fact_number", sa.Integer(), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=False),
        sa.Column("try_number", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("said_fact", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("way IN ('link', 'phone', 'visit')", name=op.f("ck_line_checks_way_known")),
        sa.CheckConstraint(
            "answer IN ('on', 'off', 'wrong_number', 'no_answer', 'refused')", name=op.f("ck_line_checks_answer_known")
        ),
        sa.CheckConstraint(
            "(answered_on IS NULL) = (answer IN ('wrong_number', 'no_answer'))",
            name=op.f("ck_line_checks_answered_on_a_day"),
        ),
        sa.ForeignKeyConstraint(
            ["fact_number"], ["subscriptions.fact_number"], name=op.f("fk_line_checks_fact_number_subscriptions")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_line_checks_household_id_households")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_line_checks_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_checks")),
        sa.UniqueConstraint(
            "fact_number", "term_days", "try_number", name=op.f("uq_line_checks_fact_number_term_days_try_number")
        ),
    )
    op.create_index("ix_line_checks_household_id", "line_checks", ["household_id", "partner_id"], unique=False)
    op.create_index(op.f("ix_line_checks_partner_id"), "line_checks", ["partner_id"], unique=False)


def _links() -> None:
    op.create_table(
        "check_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("fact_number", sa.Integer(), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fact_number"], ["subscriptions.fact_number"], name=op.f("fk_check_links_fact_number_subscriptions")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_check_links_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_check_links_token_digest")),
        sa.UniqueConstraint("fact_number", "term_days", name=op.f("uq_check_links_fact_number_term_days")),
    )


def _samples() -> None:
    op.create_table(
        "samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_samples_period_in_order")),
        sa.CheckConstraint("size > 0 AND size <= population", name=op.f("ck_samples_size_fits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
        sa.UniqueConstraint("code", name=op.f("uq_samples_code")),
    )
    op.create_table(
        "sample_members",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("fact_number", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fact_number"], ["subscriptions.fact_number"], name=op.f("fk_sample_members_fact_number_subscriptions")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_sample_members_partner_id_partners")),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_sample_members_sample_id_samples")),
        sa.PrimaryKeyConstraint("sample_id", "fact_number", name=op.f("pk_sample_members")),
    )
    op.create_index("ix_sample_members_fact_number", "sample_members", ["fact_number", "sample_id"], unique=False)
    op.create_index(op.f("ix_sample_members_partner_id"), "sample_members", ["partner_id"], unique=False)


def downgrade() -> None:
    for table in ("sample_members", "samples", "check_links", "line_checks"):
        op.drop_table(table)
