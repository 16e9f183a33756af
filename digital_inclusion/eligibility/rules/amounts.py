"""How much: the amount that is sure, and the amount it may be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .book import AmountKind, AmountPart, AmountRule, Cap, Rulebook
from .compiled import LIKELY, NO, AtDay, compile_condition
from .conditions import Verdict
from .dated import Cite
from .facts import Facts

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Amount:
    """US dollars from ``low`` to ``high``, by what is known; equal when it is exact. ``missing``: no value on file."""

    id: str
    kind: AmountKind
    low: Decimal
    high: Decimal
    says: tuple[str, ...] = ()
    cites: tuple[Cite, ...] = ()
    missing: str | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    says: str
    amount: Decimal
    cite: Cite | None
    missing: str | None
    when: AtDay | None

    def verdict(self, facts: Facts) -> Verdict:
        return Verdict.YES if self.when is None else self.when.run(facts, [])


@dataclass(frozen=True, slots=True, eq=False)
class AmountAtDay:
    """An amount rule as it is in force."""

    rule: AmountRule
    first_of: tuple[_Part, ...]
    plus: tuple[_Part, ...]
    sure: bool
    work_out: Callable[[Facts], Amount]

    def conditions(self) -> Iterator[AtDay]:
        """Yield the conditions that the amount depends on."""
        yield from (part.when for part in (*self.first_of, *self.plus) if part.when is not None)


def compile_amount(rule: AmountRule, book: Rulebook, day: date) -> AmountAtDay | None:
    """Return the amount rule as it is in force on ``day``; None where no part of it is."""
    first_of = tuple(_parts(rule.first_of, book, day))
    plus = tuple(_parts(rule.plus, book, day))
    if not first_of and not plus:
        return None
    sure = all(part.cite is not None and part.cite.is_sure(day) for part in (*first_of, *plus))
    return AmountAtDay(rule, first_of, plus, sure, _worker(rule, first_of, plus, sure))


def _parts(parts: tuple[AmountPart, ...], book: Rulebook, day: date) -> Iterator[_Part]:
    for part in parts:
        row = part.series.on(day) if part.period.holds(day) else None
        if row is None:
            continue
        when = None if part.when is None else compile_condition(part.when, book, day)
        if part.when is None or when is not None:
            yield _Part(part.says, row.amount or ZERO, row.cite, row.missing, when)


def _worker(
    rule: AmountRule, first_of: tuple[_Part, ...], plus: tuple[_Part, ...], sure: bool
) -> Callable[[Facts], Amount]:
    def work_out(facts: Facts) -> Amount:
        options, settled = _options(first_of, facts)
        added = [(part, verdict) for part in plus if (verdict := part.verdict(facts)) is not NO]
        used = [*options, *(part for part, _verdict in added)]
        missing = next((part.missing for part in used if part.missing is not None), None)
        if missing is not None:
            return Amount(rule.id, rule.kind, ZERO, ZERO, missing=missing, sure=False)
        amounts = [part.amount for part in options] + ([] if settled else [ZERO])
        low = min(amounts) + sum((part.amount for part, verdict in added if verdict >= LIKELY), ZERO)
        high = max(amounts) + sum((part.amount for part, _verdict in added), ZERO)
        if rule.not_above is not None and (cap := _cap(rule.not_above, facts)) is not None:
            low, high = min(low, cap), min(high, cap)
        return _amount(rule, low, high, used, sure)

    return work_out


def _amount(rule: AmountRule, low: Decimal, high: Decimal, used: list[_Part], sure: bool) -> Amount:
    says = tuple(part.says for part in used)
    return Amount(rule.id, rule.kind, low, high, says, tuple(p.cite for p in used if p.cite is not None), None, sure)


def _options(parts: tuple[_Part, ...], facts: Facts) -> tuple[list[_Part], bool]:
    """Return the parts that may be the one that fits, and whether one of them is sure to be."""
    options = []
    for part in parts:
        verdict = part.verdict(facts)
        if verdict is not NO:
            options.append(part)
        if verdict >= LIKELY:
            return options, True
    return options, False


def _cap(cap: Cap, facts: Facts) -> Decimal | None:
    whole = facts.get(cap.fact)
    if not isinstance(whole, Decimal):
        return None
    less = facts.get(cap.less) if cap.less is not None else ZERO
    return max(ZERO, whole - less) if isinstance(less, Decimal) else None
