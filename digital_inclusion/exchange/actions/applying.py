"""Write what an answer brings, chunk by chunk, and take it back as a whole."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam

from ...connectivity.actions.terms import write_told_terms
from ...connectivity.actions.told import note_told_move, take_back_told_move
from ...connectivity.rules.applications import Move, State
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session, write_transaction
from ...foundation.jobs import enqueue, made_progress
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from ...households.rules import IMPORT_UNDONE
from ...progress.actions.correcting import void_of
from ...progress.actions.facts import NewFact
from ...progress.actions.holding import hold_identities
from ...progress.actions.posting import post
from ...progress.rules.facts import Item, Kind
from ..models import AnswerFile, AnswerRow
from ..queries.answers import ToApply, ToTakeBack, applied_rows, find_later_answer, hold_answer, next_rows
from ..queries.applications import households_applying
from ..queries.lines import facts_standing, households_of, lines_now
from ..rules.answers.comparing import TERMS, Line, can_be_put_back, can_go_in
from .answering import Work
from .comparing import CHUNK, answer_actor, plain_terms, see_as
from .reading import calm_collector

UNDO_JOB = "exchange.undo_answer"
CHANGED_SINCE = _("The line was changed after the file was compared. Send this row again.")
LEFT_AS_IT_IS = _("Somebody corrected the line or its price after this answer. That holds: look at it by hand.")
MOVED_SINCE = _("Somebody noted another step of the application after this answer. That holds: look at it by hand.")
_ROWS: Table = AnswerRow.__table__  # type: ignore[assignment]


def run_answer(work: Work) -> None:
    """Go on writing where it stopped, to the end; each chunk is one transaction and one posting."""
    with calm_collector() as tidy:
        while _apply_chunk(work):
            tidy()


def _apply_chunk(work: Work) -> bool:
    with write_transaction():
        see_as(work)
        held, by = hold_answer(work.file_id), answer_actor(work)
        if held.state != "running":
            return False
        rows = next_rows(held.id, after=held.rows_done, limit=CHUNK)
        if not rows:
            held.state, held.finished_at, held.rows_done = "finished", clock.now(), held.rows_total
            record("answer_file.finished", by=by, subject=held)
            return False
        posting, facts = _write(held, rows, by)
        held.rows_done = rows[-1].row
        made_progress()
        record("answer_file.chunk_applied", by=by, subject=held, posting=posting, rows=len(rows), facts=facts)
    return True


def _write(answer: AnswerFile, rows: Sequence[ToApply], by: Actor) -> tuple[int | None, int]:
    """Write the chosen differences of some rows; return the posting and how many facts it has."""
    lines = _held_lines(answer, rows)
    refused = _move_applications(answer, [row for row in rows if row.application_id is not None], by)
    brought: dict[int, Mapping[str, Any]] = {}  # line -> all its terms from now on
    before: dict[int, dict[str, Any]] = {}
    facts: list[tuple[int, NewFact]] = []
    for row in rows:
        if row.fact_number is None:
            continue
        line, terms = lines.get(row.fact_number), _typed(row.terms) if "terms" in answer.chosen else {}
        if line is None or not can_go_in(line, terms):
            refused.append(row)
            continue
        if (fact := _fact(answer, row, line)) is not None:
            facts.append((row.id, fact))
        if terms:
            brought[line.fact_number] = line.terms | terms | {"terms_seen_on": answer.answered_on}
            before[row.id] = plain_terms(line.terms | {"terms_seen_on": line.terms_seen_on})
    write_told_terms(brought)
    posting = post([fact for _row, fact in facts], cause="answer.applied", by=by) if facts else None
    _note_refused(refused)
    _note_brought(before, dict(facts))
    return posting.number if posting is not None else None, len(facts)


def _move_applications(answer: AnswerFile, rows: Sequence[ToApply], by: Actor) -> list[ToApply]:
    """Note what became of applications; return the rows that fit no more."""
    refused: list[ToApply] = []
    notes: list[dict[str, Any]] = []
    for row in rows if "applications" in answer.chosen else ():
        move = Move(to=State(row.to_state or ""), on=answer.answered_on, problem=row.problem)
        done = note_told_move(application_id=row.application_id or 0, move=move, by=by)
        if done is None:
            refused.append(row)
        else:
            notes.append({"row_id": row.id, "move_id": done[0], "application_before": done[1]})
    _note_each(notes)
    return refused


def _held_lines(answer: AnswerFile, rows: Sequence[ToApply] | Sequence[ToTakeBack]) -> dict[int, Line]:
    """Return the rows' lines as they are now; their households, and those who apply, are ours until the commit."""
    numbers = {row.fact_number for row in rows if row.fact_number is not None}
    applied = {row.application_id for row in rows if row.application_id is not None}
    hold_identities(households_of(numbers) | households_applying(applied))
    return lines_now(numbers, provider=answer.provider)


