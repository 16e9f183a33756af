"""Values with their days and their source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

_ONE_DAY = timedelta(days=1)


class Confidence(StrEnum):
    """How far a value can be relied on."""

    CONFIRMED = "confirmed"  # read in the law or at the office that decides
    SECONDARY = "secondary"  # read elsewhere
    OPEN = "to be confirmed"  # from memory, or sources differ


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a value comes from, and when somebody last looked; past ``renews`` a newer value should exist."""

    source: str
    confidence: Confidence
    verified: date
    renews: date | None = None

    def is_sure(self, day: date) -> bool:
        """Return whether a decision on ``day`` may rely on it without saying "likely"."""
        return self.confidence is Confidence.CONFIRMED and (self.renews is None or day < self.renews)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included; None: without end on that side."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether ``day`` lies in it."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def turns(self) -> Iterator[date]:
        """Yield the days from which something else holds."""
        if self.first is not None:
            yield self.first
        if self.last is not None:
            yield self.last + _ONE_DAY


@dataclass(frozen=True, slots=True)
class Row:
    """One dated value of a series: an amount, or limits by size of household, or the reason why it is missing.

    ``by_size`` holds US dollars for 1, 2, … persons; ``each_more`` what every further person adds (None: not known).
    """

    period: Period
    unit: str
    cite: Cite | None
    amount: Decimal | None = None
    by_size: tuple[Decimal, ...] = ()
    each_more: Decimal | None = None
    missing: str | None = None
    line: int = field(default=0, compare=False)

    def limit(self, size: int) -> Decimal | None:
        """Return the limit for a household of ``size`` persons; None where none is on file."""
        if 0 < size <= len(self.by_size):
            return self.by_size[size - 1]
        if size > 0 and self.by_size and self.each_more is not None:
            return self.by_size[-1] + (size - len(self.by_size)) * self.each_more
        return None


@dataclass(frozen=True, slots=True)
class Series:
    """Rows one after the other, without gap or overlap; a period without a value says that it is missing."""

    rows: tuple[Row, ...]

    def on(self, day: date) -> Row | None:
        """Return the row in force on ``day``; None before the first and after the last."""
        return next((row for row in self.rows if row.period.holds(day)), None)

    def turns(self) -> Iterator[date]:
        """Yield the days on which another value comes into force, or the present one grows stale."""
        for row in self.rows:
            yield from row.period.turns()
            if row.cite is not None and row.cite.renews is not None:
                yield row.cite.renews


def breaks(rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """Yield (line, sentence) for every row that does not follow the one before it by a day."""
    for before, row in zip(rows, rows[1:], strict=False):
        if before.period.last is None:
            yield row.line, "nothing may follow a row that is open"
        elif row.period.first is None or row.period.first <= before.period.last:
            yield row.line, f"overlaps the row before it, which lasts to {before.period.last}"
        elif row.period.first != before.period.last + _ONE_DAY:
            yield row.line, f"leaves a gap after {before.period.last}; write a row that says why it is missing"
    for row in rows:
        first, last = row.period.first, row.period.last
        if first is not None and last is not None and last < first:
            yield row.line, "ends before it begins"
        if list(row.by_size) != sorted(row.by_size):
            yield row.line, "a larger household has a lower limit than a smaller one"
