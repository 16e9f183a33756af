"""How much: the amount that is sure, and the amount it may be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .book import AmountKind, AmountPart, AmountRule, Cap, Rulebook
from .compiled import LIKELY, NO, YES, AtDay, compile_condition
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
    """Return the function that works the amount out; it keeps what each set of verdicts comes to, for they are few."""
    kept: dict[tuple[Verdict, ...], Amount] = {}
    whens = tuple(part.when.run if part.when is not None else None for part in (*first_of, *plus))

    def work_out(facts: Facts) -> Amount:
        verdicts = tuple([YES if when is None else when(facts, []) for when in whens])
        amount = kept.get(verdicts)
        if amount is None:
            amount = kept[verdicts] = _add_up(rule, first_of, plus, verdicts, sure)
        if rule.not_above is None or amount.missing is not None or (cap := _cap(rule.not_above, facts)) is None:
            return amount
        return replace(amount, low=min(amount.low, cap), high=min(amount.high, cap))

    return work_out


def _add_up(
    rule: AmountRule, first_of: tuple[_Part, ...], plus: tuple[_Part, ...], verdicts: tuple[Verdict, ...], sure: bool
) -> Amount:
    options, settled = _options(first_of, verdicts)
    told = zip(plus, verdicts[len(first_of) :], strict=True)
    added = [part for part, verdict in told if verdict >= LIKELY]  # what is added is promised only when it is known
    used = [*options, *added]
    missing = next((part.missing for part in used if part.missing is not None), None)
    if missing is not None:
        return Amount(rule.id, rule.kind, ZERO, ZERO, missing=missing, sure=False)
    amounts = [part.amount for part in options] + ([] if settled else [ZERO])
    more = sum((part.amount for part in added), ZERO)
    low, high = min(amounts) + more, max(amounts) + more
    says = tuple(part.says for part in used)
    cites = tuple(part.cite for part in used if part.cite is not None)
    return Amount(rule.id, rule.kind, low, high, says, cites, None, sure)


def _options(parts: tuple[_Part, ...], verdicts: tuple[Verdict, ...]) -> tuple[list[_Part], bool]:
    """Return the parts that may be the one that fits, and whether one of them is sure to be."""
    options = []
    for part, verdict in zip(parts, verdicts, strict=False):
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
