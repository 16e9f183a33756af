"""How long units have stood in stock. Pure."""

from datetime import datetime, timedelta

from ...foundation.kernel.messages import _

# code: what it is called, and from how many days on; each reaches up to the next
AGES: dict[str, tuple[str, int]] = {
    "week": (_("Up to 7 days"), 0),
    "month": (_("8 to 30 days"), 7),
    "quarter": (_("31 to 90 days"), 30),
    "longer": (_("More than 90 days"), 90),
}
_CODES = list(AGES)


def span_of(age: str, now: datetime) -> tuple[datetime | None, datetime]:
    """Return when units of the age became ready: after the first instant (None: whenever), up to the second."""
    place = _CODES.index(age)
    youngest = now - timedelta(days=AGES[age][1])
    if place + 1 == len(_CODES):
        return None, youngest
    return now - timedelta(days=AGES[_CODES[place + 1]][1]), youngest
