"""Write what an answer brings, chunk by chunk, and take it back as a whole."""

from collections.abc import Sequence
from datetime import date
from typing import Any

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
from ...progress.actions.posting import post
from ...progress.rules.facts import Item, Kind
from ..models import AnswerFile, AnswerRow
from ..queries.answers import applied_rows, hold_answer, next_rows
from ..queries.lines import facts_standing, lines_now, subscriptions_of
from ..rules.answers.comparing import TERMS, Line
from .answering import payload_of
from .comparing import CHUNK, answer_actor, plain_terms, see_as

UNDO_JOB = "exchange.undo_answer"
CHANGED_SINCE = _("The line was changed after the file was compared. Send this row again.")


def run_answer(*, file_id: int, partner_id: int, is_city: bool) -> None:
    """Go on writing where it stopped, to the end; each chunk is one transaction and one posting."""
    while _apply_chunk(file_id, partner_id, is_city):
        pass


def _apply_chunk(file_id: int, partner_id: int, is_city: bool) -> bool:
    with write_transaction():
        see_as(partner_id, is_city)
        held = hold_answer(file_id)
        if held.state != "running":
            return False
        rows = next_rows(held.id, after=held.rows_done, limit=CHUNK)
        if not rows:
            held.state, held.finished_at, held.rows_done = "finished", clock.now(), held.rows_total
            record("answer_file.finished", by=answer_actor(held), subject=held)
            return False
        posting, facts = _write(held, rows)
        held.rows_done = rows[-1].row
        made_progress()
        record(
            "answer_file.chunk_applied",
            by=answer_actor(held),
            subject=held,
            posting=posting,
            rows=len(rows),
            facts=facts,
        )
    return True


def _write(answer: AnswerFile, rows: Sequence[AnswerRow]) -> tuple[int | None, int]:
    """Write the chosen differences of some rows; return the posting and how many facts it has."""
    numbers = {row.fact_number for row in rows if row.fact_number is not None}
    lines, terms = lines_now(numbers, provider=answer.provider, hold=True), subscriptions_of(numbers)
    facts: list[tuple[AnswerRow, NewFact]] = []
    for row in rows:
        line, subscription = lines[row.fact_number or 0], terms[row.fact_number or 0]
        if line.is_void or line.ended_on is not None:
            row.outcome, row.problems = "refused", [{"column": "", "value": "", "message": CHANGED_SINCE}]
            continue
        owner = (subscription.household_id, subscription.partner_id)
        facts += [(row, fact) for fact in _facts(answer, row, line, *owner)]
        if row.terms and "terms" in answer.chosen:
            _set_terms(row, subscription, answer.answered_on)
    session().flush()
    if not facts:
        return None, 0
    posting = post([fact for _row, fact in facts], cause="answer.applied", by=answer_actor(answer))
    for row, fact in facts:
        setattr(row, "check_fact" if fact.kind is Kind.CHECK else "end_fact", fact.number)
    return posting.number, len(facts)


def _facts(answer: AnswerFile, row: AnswerRow, line: Line, household_id: int, partner_id: int) -> list[NewFact]:
    about: dict[str, Any] = {"record_id": household_id, "partner_id": partner_id, "refers_to": line.fact_number}
    if row.ended_on is not None and "ended" in answer.chosen:
        values: dict[str, Any] = {"reason": row.end_reason}
        return [NewFact(kind=Kind.END, occurred_on=row.ended_on, values=values, **about)]
    if row.is_on and "on" in answer.chosen and answer.answered_on not in line.checked:
        values = {
            "item": Item.LINE.value,
            "positive": True,
            "evidence_type": "provider_confirmation",
            "evidence_seen_on": answer.answered_on,
            "self_verified": answer.is_city,  # rule 8: only when the city itself loaded the company's answer
        }
        return [NewFact(kind=Kind.CHECK, occurred_on=answer.answered_on, values=values, **about)]
    return []


def _set_terms(row: AnswerRow, subscription: Any, seen_on: date) -> None:
    kept = {name: getattr(subscription, name) for name in (*TERMS, "terms_seen_on")}
    row.terms_before = plain_terms(kept)
    for name, value in (row.terms or {}).items():
        setattr(subscription, name, _typed(name, value))
    subscription.terms_seen_on, subscription.updated_at = seen_on, clock.now()


def _typed(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name.endswith("_on") and value is not None else value


def undo_answer(*, answer: AnswerFile, by: Actor) -> None:
    """Have everything that the answer brought taken back in the background."""
    policy.check(by, "answer_file:run", answer)
    held = hold_answer(answer.id)
    if held.state not in {"finished", "stopped"}:
        raise Conflict(_("Only a finished or stopped answer can be undone."))
    held.state = "undoing"
    record("answer_file.undo_requested", by=by, subject=held)
    enqueue(UNDO_JOB, payload_of(held))


def run_undo_answer(*, file_id: int, partner_id: int, is_city: bool) -> None:
    """Take back what the answer brought, chunk by chunk, where an earlier run stopped."""
    while _undo_chunk(file_id, partner_id, is_city):
        pass


def _undo_chunk(file_id: int, partner_id: int, is_city: bool) -> bool:
    with write_transaction():
        see_as(partner_id, is_city)
        held = hold_answer(file_id)
        if held.state != "undoing":
            return False
        by = answer_actor(held)
        rows = applied_rows(held.id, limit=CHUNK)
        if not rows:
            held.state, held.undone_at = "undone", clock.now()
            record("answer_file.undone", by=by, subject=held)
            return False
        posting = _take_back(rows, by)
        made_progress()
        record("answer_file.undo_posted", by=by, subject=held, posting=posting, rows=len(rows))
    return True


def _take_back(rows: Sequence[AnswerRow], by: Actor) -> int | None:
    numbers = {row.fact_number for row in rows if row.fact_number is not None}
    lines_now(numbers, provider="", hold=True)
    terms = subscriptions_of(numbers)
    brought = {number for row in rows for number in (row.check_fact, row.end_fact) if number is not None}
    for row in rows:
        _put_back(row, terms[row.fact_number or 0])
        row.check_fact = row.end_fact = None
    voids = [void_of(fact, reason=IMPORT_UNDONE) for fact in facts_standing(brought)]
    session().flush()
    return post(voids, cause="answer.undone", by=by).number if voids else None


def _put_back(row: AnswerRow, subscription: Any) -> None:
    """Put the terms back, unless somebody wrote down others since: theirs are newer."""
    before, row.terms_before = row.terms_before, None
    if before is None:
        return
    if any(getattr(subscription, name) != _typed(name, value) for name, value in (row.terms or {}).items()):
        return
    for name, value in before.items():
        setattr(subscription, name, _typed(name, value))
    subscription.updated_at = clock.now()
