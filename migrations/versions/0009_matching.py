"""devices: requests of households, units held back for them, what units fit; loans by their due day."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('waiting', 'reserved')")
LIVE = sa.text("ended_at IS NULL")
FREE = sa.text("state = 'ready' AND offered_to_id IS NULL")
DUE = sa.text("loan_due_on IS NOT NULL")
WALLED = ("device_requests", "reservations")


def _mark(column: str, good: str) -> str:
    return f"(CASE WHEN {column} IS NULL THEN 1 WHEN {good} THEN 2 ELSE 0 END)"


# As fits_of does: camera, memory, battery, a digit to the base of three each.
FITS = (
    f"9 * {_mark('has_camera', 'has_camera')} + 3 * {_mark('memory_mb', 'memory_mb >= 7500')}"
    f" + {_mark('battery_percent', 'battery_percent >= 80')}"
)


def upgrade() -> None:
    op.add_column("devices", sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("devices", sa.Column("fits", sa.Integer(), nullable=False, server_default="13"))
    op.execute(f"UPDATE devices SET fits = {FITS}")  # noqa: S608 - our own names
    op.execute("UPDATE devices SET ready_at = state_since WHERE state IN ('ready', 'reserved')")
    _create_requests()
    _create_reservations()
    guards.wall(WALLED)
    free = {"unique": False, "sqlite_where": FREE, "postgresql_where": FREE}
    op.create_index("ix_devices_free", "devices", ["holder_id", "kind", "fits", "ready_at", "id"], **free)
    op.create_index(
        "ix_devices_free_keyboard", "devices", ["holder_id", "kind", "keyboard", "fits", "ready_at", "id"], **free
    )
    op.create_index("ix_device_moves_to_state", "device_moves", ["holder_id", "to_state", "moved_at"], unique=False)
    op.create_index(
        "ix_facts_loan_due_on", "facts", ["loan_due_on"], unique=False, sqlite_where=DUE, postgresql_where=DUE
    )


def _create_requests() -> None:
    op.create_table(
        "device_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("keyboard", sa.String(length=8), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_reason", sa.String(length=12), nullable=True),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('waiting', 'reserved')) = (closed_at IS NULL)", name=op.f("ck_device_requests_closed_is_dated")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'reserved', 'fulfilled', 'withdrawn')", name=op.f("ck_device_requests_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_device_requests_household_id_households")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_device_requests_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_requests")),
        sa.UniqueConstraint("code", name=op.f("uq_device_requests_code")),
    )
    op.create_index(
        "uq_device_requests_open", "device_requests", ["household_id", "kind"], unique=True, sqlite_where=OPEN,
        postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index(op.f("ix_device_requests_household_id"), "device_requests", ["household_id"], unique=False)
    op.create_index(op.f("ix_device_requests_partner_id"), "device_requests", ["partner_id"], unique=False)
    op.create_index(
        "ix_device_requests_queue", "device_requests", ["partner_id", "state", "kind", "asked_on", "id"], unique=False
    )


def _create_reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=12), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (how IS NULL)", name=op.f("ck_reservations_ended_in_a_way")),
        sa.CheckConstraint(
            "how IN ('handed_over', 'expired', 'released', 'moved', 'closed')", name=op.f("ck_reservations_how_known")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_reservations_device_id_devices")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["device_requests.id"], name=op.f("fk_reservations_request_id_device_requests")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_reservations_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    live = {"sqlite_where": LIVE, "postgresql_where": LIVE}
    op.create_index("uq_reservations_device", "reservations", ["device_id"], unique=True, **live)
    op.create_index("uq_reservations_request", "reservations", ["request_id"], unique=True, **live)
    op.create_index("ix_reservations_until_on", "reservations", ["until_on", "id"], unique=False, **live)
    op.create_index("ix_reservations_request_id", "reservations", ["request_id", "id"], unique=False)
    op.create_index(op.f("ix_reservations_partner_id"), "reservations", ["partner_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_facts_loan_due_on", table_name="facts")
    op.drop_index("ix_device_moves_to_state", table_name="device_moves")
    op.drop_index("ix_devices_free_keyboard", table_name="devices")
    op.drop_index("ix_devices_free", table_name="devices")
    op.drop_table("reservations")
    op.drop_table("device_requests")
    op.drop_column("devices", "fits")
    op.drop_column("devices", "ready_at")
