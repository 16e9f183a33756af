"""Conditions as the rulebook writes them: leaves that ask about facts, joined by all and any."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

from .dated import Cite, Period


class Verdict(IntEnum):
    """What can be said of a condition. The order is that of "all": the lowest of its parts holds."""

    NO = 0
    UNKNOWN = 1  # a fact is missing
    MISSING = 2  # the rulebook has no value for the day
    LIKELY = 3  # met, but by a value or a fact that nobody has confirmed
    YES = 4


class Comparison(StrEnum):
    """How a fact is compared with the rulebook's value."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    BEFORE = "before"
    ON_OR_BEFORE = "on_or_before"


@dataclass(frozen=True, slots=True)
class Income:
    """Yearly income at or below a table's limit for the size, or below so many percent of it."""

    table: str
    percent: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class Receives:
    """Somebody in the household gets one of the benefits."""

    benefits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """The fact has one of the values."""

    fact: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The fact stands so to the value, a number or a day."""

    fact: str
    how: Comparison
    value: Decimal | date


@dataclass(frozen=True, slots=True)
class MomentBefore:
    """The moment of the decision lies before this one."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """A paper is there. Without it nothing is refused: it can still be brought."""

    fact: str


Test = Income | Receives | Is | Compared | MomentBefore | Proof
EVER = Period()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition with its sentence and source. ``presume``: not knowing counts as likely met."""

    id: str
    test: Test
    says: str = ""
    cite: Cite | None = None
    presume: bool = False
    bring: tuple[str, ...] = ()
    period: Period = EVER
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all, or any one, must be met."""

    id: str
    every: bool
    parts: tuple["Condition", ...]
    period: Period = EVER


@dataclass(frozen=True, slots=True)
class SameAs:
    """Another program's condition, named as ``program/id`` (``program/qualifies``: all of it)."""

    id: str
    program: str
    part: str
    period: Period = EVER
    line: int = field(default=0, compare=False)


Condition = Leaf | Group | SameAs


def leaves_of(condition: Condition) -> Iterator[Leaf | SameAs]:
    """Yield the leaves below a condition, references unresolved."""
    if isinstance(condition, Group):
        for part in condition.parts:
            yield from leaves_of(part)
    else:
        yield condition


def find_part(condition: Condition, wanted: str) -> Condition | None:
    """Return the condition with this id below another."""
    if condition.id == wanted:
        return condition
    if isinstance(condition, Group):
        found = (find_part(part, wanted) for part in condition.parts)
        return next((part for part in found if part is not None), None)
    return None


def facts_of(test: Test) -> tuple[str, ...]:
    """Return the facts that a test asks about."""
    if isinstance(test, Income):
        return ("size", "annual_income")
    if isinstance(test, Receives):
        return ("benefits",)
    return () if isinstance(test, MomentBefore) else (test.fact,)
