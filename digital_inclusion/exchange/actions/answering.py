"""Take a company's answer in: the file, what its columns mean, which differences go in."""

import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import ColumnElement, update

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import let_go, session
from ...foundation.files import StoredFile, remove_file, store_file
from ...foundation.jobs import Payload, enqueue
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...foundation.kernel.text import fold
from ...foundation.sheets import Sheet, open_sheet, write_without_columns
from ..models import AnswerFile, AnswerRow, ProviderColumn
from ..queries.answers import find_taken, hold_answer, remembered_columns
from ..queries.applications import companies_that_answer
from ..rules.answers.columns import check_answer_columns, match_answer_columns
from ..rules.answers.comparing import PARTS
from ..rules.matching import columns_to_drop, match_columns
from .asking import forget_copy_later
from .uploading import Owner, receive_upload

COMPARE_JOB = "exchange.compare_answer"
APPLY_JOB = "exchange.apply_answer"
PURPOSE = "answer"
UNDO_GAVE_UP = "undo_gave_up"
CHANGED = _("This answer is under way or done. Please look at it again.")
TAKEN = _("This very file was already taken on %(day)s. Undo that one first if it must go in again.")
UNDO_FIRST = _("Taking this answer back did not come to its end. Take it back once more.")


@dataclass(frozen=True, slots=True)
class Work:
    """What a job does for whom: the answer, whose it is, whether the city's, and who asked for it (None: nobody)."""

    file_id: int
    partner_id: int
    is_city: bool
    user_id: int | None

    @classmethod
    def on(cls, answer: AnswerFile, by: Actor) -> "Work":
        """Return the work on an answer that somebody asks for."""
        session().flush()
        return cls(answer.id, answer.partner_id, answer.is_city, by.user_id)

    def payload(self) -> Payload:
        """Return it as a job keeps it: numbers alone."""
        return {"answer": self.file_id, "partner": self.partner_id, "city": self.is_city, "user": self.user_id or 0}

    @classmethod
    def of(cls, payload: Payload) -> "Work":
        """Return what a job kept."""
        user_id = int(payload.get("user", 0)) or None
        return cls(int(payload["answer"]), int(payload["partner"]), bool(payload["city"]), user_id)


def upload_answer(
    *, stream: BinaryIO, filename: str, provider: str, answered_on: date, limit: int, by: Actor
) -> AnswerFile:
    """Store the company's file without sensitive columns and match its columns; return the new answer.

    Raises Invalid for the same content again, for a day in the future and for a company without lines here.
    """
    owner = Owner(by.partner_id or 0)
    policy.check(by, "answer_file:run", owner)
    _check_upload(provider, answered_on)
    remembered = remembered_columns(owner.partner_id, provider)
    let_go()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer"
        digest = receive_upload(stream, path, limit)
        _refuse_taken(digest, owner.partner_id)
        let_go()
        with open_sheet(path, filename) as sheet:
            stored, worksheet = _keep(sheet, filename, owner.partner_id, limit)
            mapping, total = match_answer_columns(sheet.headers, remembered=remembered), sheet.estimate_rows()
    made = AnswerFile(
        code=new_code(),
        partner_id=owner.partner_id,
        provider=provider,
        filename=stored.name,
        file_id=stored.id,
        sha256=digest,
        sheet_name=worksheet,
        mapping={header: name for header, name in mapping.items() if name},
        answered_on=answered_on,
        is_city=by.city_wide,
        rows_total=total,
        created_by=by.user_id,
        created_at=clock.now(),
    )
    session().add(made)
    forget_copy_later(stored, partner_id=owner.partner_id, by=by)  # also when nobody ever says what its columns mean
    record("answer_file.uploaded", by=by, subject=made)
    return made


def _check_upload(provider: str, answered_on: date) -> None:
    if provider not in companies_that_answer():
        raise Invalid(fields={"provider": _("Choose a company.")})
    if answered_on > clock.today():
        raise Invalid(fields={"answered_on": _("This day lies in the future.")})


def _refuse_taken(digest: str, partner_id: int, *, not_id: int = 0) -> None:
    taken = find_taken(digest, partner_id=partner_id, not_id=not_id)
    if taken is not None:
        raise Invalid(fields={"file": TAKEN}, day=taken.created_at.date().isoformat())


