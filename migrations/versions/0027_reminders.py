"""reminders of appointments: which message reminds of one, of which time it told, why none could be written."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appointments", sa.Column("reminder_id", sa.Integer(), nullable=True))
    op.add_column("appointments", sa.Column("reminded_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column("appointments", sa.Column("reminder_refusal", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("appointments", "reminder_refusal")
    op.drop_column("appointments", "reminded_for")
    op.drop_column("appointments", "reminder_id")
