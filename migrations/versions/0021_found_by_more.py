"""households are found by more: a phone's last digits, the street, how a name sounds. A job writes it for those there."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_JOB = "casework.write_terms"


def upgrade() -> None:
    if not op.get_bind().execute(sa.text("SELECT 1 FROM households LIMIT 1")).first():
        return  # a new installation has nobody to be found
    jobs = sa.table(
        "outbox_jobs",
        *(sa.column(name) for name in ("name", "state", "attempts")),
        sa.column("payload", sa.JSON()),
        *(sa.column(name, sa.DateTime(timezone=True)) for name in ("created_at", "run_after")),
    )
    now = datetime.now(UTC)
    op.bulk_insert(
        jobs,
        [
            {
                "name": _JOB,
                "payload": {"after": 0},
                "state": "waiting",
                "attempts": 0,
                "created_at": now,
                "run_after": now,
            }
        ],
    )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM outbox_jobs WHERE name = :name").bindparams(name=_JOB))
    op.execute("DELETE FROM search_terms WHERE term LIKE '<%' OR term LIKE '~%' OR term LIKE '@%'")
