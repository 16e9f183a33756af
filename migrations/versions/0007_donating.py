"""donating: slots for appointments and their bookings."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BOOKED = sa.text("state = 'booked'")


def upgrade() -> None:
    _add_slots()
    guards.wall(["slots", "bookings"])


def _add_slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("purpose IN ('drop_off', 'pick_up', 'hand_over')", name=op.f("ck_slots_purpose_known")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 1000", name=op.f("ck_slots_room_in_bounds")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_slots_ends_after_start")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_slots_closed_by_somebody")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_slots_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("code", name=op.f("uq_slots_code")),
    )
    op.create_index(op.f("ix_slots_partner_id"), "slots", ["partner_id"], unique=False)
    op.create_index("ix_slots_partner_id_purpose", "slots", ["partner_id", "purpose", "starts_at", "id"], unique=False)
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('booked', 'cancelled')", name=op.f("ck_bookings_state_known")),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_bookings_cancelled_is_dated")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_bookings_partner_id_partners")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_bookings_slot_id_slots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
    )
    op.create_index(op.f("ix_bookings_partner_id"), "bookings", ["partner_id"], unique=False)
    op.create_index("ix_bookings_slot_id", "bookings", ["slot_id", "state", "id"], unique=False)
    op.create_index(
        "uq_bookings_thing", "bookings", ["thing"], unique=True, sqlite_where=BOOKED, postgresql_where=BOOKED
    )


def downgrade() -> None:
    _drop_slots()


def _drop_slots() -> None:
    op.drop_index("uq_bookings_thing", table_name="bookings", sqlite_where=BOOKED, postgresql_where=BOOKED)
    op.drop_index("ix_bookings_slot_id", table_name="bookings")
    op.drop_index(op.f("ix_bookings_partner_id"), table_name="bookings")
    op.drop_table("bookings")
    op.drop_index("ix_slots_partner_id_purpose", table_name="slots")
    op.drop_index(op.f("ix_slots_partner_id"), table_name="slots")
    op.drop_table("slots")
