"""When a household is asked whether its device is still used."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.devices.rules.follow_ups import LAST_OPEN, check_answer, term_of, terms_on
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid

TODAY = date(2026, 11, 1)
TERMS = [90, 365]


@pytest.mark.parametrize(
    ("age", "term"),
    [(0, None), (89, None), (90, 90), (364, 90), (365, 365), (364 + LAST_OPEN, 365), (365 + LAST_OPEN, None)],
)
def test_term_of_a_hand_over(age: int, term: int | None) -> None:
    assert term_of(TODAY - timedelta(days=age), TODAY, TERMS) == term
    assert term_of(TODAY, TODAY, []) is None


@given(st.lists(st.integers(1, 1000), unique=True, max_size=5).map(sorted), st.integers(0, 2000))
def test_at_most_one_question_is_open(terms: list[int], age: int) -> None:
    handed = TODAY - timedelta(days=age)
    open_now = [one.days for one in terms_on(TODAY, terms) if one.first <= handed <= one.last]
    assert len(open_now) <= 1 and all(days <= age for days in open_now)


def test_answer_is_noted_once_and_tries_end() -> None:
    check_answer("used", told=[], last_asked=None, today=TODAY)
    check_answer("used", told=["no_answer", "no_answer"], last_asked=TODAY, today=TODAY)
    check_answer("no_answer", told=["no_answer"], last_asked=TODAY - timedelta(days=3), today=TODAY)
    for told in (["used"], ["no_answer", "lost"], ["no_answer"] * 3):
        with pytest.raises(Conflict):
            check_answer("used", told=told, last_asked=TODAY - timedelta(days=9), today=TODAY)
    with pytest.raises(Conflict, match="today already"):
        check_answer("no_answer", told=["no_answer"], last_asked=TODAY, today=TODAY)
    for nothing in (None, "", "maybe"):
        with pytest.raises(Invalid):
            check_answer(nothing, told=[], last_asked=None, today=TODAY)
