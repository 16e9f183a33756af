"""devices: donations, units, their moves, data media and sanitizations."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "donations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("donor", sa.String(length=200), nullable=False),
        sa.Column("donor_contact", sa.String(length=254), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("manifest_name", sa.String(length=200), nullable=True),
        sa.Column("manifest_key", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_donations_closed_by_somebody")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_donations_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donations")),
        sa.UniqueConstraint("code", name=op.f("uq_donations_code")),
    )
    op.create_index(op.f("ix_donations_partner_id"), "donations", ["partner_id"], unique=False)
    op.create_table(
        "devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("donation_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("maker", sa.String(length=80), nullable=True),
        sa.Column("model", sa.String(length=120), nullable=True),
        sa.Column("serial", sa.String(length=80), nullable=True),
        sa.Column("serial_key", sa.String(length=80), nullable=True),
        sa.Column("declared", sa.JSON(), nullable=True),
        sa.Column("site", sa.String(length=80), nullable=True),
        sa.Column("shelf", sa.String(length=40), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("media_listed", sa.Boolean(), nullable=False),
        sa.Column("functional", sa.String(length=2), nullable=True),
        sa.Column("cosmetic", sa.String(length=2), nullable=True),
        sa.Column("offered_to_id", sa.Integer(), nullable=True),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "functional IN ('F1', 'F2', 'F3', 'F4', 'F5', 'F6')",
            name=op.f("ck_devices_functional_known"),
        ),
        sa.CheckConstraint(
            "state <> 'handed_over' OR fact_number IS NOT NULL", name=op.f("ck_devices_home_has_delivery")
        ),
        sa.CheckConstraint(
            "state IN ('pledged', 'received', 'quarantined', 'sanitizing', 'sanitized', 'testing', 'repair', 'graded', 'ready', 'reserved', 'handed_over', 'returned', 'lost', 'harvested', 'recycled', 'disposed')",
            name=op.f("ck_devices_state_known"),
        ),
        sa.ForeignKeyConstraint(["donation_id"], ["donations.id"], name=op.f("fk_devices_donation_id_donations")),
        sa.ForeignKeyConstraint(["holder_id"], ["partners.id"], name=op.f("fk_devices_holder_id_partners")),
        sa.ForeignKeyConstraint(["offered_to_id"], ["partners.id"], name=op.f("fk_devices_offered_to_id_partners")),
        sa.ForeignKeyConstraint(["origin_id"], ["partners.id"], name=op.f("fk_devices_origin_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("code", name=op.f("uq_devices_code")),
        sa.UniqueConstraint("origin_id", "serial_key", name="uq_devices_serial"),
    )
    op.create_index(op.f("ix_devices_donation_id"), "devices", ["donation_id"], unique=False)
    op.create_index("ix_devices_holder_id_state", "devices", ["holder_id", "state", "id"], unique=False)
    op.create_index(op.f("ix_devices_offered_to_id"), "devices", ["offered_to_id"], unique=False)
    op.create_index("ix_devices_serial_key", "devices", ["serial_key"], unique=False)
    op.create_table(
        "data_media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("maker", sa.String(length=80), nullable=True),
        sa.Column("model", sa.String(length=120), nullable=True),
        sa.Column("serial", sa.String(length=80), nullable=True),
        sa.Column("serial_key", sa.String(length=80), nullable=True),
        sa.Column("size_mb", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("removed_round", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_round IS NULL)", name=op.f("ck_data_media_removed_in_a_round")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_data_media_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_media")),
    )
    op.create_index(op.f("ix_data_media_device_id"), "data_media", ["device_id"], unique=False)
    op.create_index("ix_data_media_serial_key", "data_media", ["serial_key"], unique=False)
    op.create_table(
        "device_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=True),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=80), nullable=True),
        sa.Column("shelf", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_moves_device_id_devices")),
        sa.ForeignKeyConstraint(["holder_id"], ["partners.id"], name=op.f("fk_device_moves_holder_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_moves")),
    )
    op.create_index("ix_device_moves_device_id", "device_moves", ["device_id", "id"], unique=False)
    op.create_table(
        "sanitizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("medium_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("technique", sa.String(length=30), nullable=False),
        sa.Column("tool", sa.String(length=80), nullable=False),
        sa.Column("tool_version", sa.String(length=40), nullable=True),
        sa.Column("weaker_reason", sa.String(length=300), nullable=True),
        sa.Column("performed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("performed_by", sa.Integer(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("report_key", sa.String(length=64), nullable=True),
        sa.Column("verification", sa.String(length=10), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("validated_by", sa.Integer(), nullable=True),
        sa.Column("verdict_reason", sa.String(length=300), nullable=True),
        sa.Column("certificate", sa.String(length=12), nullable=True),
        sa.Column("destination", sa.String(length=12), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "certificate IS NULL OR (succeeded AND verified AND verdict = 'accept')",
            name=op.f("ck_sanitizations_certificate_is_earned"),
        ),
        sa.CheckConstraint("method IN ('clear', 'purge', 'destroy')", name=op.f("ck_sanitizations_method_known")),
        sa.CheckConstraint(
            "verdict IN ('accept', 'repeat', 'escalate')",
            name=op.f("ck_sanitizations_verdict_known"),
        ),
        sa.CheckConstraint(
            "(verdict IS NULL) = (validated_at IS NULL)", name=op.f("ck_sanitizations_validated_is_dated")
        ),
        sa.CheckConstraint(
            "validated_by IS NULL OR (validated_by <> performed_by AND validated_by <> verified_by)",
            name=op.f("ck_sanitizations_validated_by_another"),
        ),
        sa.ForeignKeyConstraint(["medium_id"], ["data_media.id"], name=op.f("fk_sanitizations_medium_id_data_media")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanitizations")),
        sa.UniqueConstraint("certificate", name=op.f("uq_sanitizations_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_sanitizations_code")),
        sa.UniqueConstraint("medium_id", "report_key", name="uq_sanitizations_report"),
    )
    op.create_index("ix_sanitizations_medium_id", "sanitizations", ["medium_id", "id"], unique=False)
    inspector = sa.inspect(op.get_bind())
    guards.guard("device_moves", [column["name"] for column in inspector.get_columns("device_moves")])
    guards.wall(["donations"])


def downgrade() -> None:
    guards.unguard("device_moves")
    op.drop_index("ix_sanitizations_medium_id", table_name="sanitizations")
    op.drop_table("sanitizations")
    op.drop_index("ix_device_moves_device_id", table_name="device_moves")
    op.drop_table("device_moves")
    op.drop_index("ix_data_media_serial_key", table_name="data_media")
    op.drop_index(op.f("ix_data_media_device_id"), table_name="data_media")
    op.drop_table("data_media")
    op.drop_index("ix_devices_serial_key", table_name="devices")
    op.drop_index(op.f("ix_devices_offered_to_id"), table_name="devices")
    op.drop_index("ix_devices_holder_id_state", table_name="devices")
    op.drop_index(op.f("ix_devices_donation_id"), table_name="devices")
    op.drop_table("devices")
    op.drop_index(op.f("ix_donations_partner_id"), table_name="donations")
    op.drop_table("donations")
