"""Decide what households qualify for, and keep it: facts, day, rulebook, answers with their reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
from ..rules.knowing import differing, lives_in_city
from .correcting import hold_household


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFor:
    """A household on record, the day whose rules are asked, and what is known."""

    household_id: int
    decided_on: date
    facts: Facts
    fact_number: int | None = None


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
            "facts": plain_facts(item.facts),
            "ruling_id": ids[ruling.digest],
            "fact_number": item.fact_number,
            "recorded_at": now,
            "recorded_by": by.user_id,
        }
        for item, ruling in zip(items, rulings, strict=True)
    ]
    bulk_insert(session(), EligibilityDecision.__table__, rows)  # type: ignore[arg-type]
    note_bulk_write(session(), "eligibility_decisions")


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
    """Take over what the household tells now (None: it is not known, or they prefer not to say), and decide today."""
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    last, today = find_last_decision(household.id), clock.today()
    before = reader_of(decider_in_use())(last.facts) if last is not None else {}
    home = lives_in_city(find_home(household.id), today, get_program().counting)
    after = {name: value for name, value in {**before, "lives_in_city": home, **told}.items() if value is not None}
    item = DecisionFor(household_id=household.id, decided_on=today, facts=after)
    write_decisions([item], partner_id=household.partner_id, by=by)
    record(
        "eligibility.decided",
        by=by,
        subject=household,
        rulebook=decider_in_use().book.version,
        fields=differing(before, after),
    )
