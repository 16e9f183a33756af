"""messages to households and from them, what gateways reported, addresses that get nothing."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")
_ON_ITS_WAY = sa.text("state IN ('waiting', 'sending')")


def upgrade() -> None:
    _messages()
    _reports()
    _blocks()
    guards.wall(["messages"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("subject", sa.String(length=120), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("address_digest", sa.String(length=32), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("direction IN ('out', 'in')", name=op.f("ck_messages_direction_known")),
        sa.CheckConstraint("channel IN ('sms', 'email')", name=op.f("ck_messages_channel_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'unknown', 'sent', 'delivered', 'failed', 'bounced', 'not_sent',"
            " 'received')",
            name=op.f("ck_messages_state_known"),
        ),
        sa.CheckConstraint("(direction = 'in') = (state = 'received')", name=op.f("ck_messages_received_comes_in")),
        sa.CheckConstraint(
            "(state NOT IN ('not_sent', 'failed')) OR reason IS NOT NULL", name=op.f("ck_messages_says_why")
        ),
        sa.CheckConstraint(
            "(direction = 'in') OR (written_by IS NOT NULL)", name=op.f("ck_messages_written_by_somebody")
        ),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_messages_household_id_households")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_messages_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("code", name=op.f("uq_messages_code")),
    )
    op.create_index("ix_messages_household_id", "messages", ["household_id", "id"], unique=False)
    op.create_index("ix_messages_reference", "messages", ["reference"], unique=False)
    op.create_index(
        "ix_messages_state", "messages", ["state", "id"], unique=False,
        sqlite_where=_ON_ITS_WAY, postgresql_where=_ON_ITS_WAY,
    )  # fmt: skip
    op.create_index(op.f("ix_messages_partner_id"), "messages", ["partner_id"], unique=False)


def _reports() -> None:
    op.create_table(
        "message_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_reports")),
        sa.UniqueConstraint("channel", "reference", "kind", name=op.f("uq_message_reports_channel_reference_kind")),
    )


def _blocks() -> None:
    op.create_table(
        "message_blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("address_digest", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=6), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("cause IN ('stop', 'bounce')", name=op.f("ck_message_blocks_cause_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_blocks")),
    )
    op.create_index(
        "uq_message_blocks_open", "message_blocks", ["address_digest", "channel", "cause"], unique=True,
        sqlite_where=_OPEN, postgresql_where=_OPEN,
    )  # fmt: skip


def downgrade() -> None:
    op.execute("DELETE FROM tasks WHERE kind IN ('answered', 'not_reached')")  # nothing before knows these kinds
    op.drop_table("message_blocks")
    op.drop_table("message_reports")
    op.drop_table("messages")
