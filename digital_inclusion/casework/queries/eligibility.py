"""What a household was told by the eligibility rules, and what they would say today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from ...eligibility.rules.book import ProgramKind
from ...eligibility.rules.deciding import Answer
from ...eligibility.rules.facts import Facts
from ...eligibility.rules.stored import reader_of, rule_on
from ...eligibility.schemas import decider_in_use
from ...households.queries import Decided, find_last_decision, list_decisions
from ...progress.queries.deliveries import list_standing
from ...progress.queries.ledger import fact_of
from ...progress.rules.facts import Fact, Kind
from ..rules import having
from ..rules.having import Known, answers_in, known_on, with_known
from ..rules.knowing import FACTS

_HELPFUL = (Answer.YES, Answer.LIKELY)


@dataclass(frozen=True, slots=True)
class Changed:
    """A program that would give another answer today."""

    title: str
    before: str
    today: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Answers about a household, ready to be shown: programs that help, those that may, the others by answer.

    ``decision``: the stored one. ``known``: what is known today of a computer and internet at home, by name.
    ``unknown``: labels of facts that could still change an answer; ``changed``: what today's rules say otherwise.
    """

    decision: Decided
    helpful: Sequence[Mapping[str, Any]]
    undecided: Sequence[Mapping[str, Any]]
    unknown: Sequence[str]
    others: Mapping[str, Sequence[str]]  # answer -> titles
    known: Mapping[str, Known] = field(default_factory=dict)
    changed: Sequence[Changed] = ()
    version_today: str = ""


def find_told(household_id: int, *, rows: Iterable[Any], today: date) -> Told | None:
    """Return what a household may qualify for on ``today``, by its last decision and its facts; None before the first.

    ``rows``: all facts of the record, as rows of the table or their columns alone.
    """
    last = find_last_decision(household_id)
    if last is None:
        return None
    now = _now(last, [fact_of(row) for row in rows], today)
    return _told(last, now.programs, now.facts, now)


def list_told(household_id: int, *, today: date) -> list[Told]:
    """Return every decision about a household as it was stored, newest first; the newest is compared with today."""
    decisions = list_decisions(household_id)
    now = _now(decisions[0], list_things(household_id), today) if decisions else None
    return [
        _told(one, one.ruling.programs, one.facts, now if place == 0 else None) for place, one in enumerate(decisions)
    ]


def find_known(household_id: int, *, today: date) -> tuple[Mapping[str, Any], Mapping[str, Known]]:
    """Return the facts of the last decision as they are stored, and what is known today of computer and internet."""
    last = find_last_decision(household_id)
    answers = answers_of(last) if last is not None else {}
    return last.facts if last is not None else {}, known_on(today, list_things(household_id), answers)


def list_things(household_id: int) -> list[Fact]:
    """Return what a household was given or had, and what ended, as far as no void takes it back, by number."""
    return [fact_of(row) for row in list_standing(household_id, [Kind.DELIVERY, Kind.ALREADY_HAD, Kind.END])]


def answers_of(decision: Decided) -> dict[str, having.Answer]:
    """Return what people said of a computer and internet, as a decision keeps it."""
    return answers_in(decision.facts, enrolled_on=decision.decided_on if decision.fact_number is not None else None)


class _Now(NamedTuple):
    """What is known today, and what the rules in use say of it."""

    known: Mapping[str, Known]
    facts: Facts
    programs: Sequence[Mapping[str, Any]]


def _now(decision: Decided, facts: Iterable[Fact], today: date) -> _Now:
    decider = decider_in_use()
    known = known_on(today, facts, answers_of(decision))
    believed = with_known(reader_of(decider)(decision.facts), known)
    return _Now(known, believed, rule_on(decider, believed, today).programs)


def _told(decision: Decided, programs: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], now: _Now | None) -> Told:
    offered = [one for one in programs if one["kind"] != ProgramKind.MEASURE]
    helpful = [one for one in offered if one["answer"] in _HELPFUL]
    undecided = [one for one in offered if one["answer"] == Answer.CANNOT_TELL]
    others: dict[str, list[str]] = {}
    for one in offered:
        if one not in helpful and one not in undecided:
            others.setdefault(one["answer"], []).append(one["title"])
    return Told(
        decision=decision,
        helpful=sorted(helpful, key=lambda one: _HELPFUL.index(Answer(one["answer"]))),
        undecided=undecided,
        unknown=[label for name, label in FACTS.items() if undecided and name not in facts],
        others=others,
        known=now.known if now is not None else {},
        changed=_changed(decision, now) if now is not None else [],
        version_today=decider_in_use().book.version,
    )


def _changed(decision: Decided, now: _Now) -> list[Changed]:
    today = {one["program"]: one["answer"] for one in now.programs}
    return [
        Changed(one["title"], one["answer"], today[one["program"]])
        for one in decision.ruling.programs
        if one["kind"] != ProgramKind.MEASURE and today.get(one["program"], one["answer"]) != one["answer"]
    ]
