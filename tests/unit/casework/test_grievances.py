"""Who answers a grievance, who may not, by when, and the figures."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.casework.rules import grievances as rules
from digital_inclusion.casework.rules.grievances import Answered, State, Step, deadlines_of, figures_of, handler_of

CITY, FISCAL, A = 1, 2, 3
ABOUT = st.sampled_from([None, CITY, FISCAL, A])
KINDS = st.sampled_from(sorted(rules.KINDS))


@pytest.mark.parametrize(
    ("kind", "about", "handler"),
    [
        ("complaint", A, CITY), ("complaint", None, CITY), ("complaint", CITY, FISCAL), ("complaint", FISCAL, CITY),
        ("appeal", A, CITY), ("appeal", CITY, FISCAL), ("correction", A, A), ("correction", None, CITY),
    ],
)  # fmt: skip
def test_handler_of(kind: str, about: int | None, handler: int) -> None:
    assert handler_of(kind, about, city_id=CITY, fiscal_id=FISCAL) == handler


@given(KINDS, ABOUT)
def test_nobody_is_handed_a_complaint_or_an_appeal_about_itself(kind: str, about: int | None) -> None:
    handler = handler_of(kind, about, city_id=CITY, fiscal_id=FISCAL)
    assert kind == "correction" or handler != about


@given(KINDS, ABOUT, st.sampled_from([CITY, FISCAL, A]), st.booleans(), st.booleans())
def test_who_may_take(kind: str, about: int | None, partner: int, is_decider: bool, has_answered: bool) -> None:
    me = 9
    sentence = rules.why_not_take(
        kind=kind, about_id=about, handler_id=handler_of(kind, about, city_id=CITY, fiscal_id=FISCAL),
        answered_by=me if has_answered else None, deciders=[me] if is_decider else [5], user_id=me, partner_id=partner,
    )  # fmt: skip
    about_mine = kind != "correction" and about == partner
    assert (sentence is None) is not (about_mine or (kind == "appeal" and is_decider) or has_answered)


def test_city_without_a_fiscal_agent_answers_about_itself_because_nobody_else_can() -> None:
    assert handler_of("complaint", CITY, city_id=CITY, fiscal_id=None) == CITY
    assert rules.why_not_take(
        kind="complaint", about_id=CITY, handler_id=CITY, answered_by=None, deciders=[], user_id=9, partner_id=CITY
    ) is None  # fmt: skip


@pytest.mark.parametrize(
    ("start", "closed", "day"),
    [
        (date(2026, 11, 23), (), date(2026, 11, 27)),  # Monday; Thursday is Thanksgiving
        (date(2026, 11, 23), (date(2026, 11, 27),), date(2026, 11, 30)),  # the city closes on Friday too
        (date(2026, 12, 31), (), date(2027, 1, 6)),  # New Year's Day, then a weekend
        (date(2026, 7, 1), (), date(2026, 7, 7)),  # July 4 is a Saturday: Friday is observed
        (date(2026, 3, 2), (), date(2026, 3, 5)),
    ],
)
def test_deadlines_skip_holidays(start: date, closed: tuple[date, ...], day: date) -> None:
    found = deadlines_of(start, acknowledge_days=3, answer_days=30, closed_on=closed)
    assert found == rules.Deadlines(day, start + timedelta(days=30))


def test_due_of() -> None:
    until = rules.Deadlines(date(2026, 3, 5), date(2026, 4, 1))
    days = {state: rules.due_of(state, until) for state in State}
    assert days == {"received": date(2026, 3, 5), "looking": date(2026, 4, 1), "answered": None, "closed": None}


def test_moves() -> None:
    assert {step for step in Step if rules.can_do(step, "closed")} == set()
    assert {step for step in Step if rules.can_do(step, "answered")} == {Step.DISAGREE}


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "text_missing"), (" \n", "text_missing"), (None, "text_missing"), ("x" * 2001, "text_too_long")],
)
def test_words_that_cannot_be_kept(text: str | None, code: str) -> None:
    assert [one.code for one in rules.check_words("text", text, rules.LONGEST, "missing")] == [code]


def test_changed_needs_an_outcome_that_says_so() -> None:
    answer = rules.NewAnswer(outcome="not_upheld", text="No.", changed=7)
    assert [one.code for one in rules.check_answer(answer, changes=[7])] == ["changed_though_not_upheld"]
    assert [one.code for one in rules.check_answer(answer, changes=[])] == ["change_unknown"]


def test_figures() -> None:
    day = date(2026, 3, 1)
    rows = [
        Answered(day, day + timedelta(days=3), "upheld"), Answered(day, day + timedelta(days=40), "not_upheld"),
        Answered(day, None, None), Answered(day, None, "withdrawn"), Answered(day, day + timedelta(days=5), "partly"),
    ]  # fmt: skip
    last = day + timedelta(days=30)
    assert figures_of(rows, answer_days=30, today=last) == rules.Figures(5, 3, 3, 2, 5, 2)
    assert figures_of(rows, answer_days=30, today=last + timedelta(days=1)) == rules.Figures(5, 3, 4, 2, 5, 2)
    assert figures_of([], answer_days=30, today=last) == rules.Figures(0, 0, 0, 0, None, 0)
