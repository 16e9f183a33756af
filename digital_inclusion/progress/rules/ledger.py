"""What the ledger should hold for one identity, and the difference to what it holds (rules 6-16).

The whole scheme: a pure function derives what the ledger should hold from the facts; every change posts
exactly the difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from digital_inclusion.progress.rules.facts import Fact
from digital_inclusion.progress.rules.household import Household
from digital_inclusion.progress.rules.milestones import SUSTAINED, Milestone, Presence, View, views
from digital_inclusion.progress.rules.program import UNKNOWN_DISTRICT, Program
from digital_inclusion.progress.rules.spans import FOREVER, Spans

__all__ = ["Aspect", "Credit", "Key", "Milestone", "Seen", "derive", "derive_seen", "difference", "see"]


class Aspect(StrEnum):
    """How a milestone is true: entered but not proven, ever with proof, still so."""

    PENDING = "pending"
    VERIFIED = "verified"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the ledger without its sign: what is counted, on which day, for whom."""

    identity: int
    milestone: Milestone
    aspect: Aspect
    occurred_on: date
    partner_id: int
    grant_id: int | None
    district: str


Credit = tuple[int, int | None, str]  # partner, grant, district


@dataclass(frozen=True, slots=True)
class Seen:
    """An identity's facts, looked through once: what stands, what all of it shows, what is proven."""

    household: Household
    everything: View
    proven: View


def see(facts: Sequence[Fact], program: Program) -> Seen:
    """Look through all facts of one identity's records; every question about it may be asked of the result."""
    household = Household(facts)
    return Seen(household, *views(household, program))


def derive(identity: int, facts: Sequence[Fact], program: Program) -> dict[Key, int]:
    """Return the net entries, none of them zero, that all facts of one identity's records give.

    Links, splits and voids may be among the facts; whose records they are has been decided (``identity.py``).
    """
    return derive_seen(identity, see(facts, program), program)


def derive_seen(identity: int, seen: Seen, program: Program) -> dict[Key, int]:
    """Return the same as ``derive`` for facts already looked through."""
    return {
        Key(identity, milestone, aspect, day, *credit): sign
        for milestone, aspect, day, sign, credit in _entries(seen.everything, seen.proven, seen.household, program)
    }


def _entries(
    everything: View, proven: View, household: Household, program: Program
) -> Iterator[tuple[Milestone, Aspect, date, int, Credit]]:
    """Yield every entry of every milestone: pending until proven, verified for ever, current while it lasts.

    No key comes twice: within an aspect all days differ, because spans neither overlap nor touch.
    """
    for milestone, entered in everything.presence.items():
        entered_on = entered.spans[0][0]
        shown = proven.presence.get(milestone)
        proven_on = shown.spans[0][0] if shown else None
        if entered_on != proven_on:
            credit = credit_on(entered, entered_on, household, program)
            yield milestone, Aspect.PENDING, entered_on, +1, credit
            if proven_on is not None:
                yield milestone, Aspect.PENDING, proven_on, -1, credit
        if shown is None or proven_on is None:
            continue
        credit = credit_on(shown, proven_on, household, program)
        yield milestone, Aspect.VERIFIED, proven_on, +1, credit
        for start, end in current_spans(milestone, shown):
            if start != proven_on:
                credit = credit_on(shown, start, household, program)
            yield milestone, Aspect.CURRENT, start, +1, credit
            if end != FOREVER:
                yield milestone, Aspect.CURRENT, end, -1, credit


def current_spans(milestone: Milestone, presence: Presence) -> Spans:
    """Return the spans that ``current`` follows; the sustained milestones have none (rule 7)."""
    return () if milestone in SUSTAINED else presence.spans


def credit_on(presence: Presence, day: date, household: Household, program: Program) -> Credit:
    """Return whose result an entry is, and where the credited record's home was that day (rules 12, 13)."""
    fact = presence.credited_on(day)
    home = household.home_on(fact.record_id, day)
    if home is None or home.fixed is False:
        return fact.partner_id, fact.grant_id, UNKNOWN_DISTRICT
    district = program.district_on(day, zip_code=home.zip_code, given=home.district)
    return fact.partner_id, fact.grant_id, district


def difference(wanted: Mapping[Key, int], have: Mapping[Key, int]) -> dict[Key, int]:
    """Return what has to be posted so that ``have`` becomes ``wanted`` (rule 16); nothing is normal.

    A value of 2 or -2 is possible (a span now ends on the day another began): that many entries of one sign.
    """
    change = {key: number - have.get(key, 0) for key, number in wanted.items()}
    change.update({key: -number for key, number in have.items() if key not in wanted})
    return {key: number for key, number in change.items() if number}
