"""appointments with households, when they were before, links of people's calendars; referrals of households."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OWNED = ("appointments", "appointment_moves", "referral_letters")
_PLANNED = sa.text("state = 'planned'")


def upgrade() -> None:
    _appointments()
    _moves()
    columns = sa.inspect(op.get_bind()).get_columns("appointment_moves")
    guards.guard("appointment_moves", [column["name"] for column in columns])
    _links()
    _referrals()
    guards.wall(OWNED)


def _referrals() -> None:
    op.create_table(
        "household_referrals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("from_partner_id", sa.Integer(), nullable=False),
        sa.Column("to_partner_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("contact", sa.String(length=8), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("agreed_way", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreement_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('sent', 'accepted', 'declined', 'taken_back', 'done')",
            name=op.f("ck_household_referrals_state_known"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NOT NULL) = (state IN ('declined', 'taken_back', 'done'))",
            name=op.f("ck_household_referrals_closed_is_dated"),
        ),
        sa.CheckConstraint("from_partner_id <> to_partner_id", name=op.f("ck_household_referrals_to_another")),
        sa.CheckConstraint(
            "(outcome IS NOT NULL) = (state = 'done')", name=op.f("ck_household_referrals_done_has_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["from_partner_id"], ["partners.id"], name=op.f("fk_household_referrals_from_partner_id_partners")
        ),
        sa.ForeignKeyConstraint(
            ["to_partner_id"], ["partners.id"], name=op.f("fk_household_referrals_to_partner_id_partners")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_household_referrals_household_id_households")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_referrals")),
        sa.UniqueConstraint("code", name=op.f("uq_household_referrals_code")),
    )
    for column in ("from_partner_id", "to_partner_id"):
        op.create_index(
            f"ix_household_referrals_{column}", "household_referrals", [column, "state", "id"], unique=False
        )
    op.create_index("ix_household_referrals_household_id", "household_referrals", ["household_id", "id"], unique=False)
    _letters()


def _letters() -> None:
    op.create_table(
        "referral_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=True),
        sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["household_referrals.id"],
            name=op.f("fk_referral_letters_referral_id_household_referrals"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_referral_letters_household_id_households")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_referral_letters_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_letters")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_referral_letters_referral_id")),
    )
    op.create_index(op.f("ix_referral_letters_household_id"), "referral_letters", ["household_id"], unique=False)
    op.create_index(op.f("ix_referral_letters_partner_id"), "referral_letters", ["partner_id"], unique=False)
    op.add_column("drafts", sa.Column("letter_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_drafts_letter_id"), "drafts", ["letter_id"], unique=False)


def _links() -> None:
    op.create_table(
        "calendar_links",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_links_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_calendar_links_token_digest")),
    )


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'kept', 'missed', 'cancelled')", name=op.f("ck_appointments_state_known")
        ),
        sa.CheckConstraint("place IN ('ours', 'home', 'phone', 'video')", name=op.f("ck_appointments_place_known")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointments_ends_after_start")),
        sa.CheckConstraint("(settled_at IS NULL) = (state = 'planned')", name=op.f("ck_appointments_settled_is_dated")),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_appointments_settled_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_appointments_household_id_households")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_appointments_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("code", name=op.f("uq_appointments_code")),
    )
    op.create_index(
        "uq_appointments_planned",
        "appointments",
        ["household_id", "owner_id", "starts_at"],
        unique=True,
        sqlite_where=_PLANNED,
        postgresql_where=_PLANNED,
    )
    op.create_index("ix_appointments_owner_id", "appointments", ["owner_id", "starts_at", "id"], unique=False)
    op.create_index("ix_appointments_household_id", "appointments", ["household_id", "starts_at", "id"], unique=False)
    op.create_index("ix_appointments_state", "appointments", ["partner_id", "state", "starts_at", "id"], unique=False)
    op.create_index(op.f("ix_appointments_partner_id"), "appointments", ["partner_id"], unique=False)


def _moves() -> None:
    op.create_table(
        "appointment_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_appointment_moves_appointment_id_appointments")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_appointment_moves_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_moves")),
    )
    op.create_index("ix_appointment_moves_appointment_id", "appointment_moves", ["appointment_id", "id"], unique=False)
    op.create_index(op.f("ix_appointment_moves_partner_id"), "appointment_moves", ["partner_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM tasks WHERE kind = 'referral'")  # nothing before knows this kind
    op.drop_index("ix_drafts_letter_id", table_name="drafts")
    op.drop_column("drafts", "letter_id")
    op.drop_table("referral_letters")
    op.drop_table("household_referrals")
    op.drop_table("calendar_links")
    guards.unguard("appointment_moves")
    op.drop_table("appointment_moves")
    op.drop_table("appointments")