def _fact(answer: AnswerFile, row: ToApply, line: Line) -> NewFact | None:
    about: dict[str, Any] = {
        "record_id": line.household_id,
        "partner_id": line.partner_id,
        "refers_to": line.fact_number,
    }
    if row.ended_on is not None and "ended" in answer.chosen:
        return NewFact(kind=Kind.END, occurred_on=row.ended_on, values={"reason": row.end_reason}, **about)
    if row.is_on and "on" in answer.chosen and answer.answered_on not in line.checked:
        values = {
            "item": Item.LINE.value,
            "positive": True,
            "evidence_type": "provider_confirmation",
            "evidence_seen_on": answer.answered_on,
            "self_verified": answer.is_city,  # rule 8: only when the city itself loaded the company's answer
        }
        return NewFact(kind=Kind.CHECK, occurred_on=answer.answered_on, values=values, **about)
    return None


def _note_refused(rows: Sequence[ToApply]) -> None:
    problems = [{"column": "", "value": "", "message": CHANGED_SINCE}]
    _note_each([{"row_id": row.id, "outcome": "refused", "problems": problems} for row in rows])


def _note_brought(before: Mapping[int, dict[str, Any]], facts: Mapping[int, NewFact]) -> None:
    _note_each(
        [
            {
                "row_id": row_id,
                "terms_before": before.get(row_id),
                "check_fact": _number_of(facts.get(row_id), Kind.CHECK),
                "end_fact": _number_of(facts.get(row_id), Kind.END),
            }
            for row_id in sorted(before.keys() | facts.keys())
        ]
    )


def _number_of(fact: NewFact | None, kind: Kind) -> int | None:
    return fact.number if fact is not None and fact.kind is kind else None


def _note_each(changes: Sequence[Mapping[str, Any]]) -> None:
    """Write what became of rows, all of which name the same columns; ``row_id`` says which."""
    if not changes:
        return
    names = [name for name in changes[0] if name != "row_id"]
    statement = _ROWS.update().where(_ROWS.c.id == bindparam("row_id"))
    session().connection().execute(statement.values({name: bindparam(name) for name in names}), changes)


