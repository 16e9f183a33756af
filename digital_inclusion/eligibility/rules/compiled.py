"""Conditions made ready for one stretch of days, on which nothing in the rulebook changes.

Each becomes a function of the facts that returns a verdict and notes its reasons: deciding a hundred thousand
households then looks nothing up any more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from ...foundation.kernel import clock
from .book import Rulebook
from .conditions import (
    Compared,
    Comparison,
    Condition,
    Group,
    Income,
    Is,
    Leaf,
    MomentBefore,
    Proof,
    Receives,
    SameAs,
    Test,
    Verdict,
    facts_of,
)
from .dated import Row
from .facts import BENEFITS, INCOME, LARGEST, SIZE, Facts

NO, UNKNOWN, MISSING, LIKELY, YES = Verdict
DAY, MOMENT = "@day", "@moment"  # of the decision; stand among the facts under names that no rulebook can write

Asked = Callable[[Facts], Verdict]
Run = Callable[[Facts, list["Reason"]], Verdict]


class Reason(NamedTuple):
    """One condition, and what can be said of it."""

    leaf: "LeafAtDay"
    verdict: Verdict


@dataclass(frozen=True, slots=True, eq=False)
class LeafAtDay:
    """A leaf as it is in force. ``sure``: it rests on confirmed values alone."""

    leaf: Leaf
    sure: bool
    facts: tuple[str, ...]
    ask: Asked = field(repr=False)  # NO, UNKNOWN, MISSING or YES
    run: Run = field(repr=False)  # the same, with LIKELY where it is not sure or presumed
    row: Row | None = None
    percent: Decimal = Decimal(100)

    def limit(self, size: object) -> Decimal | None:
        """Return the income limit in US dollars a year for so many persons; None where it has none."""
        whole = self.row.limit(size) if self.row is not None and isinstance(size, int) else None
        return None if whole is None else whole * self.percent / 100


@dataclass(frozen=True, slots=True, eq=False)
class GroupAtDay:
    """A group as it is in force."""

    id: str
    every: bool
    parts: tuple["AtDay", ...]
    run: Run = field(repr=False)


AtDay = LeafAtDay | GroupAtDay


def leaves_at(condition: AtDay) -> Iterator[LeafAtDay]:
    """Yield the leaves below a condition that are in force."""
    if isinstance(condition, LeafAtDay):
        yield condition
    else:
        for part in condition.parts:
            yield from leaves_at(part)


def compile_condition(condition: Condition, book: Rulebook, day: date) -> AtDay | None:
    """Return the condition as it is in force on ``day``; None where it is not in force."""
    if not condition.period.holds(day):
        return None
    if isinstance(condition, SameAs):
        target = book.resolve(condition)
        return None if target is None else compile_condition(target, book, day)
    if isinstance(condition, Group):
        found = (compile_condition(part, book, day) for part in condition.parts)
        parts = tuple(part for part in found if part is not None)
        runs = tuple(part.run for part in parts)
        return GroupAtDay(condition.id, condition.every, parts, _all(runs) if condition.every else _any(runs))
    return _compile_leaf(condition, book, day)


def _compile_leaf(leaf: Leaf, book: Rulebook, day: date) -> LeafAtDay:
    row, percent = None, Decimal(100)
    sure = leaf.cite is None or leaf.cite.is_sure(day)
    if isinstance(leaf.test, Income):
        row, percent = book.tables[leaf.test.table].series.on(day), leaf.test.percent
        sure = sure and row is not None and (row.cite is None or row.cite.is_sure(day))
    ask = _income(row, percent) if isinstance(leaf.test, Income) else _asking(leaf.test)
    final = (NO, LIKELY if leaf.presume else UNKNOWN, MISSING, LIKELY, YES if sure else LIKELY)
    reasons: list[Reason] = []

    def run(facts: Facts, noted: list[Reason]) -> Verdict:
        verdict = ask(facts)
        noted.append(reasons[verdict])
        return final[verdict]

    made = LeafAtDay(leaf, sure, facts_of(leaf.test), ask, run, row, percent)
    reasons.extend(Reason(made, final[verdict]) for verdict in Verdict)
    return made


def _all(runs: tuple[Run, ...]) -> Run:
    def run(facts: Facts, noted: list[Reason]) -> Verdict:
        worst = YES
        for part in runs:
            verdict = part(facts, noted)
            if verdict < worst:
                worst = verdict
        return worst

    return run


# Of several conditions any of which is enough, the one furthest to the right holds: a missing fact may still make it
# a yes, a value that is missing in the rulebook may not.
_WORTH = {NO: 0, MISSING: 1, UNKNOWN: 2, LIKELY: 3, YES: 4}


def _any(runs: tuple[Run, ...]) -> Run:
    def run(facts: Facts, noted: list[Reason]) -> Verdict:
        best = NO
        for part in runs:
            verdict = part(facts, noted)
            if _WORTH[verdict] > _WORTH[best]:
                best = verdict
        return best

    return run


def _asking(test: Test) -> Asked:
    if isinstance(test, Receives):
        return _receives(test.benefits)
    if isinstance(test, Is):
        return _is(test.fact, frozenset(test.values))
    if isinstance(test, Compared):
        return _compared(test)
    if isinstance(test, MomentBefore):
        return _moment(test.moment)
    if isinstance(test, Proof):
        return _proof(test.fact)
    raise TypeError(test)


def _income(row: Row | None, percent: Decimal) -> Asked:
    if row is None or not row.by_size:
        return lambda _facts: MISSING
    lowest, largest = row.by_size[0] * percent / 100, row.by_size[-1] * percent / 100
    limits = {size: limit * percent / 100 for size in range(1, LARGEST + 1) if (limit := row.limit(size)) is not None}

    def ask(facts: Facts) -> Verdict:
        income, size = facts.get(INCOME), facts.get(SIZE)
        if income is None:
            return UNKNOWN
        if size is None:  # what is enough for one person is enough for every household
            return YES if income <= lowest else UNKNOWN  # type: ignore[operator]
        limit = limits.get(size)  # type: ignore[call-overload]
        if limit is None:  # more persons than the table lists: enough for the last of them is enough for more
            return YES if income <= largest else MISSING  # type: ignore[operator]
        return YES if income <= limit else NO

    return ask


def _receives(benefits: tuple[str, ...]) -> Asked:
    wanted = frozenset(benefits)

    def ask(facts: Facts) -> Verdict:
        told = facts.get(BENEFITS)
        if told is None:
            return UNKNOWN
        unknown = False
        for benefit in wanted:
            gets = told.get(benefit)  # type: ignore[attr-defined]
            if gets:
                return YES
            if gets is None:
                unknown = True
        return UNKNOWN if unknown else NO

    return ask


def _is(fact: str, values: frozenset[object]) -> Asked:
    def ask(facts: Facts) -> Verdict:
        value = facts.get(fact)
        if value is None:
            return UNKNOWN
        return YES if value in values else NO

    return ask


_HOLDS: dict[Comparison, Callable[[object, object], bool]] = {
    Comparison.AT_LEAST: lambda value, bound: value >= bound,  # type: ignore[operator]
    Comparison.AT_MOST: lambda value, bound: value <= bound,  # type: ignore[operator]
    Comparison.MORE_THAN: lambda value, bound: value > bound,  # type: ignore[operator]
    Comparison.LESS_THAN: lambda value, bound: value < bound,  # type: ignore[operator]
    Comparison.BEFORE: lambda value, bound: value < bound,  # type: ignore[operator]
    Comparison.ON_OR_BEFORE: lambda value, bound: value <= bound,  # type: ignore[operator]
}


def _compared(test: Compared) -> Asked:
    fact, bound, holds = test.fact, test.value, _HOLDS[test.how]

    def ask(facts: Facts) -> Verdict:
        value = facts.get(fact)
        if value is None:
            return UNKNOWN
        return YES if holds(value, bound) else NO

    return ask


def _moment(moment: datetime) -> Asked:
    def ask(facts: Facts) -> Verdict:
        at, day = facts.get(MOMENT), facts.get(DAY)
        if isinstance(at, datetime):
            return YES if at < moment else NO
        if not isinstance(day, date):
            return UNKNOWN
        if clock.end_of_day(day) <= moment:
            return YES
        return NO if clock.local(moment).date() < day else UNKNOWN

    return ask


def _proof(fact: str) -> Asked:
    return lambda facts: YES if facts.get(fact) else UNKNOWN
