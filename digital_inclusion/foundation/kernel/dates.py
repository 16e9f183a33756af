"""Months as first days, and spans of them."""

from collections.abc import Iterator
from datetime import date, timedelta


def month_of(day: date) -> date:
    """Return the first day of the month of ``day``."""
    return day.replace(day=1)


def read_month(text: str | None) -> date | None:
    """Return the first day of the month that an address writes as "2026-03", None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01") if text and len(text) == 7 else None
    except ValueError:
        return None


def next_month(day: date) -> date:
    """Return the first day of the month after ``day``'s."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def last_day(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return next_month(day) - timedelta(days=1)


def months(first: date, last: date) -> Iterator[date]:
    """Yield the first days of the months from ``first``'s to ``last``'s, both included."""
    month = month_of(first)
    while month <= last:
        yield month
        month = next_month(month)


def months_from(first: date, count: int) -> list[date]:
    """Return the first days of ``count`` months, one at least, from ``first``'s on."""
    found = [month_of(first)]
    while len(found) < count:
        found.append(next_month(found[-1]))
    return found


def months_after(day: date, count: int) -> date:
    """Return the day ``count`` months later; the last of the month where that month has no such day."""
    month = day.month - 1 + count
    first = date(day.year + month // 12, month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), last_day(first))
