"""What day it is in the city."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.foundation.kernel import clock

ZONES = ["America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns"]


@given(at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), zone=st.sampled_from(ZONES))
def test_today_is_the_day_on_the_city_clock(at: datetime, zone: str) -> None:
    before = clock._zone.get()
    try:
        clock.use_zone(zone)
        with clock.frozen(at):
            assert clock.today() == at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    finally:
        clock.use_zone(before)


def test_day_changes_at_midnight_of_the_city() -> None:
    days = []
    for second in (59, 0):
        at = datetime(2026, 11, 1, 6 if second else 7, 59 if second else 0, second, tzinfo=UTC)
        with clock.frozen(at):
            days.append(clock.today().isoformat())
    assert days == ["2026-10-31", "2026-11-01"]
