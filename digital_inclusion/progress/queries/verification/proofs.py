"""The state of each proof: whose turn it is since when, with which words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...models import FactRow, Proof
from ...recount import FactLike
from ...recount.book import Book
from ...rules.facts import Fact
from .knowledge import instants_of

_PROVABLE = ("delivery", "already_had", "check")
_SPEAKING = ("decision", "answer", "void")


class _Told(NamedTuple):
    """What a proof should say. ``since`` is the posting that brought the state or the last words."""

    state: str
    since: int
    question: int | None = None  # the fact whose note it is
    answer: int | None = None


def check_proofs(target: Session, records: Sequence[int], facts: Sequence[Fact]) -> Iterator[str]:
    """Yield every proof too many or too few, and every column that does not follow from what was said."""
    wanted = _told(facts)
    notes = _notes(target, {number for told in wanted.values() for number in (told.question, told.answer) if number})
    instants = instants_of(target, {told.since for told in wanted.values()})
    statement = select(Proof).where(Proof.record_id.in_(records)).order_by(Proof.fact_number)
    have = {row.fact_number: row for row in target.scalars(statement)}
    for number in sorted(wanted.keys() | have.keys()):
        told, row = wanted.get(number), have.get(number)
        if told is None or row is None:
            yield f"proof of fact {number}: {'missing' if row is None else 'nothing to prove'}"
            continue
        said = {
            "state": told.state,
            "since": instants.get(told.since),
            "question": notes.get(told.question or 0),
            "answer": notes.get(told.answer or 0),
        }
        for column, value in said.items():
            if getattr(row, column) != value:
                # what was asked and answered is for people, so only its column is named
                shown = f" is {getattr(row, column)}, not {value}" if column in ("state", "since") else " differs"
                yield f"proof of fact {number}: {column}{shown}"


def _told(facts: Sequence[Fact]) -> dict[int, _Told]:
    told: dict[int, _Told] = {}
    by_record: defaultdict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_record[fact.record_id].append(fact)
    for its in by_record.values():
        told |= _of_record(sorted(its, key=lambda fact: fact.number))
    return told


def _of_record(facts: Sequence[Fact]) -> dict[int, _Told]:
    """Return what the proofs of one record should say, learned posting by posting."""
    told: dict[int, _Told] = {}
    known: list[Fact] = []
    for posting, learned in groupby(facts, key=lambda fact: fact.posting):
        news = list(learned)
        known += news
        for fact in news:
            if fact.kind in _PROVABLE:
                told[fact.number] = _Told("confirmed" if fact.self_verified else "waiting", posting)
        if any(fact.kind in _SPEAKING for fact in news):
            for number, state in _states(known).items():
                if state != told[number].state:
                    told[number] = told[number]._replace(state=state, since=posting)
            for fact in news:
                _hear(told, fact, posting)
    return told


def _hear(told: dict[int, _Told], said: Fact, posting: int) -> None:
    """Note a question, which forgets the answer to the one before, or an answer."""
    about = said.refers_to or 0
    if about not in told:
        return
    if said.kind == "decision" and not said.positive:
        told[about] = told[about]._replace(since=posting, question=said.number, answer=None)
    elif said.kind == "answer":
        told[about] = told[about]._replace(since=posting, answer=said.number)


def _states(facts: Iterable[Fact]) -> dict[int, str]:
    """Return the state of everything that needs a proof, by the recount's own view of what stands."""
    known = list(facts)
    book = Book(known)
    stands = {fact.number for history in book.records.values() for its in history.values() for fact in its}
    return {
        fact.number: _state(fact, book) if fact.number in stands else "void" for fact in known if fact.kind in _PROVABLE
    }


def _state(fact: Fact, book: Book) -> str:
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


def _notes(target: Session, numbers: set[int]) -> dict[int, str | None]:
    statement = select(FactRow.number, FactRow.note).where(FactRow.number.in_(sorted(numbers)))
    return dict(target.execute(statement.order_by(FactRow.number)).all()) if numbers else {}


def check_proof_columns(target: Session) -> Iterator[str]:
    """Yield every column of a proof that is not its fact's."""
    columns: tuple[tuple[str, Any, Any], ...] = tuple(
        (name, getattr(Proof, name), getattr(FactRow, name))
        for name in ("record_id", "partner_id", "item", "document_key")
    )
    for name, kept, given in columns:
        statement = select(Proof.fact_number).join(FactRow, FactRow.number == Proof.fact_number)
        for number in target.scalars(statement.where(kept.is_distinct_from(given)).order_by(Proof.fact_number)):
            yield f"proof of fact {number}: {name} is not the fact's"
