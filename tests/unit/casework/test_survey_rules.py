"""Surveys are counted by the rules as by hand, whoever was asked twice, and small numbers are not told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.casework.rules.survey_answers import (
    SAID,
    Asked,
    Response,
    added,
    is_too_small,
    one_each,
    read_answers,
    response,
    tally,
    tells_of_few,
    wants_call,
)
from digital_inclusion.casework.rules.survey_library import READY
from digital_inclusion.casework.rules.surveys import Fit, missing_in, one_record_each, reach_of, ready_question

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
QUESTIONS = [ready_question(name) for name in READY]
USES = st.lists(st.sampled_from(["school", "fun"]), min_size=1, unique=True)
ANSWER = st.fixed_dictionaries(
    {}, optional={"0": st.sampled_from(["yes", "no", "not_sure"]), "2": USES, "3": st.integers(0, 10)}
).filter(bool)
FIT = st.tuples(st.integers(1, 40), st.integers(1, 3), st.integers(1, 9), st.booleans())


@st.composite
def invitations(draw: st.DrawFn) -> list[Asked]:
    found = []
    for number in range(draw(st.integers(0, 25))):
        state = draw(st.sampled_from(["waiting", "answered", "refused"]))
        told = BEGAN + timedelta(minutes=draw(st.integers(0, 500))) if state != "waiting" else None
        said = draw(ANSWER) if state == "answered" else None
        found.append(Asked(number, draw(st.integers(1, 12)), draw(st.integers(1, 3)), state, told, said))
    return found


@given(invitations())
def test_response_is_that_of_a_recount(asked: list[Asked]) -> None:
    counted = response(one_each(asked), fitting=90, reachable=50)
    families = {one.identity for one in asked}
    answered = {one.identity for one in asked if one.state == "answered"}
    refused = {one.identity for one in asked if one.state == "refused"} - answered
    assert counted == Response(90, 50, len(families), len(answered), len(refused))
    if families:
        assert counted.rate is not None and abs(counted.rate - 100 * len(answered) / len(families)) <= 0.5
    else:
        assert counted.rate is None


@given(invitations())
def test_tallies_of_partners_add_up_to_a_recount(asked: list[Asked]) -> None:
    rows = one_each(asked)
    parts = [tally(QUESTIONS, [row.answers for row in rows if row.partner_id == p and row.answers]) for p in (1, 2, 3)]
    total = added(parts, len(QUESTIONS))
    said = [row.answers for row in rows if row.answers]
    assert total[0].get("yes", 0) == sum(one.get("0") == "yes" for one in said)
    assert total[2].get("school", 0) == sum("school" in one.get("2", []) for one in said)
    assert total[3].get(SAID, 0) == sum("3" in one for one in said)
    assert sum(total[3].get(str(number), 0) for number in range(11)) == total[3].get(SAID, 0)


@given(invitations(), st.randoms(use_true_random=False))
def test_order_of_invitations_changes_nothing(asked: list[Asked], chance: object) -> None:
    mixed = list(asked)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert one_each(mixed) == one_each(asked)


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.integers(1, 3), st.integers(1, 9), st.booleans()), unique_by=lambda x: x[0]
    )
)
def test_one_record_of_each_household_is_asked(rows: list[tuple[int, int, int, bool]]) -> None:
    fits = [Fit(*row) for row in rows]
    chosen = one_record_each(fits)
    assert sorted(one.identity for one in chosen) == sorted({one.identity for one in fits})
    able = {one.identity for one in fits if one.may_ask}
    assert {one.identity for one in chosen if one.may_ask} == able
    reach = reach_of(chosen).values()
    assert (sum(one for one, _two in reach), sum(two for _one, two in reach)) == (len(chosen), len(able))


def test_small_numbers_are_not_told() -> None:
    assert is_too_small([0, 40, 1], 10) and is_too_small([10], 10)
    assert not is_too_small([0, 11, 40], 10)


@given(st.integers(0, 60), st.integers(0, 60))
def test_not_choosing_an_answer_tells_of_few_as_well(chose: int, more: int) -> None:
    some, counts = ready_question("used_for"), {SAID: chose + more, "school": chose}
    small = [1 <= number <= 10 for number in (chose, more, chose + more)]
    assert tells_of_few(some, counts, 10) == any(small)
    assert tells_of_few(ready_question("device_in_use"), {SAID: 30, "yes": 25, "no": 5}, 10)
    assert not tells_of_few(ready_question("device_in_use"), {SAID: 30, "yes": 30}, 10)


@pytest.mark.parametrize(
    ("numbers", "few"),
    [((40, 40, 40, 20, 0), False), ((40, 35, 35, 20, 0), True), ((40, 40, 40, 35, 0), True),
     ((40, 40, 40, 20, 1), True), ((5, 0, 0, 0, 0), True), ((0, 0, 0, 0, 0), False)],
)  # fmt: skip
def test_response_that_tells_of_few(numbers: tuple[int, ...], few: bool) -> None:
    assert Response(*numbers).tells_of_few(10) is few


def test_ready_questions_need_no_translation_and_know_when_to_call() -> None:
    assert not [one for one in QUESTIONS if missing_in(one)]
    for given_, calls in (({0: "no"}, True), ({1: "no"}, True), ({4: "yes"}, True), ({0: "yes", 4: "no"}, False)):
        assert wants_call(QUESTIONS, read_answers(QUESTIONS, given_)) is calls
