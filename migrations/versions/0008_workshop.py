"""devices: tests, who works on what, what a snapshot said, where parts lie."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=16), nullable=False),
        sa.Column("result", sa.String(length=8), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("result IN ('works', 'fails', 'absent')", name=op.f("ck_device_checks_result_known")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_checks_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_checks")),
    )
    op.create_index("ix_device_checks_device_id", "device_checks", ["device_id", "round", "id"], unique=False)
    columns = sa.inspect(op.get_bind()).get_columns("device_checks")
    guards.guard("device_checks", [column["name"] for column in columns])
    op.add_column("devices", sa.Column("grade_reason", sa.String(length=300), nullable=True))
    op.add_column("devices", sa.Column("found", sa.JSON(), nullable=True))
    op.add_column("devices", sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True))
    # Its check comes with it: SQLite would have to copy the table for any other.
    op.execute(
        "ALTER TABLE devices ADD COLUMN assigned_to INTEGER CONSTRAINT ck_devices_assigned_is_dated "
        "CHECK ((assigned_to IS NULL) = (assigned_at IS NULL))"
    )
    bench = ["holder_id", "state", "assigned_to", "state_since", "id"]
    op.create_index("ix_devices_bench", "devices", bench, unique=False)
    op.add_column("device_parts", sa.Column("code", sa.String(length=12), nullable=True))
    op.add_column("device_parts", sa.Column("holder_id", sa.Integer(), nullable=True))
    op.create_index("ix_device_parts_code", "device_parts", ["code"], unique=True)
    op.create_index(op.f("ix_device_parts_holder_id"), "device_parts", ["holder_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_device_parts_holder_id"), table_name="device_parts")
    op.drop_index("ix_device_parts_code", table_name="device_parts")
    op.drop_column("device_parts", "holder_id")
    op.drop_column("device_parts", "code")
    op.drop_index("ix_devices_bench", table_name="devices")
    for name in ("assigned_to", "assigned_at", "found", "grade_reason"):
        op.drop_column("devices", name)
    guards.unguard("device_checks")
    op.drop_index("ix_device_checks_device_id", table_name="device_checks")
    op.drop_table("device_checks")
