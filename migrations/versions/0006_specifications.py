"""devices: what each unit is made of and weighs; parts taken out of units."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PLAIN: tuple[tuple[str, sa.types.TypeEngine[object]], ...] = (
    ("processor", sa.String(length=120)),
    ("memory_mb", sa.Integer()),
    ("storage_gb", sa.Integer()),
    ("screen_tenths", sa.Integer()),
    ("has_camera", sa.Boolean()),
    ("keyboard", sa.String(length=8)),
    ("system", sa.String(length=80)),
    ("licence", sa.String(length=80)),
)
# A check of one column comes with it: SQLite would have to copy the table for any other.
CHECKED = (
    ("battery_percent", "CONSTRAINT ck_devices_battery_is_a_share CHECK (battery_percent BETWEEN 0 AND 100)"),
    ("weight_g", "CONSTRAINT ck_devices_weighs_something CHECK (weight_g > 0)"),
)


def upgrade() -> None:
    for name, kind in PLAIN:
        op.add_column("devices", sa.Column(name, kind, nullable=True))
    for name, check in CHECKED:
        op.execute(f"ALTER TABLE devices ADD COLUMN {name} INTEGER {check}")
    op.create_table(
        "device_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("description", sa.String(length=120), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.Column("used_in_id", sa.Integer(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(used_in_id IS NULL) = (used_at IS NULL)", name=op.f("ck_device_parts_used_is_dated")),
        sa.CheckConstraint("weight_g > 0", name=op.f("ck_device_parts_weighs_something")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_parts_device_id_devices")),
        sa.ForeignKeyConstraint(["used_in_id"], ["devices.id"], name=op.f("fk_device_parts_used_in_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_parts")),
    )
    op.create_index(op.f("ix_device_parts_device_id"), "device_parts", ["device_id"], unique=False)
    op.create_index(op.f("ix_device_parts_used_in_id"), "device_parts", ["used_in_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_device_parts_used_in_id"), table_name="device_parts")
    op.drop_index(op.f("ix_device_parts_device_id"), table_name="device_parts")
    op.drop_table("device_parts")
    for name, _check in reversed(CHECKED):
        op.drop_column("devices", name)
    for name, _kind in reversed(PLAIN):
        op.drop_column("devices", name)
