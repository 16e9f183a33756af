"""A person's appointments as an iCalendar file (RFC 5545), without anybody's name or words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, Timezone, vText

from ...foundation.kernel import clock

PRODUCT = "-//digital_inclusion//appointments//EN"
BACK, AHEAD = timedelta(days=30), timedelta(days=180)  # what the file holds, from today
RENEWED = timedelta(hours=1)  # so often a calendar should look again


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """An appointment for a calendar. ``summary`` and ``place``: words from closed lists, and codes; ``url``: its
    page, which asks for signing in."""

    code: str
    summary: str
    place: str
    url: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    sequence: int
    created_at: datetime
    changed_at: datetime


def span_around(today: date) -> tuple[date, date]:
    """Return the first and the last day of what the file holds."""
    return today - BACK, today + AHEAD


def write_calendar(entries: Iterable[CalendarEntry], *, name: str, today: date) -> bytes:
    """Return the file: the same entries on the same day give the same bytes, so that its fingerprint tells of changes.

    Times are on the city's clock, with the rules of its zone, so that an hour stays the hour when clocks change.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", vText(name))
    calendar.add("refresh-interval", RENEWED, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_zone(today))
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _zone(today: date) -> Timezone:
    """Return the rules of the city's zone for every day the file can hold."""
    zone = str(clock.local(clock.end_of_day(today)).tzinfo)
    return Timezone.from_tzid(zone, first_date=date(today.year - 1, 1, 1), last_date=date(today.year + 2, 1, 1))


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", f"{entry.code}@appointments.digital-inclusion")
    event.add("dtstamp", clock.as_utc(entry.changed_at))
    event.add("created", clock.as_utc(entry.created_at))
    event.add("last-modified", clock.as_utc(entry.changed_at))
    event.add("sequence", entry.sequence)
    event.add("dtstart", clock.local(entry.starts_at))
    event.add("dtend", clock.local(entry.ends_at))
    event.add("summary", entry.summary)
    event.add("location", entry.place)
    event.add("url", entry.url)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    return event
