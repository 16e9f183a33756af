"""Best fit for one household over 200 offers against one eligibility decision. Seconds of the processor."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from bench import figure
from bench.eligibility import DAY, _household
from digital_inclusion.connectivity.rules.fitting import Home, Plan, Speeds, rank
from digital_inclusion.eligibility.schemas import decider_of

OFFERS, HOUSEHOLDS, ROUNDS = 200, 1_000, 5
BAR = 10.0
RULEBOOK = Path(__file__).resolve().parents[1] / "rulebooks" / "2026-11"
PROGRAMS = (None, "internet_essentials", "internet_essentials_plus", "att_access", "verizon_forward")


def run() -> Iterator[dict[str, object]]:
    """Yield the figure: microseconds of a best fit, of a decision, and their ratio (medians of rounds)."""
    decider, chance = decider_of(RULEBOOK), Random(7)
    households = [_household(decider, Random(place)) for place in range(HOUSEHOLDS)]
    plans = [_plan(number, chance) for number in range(OFFERS)]
    home, standard = Home("95112", "es"), Speeds(100_000, 20_000)
    fit, decide = [], []
    for _round in range(ROUNDS):
        fit.append(
            _each(lambda facts: rank(plans, facts, home, decider=decider, on=DAY, standard=standard), households)
        )
        decide.append(_each(lambda facts: decider.decide(facts, on=DAY), households))
    name = f"best fit of {OFFERS} offers for one household, microseconds"
    yield figure(name, round(median(fit), 1), round(median(decide), 1), BAR)


def _plan(number: int, chance: Random) -> Plan:
    price = chance.randrange(0, 9_000)
    return Plan(
        id=number, code=f"P{number}", provider=f"Company {number % 20}", name=f"Plan {number}",
        program=chance.choice(PROGRAMS), price_cents=price, first_cents=max(0, price - chance.randrange(2) * 1_000),
        down_kbps=chance.choice((25, 50, 100, 300, 1_000)) * 1_000, up_kbps=chance.choice((3, 10, 20, 50)) * 1_000,
        data_gb=chance.choice((None, None, 500, 1_000, 1_280)), low_cost=chance.random() < 0.3,
        zip_codes=chance.choice((None, None, frozenset({"95112"}), frozenset({"95002"}))),
    )  # fmt: skip


def _each(work: Callable[[dict[str, Any]], object], households: list[dict[str, Any]]) -> float:
    begun = time.process_time()
    for facts in households:
        work(facts)
    return (time.process_time() - begun) / len(households) * 1e6
