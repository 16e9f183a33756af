"""Import batches, their problems and what partners taught us."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ...foundation.database import session
from ...foundation.files import StoredFile
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ...partners.models import Partner
from ..models import ColumnMapping, ImportBatch, ImportProblem

PAGE = 50


def get_batch(code: str) -> ImportBatch:
    """Return the batch with this code; raise NotFound, also for another partner's."""
    found = session().scalars(select(ImportBatch).where(ImportBatch.code == code)).first()
    if found is None:
        raise NotFound
    return found


def lock_batch(batch_id: int) -> ImportBatch:
    """Return the batch locked for this transaction, as it is now."""
    statement = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    found = session().scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def wait_for_turn(partner_id: int) -> None:
    """Wait for another import of the same partner to commit its chunk, so that both see the same households."""
    turn = select(Partner.id).where(Partner.id == partner_id).with_for_update(key_share=True)
    session().scalars(turn).one()


def list_batches(*, before: int | None = None, limit: int = PAGE) -> Sequence[ImportBatch]:
    """Return batches, newest first; ``before`` is the id to go on from."""
    statement = select(ImportBatch).order_by(ImportBatch.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(ImportBatch.id < before)
    return session().scalars(statement).all()


def find_same_file(sha256: str, *, not_id: int | None = None) -> ImportBatch | None:
    """Return the last batch that was made from the very same file and not undone."""
    statement = select(ImportBatch).where(ImportBatch.sha256 == sha256, ImportBatch.state.in_(("running", "finished")))
    if not_id is not None:
        statement = statement.where(ImportBatch.id != not_id)
    return session().scalars(statement.order_by(ImportBatch.id.desc()).limit(1)).first()


def remembered_mapping(partner_id: int) -> dict[str, str]:
    """Return folded header -> field, as the partner corrected it before."""
    rows = session().execute(
        select(ColumnMapping.header, ColumnMapping.field)
        .where(ColumnMapping.partner_id == partner_id)
        .order_by(ColumnMapping.id)
    )
    return {row.header: row.field for row in rows}


def list_problems(
    batch_id: int, *, code: str | None = None, column: str | None = None, after: int = 0, limit: int = PAGE
) -> Sequence[ImportProblem]:
    """Return the problems of a batch in the order of the file; ``after`` is the id to go on from."""
    statement = select(ImportProblem).where(ImportProblem.batch_id == batch_id, ImportProblem.id > after)
    if code is not None:
        statement = statement.where(ImportProblem.code == code)
    if column is not None:
        statement = statement.where(ImportProblem.column == column)
    return session().scalars(statement.order_by(ImportProblem.id).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Group:
    """All problems of one kind in one column, as on file."""

    code: str
    column: str | None
    severity: str
    sentence: str
    count: int
    params: Mapping[str, object]  # of the first of them: lists name it beside the sentence


def group_problems(batch_id: int) -> list[Group]:
    """Return the problems of a batch by kind and column, errors and large groups first."""
    kinds = (
        select(
            ImportProblem.code,
            ImportProblem.column,
            func.count().label("number"),
            func.min(ImportProblem.id).label("first"),
        )
        .where(ImportProblem.batch_id == batch_id)
        .group_by(ImportProblem.code, ImportProblem.column)
        .subquery()
    )
    rows = session().execute(
        select(ImportProblem, kinds.c.number).join(kinds, kinds.c.first == ImportProblem.id).order_by(ImportProblem.id)
    )
    groups = [Group(p.code, p.column, p.severity, p.message, number, p.params) for p, number in rows]
    worst = {"error": 0, "warning": 1, "info": 2}
    return sorted(groups, key=lambda group: (worst[group.severity], -group.count))


def refused_rows(batch_id: int) -> Iterator[ImportProblem]:
    """Yield the problems for which rows come back, in the order of the file."""
    statement = (
        select(ImportProblem)
        .where(ImportProblem.batch_id == batch_id, ImportProblem.severity == "error")
        .order_by(ImportProblem.row, ImportProblem.id)
    )
    yield from session().scalars(statement.execution_options(yield_per=1000))


def is_kept(batch: ImportBatch) -> bool:
    """Tell whether the batch's file is still there."""
    removed = select(StoredFile.removed_at).where(StoredFile.id == batch.file_id)
    return session().scalar(removed) is None


def count_problems(batch_id: int, *, code: str | None = None) -> int:
    """Return how many problems are on file, of all kinds or of one."""
    statement = select(func.count()).where(ImportProblem.batch_id == batch_id)
    return session().scalar(statement if code is None else statement.where(ImportProblem.code == code)) or 0


def batches_with_files(partner_of: int) -> Sequence[ImportBatch]:
    """Return the batches whose files are still kept, of the partner that the household ``partner_of`` belongs to."""
    owner = select(Household.partner_id).where(Household.id == partner_of).scalar_subquery()
    kept = select(StoredFile.id).where(StoredFile.removed_at.is_(None))
    statement = select(ImportBatch).where(ImportBatch.partner_id == owner, ImportBatch.file_id.in_(kept))
    return session().scalars(statement.order_by(ImportBatch.id)).all()
