"""Is all well: jobs, worker, database, migration, settings, recount, seals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, literal, select

from ...agenda.queries.keys import is_key_known
from ...foundation.database import session
from ...foundation.jobs import OutboxJob
from ...foundation.kernel import clock
from ...funding.queries.budgets import find_wrong_sums
from ...progress.models import ProgramVersion
from ...progress.queries.figures import Knowledge, last_posting
from ...progress.queries.program import find_version
from .trail import Seals, seals

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the health page shows."""

    database: str
    migration: str | None
    jobs: dict[str, int]
    overdue: int
    troubled: Sequence[OutboxJob]
    last_finished_at: datetime | None
    version: ProgramVersion | None
    knowledge: Knowledge
    seals: Seals
    is_message_key_known: bool  # under another key nobody who asked us to stop is recognized
    wrong_sums: Sequence[int] | None  # budgets whose sums are not those of their entries; None: not worked out


def health(*, check_seals: bool) -> Health:
    """Return everything; the seals and the sums of money are worked out again only when asked."""
    return Health(
        database=session().get_bind().dialect.name,
        migration=MigrationContext.configure(session().connection()).get_current_revision(),
        jobs=_jobs(),
        overdue=_overdue(),
        troubled=_troubled(),
        last_finished_at=session().scalar(select(func.max(OutboxJob.finished_at))),
        version=find_version(),
        knowledge=last_posting(),
        seals=seals(check=check_seals),
        is_message_key_known=is_key_known(),
        wrong_sums=find_wrong_sums() if check_seals else None,
    )


def is_alive() -> bool:
    """Return whether the database answers; raises whatever it raises."""
    return session().scalar(select(literal(1))) == 1


def _jobs() -> dict[str, int]:
    rows: Any = session().execute(
        select(OutboxJob.state, func.count()).group_by(OutboxJob.state).order_by(OutboxJob.state)
    )
    return {state: int(count) for state, count in rows}


def _overdue() -> int:
    """Return how many jobs are due and wait: more than a few for more than a minute say that no worker runs."""
    due = select(func.count()).select_from(OutboxJob)
    return session().scalar(due.where(OutboxJob.state == "waiting", OutboxJob.run_after <= clock.now())) or 0


def _troubled() -> Sequence[OutboxJob]:
    statement = select(OutboxJob).where(OutboxJob.error.is_not(None), OutboxJob.state != "done")
    return session().scalars(statement.order_by(OutboxJob.id.desc()).limit(SHOWN)).all()
