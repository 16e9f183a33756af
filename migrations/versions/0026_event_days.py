"""event days: what is taken along to where there is no network, and what came back from there."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

OWNED = ("event_days", "event_day_homes", "event_day_items")


def upgrade() -> None:
    _days()
    _homes()
    _items()
    guards.wall(OWNED)


def _days() -> None:
    op.create_table(
        "event_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("happens_on", sa.Date(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_event_days_partner_id_partners")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_sessions.id"], name=op.f("fk_event_days_session_id_class_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_days")),
        sa.UniqueConstraint("code", name=op.f("uq_event_days_code")),
    )
    op.create_index(op.f("ix_event_days_partner_id"), "event_days", ["partner_id"], unique=False)
    op.create_index("ix_event_days_prepared_by", "event_days", ["prepared_by", "id"], unique=False)


def _homes() -> None:
    table = "event_day_homes"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_day_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_day_id"], ["event_days.id"], name=op.f(f"fk_{table}_event_day_id_event_days")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f(f"fk_{table}_household_id_households")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f(f"fk_{table}_device_id_devices")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f(f"fk_{table}_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("event_day_id", "device_id", name=op.f(f"uq_{table}_event_day_id_device_id")),
    )
    op.create_index(op.f(f"ix_{table}_partner_id"), table, ["partner_id"], unique=False)


def _items() -> None:
    table = "event_day_items"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_day_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("tapped_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("reason_values", sa.JSON(), nullable=False),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('hand_over', 'present')", name=op.f(f"ck_{table}_kind_known")),
        sa.CheckConstraint("result IN ('taken', 'already', 'conflict')", name=op.f(f"ck_{table}_result_known")),
        sa.CheckConstraint("result <> 'conflict' OR reason IS NOT NULL", name=op.f(f"ck_{table}_conflict_has_reason")),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name=op.f(f"ck_{table}_settled_by_somebody")),
        sa.ForeignKeyConstraint(["event_day_id"], ["event_days.id"], name=op.f(f"fk_{table}_event_day_id_event_days")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f(f"fk_{table}_household_id_households")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f(f"fk_{table}_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("event_day_id", "key", name=op.f(f"uq_{table}_event_day_id_key")),
    )
    op.create_index(op.f(f"ix_{table}_partner_id"), table, ["partner_id"], unique=False)


def downgrade() -> None:
    for table in reversed(OWNED):
        op.drop_table(table)
