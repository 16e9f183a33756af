"""Deadlines: the cases that nobody here wrote, and what holds for every day."""

import json
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.connectivity.rules.applications import lifeline_action
from digital_inclusion.connectivity.rules.deadlines import (
    RULES,
    Counting,
    add_business_days,
    add_years,
    anniversary,
    due_on,
    is_closed,
    renewal_after,
    renewed,
)
from tests.support.shared import shared_file

days = st.dates(date(2019, 1, 1), date(2035, 12, 31))
closings = st.frozensets(st.dates(date(2019, 1, 1), date(2036, 12, 31)), max_size=20)
business = sorted(code for code, rule in RULES.items() if rule.counting is Counting.BUSINESS)


def test_shared_cases_hold() -> None:
    events = {"doubt_letter": "prove", "recert_request": "recertify"}
    seen = 0
    for case in json.loads(shared_file("../cases/eligibility_cases.json").read_text())["cases"]:
        household, expected = case["household"], case["expected"]
        for event, rule in events.items():
            if event in household:
                assert due_on(rule, date.fromisoformat(household[event])).isoformat() == expected["deadline"]
                seen += 1
        if "deenrol_by_business_days" in expected:
            assert RULES["deenroll"].number == expected["deenrol_by_business_days"]
            assert RULES["deenroll"].counting is Counting.BUSINESS
        if "lifeline_action" in expected:
            has_it = bool(household.get("already_has_lifeline_on"))
            assert lifeline_action(has_lifeline=has_it) == expected["lifeline_action"]
            seen += 1
    assert seen >= 3


def test_five_business_days_leap_over_weekend_and_thanksgiving() -> None:
    assert add_business_days(date(2026, 11, 20), 5) == date(2026, 11, 30)  # Fri; Thu 26th is closed
    assert add_business_days(date(2026, 11, 20), 5, [date(2026, 11, 27)]) == date(2026, 12, 1)
    assert add_business_days(date(2026, 7, 2), 1) == date(2026, 7, 6)  # July 4 is a Saturday: observed on Friday
    assert add_business_days(date(2026, 11, 21), 0) == date(2026, 11, 21)


def test_calendar_days_and_years_stay_where_they_fall() -> None:
    assert due_on("prove", date(2026, 11, 25)) == date(2026, 12, 25)
    assert due_on("renew", date(2028, 2, 29)) == date(2029, 2, 28)
    assert due_on("cure", date(2026, 1, 2), [date(2026, 1, 17)]) == date(2026, 1, 17)


@given(days, closings, st.sampled_from(business))
def test_no_business_deadline_falls_on_a_closed_day(start: date, closed: frozenset[date], code: str) -> None:
    due = due_on(code, start, closed)
    assert not is_closed(due, closed)
    assert due.weekday() < 5
    opened = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert sum(not is_closed(day, closed) for day in opened) == RULES[code].number


@given(days, days, closings, st.sampled_from(sorted(RULES)))
def test_later_start_never_gives_an_earlier_deadline(one: date, two: date, closed: frozenset[date], code: str) -> None:
    first, second = sorted((one, two))
    assert due_on(code, first, closed) <= due_on(code, second, closed)


@given(days, closings, days, st.sampled_from(sorted(RULES)))
def test_another_holiday_never_brings_one_forward(start: date, closed: frozenset[date], more: date, code: str) -> None:
    assert due_on(code, start, closed | {more}) >= due_on(code, start, closed)


def test_renewal_moves_a_year_from_anniversary_to_anniversary() -> None:
    start = date(2026, 3, 1)
    assert anniversary(start, date(2026, 3, 1)) == date(2027, 3, 1)
    assert renewed(start, date(2026, 12, 1)) == date(2028, 3, 1)  # early: for 2027
    assert renewed(start, date(2027, 3, 20)) == date(2028, 3, 1)  # late: for 2027 too
    assert renewed(date(2028, 2, 29), date(2029, 2, 1)) == date(2030, 2, 28)


def test_renewal_that_was_done_stays_done() -> None:
    leap, asked = date(2028, 2, 29), date(2029, 4, 9)
    assert renewal_after(leap, date(2031, 12, 1), []) == date(2032, 2, 29)
    assert renewal_after(leap, date(2029, 1, 5), [date(2029, 2, 28), date(2030, 2, 28)]) == date(2030, 2, 28)
    assert renewal_after(leap, date(2029, 2, 8), [asked]) == date(2029, 2, 28)  # sixty days are no anniversary


@given(days, days)
def test_renewal_is_always_due_later(one: date, two: date) -> None:
    start, on = sorted((one, two))
    assert on < renewed(start, on) <= add_years(on, 2)
