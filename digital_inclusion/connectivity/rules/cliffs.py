"""Cliffs: days from which a household pays more for its line, what they add up to, and what bridging them costs. Pure.

A cliff lies on the first day after a promotion or a subsidy. Several on one day are one. Cents are a month's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ...foundation.kernel.dates import months, months_from
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines of one month, partner and district whose price rises: how many, and what they pay before and after."""

    month: date
    partner_id: int
    district: str
    lines: int
    before_cents: int
    after_cents: int

    @property
    def rise_cents(self) -> int:
        """Return by how much a month they pay more together."""
        return self.after_cents - self.before_cents


def bridge_cents(cells: Iterable[Cell], until: date) -> int:
    """Return what it costs to pay the rises from their month up to the month of ``until``, both included."""
    return sum(cell.rise_cents * len(list(months(cell.month, until))) for cell in cells if cell.month <= until)


def span(first: date, count: int) -> list[date]:
    """Return the first days of ``count`` months from ``first``'s on."""
    return months_from(first, min(count, MOST_MONTHS))


def check_end(*, last_day: date, announced_on: date, today: date) -> None:
    """Raise Invalid for days of a program's end that cannot be."""
    wrong = {}
    if announced_on > today:
        wrong["announced_on"] = _("This day lies in the future. Enter the end once it is announced.")
    if last_day.year < 2000 or last_day.year > today.year + 20:
        wrong["last_day"] = _("Please check the year.")
    if wrong:
        raise Invalid(fields=wrong)