def _keep(sheet: Sheet, filename: str, partner_id: int, limit: int) -> tuple[StoredFile, str | None]:
    """Store a copy of the one table in which sensitive columns are empty; return it and its worksheet's name."""
    ours = match_answer_columns(sheet.headers, remembered={})
    dropped = columns_to_drop(match_columns(sheet.headers, sheet.samples(), remembered={}))
    emptied = [column.index for column in dropped if not ours.get(column.header)]
    with tempfile.TemporaryFile() as copy:
        worksheet = write_without_columns(sheet, emptied, copy)
        copy.seek(0)
        stored = store_file(copy, name=filename, purpose=PURPOSE, partner_id=partner_id, limit=4 * limit)
    return stored, worksheet


def map_answer_columns(*, answer: AnswerFile, mapping: Mapping[str, str], by: Actor) -> None:
    """Say what the columns mean (header -> field, "" for leave out), remember it for the company, and compare."""
    policy.check(by, "answer_file:run", answer)
    held = hold_answer(answer.id)
    if held.state != "uploaded":
        raise Conflict(CHANGED)
    held.mapping = check_answer_columns(mapping)
    held.state, held.rows_done = "comparing", 0
    _remember(held, mapping)
    record("answer_file.mapped", by=by, subject=held, columns=len(held.mapping))
    enqueue(COMPARE_JOB, Work.on(held, by).payload())


def _remember(answer: AnswerFile, mapping: Mapping[str, str]) -> None:
    provider = fold(answer.provider)[:80]
    known = {
        row.header: row
        for row in session().query(ProviderColumn).filter_by(partner_id=answer.partner_id, provider=provider)
    }
    for header, name in mapping.items():
        key = fold(header)[:200]
        if not key:
            continue
        row = known.get(key)
        if row is None:
            row = ProviderColumn(partner_id=answer.partner_id, provider=provider, header=key, updated_at=clock.now())
            known[key] = row
            session().add(row)
        row.field, row.updated_at = name, clock.now()


def apply_answer(*, answer: AnswerFile, parts: Collection[str], left_out: Collection[int] = (), by: Actor) -> None:
    """Have the chosen kinds of differences written in the background, but for the rows left out by their number.

    One that stopped goes on with the kinds that were chosen when it began.
    """
    policy.check(by, "answer_file:run", answer)
    held = hold_answer(answer.id)
    if held.state not in {"compared", "stopped"}:
        raise Conflict(CHANGED)
    if held.error_code == UNDO_GAVE_UP:
        raise Conflict(UNDO_FIRST)
    chosen = held.chosen if held.state == "stopped" else [name for name in PARTS if name in parts]
    if not chosen:
        raise Invalid(_("Choose at least one kind of difference."))
    taken = find_taken(held.sha256, partner_id=held.partner_id, not_id=held.id)
    if taken is not None:
        raise Conflict(TAKEN, day=taken.created_at.date().isoformat())
    if held.state == "compared":
        held.rows_done, held.applied_at = 0, clock.now()
    held.chosen, held.state, held.error_code = chosen, "running", None
    _leave_out(held, left_out)
    record("answer_file.started", by=by, subject=held, kinds=chosen, left_out=len(set(left_out)))
    enqueue(APPLY_JOB, Work.on(held, by).payload())


def _leave_out(answer: AnswerFile, rows: Collection[int]) -> None:
    if rows:
        statement = update(AnswerRow).where(AnswerRow.file_id == answer.id, AnswerRow.row.in_(sorted(set(rows))))
        session().execute(statement.values(is_left_out=True), execution_options={"synchronize_session": False})


def discard_answer(*, answer: AnswerFile, by: Actor) -> None:
    """Put an answer away that was not applied: its copies are deleted."""
    policy.check(by, "answer_file:run", answer)
    held = hold_answer(answer.id)
    if held.state not in {"uploaded", "compared"}:
        raise Conflict(CHANGED)
    for file_id in (held.file_id, held.returned_id):
        stored = session().get(StoredFile, file_id) if file_id is not None else None
        if stored is not None and stored.removed_at is None:
            remove_file(stored)
    held.state, held.undone_at, held.returned_id = "undone", clock.now(), None
    forget_cells(AnswerRow.file_id == held.id)
    record("answer_file.discarded", by=by, subject=held)


def forget_cells(which: ColumnElement[bool]) -> None:
    """Forget what stood in the cells of rows that came back, and by which number the company knows the line."""
    statement = update(AnswerRow).where(which).values(problems=None, account_key=None)
    session().execute(statement, execution_options={"synchronize_session": False})
