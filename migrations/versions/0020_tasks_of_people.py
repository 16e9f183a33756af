"""tasks that people make by hand: what is to be done in their own words, and whether it comes again."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("words", sa.String(length=200), nullable=True))
    op.add_column("tasks", sa.Column("repeats", sa.String(length=8), nullable=True))
    op.add_column("tasks", sa.Column("began_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM tasks WHERE kind = 'own'")  # nothing before knows this kind
    op.drop_column("tasks", "began_on")
    op.drop_column("tasks", "repeats")
    op.drop_column("tasks", "words")
