"""What time it is. Instants are UTC; days are the city's calendar days."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)
_zone: ContextVar[str] = ContextVar("city_zone", default="America/Los_Angeles")


def now() -> datetime:
    """Return the present instant, timezone-aware UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """Return the city's present calendar day."""
    at = now()
    return _day_of(_zone.get(), at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0))


@lru_cache(maxsize=64)
def _day_of(zone: str, quarter: datetime) -> date:
    """Return the zone's day of a quarter of an hour: no zone's day changes within one, and lists ask for each row."""
    return quarter.astimezone(ZoneInfo(zone)).date()


def use_zone(name: str) -> None:
    """Take the city's time zone (IANA name) from the program settings, for this context."""
    _zone.set(name)


def as_utc(at: datetime) -> datetime:
    """Return ``at`` as an aware UTC instant; SQLite hands back naive ones, which are UTC here."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def local(at: datetime) -> datetime:
    """Return the instant ``at`` on the city's clock."""
    return as_utc(at).astimezone(ZoneInfo(_zone.get()))


def from_local(at: datetime) -> datetime:
    """Return as UTC the instant that the city's clock shows as ``at``; one that has a zone already keeps its own."""
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(_zone.get()))).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the instant at which the city's ``day`` is over."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(_zone.get()))
    return midnight.astimezone(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at ``at`` inside the block (demo data, tests)."""
    token = _frozen.set(at if at.tzinfo else at.replace(tzinfo=UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
