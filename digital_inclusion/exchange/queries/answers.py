"""Files for companies and their answers, and the rows of those."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from ...foundation.database import session
from ...foundation.files import StoredFile
from ...foundation.kernel.errors import NotFound
from ...foundation.kernel.text import fold
from ...households.models import Household
from ...partners.queries import list_city_wide_ids
from ..models import AnswerFile, AnswerRow, ProviderColumn, ProviderFile

PAGE = 50
IN_FORCE = ("running", "finished", "stopped", "undoing")


def get_provider_file(code: str) -> ProviderFile:
    """Return the file made for a company; raise NotFound, also for another partner's."""
    found = session().scalars(select(ProviderFile).where(ProviderFile.code == code)).first()
    if found is None:
        raise NotFound
    return found


def list_provider_files(*, partner_id: int, limit: int = 10) -> Sequence[ProviderFile]:
    """Return the organization's last files for companies, newest first."""
    statement = select(ProviderFile).where(ProviderFile.partner_id == partner_id)
    return session().scalars(statement.order_by(ProviderFile.id.desc()).limit(limit)).all()


def get_answer(code: str) -> AnswerFile:
    """Return the answer with this code; raise NotFound, also for another partner's."""
    found = session().scalars(select(AnswerFile).where(AnswerFile.code == code)).first()
    if found is None:
        raise NotFound
    return found


def hold_answer(file_id: int) -> AnswerFile:
    """Return the answer locked for this transaction, as it is now."""
    statement = select(AnswerFile).where(AnswerFile.id == file_id).with_for_update()
    found = session().scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def list_answers(*, partner_id: int, limit: int = PAGE) -> Sequence[AnswerFile]:
    """Return the organization's answers, newest first."""
    statement = select(AnswerFile).where(AnswerFile.partner_id == partner_id)
    return session().scalars(statement.order_by(AnswerFile.id.desc()).limit(limit)).all()


def find_taken(sha256: str, *, partner_id: int, not_id: int = 0) -> AnswerFile | None:
    """Return the answer by which the very same content went in already and was not undone."""
    statement = select(AnswerFile).where(
        AnswerFile.sha256 == sha256,
        AnswerFile.partner_id == partner_id,
        AnswerFile.state.in_(IN_FORCE),
        AnswerFile.id != not_id,
    )
    return session().scalars(statement.order_by(AnswerFile.id.desc()).limit(1)).first()


def remembered_columns(partner_id: int, provider: str) -> dict[str, str]:
    """Return folded header -> field, as corrected for this company before."""
    rows = session().execute(
        select(ProviderColumn.header, ProviderColumn.field)
        .where(ProviderColumn.partner_id == partner_id, ProviderColumn.provider == fold(provider)[:80])
        .order_by(ProviderColumn.id)
    )
    return {row.header: row.field for row in rows}


def count_groups(file_id: int) -> dict[str, int]:
    """Return how many rows there are of every kind of difference and of every other outcome."""
    new = AnswerRow.outcome == "new"
    kinds: dict[str, Any] = {
        "on": and_(new, AnswerRow.is_on),
        "ended": and_(new, AnswerRow.ended_on.is_not(None)),
        "terms": and_(new, AnswerRow.terms.is_not(None)),
        "applications": and_(new, AnswerRow.to_state.is_not(None)),
        "speeds": and_(new, AnswerRow.speeds_differ),
        **{name: AnswerRow.outcome == name for name in ("same", "waiting", "foreign", "refused")},
        "applied": _brought(),
    }
    columns = [func.coalesce(func.sum(case((kind, 1), else_=0)), 0).label(name) for name, kind in kinds.items()]
    row = session().execute(select(*columns).where(AnswerRow.file_id == file_id)).one()
    return {name: int(count) for name, count in row._mapping.items()}


