"""When a line is asked about, and what may be noted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.connectivity.rules.checks import Said, check_end, check_said, term_of, terms_on
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid

TODAY, TERMS = date(2026, 11, 22), [30, 90, 365]


@pytest.mark.parametrize(
    ("days", "term"), [(29, None), (30, 30), (89, 30), (90, 90), (364, 90), (365, 365), (544, 365), (545, None)]
)
def test_question_is_open_until_the_next_term(days: int, term: int | None) -> None:
    assert term_of(TODAY - timedelta(days=days), TODAY, TERMS) == term


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=4, unique=True).map(sorted), st.integers(0, 3000))
def test_at_most_one_question_is_open(terms: list[int], days: int) -> None:
    start = TODAY - timedelta(days=days)
    open_now = [one.days for one in terms_on(TODAY, terms) if one.first <= start <= one.last]
    assert len(open_now) <= 1
    assert (term_of(start, TODAY, terms) is None) == (not open_now)


def says(answer: str | None, told: list[str], *, days_ago: int = 5, **more: object) -> None:
    said = Said(answer=answer, way="phone", **more)  # type: ignore[arg-type]
    check_said(said, told=told, last_asked=TODAY - timedelta(days=days_ago) if told else None, today=TODAY, most=3)


def test_who_answers_is_heard_however_often_nobody_did() -> None:
    says("on", ["no_answer"] * 3)
    says("on", ["wrong_number"], days_ago=0)
    for answer, told, days_ago in (
        ("off", ["on"], 5),
        ("no_answer", ["no_answer"] * 3, 5),
        ("no_answer", ["no_answer"], 0),
    ):
        with pytest.raises(Conflict):
            says(answer, told, days_ago=days_ago)
    for wrong in (None, "maybe"):
        with pytest.raises(Invalid):
            says(wrong, [])
    with pytest.raises(Invalid):
        says("on", [], ended_on=TODAY)


def test_end_needs_a_day_that_can_be_and_a_reason() -> None:
    start = date(2026, 1, 12)
    check_end(Said(answer="off", way="phone"), starts_on=start, today=TODAY)
    check_end(Said(answer="off", way="phone", ended_on=TODAY, reason="moved"), starts_on=start, today=TODAY)
    for day, reason in ((date(2026, 1, 11), "moved"), (date(2026, 11, 23), "moved"), (TODAY, None), (TODAY, "whim")):
        with pytest.raises(Invalid):
            check_end(Said(answer="off", way="phone", ended_on=day, reason=reason), starts_on=start, today=TODAY)
