"""The calendar file, read back with the library: hostile words, folding, clocks that change, stable fingerprints."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from digital_inclusion.agenda.rules.calendar import CalendarEntry, span_around, write_calendar
from digital_inclusion.foundation.kernel import clock

TODAY = date(2026, 10, 20)
CITY = ZoneInfo("America/Los_Angeles")
HOSTILE = [
    "a,b;c\\d", "line one\nline two", "line one\r\nBEGIN:VALARM\r\nEND:VALARM", "EN\"D:VEVENT", "x" * 300,
    "\u2028 \u00e9\u00f1 \u8d70\u52a8 \U0001f4bb", "\u00e9" * 200, "100% {sure}", " spaces ", "tab\there",
]  # fmt: skip


def _entry(**changes: object) -> CalendarEntry:
    starts = clock.from_local(datetime(2026, 10, 22, 14))
    values: dict[str, object] = {
        "code": "7KQM-2R9X", "summary": "Go through papers (2222-2222)", "place": "At our place",
        "url": "https://inclusion.example.org/my-appointments/7KQM-2R9X", "starts_at": starts,
        "ends_at": starts + timedelta(hours=1), "is_cancelled": False, "sequence": 0, "created_at": starts,
        "changed_at": starts,
    } | changes  # fmt: skip
    return CalendarEntry(**values)  # type: ignore[arg-type]


def _read(*entries: CalendarEntry) -> tuple[bytes, list[Event]]:
    text = write_calendar(entries, name="Appointments", today=TODAY)
    return text, list(Calendar.from_ical(text).walk("VEVENT"))


def _unfolded_lines(text: bytes) -> list[bytes]:
    assert text.endswith(b"\r\n") and b"\n" not in text.replace(b"\r\n", b"")
    return text.split(b"\r\n")


def test_what_a_calendar_needs_is_there() -> None:
    text, (event,) = _read(_entry(sequence=3))
    assert text.startswith(b"BEGIN:VCALENDAR\r\n") and b"VERSION:2.0" in text and b"PRODID:" in text
    assert str(event["UID"]) == "7KQM-2R9X@appointments.digital-inclusion" and int(event["SEQUENCE"]) == 3
    assert event["STATUS"] == "CONFIRMED" and event.start == datetime(2026, 10, 22, 14, tzinfo=CITY)
    assert event.duration == timedelta(hours=1)
    assert b"METHOD" not in text and b"ATTENDEE" not in text and b"ORGANIZER" not in text


def test_cancelled_is_told_and_takes_no_time() -> None:
    _text, (event,) = _read(_entry(is_cancelled=True))
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")


def test_nothing_planned_is_still_a_calendar() -> None:
    text, events = _read()
    assert events == [] and len(list(Calendar.from_ical(text).walk("VTIMEZONE"))) == 1


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    text, (event,) = _read(_entry(summary=words, place=words))
    assert str(event["SUMMARY"]).replace("\r\n", "\n") == words.replace("\r\n", "\n")
    assert max(map(len, _unfolded_lines(text))) <= 75
    assert len(list(Calendar.from_ical(text).walk("VALARM"))) == 0


@given(st.text(max_size=400), st.text(max_size=200))
def test_any_words_make_one_event_and_short_lines(summary: str, place: str) -> None:
    text, events = _read(_entry(summary=summary, place=place), _entry(code="2222-2222"))
    assert len(events) == 2 and max(map(len, text.split(b"\r\n"))) <= 75


@pytest.mark.parametrize(
    ("starts", "offset"),
    [
        (datetime(2026, 10, 31, 14), -7),  # the day before clocks go back
        (datetime(2026, 11, 1, 14), -8),
        (datetime(2027, 3, 13, 14), -8),
        (datetime(2027, 3, 14, 14), -7),
    ],
)
def test_two_in_the_afternoon_stays_two_when_clocks_change(starts: datetime, offset: int) -> None:
    begins = clock.from_local(starts)
    text, (event,) = _read(_entry(starts_at=begins, ends_at=begins + timedelta(hours=1)))
    assert f"DTSTART;TZID=America/Los_Angeles:{starts:%Y%m%dT%H%M%S}".encode() in text
    assert event.start.utcoffset() == timedelta(hours=offset)
    zone = next(iter(Calendar.from_ical(text).walk("VTIMEZONE")))
    # the rules in the file itself say the same, for programs that know no zone by name
    assert zone.to_tz(lookup_tzid=False).utcoffset(starts) == timedelta(hours=offset)


def test_across_the_night_of_the_change_the_length_is_right() -> None:
    begins = clock.from_local(datetime(2026, 10, 31, 23))
    _text, (event,) = _read(_entry(starts_at=begins, ends_at=begins + timedelta(hours=4)))
    assert event.end.astimezone(ZoneInfo("UTC")) - event.start.astimezone(ZoneInfo("UTC")) == timedelta(hours=4)


def test_same_appointments_give_the_same_bytes_and_a_change_gives_others() -> None:
    first, same, moved = _read(_entry())[0], _read(_entry())[0], _read(_entry(sequence=1))[0]
    assert first == same != moved


def test_span_is_thirty_days_back_and_half_a_year_ahead() -> None:
    first, last = span_around(TODAY)
    assert (TODAY - first).days == 30 and (last - TODAY).days == 180
