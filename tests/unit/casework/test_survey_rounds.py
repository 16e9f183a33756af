"""Rounds of surveys side by side: shares and averages as by hand, nothing of too few, nothing asked once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.casework.rules.survey_answers import Response
from digital_inclusion.casework.rules.survey_rounds import Round, by_question

DAY = date(2026, 3, 1)


def a_round(counts: dict[str, int] | None, *, said: int | None = None, title: str = "First") -> Round:
    if counts is not None and said is None:
        said = sum(counts.values())
    return Round(title, "7KQM-2R9X", DAY, Response(9, 9, 9, 9, 0), said, counts)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_average_is_that_of_the_answers(answers: list[int]) -> None:
    one = a_round({str(code): answers.count(code) for code in range(11)})
    assert one.value("feels_sure") == round(sum(answers) / len(answers), 1)
    assert one.part("feels_sure") == len(answers)


@pytest.mark.parametrize(
    ("counts", "part", "value"),
    [({"yes": 28, "no": 3, "not_sure": 1}, 28, 88), ({"yes": 0, "no": 4, "not_sure": 0}, 0, 0),
     ({"yes": 0, "no": 0, "not_sure": 0}, 0, None), (None, None, None)],
)  # fmt: skip
def test_share_is_of_those_who_answered_the_question(
    counts: dict[str, int] | None, part: int | None, value: int | None
) -> None:
    assert (a_round(counts).part("device_in_use"), a_round(counts).value("device_in_use")) == (part, value)


def test_only_ready_questions_that_were_asked_twice_are_compared() -> None:
    first, second = a_round({"yes": 1}), a_round({"yes": 2}, title="Second")
    rounds = [("device_in_use", first), (None, first), ("used_for", first), ("wants_help", first)]
    rounds += [("device_in_use", second), (None, second), ("used_for", second)]
    assert by_question(rounds) == {"device_in_use": [first, second]}
