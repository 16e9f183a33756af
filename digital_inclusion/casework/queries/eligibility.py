"""What a household was told by the eligibility rules, and what they would say today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...eligibility.rules.book import ProgramKind
from ...eligibility.rules.deciding import Answer
from ...eligibility.rules.stored import reader_of
from ...eligibility.schemas import decider_in_use
from ...households.models import EligibilityDecision
from ...households.queries import find_last_decision, list_decisions
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
    """A stored decision, ready to be shown: programs that help, those that may, the others by answer.

    ``unknown``: labels of facts that could still change an answer; ``changed``: what today's rules say otherwise.
    """

    decision: EligibilityDecision
    helpful: Sequence[Mapping[str, Any]]
    undecided: Sequence[Mapping[str, Any]]
    unknown: Sequence[str]
    others: Mapping[str, Sequence[str]]  # answer -> titles
    changed: Sequence[Changed]
    version_today: str


def find_told(household_id: int, *, today: date) -> Told | None:
    """Return the last decision about a household, ready to be shown; None before the first."""
    last = find_last_decision(household_id)
    return None if last is None else _told(last, today)


def list_told(household_id: int, *, today: date) -> list[Told]:
    """Return every decision about a household, newest first; the newest is compared with today's rules."""
    decisions = list_decisions(household_id)
    return [_told(one, today if place == 0 else None) for place, one in enumerate(decisions)]


def _told(decision: EligibilityDecision, today: date | None) -> Told:
    programs = [one for one in decision.ruling.programs if one["kind"] != ProgramKind.MEASURE]
    helpful = [one for one in programs if one["answer"] in _HELPFUL]
    undecided = [one for one in programs if one["answer"] == Answer.CANNOT_TELL]
    others: dict[str, list[str]] = {}
    for one in programs:
        if one not in helpful and one not in undecided:
            others.setdefault(one["answer"], []).append(one["title"])
    return Told(
        decision=decision,
        helpful=sorted(helpful, key=lambda one: _HELPFUL.index(Answer(one["answer"]))),
        undecided=undecided,
        unknown=[label for name, label in FACTS.items() if undecided and name not in decision.facts],
        others=others,
        changed=_changed(decision, programs, today) if today is not None else [],
        version_today=decider_in_use().book.version,
    )


def _changed(decision: EligibilityDecision, programs: Sequence[Mapping[str, Any]], today: date) -> list[Changed]:
    decider = decider_in_use()
    now = decider.answers(reader_of(decider)(decision.facts), on=today)
    return [
        Changed(one["title"], one["answer"], str(now[one["program"]]))
        for one in programs
        if one["program"] in now and now[one["program"]] != one["answer"]
    ]
