"""Compare a company's answer with what is on record. Nothing but the answer's own rows is written."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from sqlalchemy import delete

from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from ...foundation.files import StoredFile, path_of, remove_file, store_file
from ...foundation.jobs import made_progress
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...foundation.kernel.messages import _
from ...foundation.kernel.text import fold
from ...foundation.sheets import Sheet, SheetError, open_sheet, write_with_reasons
from ...foundation.throttle import fingerprint
from ...progress.actions.book import bulk_insert
from ..models import AnswerFile, AnswerRow
from ..queries.answers import hold_answer
from ..queries.applications import applications_by_reference, applications_now
from ..queries.lines import lines_by_account, lines_by_reference, lines_now
from ..rules.answers.applications import Applied, Said, compare_application
from ..rules.answers.comparing import Difference, Line, compare
from ..rules.answers.reading import Answer, AnswerReader
from ..rules.dates import Lean
from .answering import PURPOSE, UNDO_GAVE_UP, Work
from .asking import forget_copy_later
from .reading import calm_collector

CHUNK = 500
DISAGREE = _("Row %(other)s says something else about the same line. Keep the right one of the two.")
TWICE = _("Row %(other)s says the same already.")
NO_KEY = _("The row has neither our reference nor the company's number for the line.")
_DAYS = {"ended_on", "promo_until_on"}
_LIMIT = 512 * 1024 * 1024
_EMPTY: dict[str, Any] = {
    "fact_number": None, "application_id": None, "to_state": None, "problem": None, "account_key": None,
    "is_on": False, "ended_on": None, "end_reason": None,
    "speeds_differ": False, "down_kbps": None, "up_kbps": None, "terms": None, "terms_before": None,
    "problems": None, "is_left_out": False, "check_fact": None, "end_fact": None,
}  # fmt: skip


def answer_actor(work: Work) -> Actor:
    """Return who acts in the background: the product, on behalf of who asked for it."""
    return Actor(
        user_id=work.user_id,
        name="answers",
        partner_id=work.partner_id,
        roles=frozenset({"system"}),
        city_wide=work.is_city,
    )


def see_as(work: Work) -> None:
    """See what who took the answer in may see: the partner's rows, or for the city everybody's."""
    use_scope(EVERYTHING if work.is_city else Scope(partner_id=work.partner_id))


About = tuple[bool, int]  # whether an application, else a line; and which


@dataclass(slots=True)
class _Found:
    """What is known of all rows before the first is compared."""

    answers: list[Answer]
    keys: list[str | None] = field(default_factory=list)  # keyed account numbers
    about: list[About | None] = field(default_factory=list)
    first: dict[About, Answer] = field(default_factory=dict)  # the first row of each
    disagreeing: dict[About, Answer] = field(default_factory=dict)  # a row that says something else of the same


def compare_answer(work: Work) -> None:
    """Compare every row; what was written by an earlier, killed run is written anew."""
    see_as(work)
    answer = session().get_one(AnswerFile, work.file_id, populate_existing=True)
    if answer.state != "comparing":
        return
    try:
        with calm_collector() as tidy, _opened(answer) as sheet:
            session().expunge_all()
            session().rollback()  # a file is read for long: no transaction stays open meanwhile
            said = list(_answers(sheet, answer))
            see_as(work)
            found = _look_up(said, answer)
            session().rollback()
            reasons = _write_all(work, found, tidy)
            _finish(work, answer, sheet, reasons)
    except (SheetError, NotFound) as error:
        session().rollback()
        give_up_comparing(work, code=getattr(error, "code", "file_gone"))


def _opened(answer: AnswerFile) -> Sheet:
    stored = session().get_one(StoredFile, answer.file_id)
    return open_sheet(path_of(stored), answer.filename, worksheet=answer.sheet_name)


def _answers(sheet: Sheet, answer: AnswerFile) -> Iterator[Answer]:
    lean = Lean()
    places = [place for place, header in enumerate(sheet.headers) if answer.mapping.get(header) in _DAYS]
    if places:
        for row in sheet:
            for place in places:
                lean.see(row.cells[place])
    reader = AnswerReader(sheet.headers, answer.mapping, today=clock.today(), order=lean.order)
    for row in sheet:
        yield reader.read(row.number, row.cells)


def _look_up(answers: list[Answer], answer: AnswerFile) -> _Found:
    found, provider = _Found(answers), fold(answer.provider)
    found.keys = [fingerprint("account", provider, fold(one.account)) if one.account else None for one in answers]
    references = {one.reference.upper() for one in answers if one.reference}
    known: dict[str, About] = {name: (False, number) for name, number in lines_by_reference(references).items()}
    known |= {name: (True, number) for name, number in applications_by_reference(references).items()}
    by_account = lines_by_account({key for key in found.keys if key}, provider=answer.provider)
    for one, key in zip(answers, found.keys, strict=True):
        line = by_account.get(key or "")
        about = known.get(one.reference.upper()) or ((False, line) if line is not None else None)
        found.about.append(about)
        if about is None:
            continue
        first = found.first.setdefault(about, one)
        if first.said() != one.said():
            found.disagreeing.setdefault(about, one)
    return found


def _write_all(work: Work, found: _Found, tidy: Callable[[], object]) -> dict[int, list[str]]:
    """Write the rows chunk by chunk; return why rows come back, by row."""
    reasons: dict[int, list[str]] = {}
    for start in range(0, len(found.answers), CHUNK):
        with write_transaction():
            see_as(work)
            held = hold_answer(work.file_id)
            if held.state != "comparing":
                return reasons
            if start == 0:
                session().execute(delete(AnswerRow).where(AnswerRow.file_id == held.id))
            rows = _chunk(held, found, start)
            bulk_insert(session(), AnswerRow.__table__, rows)  # type: ignore[arg-type]
            held.rows_done = start + len(rows)
            made_progress()
            record("answer_file.compared_on", by=answer_actor(work), subject=held, rows=len(rows))
        reasons |= {row["row"]: [told(one) for one in row["problems"]] for row in rows if row["problems"]}
        tidy()
    return reasons


def told(problem: Mapping[str, Any]) -> str:
    """Return a problem as one sentence for the column of reasons."""
    sentence = problem["message"] % (problem.get("params") or {})
    return f"{problem['column']}: {sentence}" if problem.get("column") else sentence


def _chunk(answer: AnswerFile, found: _Found, start: int) -> list[dict[str, Any]]:
    places = range(start, min(start + CHUNK, len(found.answers)))
    wanted = {about for place in places if (about := found.about[place]) is not None}
    lines = lines_now({number for applied, number in wanted if not applied}, provider=answer.provider)
    applied = applications_now({number for applied, number in wanted if applied}, provider=answer.provider)
    things: dict[About, Line | Applied] = {(False, number): line for number, line in lines.items()}
    things |= {(True, number): one for number, one in applied.items()}
    return [_row(answer, found, place, things) for place in places]


def _row(answer: AnswerFile, found: _Found, place: int, things: Mapping[About, Line | Applied]) -> dict[str, Any]:
    one, about = found.answers[place], found.about[place]
    row = _EMPTY | {"file_id": answer.id, "partner_id": answer.partner_id, "row": one.row}
    if not one.reference and not one.account:
        return row | {"outcome": "refused", "problems": [_problem(NO_KEY)]}
    thing = things.get(about) if about is not None else None
    if about is None or thing is None:
        return row | {"outcome": "foreign"}  # nothing else of it is kept
    row |= {"application_id": about[1]} if about[0] else {"fact_number": about[1], "account_key": found.keys[place]}
    first, other = found.first[about], found.disagreeing.get(about)
    if one.problems:
        return row | {"outcome": "refused", "problems": one.problems}
    if other is not None:
        named = other if one is first or one.said() == first.said() else first
        return row | {"outcome": "refused", "problems": [_problem(DISAGREE, other=named.row)]}
    if one is not first:
        return row | {"outcome": "same"}
    if isinstance(thing, Applied):
        return row | _said(compare_application(one, thing, answered_on=answer.answered_on))
    return row | _difference(one, compare(one, thing, answered_on=answer.answered_on))


def _said(found: Said) -> dict[str, Any]:
    if found.sentence:
        params = {"day": found.day.isoformat()} if found.day else {}
        return {"outcome": "refused", "problems": [_problem(found.sentence, **params)]}
    return {"outcome": found.outcome, "to_state": found.to_state, "problem": found.problem}


def _difference(one: Answer, found: Difference) -> dict[str, Any]:
    if found.problem:
        params = {"day": found.day.isoformat()} if found.day else {}
        return {"outcome": "refused", "problems": [_problem(found.problem, **params)]}
    return {
        "outcome": found.outcome,
        "is_on": found.is_on,
        "ended_on": found.ended_on,
        "end_reason": one.end_reason if found.ended_on else None,
        "speeds_differ": found.speeds_differ,
        "down_kbps": one.down_kbps if found.speeds_differ else None,
        "up_kbps": one.up_kbps if found.speeds_differ else None,
        "terms": plain_terms(found.terms) or None,
    }


def plain_terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return terms as JSON can hold them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in terms.items()}


def _problem(message: str, **params: object) -> dict[str, Any]:
    return {"column": "", "value": "", "message": message, "params": params}


def _finish(work: Work, answer: AnswerFile, sheet: Sheet, reasons: dict[int, list[str]]) -> None:
    """Keep only the rows that come back with their reasons; the file as it came, with other people in it, goes."""
    returned = _written(sheet, reasons) if reasons else None
    by = answer_actor(work)
    with write_transaction():
        see_as(work)
        held = hold_answer(work.file_id)
        if held.state != "comparing":
            return
        if returned is not None:
            held.returned_id = _keep_returned(held, sheet.kind, returned, by).id
        held.state = "compared"
        held.rows_total = held.rows_done
        record("answer_file.compared", by=by, subject=held, rows=held.rows_total, refused=len(reasons))
        stored = session().get_one(StoredFile, held.file_id)
        session().flush()
        remove_file(stored)


def _written(sheet: Sheet, reasons: Mapping[int, Sequence[str]]) -> BinaryIO:
    out = io.BytesIO()
    write_with_reasons(sheet, reasons, out)
    out.seek(0)
    return out


def _keep_returned(answer: AnswerFile, kind: str, returned: BinaryIO, by: Actor) -> StoredFile:
    name = f"{answer.filename.rsplit('.', 1)[0][:180]}-refused.{kind}"
    stored = store_file(returned, name=name, purpose=PURPOSE, partner_id=answer.partner_id, limit=_LIMIT)
    forget_copy_later(stored, partner_id=answer.partner_id, by=by)
    return stored


def give_up_comparing(work: Work, *, code: str = "gave_up") -> None:
    """Say on the answer that its job failed for good: the person sends the file again, goes on, or takes it back."""
    with write_transaction():
        see_as(work)
        held = hold_answer(work.file_id)
        if held.state == "comparing":
            held.state, held.error_code, held.undone_at = "undone", code, clock.now()
        elif held.state in {"running", "undoing"}:
            held.error_code = UNDO_GAVE_UP if held.state == "undoing" else code
            held.state = "stopped"
        else:
            return
        record("answer_file.stopped", by=answer_actor(work), subject=held)
