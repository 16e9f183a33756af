"""links of surveys by message: which message brought a household its link last; under which key we know who stopped us."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("survey_invitations", sa.Column("message_id", sa.Integer(), nullable=True))
    op.create_table(
        "message_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_check", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_keys")),
    )


def downgrade() -> None:
    op.drop_table("message_keys")
    op.drop_column("survey_invitations", "message_id")