def list_answer_rows(file_id: int, *, group: str, after: int = 0, limit: int = PAGE) -> Sequence[AnswerRow]:
    """Return the rows of a group in the order of the file; ``after`` is the row to go on from."""
    statement = select(AnswerRow).where(AnswerRow.file_id == file_id, AnswerRow.row > after)
    parts = {"on": AnswerRow.is_on, "ended": AnswerRow.ended_on.is_not(None), "terms": AnswerRow.terms.is_not(None),
             "speeds": AnswerRow.speeds_differ, "applications": AnswerRow.to_state.is_not(None)}  # fmt: skip
    if group in parts:
        wanted = and_(AnswerRow.outcome == "new", parts[group])
    else:
        wanted = _brought() if group == "left" else AnswerRow.outcome == group
    return session().scalars(statement.where(wanted).order_by(AnswerRow.row).limit(limit)).all()


def _brought() -> Any:
    """Return the condition of rows that brought something which was not taken back."""
    brought = (AnswerRow.check_fact, AnswerRow.end_fact, AnswerRow.terms_before, AnswerRow.move_id)
    return or_(*(column.is_not(None) for column in brought))


@dataclass(frozen=True, slots=True)
class ToApply:
    """A row that brings something."""

    id: int
    row: int
    fact_number: int | None
    application_id: int | None
    is_on: bool
    ended_on: date | None
    end_reason: str | None
    terms: dict[str, Any] | None
    to_state: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class ToTakeBack:
    """A row that brought something."""

    id: int
    row: int
    fact_number: int | None
    application_id: int | None
    terms: dict[str, Any] | None
    terms_before: dict[str, Any] | None
    check_fact: int | None
    end_fact: int | None
    move_id: int | None
    application_before: dict[str, Any] | None


def next_rows(file_id: int, *, after: int, limit: int) -> list[ToApply]:
    """Return the next rows that bring something, in the order of the file."""
    statement = _rows_after(ToApply, file_id, after, limit)
    rows = session().execute(statement.where(AnswerRow.outcome == "new", AnswerRow.is_left_out.is_(False)))
    return [ToApply(*row) for row in rows]


def applied_rows(file_id: int, *, after: int, limit: int) -> list[ToTakeBack]:
    """Return the next rows that brought something and have not been taken back, in the order of the file."""
    rows = session().execute(_rows_after(ToTakeBack, file_id, after, limit).where(_brought()))
    return [ToTakeBack(*row) for row in rows]


def _rows_after(shape: type[ToApply] | type[ToTakeBack], file_id: int, after: int, limit: int) -> Select[Any]:
    columns = [getattr(AnswerRow, one.name) for one in fields(shape)]
    return (
        select(*columns).where(AnswerRow.file_id == file_id, AnswerRow.row > after).order_by(AnswerRow.row).limit(limit)
    )


def find_later_answer(answer: AnswerFile) -> AnswerFile | None:
    """Return an answer in force that was applied after this one and changed terms of the same lines; the last such."""
    own, other = aliased(AnswerRow), aliased(AnswerRow)
    applied_at = func.coalesce(AnswerFile.applied_at, AnswerFile.created_at)
    statement = (
        select(AnswerFile)
        .join(other, other.file_id == AnswerFile.id)
        .join(own, own.fact_number == other.fact_number)
        .where(
            own.file_id == answer.id,
            own.terms_before.is_not(None),
            other.terms_before.is_not(None),
            AnswerFile.id != answer.id,
            AnswerFile.state.in_(IN_FORCE),
            applied_at > (answer.applied_at or answer.created_at),
        )
    )
    return session().scalars(statement.order_by(applied_at.desc(), AnswerFile.id.desc()).limit(1)).first()


def find_copy(file_id: int | None) -> StoredFile | None:
    """Return the stored file when its bytes are still kept."""
    found = session().get(StoredFile, file_id) if file_id is not None else None
    return found if found is not None and found.removed_at is None else None


def copies_of_companies(household_id: int) -> Sequence[StoredFile]:
    """Return the files for and from companies that are still kept and may name the household.

    Those of its partner, the city and its fiscal agent, who ask about everybody's lines.
    """
    owner = select(Household.partner_id).where(Household.id == household_id).scalar_subquery()
    statement = select(StoredFile).where(
        (StoredFile.partner_id == owner) | StoredFile.partner_id.in_(list_city_wide_ids()),
        StoredFile.purpose.in_(("provider", "answer")),
        StoredFile.removed_at.is_(None),
    )
    return session().scalars(statement.order_by(StoredFile.id)).all()
