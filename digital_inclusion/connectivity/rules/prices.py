"""What a line costs a month: before subsidies, the subsidies in force, what the household pays, and when that changes.

Amounts are US cents a month, days inclusive where a column says until. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

DAY = timedelta(days=1)
PROMOTION_ENDS, SUBSIDY_ENDS, SUBSIDY_STARTS = "promotion_ends", "subsidy_ends", "subsidy_starts"


class Terms(Protocol):
    """The price of a line, and what it becomes after the promotion's last day."""

    @property
    def price_cents(self) -> int | None:
        """Return cents a month up to the promotion's last day, or where there is none."""

    @property
    def promo_until_on(self) -> date | None:
        """Return the promotion's last day."""

    @property
    def price_after_cents(self) -> int | None:
        """Return cents a month from the day after."""


class Paid(Protocol):
    """Cents a month toward a line, from a day to a day (None: no end known)."""

    @property
    def amount_cents(self) -> int:
        """Return cents a month."""

    @property
    def from_on(self) -> date:
        """Return the first day."""

    @property
    def until_on(self) -> date | None:
        """Return the last day."""


class Support(Paid, Protocol):
    """What a program pays toward a line."""

    @property
    def program(self) -> str:
        """Return its id in the rulebook."""


S = TypeVar("S", bound=Paid)


@dataclass(frozen=True, slots=True)
class Change:
    """From ``on`` the household pays ``net_cents`` (None: not known). ``causes``: (what, program or None)."""

    on: date
    net_cents: int | None
    causes: tuple[tuple[str, str | None], ...]


def price_on(terms: Terms, day: date) -> int | None:
    """Return the price before subsidies on ``day``, None where nobody wrote it down."""
    over = terms.promo_until_on is not None and day > terms.promo_until_on
    return terms.price_after_cents if over else terms.price_cents


def in_force(subsidies: Iterable[S], day: date) -> list[S]:
    """Return the subsidies that pay on ``day``."""
    return [one for one in subsidies if one.from_on <= day and (one.until_on is None or day <= one.until_on)]


def net_on(terms: Terms, subsidies: Iterable[Paid], day: date) -> int | None:
    """Return what the household pays on ``day``: never below 0, None where the price is not known."""
    price = price_on(terms, day)
    return None if price is None else max(price - sum(one.amount_cents for one in in_force(subsidies, day)), 0)


def changes_after(
    terms: Terms, subsidies: Sequence[Support], today: date, *, ended_on: date | None = None
) -> list[Change]:
    """Return what changes after ``today``, by day; nothing changes from the first day without the line on."""
    causes: dict[date, list[tuple[str, str | None]]] = {}
    if terms.promo_until_on is not None:
        causes.setdefault(terms.promo_until_on + DAY, []).append((PROMOTION_ENDS, None))
    for one in subsidies:
        causes.setdefault(one.from_on, []).append((SUBSIDY_STARTS, one.program))
        if one.until_on is not None:
            causes.setdefault(one.until_on + DAY, []).append((SUBSIDY_ENDS, one.program))
    days = sorted(day for day in causes if day > today and (ended_on is None or day < ended_on))
    return [Change(day, net_on(terms, subsidies, day), tuple(causes[day])) for day in days]
