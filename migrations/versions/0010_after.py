"""recycling batches, requests for repair, asking whether a device is still used."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OWNED = ("recycling_batches", "repair_requests", "follow_ups")
STILL_IN = sa.text("left_at IS NULL")


def upgrade() -> None:
    _recycling()
    _aftercare()
    guards.wall(OWNED)


def _recycling() -> None:
    op.create_table(
        "recycling_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("recycler", sa.String(length=200), nullable=False),
        sa.Column("certification", sa.String(length=12), nullable=False),
        sa.Column("certification_number", sa.String(length=60), nullable=False),
        sa.Column("certified_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("certificate_number", sa.String(length=80), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certified_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'sent', 'certified', 'void')", name=op.f("ck_recycling_batches_state_known")
        ),
        sa.CheckConstraint(
            "certification IN ('r2', 'e_stewards')", name=op.f("ck_recycling_batches_certification_known")
        ),
        sa.CheckConstraint("weight_g > 0", name=op.f("ck_recycling_batches_weighs_something")),
        sa.CheckConstraint("(sent_on IS NULL) = (sent_by IS NULL)", name=op.f("ck_recycling_batches_sent_by_somebody")),
        sa.CheckConstraint(
            "state IN ('open', 'void') OR sent_on IS NOT NULL", name=op.f("ck_recycling_batches_sent_is_dated")
        ),
        sa.CheckConstraint(
            "(state = 'certified') = (certificate_number IS NOT NULL AND file_id IS NOT NULL AND weight_g IS NOT NULL"
            " AND certified_at IS NOT NULL)",
            name=op.f("ck_recycling_batches_certificate_is_there"),
        ),
        sa.CheckConstraint(
            "(state = 'void') = (void_reason IS NOT NULL)", name=op.f("ck_recycling_batches_void_has_reason")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_recycling_batches_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recycling_batches")),
        sa.UniqueConstraint("code", name=op.f("uq_recycling_batches_code")),
    )
    op.create_index(op.f("ix_recycling_batches_partner_id"), "recycling_batches", ["partner_id"], unique=False)
    op.create_index(
        "ix_recycling_batches_partner_id_state", "recycling_batches", ["partner_id", "state", "id"], unique=False
    )
    op.create_table(
        "recycling_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name=op.f("ck_recycling_units_left_by_somebody")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["recycling_batches.id"], name=op.f("fk_recycling_units_batch_id_recycling_batches")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_recycling_units_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recycling_units")),
    )
    op.create_index(op.f("ix_recycling_units_batch_id"), "recycling_units", ["batch_id"], unique=False)
    op.create_index(
        "uq_recycling_units_device_id", "recycling_units", ["device_id"], unique=True,
        sqlite_where=STILL_IN, postgresql_where=STILL_IN,
    )  # fmt: skip


def _aftercare() -> None:
    op.create_table(
        "repair_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.Column("tag", sa.String(length=80), nullable=True),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=True),
        sa.Column("contact", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Integer(), nullable=True),
        sa.Column("workshop_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('sent', 'accepted', 'workshop', 'done', 'declined')",
            name=op.f("ck_repair_requests_state_known"),
        ),
        sa.CheckConstraint("source IN ('household', 'follow_up')", name=op.f("ck_repair_requests_source_known")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (state NOT IN ('done', 'declined'))",
            name=op.f("ck_repair_requests_closed_is_dated"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_repair_requests_closed_has_outcome")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_repair_requests_device_id_devices")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_repair_requests_household_id_households")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_repair_requests_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_requests")),
        sa.UniqueConstraint("code", name=op.f("uq_repair_requests_code")),
    )
    op.create_index(op.f("ix_repair_requests_device_id"), "repair_requests", ["device_id"], unique=False)
    op.create_index("ix_repair_requests_household_id", "repair_requests", ["household_id", "partner_id"], unique=False)
    op.create_index(
        "ix_repair_requests_partner_id_state", "repair_requests", ["partner_id", "state", "id"], unique=False
    )
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("fact_number", sa.Integer(), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=False),
        sa.Column("try_number", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('used', 'broken', 'given_back', 'lost', 'no_answer')", name=op.f("ck_follow_ups_answer_known")
        ),
        sa.CheckConstraint("try_number BETWEEN 1 AND 3", name=op.f("ck_follow_ups_three_tries")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_follow_ups_household_id_households")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_follow_ups_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint(
            "fact_number", "term_days", "try_number", name=op.f("uq_follow_ups_fact_number_term_days_try_number")
        ),
    )
    op.create_index(op.f("ix_follow_ups_household_id"), "follow_ups", ["household_id"], unique=False)
    op.create_index(op.f("ix_follow_ups_partner_id"), "follow_ups", ["partner_id"], unique=False)


def downgrade() -> None:
    op.drop_table("follow_ups")
    op.drop_table("repair_requests")
    op.drop_table("recycling_units")
    op.drop_table("recycling_batches")
