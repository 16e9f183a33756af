"""A rulebook: everything that is decided by, as one value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from .conditions import Condition, Group, Leaf, SameAs, find_part
from .dated import Cite, Period, Row, Series
from .facts import Fact
from .questions import Question


class ProgramKind(StrEnum):
    """What a program is to a household."""

    SUBSIDY = "subsidy"  # a discount by law
    OFFER = "offer"  # a provider's low-cost plan
    CITY = "city"  # the city's own help
    MEASURE = "measure"  # a yes or no that others build on; offered to nobody


OFFERED = frozenset({ProgramKind.SUBSIDY, ProgramKind.OFFER, ProgramKind.CITY})  # to households


class AmountKind(StrEnum):
    """What an amount is."""

    MONTHLY = "monthly"
    ONE_TIME = "one_time"
    DEVICE = "device"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class AmountPart:
    """A dated amount that is due when its condition is met."""

    id: str
    says: str
    series: Series
    when: Condition | None = None
    period: Period = Period()


@dataclass(frozen=True, slots=True)
class Cap:
    """The amount is at most this fact, less another one."""

    fact: str
    less: str | None = None


@dataclass(frozen=True, slots=True)
class AmountRule:
    """An amount: the first part that fits, plus those that are added, capped by a fact."""

    id: str
    kind: AmountKind
    first_of: tuple[AmountPart, ...]
    plus: tuple[AmountPart, ...] = ()
    not_above: Cap | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to tell a household about which the condition holds."""

    id: str
    when: Condition
    says: str
    cite: Cite


@dataclass(frozen=True, slots=True)
class Program:
    """One program: when it takes households, who qualifies, what it gives, how to apply."""

    id: str
    title: str
    kind: ProgramKind
    open: Series
    qualifies: Condition
    gives: str = ""
    order: int = 0
    amounts: tuple[AmountRule, ...] = ()
    advice: tuple[Advice, ...] = ()
    apply_says: str = ""
    apply_link: str | None = None
    bring: tuple[str, ...] = ()
    held: str | None = None  # the fact that says that the household has it already
    need: str | None = None  # what a request for help asks for, of the city's own programs
    file: str = field(default="", compare=False)

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition of the program."""
        yield self.qualifies
        for amount in self.amounts:
            yield from (part.when for part in (*amount.first_of, *amount.plus) if part.when is not None)
        yield from (advice.when for advice in self.advice)

    def series(self) -> Iterator[Series]:
        """Yield every series of dated values of the program."""
        yield self.open
        for amount in self.amounts:
            yield from (part.series for part in (*amount.first_of, *amount.plus))


@dataclass(frozen=True, slots=True)
class Table:
    """Limits by size of household, dated."""

    id: str
    title: str
    series: Series
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What has changed lately, for residents."""

    on: date
    programs: tuple[str, ...]
    says: str
    cite: Cite


@dataclass(frozen=True, slots=True)
class Document:
    """A paper to bring. ``age``: how old it may be, "" for any age."""

    id: str
    title: str
    such_as: str
    age: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Programs whose discounts a household may have at the same time."""

    programs: frozenset[str]
    cite: Cite


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One version of the rules. ``fingerprint``: of everything that can change a decision or its words."""

    version: str
    title: str
    fingerprint: str
    verify_every_days: int
    facts: Mapping[str, Fact]
    benefits: Mapping[str, str]
    tables: Mapping[str, Table]
    programs: Mapping[str, Program]
    changes: tuple[Change, ...] = ()
    together: tuple[Together, ...] = ()
    questions: tuple[Question, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict)

    def resolve(self, reference: SameAs) -> Condition | None:
        """Return the condition that a reference names; None where there is none."""
        program = self.programs.get(reference.program)
        if program is None:
            return None
        return program.qualifies if reference.part == "qualifies" else find_part(program.qualifies, reference.part)

    def turns(self) -> list[date]:
        """Return every day from which something may be decided differently, in order."""
        found: set[date] = set()
        for table in self.tables.values():
            found.update(table.series.turns())
        for program in self.programs.values():
            for series in program.series():
                found.update(series.turns())
            for condition in program.conditions():
                found.update(_turns(condition))
            for amount in program.amounts:
                for part in (*amount.first_of, *amount.plus):
                    found.update(part.period.turns())
        return sorted(found)

    def rows(self) -> Iterator[tuple[str, str, Row]]:
        """Yield (file, what it is, row) of every dated value."""
        for table in self.tables.values():
            yield from ((table.file, table.title, row) for row in table.series.rows)
        for program in self.programs.values():
            for series in program.series():
                yield from ((program.file, program.title, row) for row in series.rows)


def _turns(condition: Condition) -> Iterator[date]:
    yield from condition.period.turns()
    if isinstance(condition, Group):
        for part in condition.parts:
            yield from _turns(part)
    elif isinstance(condition, Leaf) and condition.cite is not None and condition.cite.renews is not None:
        yield condition.cite.renews
