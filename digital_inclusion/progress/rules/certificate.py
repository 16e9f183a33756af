"""The count certificate as data: the chain of facts behind every entry of one identity, by number."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from digital_inclusion.progress.rules.household import Household
from digital_inclusion.progress.rules.ledger import Aspect, Key, credit_on, current_spans
from digital_inclusion.progress.rules.milestones import (
    SUSTAINED,
    Held,
    Milestone,
    Presence,
    View,
    proof_on,
    views,
)
from digital_inclusion.progress.rules.obstacles import standard_for
from digital_inclusion.progress.rules.program import Program, Standard
from digital_inclusion.progress.rules.spans import FOREVER, span_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One link of the chain: a delivery, a thing already had, or a check, and what it rests on in turn.

    Conditions are numbers of facts. None means that rule 5 does not ask for it; eligibility None with
    ``eligibility_asked`` False is the certificate's "not asked".
    """

    fact: int
    decision: int | None  # the last one; it confirms when ``is_verified``
    is_verified: bool
    self_verified: bool
    standard: Standard | None
    enrollment: int | None = None
    consent: int | None = None
    home: int | None = None
    eligibility: int | None = None
    eligibility_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The chain behind one +1 of the ledger."""

    key: Key
    closes_on: date | None  # the day of its -1, if there is one
    credited: int  # the delivery that completed it (rule 12)
    home: int | None  # the address that gave the district (rule 13)
    proofs: tuple[Proof, ...]


def explain(identity: int, facts: Sequence[Fact], program: Program) -> tuple[Certificate, ...]:
    """Return a certificate for every +1 that ``derive`` gives, in the same order."""
    household = Household(facts)
    everything, proven = views(household, program)
    found = []
    for aspect, milestone, day, closes_on, view in _openings(everything, proven):
        presence = view.presence[milestone]
        credited = presence.credited_on(day)
        home = household.home_on(credited.record_id, day)
        used = _used(milestone, day, credited, view, household, program)
        found.append(
            Certificate(
                key=Key(identity, milestone, aspect, day, *credit_on(presence, day, household, program)),
                closes_on=closes_on,
                credited=credited.number,
                home=home.number if home else None,
                proofs=tuple(_proof(fact, household, program) for fact in used),
            )
        )
    return tuple(found)


def _openings(everything: View, proven: View) -> Iterator[tuple[Aspect, Milestone, date, date | None, View]]:
    """Yield every +1, with the day of its -1 and the facts it was seen by."""
    for milestone, entered in everything.presence.items():
        shown = proven.presence.get(milestone)
        entered_on, proven_on = _first_day(entered), _first_day(shown) if shown else None
        if entered_on != proven_on:
            yield Aspect.PENDING, milestone, entered_on, proven_on, everything
        if shown is None or proven_on is None:
            continue
        yield Aspect.VERIFIED, milestone, proven_on, None, proven
        for start, end in current_spans(milestone, shown):
            yield Aspect.CURRENT, milestone, start, None if end == FOREVER else end, proven


def _first_day(presence: Presence) -> date:
    return presence.spans[0][0]


def _used(
    milestone: Milestone, day: date, credited: Fact, view: View, household: Household, program: Program
) -> list[Fact]:
    """Return the facts one entry rests on, each once: delivery credited, counterpart, their proofs."""
    base, item = SUSTAINED.get(milestone, (milestone, None))
    used = [credited]
    if base in (Milestone.CONNECTED, Milestone.INCLUDED):
        for kind in (view.devices, view.lines):
            used.append(_best(kind, day, credited).fact)
    for line in view.lines:
        if line.fact in used:
            used.append(proof_on(line, day, household, program))
    if base in (Milestone.SKILLS, Milestone.INCLUDED):
        used.extend(_best(view.skills, day, credited).proofs)
    if item is not None:
        used.append(_check_on(day, item, view.checks))
    return list({fact.number: fact for fact in used}.values())


def _best(things: Iterable[Held], day: date, credited: Fact) -> Held:
    """Return the thing of one sort to name on ``day``: the credited one, else the latest."""
    present = [held for held in things if span_on(held.spans, day)]
    return max(present, key=lambda held: (held.fact is credited, held.fact.occurred_on, -held.fact.number))


def _check_on(day: date, item: Item, checks: Iterable[Fact]) -> Fact:
    return next(check for check in checks if check.occurred_on == day and check.item is item)


def _proof(fact: Fact, household: Household, program: Program) -> Proof:
    decision, day = household.decision_on(fact), fact.occurred_on
    is_asked = fact.kind is Kind.DELIVERY
    required_from = program.eligibility_required_from
    eligibility_asked = is_asked and required_from is not None and required_from <= day

    def number(condition: Fact | None) -> int | None:
        return condition.number if condition and is_asked else None

    return Proof(
        fact=fact.number,
        decision=decision.number if decision else None,
        is_verified=household.is_verified(fact),
        self_verified=fact.self_verified,
        standard=standard_for(program, day),
        enrollment=number(household.enrollment_on(fact.record_id, day)),
        consent=number(household.consent_on(fact.record_id, day)),
        home=number(household.home_on(fact.record_id, day)),
        eligibility=number(household.eligibility_on(fact.record_id, day)) if eligibility_asked else None,
        eligibility_asked=eligibility_asked,
    )
