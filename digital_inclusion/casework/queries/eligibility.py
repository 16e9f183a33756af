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
from ...households.queries import list_decisions

_WORTH_SHOWING = (Answer.YES, Answer.LIKELY, Answer.CANNOT_TELL)


@dataclass(frozen=True, slots=True)
class Changed:
    """A program that would give another answer today."""

    title: str
    before: str
    today: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A stored decision, ready to be shown: programs that may help, the others by answer, what differs today."""

    decision: EligibilityDecision
    helpful: Sequence[Mapping[str, Any]]
    others: Mapping[str, Sequence[str]]  # answer -> titles
    changed: Sequence[Changed]
    version_today: str


def find_told(household_id: int, *, today: date) -> Told | None:
    """Return the last decision about a household, ready to be shown; None before the first."""
    return next(iter(list_told(household_id, today=today)), None)


def list_told(household_id: int, *, today: date) -> list[Told]:
    """Return every decision about a household, newest first; the newest is compared with today's rules."""
    decisions = list_decisions(household_id)
    return [_told(one, today if place == 0 else None) for place, one in enumerate(decisions)]


def _told(decision: EligibilityDecision, today: date | None) -> Told:
    programs = [one for one in decision.ruling.programs if one["kind"] != ProgramKind.MEASURE]
    others: dict[str, list[str]] = {}
    for one in programs:
        if one["answer"] not in _WORTH_SHOWING:
            others.setdefault(one["answer"], []).append(one["title"])
    return Told(
        decision=decision,
        helpful=sorted(
            (one for one in programs if one["answer"] in _WORTH_SHOWING),
            key=lambda one: _WORTH_SHOWING.index(Answer(one["answer"])),
        ),
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
