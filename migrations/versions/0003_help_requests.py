"""requests for help, referrals, and what partners take."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "help_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("shown_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("with_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_partners", sa.JSON(), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("needs_device", sa.Boolean(), nullable=True),
        sa.Column("needs_connection", sa.Boolean(), nullable=True),
        sa.Column("needs_skills", sa.Boolean(), nullable=True),
        sa.Column("zip_code", sa.String(length=10), nullable=True),
        sa.Column("district", sa.String(length=20), nullable=True),
        sa.Column("consent_text_version", sa.String(length=40), nullable=False),
        sa.Column("consent_language", sa.String(length=16), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_for", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erasure_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (state IN ('received', 'accepted', 'waiting'))",
            name=op.f("ck_help_requests_closed_is_dated"),
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (waits_for IS NOT NULL)", name=op.f("ck_help_requests_waiting_says_for_what")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'accepted', 'waiting', 'done', 'declined', 'withdrawn')",
            name=op.f("ck_help_requests_state_known"),
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_help_requests_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
        sa.UniqueConstraint("reference", name=op.f("uq_help_requests_reference")),
    )
    op.create_index("ix_help_requests_partner_id_state", "help_requests", ["partner_id", "state", "id"], unique=False)
    op.create_index(op.f("ix_help_requests_shown_digest"), "help_requests", ["shown_digest"], unique=False)
    op.create_table(
        "intakes",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("takes_requests", sa.Boolean(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("districts", sa.JSON(), nullable=False),
        sa.Column("most_open", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("most_open BETWEEN 1 AND 1000", name=op.f("ck_intakes_room_in_bounds")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_intakes_partner_id_partners")),
        sa.PrimaryKeyConstraint("partner_id", name=op.f("pk_intakes")),
    )
    op.create_table(
        "referrals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("phone_e164", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_referrals_household_id_households")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_referrals_partner_id_partners")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_requests.id"], name=op.f("fk_referrals_request_id_help_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index(op.f("ix_referrals_household_id"), "referrals", ["household_id"], unique=False)
    op.create_index(op.f("ix_referrals_partner_id"), "referrals", ["partner_id"], unique=False)
    op.create_index("ix_referrals_request_id", "referrals", ["request_id", "partner_id"], unique=False)
    op.add_column("drafts", sa.Column("referral_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_drafts_referral_id"), "drafts", ["referral_id"], unique=False)
    guards.wall(["referrals"])


def downgrade() -> None:
    op.drop_index(op.f("ix_drafts_referral_id"), table_name="drafts")
    op.drop_column("drafts", "referral_id")
    op.drop_index("ix_referrals_request_id", table_name="referrals")
    op.drop_index(op.f("ix_referrals_partner_id"), table_name="referrals")
    op.drop_index(op.f("ix_referrals_household_id"), table_name="referrals")
    op.drop_table("referrals")
    op.drop_table("intakes")
    op.drop_index(op.f("ix_help_requests_shown_digest"), table_name="help_requests")
    op.drop_index("ix_help_requests_partner_id_state", table_name="help_requests")
    op.drop_table("help_requests")
