"""What lists read, against the facts: where each record stands, and the state of each proof."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...models import Proof, Standing
from ...recount import FactLike, Line, recount
from ...recount.book import Book
from ...rules.facts import Fact
from .. import ledger
from .knowledge import batches, households, program_at

_AT_ONCE = 500
_DAYS = {
    "device": "device_verified_on",
    "connectivity": "connectivity_verified_on",
    "skills": "skills_verified_on",
    "connected": "connected_verified_on",
    "skills_sustained": "skills_sustained_on",
}


def check_derived(target: Session) -> Iterator[str]:
    """Yield every standing and every proof that does not follow from the facts."""
    last = ledger.head(target).posting
    if last == 0:
        return
    program = program_at(target, last)
    for records, facts in batches(households(target, until=last), _AT_ONCE):
        yield from _check_standings(target, records, recount(facts, program))
        yield from _check_proofs(target, records, facts)


def _check_standings(target: Session, records: Sequence[int], recounted: Mapping[Line, int]) -> Iterator[str]:
    verified: dict[int, dict[str, date]] = {}
    for (identity, milestone, aspect, day, *_), _net in recounted.items():
        if aspect == "verified":
            verified.setdefault(identity, {})[_DAYS.get(milestone, "")] = day
    for row in target.scalars(select(Standing).where(Standing.record_id.in_(records)).order_by(Standing.record_id)):
        days = verified.get(row.identity, {})
        for column in _DAYS.values():
            if getattr(row, column) != days.get(column):
                yield f"standing of record {row.record_id}: {column} is {getattr(row, column)}, not {days.get(column)}"
        if (row.reason is None) != (row.connected_verified_on is not None):
            yield f"standing of record {row.record_id}: counts and has a reason why not, or neither"


def _check_proofs(target: Session, records: Sequence[int], facts: Sequence[Fact]) -> Iterator[str]:
    wanted = _proof_states(facts)
    columns = (Proof.fact_number, Proof.state)
    have: dict[int, Any] = dict(
        target.execute(select(*columns).where(Proof.record_id.in_(records)).order_by(Proof.fact_number)).all()
    )
    for number in sorted(wanted.keys() | have.keys()):
        if wanted.get(number) != have.get(number):
            yield f"proof of fact {number}: {have.get(number)}, not {wanted.get(number)}"


def _proof_states(facts: Sequence[Fact]) -> dict[int, str]:
    """Return the state of everything that needs a proof, by the recount's own view of what stands."""
    book = Book(facts)
    stands = {fact.number for history in book.records.values() for its in history.values() for fact in its}
    return {
        fact.number: _proof_state(fact, book) if fact.number in stands else "void"
        for fact in facts
        if fact.kind in ("delivery", "already_had", "check")
    }


def _proof_state(fact: Fact, book: Book) -> str:
    state = "confirmed" if fact.self_verified else "waiting"
    for said in book.about.get(fact.number, ()):  # by number
        if said.kind == "answer" and state == "questioned":
            state = "answered"
        elif said.kind == "decision" and not _is_own(said, fact):
            state = "confirmed" if said.positive else "questioned"
    return state


def _is_own(decision: FactLike, fact: Fact) -> bool:
    by_person = decision.entered_by is not None and decision.entered_by == fact.entered_by
    return by_person or decision.partner_id == fact.partner_id
