"""When a silent worker is worth a warning."""

from datetime import datetime, timedelta

QUIET = timedelta(minutes=5)  # it sweeps every minute


def is_missing(seen_at: datetime | None, now: datetime) -> bool:
    """Return whether the worker has been silent for too long, or was never seen."""
    return seen_at is None or now - seen_at > QUIET
