"""links of surveys by message: which message brought a household its link last."""

import sqlalchemy as sa
from alembic import op

revision = "0028_messages2"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("survey_invitations", sa.Column("message_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("survey_invitations", "message_id")
