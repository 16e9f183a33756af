"""donating: slots for appointments, pledges of the public page, donors and their links."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BOOKED = sa.text("state = 'booked'")
# A check of one column comes with it: SQLite would have to copy the table for any other.
SAID = (
    (
        "donor_kind",
        "VARCHAR(12)",
        "CONSTRAINT ck_donations_donor_kind_known CHECK (donor_kind IN ('person', 'organization'))",
    ),
    ("way", "VARCHAR(10)", "CONSTRAINT ck_donations_way_known CHECK (way IN ('drop_off', 'pick_up', 'call'))"),
    ("pick_up_at", "VARCHAR(300)", ""),
)


def upgrade() -> None:
    _add_slots()
    for name, kind, check in SAID:
        op.execute(f"ALTER TABLE donations ADD COLUMN {name} {kind} {check}")
    _add_pledges()
    _add_donors()
    guards.wall(["slots", "bookings", "donors"])


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


def _add_pledges() -> None:
    op.create_table(
        "workshops",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("takes_devices", sa.Boolean(), nullable=False),
        sa.Column("fetches", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_workshops_partner_id_partners")),
        sa.PrimaryKeyConstraint("partner_id", name=op.f("pk_workshops")),
    )
    op.create_table(
        "pledges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("donation_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("shown_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["donation_id"], ["donations.id"], name=op.f("fk_pledges_donation_id_donations")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_pledges_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledges")),
        sa.UniqueConstraint("donation_id", name=op.f("uq_pledges_donation_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_pledges_reference")),
    )
    op.create_index(op.f("ix_pledges_shown_digest"), "pledges", ["shown_digest"], unique=False)


def _add_donors() -> None:
    op.create_table(
        "donors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_donors_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donors")),
    )
    op.create_index(op.f("ix_donors_partner_id"), "donors", ["partner_id"], unique=False)
    op.create_table(
        "donor_lots",
        sa.Column("donation_id", sa.Integer(), nullable=False),
        sa.Column("donor_id", sa.Integer(), nullable=False),
        sa.Column("counts_from", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["donation_id"], ["donations.id"], name=op.f("fk_donor_lots_donation_id_donations")),
        sa.ForeignKeyConstraint(["donor_id"], ["donors.id"], name=op.f("fk_donor_lots_donor_id_donors")),
        sa.PrimaryKeyConstraint("donation_id", name=op.f("pk_donor_lots")),
    )
    op.create_index(op.f("ix_donor_lots_donor_id"), "donor_lots", ["donor_id"], unique=False)
    op.create_table(
        "donor_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("donor_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_donor_links_expires_later")),
        sa.ForeignKeyConstraint(["donor_id"], ["donors.id"], name=op.f("fk_donor_links_donor_id_donors")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_donor_links_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donor_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_donor_links_token_digest")),
    )
    op.create_index("ix_donor_links_donor_id", "donor_links", ["donor_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_donor_links_donor_id", table_name="donor_links")
    op.drop_table("donor_links")
    op.drop_index(op.f("ix_donor_lots_donor_id"), table_name="donor_lots")
    op.drop_table("donor_lots")
    op.drop_index(op.f("ix_donors_partner_id"), table_name="donors")
    op.drop_table("donors")
    op.drop_index(op.f("ix_pledges_shown_digest"), table_name="pledges")
    op.drop_table("pledges")
    op.drop_table("workshops")
    for name, _kind, _check in reversed(SAID):
        op.drop_column("donations", name)
    _drop_slots()


def _drop_slots() -> None:
    op.drop_index("uq_bookings_thing", table_name="bookings", sqlite_where=BOOKED, postgresql_where=BOOKED)
    op.drop_index("ix_bookings_slot_id", table_name="bookings")
    op.drop_index(op.f("ix_bookings_partner_id"), table_name="bookings")
    op.drop_table("bookings")
    op.drop_index("ix_slots_partner_id_purpose", table_name="slots")
    op.drop_index(op.f("ix_slots_partner_id"), table_name="slots")
    op.drop_table("slots")