def _typed(terms: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return terms as columns hold them; ``plain_terms`` is the way back."""
    return {
        name: date.fromisoformat(value) if name.endswith("_on") and value is not None else value
        for name, value in (terms or {}).items()
    }


def undo_answer(*, answer: AnswerFile, by: Actor) -> None:
    """Have everything that the answer brought taken back in the background.

    Raises Conflict while a later answer stands that changed the price of one of the same lines: what was before that
    one is what this one brought.
    """
    policy.check(by, "answer_file:run", answer)
    held = hold_answer(answer.id)
    if held.state not in {"finished", "stopped"}:
        raise Conflict(_("Only a finished or stopped answer can be undone."))
    later = find_later_answer(held)
    if later is not None:
        sentence = _("A later answer, as of %(day)s (%(file)s), changed the same lines. Take that one back first.")
        raise Conflict(sentence, day=later.answered_on.isoformat(), file=later.filename)
    held.state, held.rows_done, held.error_code = "undoing", 0, None
    record("answer_file.undo_requested", by=by, subject=held)
    enqueue(UNDO_JOB, Work.on(held, by).payload())


def run_undo_answer(work: Work) -> None:
    """Take back what the answer brought, chunk by chunk, where an earlier run stopped."""
    with calm_collector() as tidy:
        while _undo_chunk(work):
            tidy()


def _undo_chunk(work: Work) -> bool:
    with write_transaction():
        see_as(work)
        held, by = hold_answer(work.file_id), answer_actor(work)
        if held.state != "undoing":
            return False
        rows = applied_rows(held.id, after=held.rows_done, limit=CHUNK)
        if not rows:
            held.state, held.undone_at, held.rows_done = "undone", clock.now(), held.rows_total
            record("answer_file.undone", by=by, subject=held)
            return False
        posting, left = _take_back(held, rows, by)
        held.rows_done = rows[-1].row
        made_progress()
        record("answer_file.undo_posted", by=by, subject=held, posting=posting, rows=len(rows), left=left)
    return True


def _take_back(answer: AnswerFile, rows: Sequence[ToTakeBack], by: Actor) -> tuple[int | None, int]:
    """Void what the rows brought and put prices back; return the posting, and how many rows stay as they are.

    What a person corrected since rests on their word, no longer on the company's: it stays, and the row says so.
    """
    lines = _held_lines(answer, rows)
    gone: dict[int, Mapping[str, Any]] = {}
    brought: set[int] = set()
    left = _take_moves_back([row for row in rows if row.move_id is not None], by)
    notes: list[dict[str, Any]] = []
    for row in rows:
        if row.fact_number is None:
            continue
        line, before = lines.get(row.fact_number), _typed(row.terms_before)
        is_corrected = line is None or line.is_void
        is_newer = bool(before) and not can_be_put_back(line, before, _brought(answer, row))
        if not is_corrected:
            brought |= {number for number in (row.check_fact, row.end_fact) if number is not None}
            if before and not is_newer:
                gone[row.fact_number] = before
        left += is_corrected or is_newer
        notes.append(_left(row, is_corrected) if is_corrected or is_newer else {"row_id": row.id} | _NOTHING)
    write_told_terms(gone)
    voids = [void_of(fact, reason=IMPORT_UNDONE) for fact in facts_standing(brought)]
    posting = post(voids, cause="answer.undone", by=by) if voids else None
    _note_each(notes)
    return posting.number if posting is not None else None, left


def _take_moves_back(rows: Sequence[ToTakeBack], by: Actor) -> int:
    """Put applications back; return how many stay as somebody moved them since."""
    notes: list[dict[str, Any]] = []
    left = 0
    for row in rows:
        is_back = take_back_told_move(
            application_id=row.application_id or 0,
            move_id=row.move_id or 0,
            before=row.application_before or {},
            by=by,
        )
        left += not is_back
        problems = None if is_back else [{"column": "", "value": "", "message": MOVED_SINCE}]
        notes.append({"row_id": row.id, "move_id": None if is_back else row.move_id, "problems": problems})
    _note_each(notes)
    return left


_NOTHING: dict[str, Any] = {"check_fact": None, "end_fact": None, "terms_before": None, "problems": None}


def _left(row: ToTakeBack, is_corrected: bool) -> dict[str, Any]:
    return {
        "row_id": row.id,
        "check_fact": row.check_fact if is_corrected else None,
        "end_fact": row.end_fact if is_corrected else None,
        "terms_before": row.terms_before,
        "problems": [{"column": "", "value": "", "message": LEFT_AS_IT_IS}],
    }


def _brought(answer: AnswerFile, row: ToTakeBack) -> dict[str, Any]:
    return {name: value for name, value in _typed(row.terms).items() if name in TERMS} | {
        "terms_seen_on": answer.answered_on
    }
