"""Which offer fits a household best: what it costs them after subsidies, now and later, and why it stands where. Pure.

Subsidies are those that the rulebook answers with yes or likely for home internet, each with the least that it pays
toward this very plan. They add up, never to more than the plan costs. What cannot be told yet lowers nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ...eligibility.rules.book import AmountKind, ProgramKind
from ...eligibility.rules.compiled import leaves_at
from ...eligibility.rules.deciding import Answer, Decider, ProgramAtDay
from ...eligibility.rules.facts import Facts
from ...foundation.kernel.messages import _
from ...foundation.kernel.money import format_cents

SERVICE, INTERNET = "service", "internet"
PRICE, DOWN, UP, DATA, LOW_COST = "plan_price", "plan_down", "plan_up", "plan_gb", "plan_low_cost"
PLAN_FACTS = frozenset({SERVICE, DOWN, UP, DATA, LOW_COST})
NO_LIMIT = Decimal(1_000_000)  # gigabytes a month: more than anybody uses
HELPFUL = frozenset({Answer.YES, Answer.LIKELY})
_CAN_HAVE = {
    Answer.YES: 0, Answer.LIKELY: 0, Answer.CANNOT_TELL: 1, Answer.CANNOT_DECIDE: 2, Answer.CLOSED: 3, Answer.NO: 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An offer as it stands for who starts on a day. Cents are a month's; speeds kbps."""

    id: int
    code: str
    provider: str
    name: str
    kind: str = "home"
    program: str | None = None  # of the rulebook: who qualifies; None: everybody
    zip_codes: frozenset[str] | None = None  # None: all over the area
    languages: frozenset[str] = frozenset({"en"})
    price_cents: int  # without promotion, equipment included
    first_cents: int  # while a promotion lasts; the same as the price where there is none
    promo_until: date | None = None  # the last day of the promotion
    once_cents: int = 0
    down_kbps: int
    up_kbps: int
    data_gb: int | None = None  # None: no limit
    low_cost: bool = False
    is_stale: bool = False  # nobody has looked at it lately


class Home(NamedTuple):
    """Where the household lives and what it speaks, as far as known."""

    zip_code: str | None = None
    language: str | None = None


class Aid(NamedTuple):
    """What a program pays a month toward a plan, at least."""

    program: str
    title: str
    cents: int


class Fit(NamedTuple):
    """An offer as it fits a household: can they have it, does it count, and what is left to pay a month."""

    plan: Plan
    answer: Answer
    is_there: bool | None  # at their address, as far as known
    meets: bool  # the standard of the day
    now_cents: int
    after_cents: int  # once the promotion is over
    aids: tuple[Aid, ...]

    @property
    def can_have(self) -> bool:
        """Tell whether nothing known stands against it."""
        return self.answer in HELPFUL and self.is_there is not False


class Speeds(NamedTuple):
    """What a line needs to count, in kbps."""

    down_kbps: int
    up_kbps: int


def rank(plans: Iterable[Plan], facts: Facts, home: Home, *, decider: Decider, on: date, standard: Speeds) -> list[Fit]:
    """Return the plans as they fit, the best first. The order in which they come never matters.

    First stands what they can have where they live; of that what meets the standard, then what costs least once
    promotions are over, then least now, then the faster one.
    """
    told = {name: value for name, value in facts.items() if name not in PLAN_FACTS and name != PRICE}
    told[SERVICE] = INTERNET
    answers: dict[str | None, Answer] = {None: Answer.YES}
    answers.update(decider.answers(told, on=on))
    aids = _Aids(decider, told, answers, on)
    down, up = standard
    fits = []
    for plan in plans:
        paid, total = aids.toward(plan)
        first, later = plan.first_cents - total, plan.price_cents - total
        there = plan.zip_codes is None or (home.zip_code and home.zip_code in plan.zip_codes)
        fits.append(
            Fit(
                plan,
                answers.get(plan.program, Answer.CANNOT_DECIDE),
                True if there else None if home.zip_code is None else False,
                plan.down_kbps >= down and plan.up_kbps >= up,
                first if first > 0 else 0,
                later if later > 0 else 0,
                paid,
            )
        )
    fits.sort(key=_place)
    return fits


def _place(fit: Fit) -> tuple[bool, int, bool, int, int, int, int, int]:
    plan, answer, is_there, meets, now, after, _aids = fit
    return is_there is False, _CAN_HAVE[answer], not meets, after, now, -plan.down_kbps, -plan.up_kbps, plan.id


