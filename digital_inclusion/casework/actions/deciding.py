"""Decide what households qualify for, and keep it: facts, day, rulebook, answers with their reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ...eligibility.rules.facts import Facts
from ...eligibility.rules.stored import Ruling, plain_facts, reader_of, rule_on
from ...eligibility.schemas import decider_in_use
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ...households.models import EligibilityDecision, EligibilityRuling
from ...households.queries import find_last_decision, ruling_ids
from ...progress.actions.book import bulk_insert
from ...progress.queries.program import get_program
from ..queries.corrections import find_home
from ..queries.eligibility import answers_of, list_things
from ..rules.having import ANSWERS, Answer, answers_after, known_on, plain_answers, with_known
from ..rules.knowing import differing, lives_in_city
from .correcting import hold_household


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFor:
    """A household on record, the day whose rules are asked, what is known, and what people said since enrollment."""

    household_id: int
    decided_on: date
    facts: Facts
    fact_number: int | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)


def write_decisions(items: Sequence[DecisionFor], *, partner_id: int, by: Actor) -> None:
    """Decide about many households of a partner and write it, inside the present transaction.

    The caller has asked the policy and records the event. Equal answers are written once.
    """
    decider, now = decider_in_use(), clock.now()
    rulings = [rule_on(decider, item.facts, item.decided_on) for item in items]
    ids = _keep({ruling.digest: ruling for ruling in rulings})
    rows = [
        {
            "partner_id": partner_id,
            "household_id": item.household_id,
            "decided_on": item.decided_on,
            "facts": _stored(item),
            "ruling_id": ids[ruling.digest],
            "fact_number": item.fact_number,
            "recorded_at": now,
            "recorded_by": by.user_id,
        }
        for item, ruling in zip(items, rulings, strict=True)
    ]
    bulk_insert(session(), EligibilityDecision.__table__, rows)  # type: ignore[arg-type]
    note_bulk_write(session(), "eligibility_decisions")


def _stored(item: DecisionFor) -> dict[str, Any]:
    facts = plain_facts(item.facts)
    return facts | {ANSWERS: plain_answers(item.answers)} if item.answers else facts


def _keep(rulings: Mapping[str, Ruling]) -> dict[str, int]:
    """Return the ids of the rulings by digest; those that nobody was given before are written."""
    known = ruling_ids(rulings.keys())
    new = [
        {"digest": one.digest, "version": one.version, "fingerprint": one.fingerprint, "programs": one.programs}
        for digest, one in sorted(rulings.items())
        if digest not in known
    ]
    if not new:
        return known
    bulk_insert(session(), EligibilityRuling.__table__, new, tail=" ON CONFLICT (digest) DO NOTHING")  # type: ignore[arg-type]
    note_bulk_write(session(), "eligibility_rulings")
    return known | ruling_ids(set(rulings) - known.keys())


def update_known(*, household_id: int, told: Facts, by: Actor) -> None:
    """Take over what the household tells now (None: it is not known, or they prefer not to say), and decide today.

    A fact that ``told`` does not name stays as it is known, by what is on record today.
    """
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    last, today, things = find_last_decision(household.id), clock.today(), list_things(household.id)
    before = reader_of(decider_in_use())(last.facts) if last is not None else {}
    said = answers_of(last) if last is not None else {}
    newest = max((thing.number for thing in things), default=0)
    answers = answers_after(said, told, known_on(today, things, said), on=today, after=newest)
    home = lives_in_city(find_home(household.id), today, get_program().counting)
    after = with_known({**before, "lives_in_city": home, **told}, known_on(today, things, answers))
    item = DecisionFor(household_id=household.id, decided_on=today, facts=after, answers=answers)
    write_decisions([item], partner_id=household.partner_id, by=by)
    record(
        "eligibility.decided",
        by=by,
        subject=household,
        rulebook=decider_in_use().book.version,
        fields=differing(before, after),
    )
