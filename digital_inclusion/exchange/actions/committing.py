"""Enroll a file chunk by chunk: each chunk is one transaction, so the worker may be killed at any moment."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import Scope, session, use_scope, write_transaction
from ...foundation.jobs import made_progress
from ...foundation.kernel import clock
from ...foundation.kernel.errors import DomainError, NotFound
from ...foundation.sheets import SheetError
from ...progress.actions.book import bulk_insert
from ..models import ImportBatch, ImportProblem
from ..queries.batches import count_problems, lock_batch, wait_for_turn
from ..rules.parsed import ParsedRow
from ..rules.problems import ERROR, RowProblem
from .knowing import Taken
from .reading import calm_collector, open_batch
from .taking import take_rows

_Take = Callable[..., Taken]
# What a single row may bring about; a database that is away, say, is no row's fault.
_OF_A_ROW = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    DomainError,
    IntegrityError,
    DataError,
)
logger = logging.getLogger(__name__)
CHUNK = 500  # rows: one posting, one audit event
_TRIES = 3
COUNTED = (
    "created_households", "updated_households", "unchanged_rows", "drafted_rows", "refused_rows", "created_deliveries",
)  # fmt: skip
_MOST_PROBLEMS = 100_000  # kept per batch; past them only why rows come back


def importing_actor(batch: ImportBatch) -> Actor:
    """Return who acts in the background: the product, on behalf of who started the import."""
    return Actor(
        user_id=batch.created_by,
        name="import",
        partner_id=batch.partner_id,
        roles=frozenset({"system"}),
        city_wide=True,
    )


def run_import(*, batch_id: int, partner_id: int) -> None:
    """Go on with the import where it stopped, to its end; another worker at it makes this one stand aside."""
    use_scope(Scope(partner_id=partner_id))
    batch = session().get_one(ImportBatch, batch_id, populate_existing=True)
    if batch.state != "running":
        return
    done, by = batch.rows_done, importing_actor(batch)
    try:
        with open_batch(batch) as opened, calm_collector() as tidy:
            session().expunge(batch)
            session().rollback()  # a file is read for minutes: no transaction stays open meanwhile
            for chunk in chunks(opened.rows(skip=done)):
                if not _commit_what_goes(batch_id, partner_id, chunk, done=done, by=by):
                    return
                done += len(chunk)
                tidy()
    except (SheetError, NotFound) as error:
        _fail(batch_id, partner_id, getattr(error, "code", "file_gone"), dict(error.params), by)
        return
    _finish(batch_id, partner_id, done=done, by=by)


def give_up(*, batch_id: int, partner_id: int) -> None:
    """Say on the batch that its job failed for good; what is in stays in, and it may be started again."""
    use_scope(Scope(partner_id=partner_id))
    batch = session().get_one(ImportBatch, batch_id, populate_existing=True)
    if batch.state in {"running", "previewing", "undoing"}:
        _fail(batch_id, partner_id, "gave_up", {}, importing_actor(batch))


def _commit_with_patience(batch_id: int, partner_id: int, chunk: list[ParsedRow], *, done: int, by: Actor) -> bool:
    """Commit a chunk; when somebody enrolled one of its households or units in the same moment, look again."""
    for _again in range(_TRIES - 1):
        try:
            return _commit_chunk(batch_id, partner_id, chunk, done=done, by=by)
        except (DomainError, IntegrityError, StaleDataError):
            continue
    return _commit_chunk(batch_id, partner_id, chunk, done=done, by=by)


def _commit_what_goes(batch_id: int, partner_id: int, rows: list[ParsedRow], *, done: int, by: Actor) -> bool:
    """Commit rows; where one of them cannot be taken for a reason nobody foresaw, all but that one.

    They are halved until it stands alone, each half a transaction of its own: no row ends an import.
    """
    try:
        return _commit_with_patience(batch_id, partner_id, rows, done=done, by=by)
    except _OF_A_ROW as error:
        if len(rows) == 1:
            # the words of an error may repeat what stands in the row: its kind alone is told
            logger.error("row %s of import batch %s failed: %s", rows[0].number, batch_id, type(error).__name__)
            return _commit_chunk(batch_id, partner_id, rows, done=done, by=by, take=_taken_back)
    half = len(rows) // 2
    return _commit_what_goes(batch_id, partner_id, rows[:half], done=done, by=by) and _commit_what_goes(
        batch_id, partner_id, rows[half:], done=done + half, by=by
    )


def _taken_back(rows: Sequence[ParsedRow], *, batch: ImportBatch, by: Actor) -> Taken:
    taken = Taken(refused=len(rows))
    for row in rows:
        taken.add_own(row, [*row.problems, RowProblem("row_failed")])
    return taken


def chunks(rows: Iterable[ParsedRow]) -> Iterator[list[ParsedRow]]:
    """Yield the rows in chunks of one transaction each."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _held(batch_id: int, partner_id: int, done: int) -> ImportBatch | None:
    """Return the batch, locked, when it is still ours to go on with."""
    use_scope(Scope(partner_id=partner_id))
    batch = lock_batch(batch_id)
    return batch if batch.state == "running" and batch.rows_done == done else None