class _Aids:
    """What the subsidies of a household pay toward a plan; worked out once for all plans that the rules hold alike."""

    def __init__(self, decider: Decider, told: Facts, answers: Mapping[str | None, Answer], on: date) -> None:
        self._told = told
        self._kinds = _kinds_of(decider, on)
        self._paying = [
            ready
            for ready in _subsidies(decider, on)
            if answers[ready.program.id] in HELPFUL and not (ready.program.held and told.get(ready.program.held))
        ]
        self._known: dict[tuple[int, ...], tuple[tuple[Aid, ...], int]] = {}

    def toward(self, plan: Plan) -> tuple[tuple[Aid, ...], int]:
        """Return what each program pays toward the plan, and their sum, before the plan's price caps it."""
        kind = self._kinds(plan.down_kbps, plan.up_kbps, plan.data_gb, plan.low_cost)
        found = self._known.get(kind)
        if found is None:
            facts = {**self._told, **plan_facts(plan.down_kbps, plan.up_kbps, plan.data_gb, plan.low_cost)}
            aids = tuple(aid for ready in self._paying for aid in _pays(ready, facts))
            found = self._known[kind] = aids, sum(aid.cents for aid in aids)
        return found


def plan_facts(down_kbps: int, up_kbps: int, data_gb: int | None, low_cost: bool) -> dict[str, object]:
    """Return a plan as the rulebook asks about it, without its price."""
    return {
        SERVICE: INTERNET,
        DOWN: Decimal(down_kbps) / 1000,
        UP: Decimal(up_kbps) / 1000,
        DATA: NO_LIMIT if data_gb is None else Decimal(data_gb),
        LOW_COST: low_cost,
    }


def _pays(ready: ProgramAtDay, facts: Facts) -> Iterable[Aid]:
    for amount in ready.amounts:
        if amount.rule.kind is AmountKind.MONTHLY:
            cents = int(amount.work_out(facts).low * 100)
            if cents > 0:
                yield Aid(ready.program.id, ready.program.title, cents)


def _subsidies(decider: Decider, on: date) -> list[ProgramAtDay]:
    return [ready for ready in decider.on(on) if ready.program.kind is ProgramKind.SUBSIDY and ready.root is not None]


@lru_cache(maxsize=8)
def _kinds_of(decider: Decider, on: date) -> Callable[[int, int, int | None, bool], tuple[int, ...]]:
    """Return what tells plans apart: the verdicts of everything that subsidies ask about a plan alone."""
    conditions = [
        condition for ready in _subsidies(decider, on) for amount in ready.amounts for condition in amount.conditions()
    ]
    asked = [leaf for one in conditions for leaf in leaves_at(one) if PLAN_FACTS.issuperset(leaf.facts)]

    @lru_cache(maxsize=4096)
    def kind(down_kbps: int, up_kbps: int, data_gb: int | None, low_cost: bool) -> tuple[int, ...]:
        facts = plan_facts(down_kbps, up_kbps, data_gb, low_cost)
        return tuple([int(leaf.ask(facts)) for leaf in asked])

    return kind


class Reason(NamedTuple):
    """A sentence about a fit, with what is filled in; ``is_good``: it speaks for the plan (None: neither)."""

    sentence: str
    values: Mapping[str, str]
    is_good: bool | None


def reasons_of(fit: Fit, home: Home, standard: Speeds) -> Sequence[Reason]:
    """Return why the plan stands where it does, what speaks for it first to last as ``rank`` weighs it."""
    found = [_whether_there(fit, home), _whether_theirs(fit), _whether_it_counts(fit, standard)]
    found += [
        Reason(_("%(program)s pays %(money)s a month."), {"program": aid.title, "money": format_cents(aid.cents)}, True)
        for aid in fit.aids
    ]
    if home.language and home.language not in fit.plan.languages:
        found.append(Reason(_("Nobody has noted that this company serves people in their language."), {}, False))
    if fit.plan.is_stale:
        found.append(Reason(_("Nobody has looked at this offer lately. Ask before you promise it."), {}, False))
    return [one for one in found if one is not None]


def _whether_there(fit: Fit, home: Home) -> Reason | None:
    if fit.is_there is False:
        return Reason(_("Not offered in ZIP code %(zip)s."), {"zip": home.zip_code or ""}, False)
    if fit.is_there is None:
        return Reason(_("Their ZIP code is not known, and the offer is for some alone."), {}, None)
    return None


_THEIRS = {
    Answer.YES: (_("They qualify."), True),
    Answer.LIKELY: (_("They likely qualify."), True),
    Answer.CANNOT_TELL: (_("It cannot be told yet whether they qualify: ask first."), None),
    Answer.CANNOT_DECIDE: (_("No rule is on file about who qualifies."), None),
    Answer.CLOSED: (_("The offer takes nobody now."), False),
    Answer.NO: (_("They do not qualify."), False),
}


def _whether_theirs(fit: Fit) -> Reason:
    if fit.plan.program is None:
        return Reason(_("Open to everybody."), {}, True)
    sentence, is_good = _THEIRS[fit.answer]
    return Reason(sentence, {}, is_good)


def _whether_it_counts(fit: Fit, standard: Speeds) -> Reason:
    values = {"down": f"{standard.down_kbps / 1000:g}", "up": f"{standard.up_kbps / 1000:g}"}
    if fit.meets:
        return Reason(_("Meets the standard of %(down)s/%(up)s Mbps: the line counts."), values, True)
    return Reason(_("Too slow to count: the standard is %(down)s/%(up)s Mbps."), values, False)
