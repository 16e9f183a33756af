"""The check asks only what can still change a result, in words that everybody understands."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digital_inclusion.eligibility.rules.asking import makes_sense, open_questions
from digital_inclusion.eligibility.rules.book import OFFERED
from digital_inclusion.eligibility.rules.deciding import Decider
from digital_inclusion.eligibility.rules.questions import (
    Answer,
    Answers,
    Ask,
    Chosen,
    Every,
    Income,
    Question,
    Skip,
    facts_of,
)
from digital_inclusion.eligibility.schemas import load_rulebook

DECIDER = Decider(load_rulebook(Path(__file__).resolve().parents[3] / "rulebooks" / "2026-11"))
QUESTIONS = DECIDER.book.questions
DAY = date(2026, 11, 25)


def _answers_to(question: Question) -> st.SearchStrategy[Answer]:
    skips = st.sampled_from(Skip)
    if question.ask is Ask.COUNT:
        return st.integers(1, 12) | skips
    if question.ask is Ask.INCOME:
        amounts = st.integers(0, 90_000).map(Decimal)
        return st.builds(Income, amounts, st.sampled_from(Every)) | skips
    if question.ask is Ask.BENEFITS:
        return st.builds(Chosen, st.frozensets(st.sampled_from(question.shows), max_size=2), st.booleans()) | skips
    return st.sampled_from([option.id for option in question.options]) | skips


ANSWERS = st.fixed_dictionaries({}, optional={one.id: _answers_to(one) for one in QUESTIONS})


def _offers(answers: Answers) -> Mapping[str, object]:
    """Return what the results show of every program: answer and amounts."""
    decided = DECIDER.decide(facts_of(QUESTIONS, answers), on=DAY)
    return {
        name: (one.answer, [(amount.low, amount.high, amount.missing) for amount in one.amounts], one.advice)
        for name, one in decided.items()
        if one.program.kind in OFFERED
    }


@settings(max_examples=300)
@given(answers=ANSWERS, data=st.data())
def test_a_question_that_is_not_asked_could_change_nothing(answers: dict[str, Answer], data: st.DataObject) -> None:
    asked = {one.id for one in open_questions(DECIDER, answers, on=DAY)}
    facts = facts_of(QUESTIONS, answers)
    silent = [one for one in QUESTIONS if one.id not in (asked | answers.keys()) and makes_sense(one, facts)]
    more = {one.id: data.draw(_answers_to(one), label=one.id) for one in silent}
    assert _offers({**answers, **more}) == _offers(answers)


@settings(max_examples=200)
@given(data=st.data())
def test_every_walk_ends_and_asks_nothing_twice(data: st.DataObject) -> None:
    answers: dict[str, Answer] = {}
    while still := open_questions(DECIDER, answers, on=DAY):
        assert still[0].id not in answers
        answers[still[0].id] = data.draw(_answers_to(still[0]), label=still[0].id)
    assert len(answers) <= len(QUESTIONS)


@settings(max_examples=100)
@given(answers=ANSWERS, data=st.data())
def test_the_order_of_answers_changes_nothing(answers: dict[str, Answer], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    assert _offers(shuffled) == _offers(answers)
    assert open_questions(DECIDER, shuffled, on=DAY) == open_questions(DECIDER, answers, on=DAY)


def test_a_typical_household_is_asked_few_questions() -> None:
    typical: Answers = {
        "size": 3,
        "benefits": Chosen(frozenset({"calfresh"})),
        "service": "internet",
        "comcast": "none",
    }
    answers: dict[str, Answer] = {}
    while still := open_questions(DECIDER, answers, on=DAY):
        answers[still[0].id] = typical.get(still[0].id, "no")
    assert "income" not in answers, "a benefit is enough: nobody looks at the income"
    assert len(answers) <= 13


def test_income_counts_a_year() -> None:
    amounts = {Every.WEEK: "500", Every.TWO_WEEKS: "1000", Every.MONTH: "2166.67", Every.YEAR: "26000"}
    years = [Income(Decimal(amount), every).a_year for every, amount in amounts.items()]
    assert years == [Decimal(26000), Decimal(26000), Decimal("26000.04"), Decimal(26000)]


def _grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of ``text`` (Kincaid and others 1975)."""
    words = re.findall(r"[A-Za-z’']+", text)
    sentences = max(1, len(re.findall(r"[.?!:](?:\s|$)", text)))
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.id)
def test_questions_read_at_grade_six_or_lower(question: Question) -> None:
    asked = " ".join(part for part in (question.asks.replace("%(city)s", "the city"), question.hint) if part)
    assert _grade(asked) <= 6, f"{question.id} reads at grade {_grade(asked):.1f}"
    if question.why:
        assert _grade(question.why) <= 8


def test_nobody_is_asked_for_status_or_a_social_security_number() -> None:
    words = " ".join(f"{one.asks} {one.hint} {one.why}" for one in QUESTIONS).lower()
    assert "immigra" not in words and "citizen" not in words and "ssn" not in words
    assert "social security number" not in words
    assert not {"has_ssn"} & {fact for one in QUESTIONS for fact in one.facts}


def test_nobody_is_asked_about_an_adult_they_did_not_name() -> None:
    for answer in ("no", Skip.UNKNOWN, Skip.DECLINED):
        asked = {one.id for one in open_questions(DECIDER, {"other_adult": answer}, on=DAY)}
        assert not asked & {"other_adult_lifeline", "sharing"}
    asked = {one.id for one in open_questions(DECIDER, {"other_adult": "yes"}, on=DAY)}
    assert {"other_adult_lifeline", "sharing"} <= asked


def test_a_decision_names_the_fewest_facts_that_could_change_it() -> None:
    nothing_yet = DECIDER.decide({"lives_in_city": True}, on=DAY)
    assert nothing_yet["city_device"].further == ("has_computer",)
    assert nothing_yet["project_10million"].further == ("benefits",)
    settled = DECIDER.decide({"lives_in_city": False}, on=DAY)["city_device"]
    assert settled.further == ()