def _commit_chunk(
    batch_id: int, partner_id: int, chunk: list[ParsedRow], *, done: int, by: Actor, take: _Take | None = None
) -> bool:
    with write_transaction():
        batch = _held(batch_id, partner_id, done)
        if batch is None:
            return False
        wait_for_turn(partner_id)
        taken = (take or take_rows)(chunk, batch=batch, by=by)
        _count(batch, taken, len(chunk))
        write_problems(batch, taken)
        made_progress()
        record(
            "import.chunk_committed",
            by=by,
            subject=batch,
            rows=len(chunk),
            created=taken.created,
            updated=taken.updated,
            refused=taken.refused,
        )
    return True


def _count(batch: ImportBatch, taken: Taken, rows: int) -> None:
    batch.rows_done += rows
    batch.created_households += taken.created
    batch.updated_households += taken.updated
    batch.unchanged_rows += taken.unchanged
    batch.drafted_rows += taken.drafted
    batch.refused_rows += taken.refused
    batch.created_deliveries += taken.deliveries


def forget_problems(batch: ImportBatch) -> None:
    """Delete what was told about the rows in an earlier look or run."""
    session().query(ImportProblem).filter(ImportProblem.batch_id == batch.id).delete()


def write_problems(batch: ImportBatch, taken: Taken) -> None:
    """Keep what is to be told about rows: why rows come back always, warnings and remarks up to a limit per batch."""
    told = taken.problems
    if told and count_problems(batch.id) >= _MOST_PROBLEMS:
        told = [problem for problem in told if problem["severity"] == ERROR]
    if told:
        rows = [problem | {"batch_id": batch.id, "partner_id": batch.partner_id} for problem in told]
        bulk_insert(session(), ImportProblem.__table__, rows)  # type: ignore[arg-type]


def _finish(batch_id: int, partner_id: int, *, done: int, by: Actor) -> None:
    with write_transaction():
        batch = _held(batch_id, partner_id, done)
        if batch is None:
            return
        batch.state, batch.finished_at, batch.rows_total = "finished", clock.now(), done
        record(
            "import.finished",
            by=by,
            subject=batch,
            rows=done,
            created=batch.created_households,
            updated=batch.updated_households,
            refused=batch.refused_rows,
        )


def _fail(batch_id: int, partner_id: int, code: str, params: dict[str, object], by: Actor) -> None:
    with write_transaction():
        use_scope(Scope(partner_id=partner_id))
        batch = lock_batch(batch_id)
        batch.state, batch.finished_at = "stopped", clock.now()
        batch.error_code, batch.error_params = code, params
        record("import.stopped", by=by, subject=batch, rows_done=batch.rows_done)
