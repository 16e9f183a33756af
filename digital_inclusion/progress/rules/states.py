"""The state of a household on a day: what it has reached, what is still so, and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digital_inclusion.progress.rules.facts import Fact
from digital_inclusion.progress.rules.household import Household
from digital_inclusion.progress.rules.ledger import current_spans
from digital_inclusion.progress.rules.milestones import Milestone, Presence, views
from digital_inclusion.progress.rules.program import Program
from digital_inclusion.progress.rules.spans import FOREVER, span_on


@dataclass(frozen=True, slots=True)
class MilestoneState:
    """One milestone on one day. Verified but not current: lapsed (the sustained ones are never current).

    ``current_until`` is the first day without it; None while current: no end is known.
    """

    pending: bool = False
    verified: bool = False
    current: bool = False
    current_until: date | None = None


@dataclass(frozen=True, slots=True)
class State:
    """All milestones of a household on one day, as far as the given facts know."""

    day: date
    milestones: Mapping[Milestone, MilestoneState]

    def __getitem__(self, milestone: Milestone) -> MilestoneState:
        return self.milestones[milestone]


def state_on(facts: Sequence[Fact], program: Program, day: date) -> State:
    """Return the state of one identity on ``day``: what the sums of its entries up to that day would say."""
    everything, proven = views(Household(facts), program)
    states = {
        milestone: _state(milestone, everything.presence.get(milestone), proven.presence.get(milestone), day)
        for milestone in Milestone
    }
    return State(day, states)


def _state(milestone: Milestone, entered: Presence | None, shown: Presence | None, day: date) -> MilestoneState:
    verified = shown is not None and shown.spans[0][0] <= day
    pending = entered is not None and entered.spans[0][0] <= day and not verified
    span = span_on(current_spans(milestone, shown), day) if shown else None
    until = span[1] if span and span[1] != FOREVER else None
    return MilestoneState(pending, verified, span is not None, until)
