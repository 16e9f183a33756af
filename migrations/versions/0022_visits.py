"""appointments with households, when they were before, and the links of people's calendars."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

OWNED = ("appointments", "appointment_moves")
_PLANNED = sa.text("state = 'planned'")


def upgrade() -> None:
    _appointments()
    _moves()
    columns = sa.inspect(op.get_bind()).get_columns("appointment_moves")
    guards.guard("appointment_moves", [column["name"] for column in columns])
    guards.wall(OWNED)
    _links()


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
    op.drop_table("calendar_links")
    guards.unguard("appointment_moves")
    op.drop_table("appointment_moves")
    op.drop_table("appointments")
