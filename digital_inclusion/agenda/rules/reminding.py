"""Reminders of appointments: from when on the day before, and who has just heard of theirs. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ...foundation.kernel import clock

FROM = time(9)  # on the city's clock, the day before
JUST_HEARD = timedelta(hours=12)  # whoever planned or moved it so shortly ago told them


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """All that a reminder is made of. ``place``: one of PLACES; ``partner``: what the organization calls itself."""

    channel: str
    language: str
    place: str
    starts_at: datetime
    partner: str


def due_from(starts_at: datetime) -> datetime:
    """Return the instant from which a household is reminded of what begins at ``starts_at``."""
    day_before = clock.local(starts_at).date() - timedelta(days=1)
    return clock.from_local(datetime.combine(day_before, FROM))


def is_hour(now: datetime) -> bool:
    """Return whether reminders of tomorrow are written at ``now``; quiet hours are asked about apart."""
    return clock.local(now).time() >= FROM
