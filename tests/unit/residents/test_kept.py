"""Answers travel without loss, and what a question of today does not take is asked anew."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.eligibility.rules.questions import Answer
from digital_inclusion.residents.rules.kept import pack, unpack
from tests.unit.eligibility.test_asking import ANSWERS, QUESTIONS


@given(ANSWERS)
def test_answers_come_back_as_they_were(answers: dict[str, Answer]) -> None:
    assert unpack(QUESTIONS, json.loads(json.dumps(pack(answers)))) == answers


@pytest.mark.parametrize(
    "kept",
    [
        {"size": "3"},
        {"size": 0},
        {"size": 31},
        {"size": [1]},
        {"income": ["abc", "month"]},
        {"income": ["-1", "month"]},
        {"income": ["NaN", "month"]},
        {"income": ["1", "day"]},
        {"income": "1"},
        {"benefits": ["calfresh"]},
        {"city": "perhaps"},
        {"city": {"skip": "maybe"}},
        {"unheard_of": "yes"},
    ],
)
def test_what_no_question_takes_is_left_out(kept: dict[str, Any]) -> None:
    assert unpack(QUESTIONS, kept) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([one.id for one in QUESTIONS]), JSON))
def test_nothing_that_comes_back_breaks_the_reading(kept: dict[str, Any]) -> None:
    found = unpack(QUESTIONS, kept)
    assert unpack(QUESTIONS, pack(found)) == found
