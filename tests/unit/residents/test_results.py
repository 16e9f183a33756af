"""What residents read: in order of saving, added up only as far as the rulebook allows, and never a guess."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings

from digital_inclusion.eligibility.rules.deciding import Answer
from digital_inclusion.eligibility.rules.questions import Answer as Given
from digital_inclusion.eligibility.rules.questions import facts_of
from digital_inclusion.residents.rules.results import Results, show_results
from tests.unit.eligibility.test_asking import ANSWERS, DAY, DECIDER, QUESTIONS

FACTS: dict[str, object] = {
    "lives_in_city": True,
    "has_computer": False,
    "has_home_internet": False,
    "size": 3,
    "benefits": {name: name == "calfresh" for name in DECIDER.book.benefits},
    "lives_with_other_adult": False,
    "lives_on_tribal_land": False,
}


def _results(facts: dict[str, object], on: date = DAY) -> Results:
    return show_results(DECIDER.book, DECIDER.decide(facts, on=on), facts, on=on)


def test_the_largest_saving_comes_first_and_the_citys_own_help_before_all() -> None:
    found = _results(FACTS)
    assert [one.program.id for one in found.city] == ["city_device", "city_connection"]
    assert [one.program.id for one in found.likely][:3] == [
        "ca_home_broadband_pilot",
        "ca_lifeline",
        "lifeline_federal",
    ]
    assert found.needs == "device,connection"
    prices = [one.price.high for one in found.likely[3:] if one.price]
    assert prices == sorted(prices)


def test_only_discounts_that_go_together_are_added_up() -> None:
    found = _results({**FACTS, "service": "voice"})
    assert found.saving == Decimal("24.25"), (
        "19 from the state and 5.25 for a phone; the pilot pays 20 and is not added"
    )
    before = _results(FACTS, on=date(2025, 1, 15))  # before the pilot
    assert {one.program.id for one in before.together} == {"ca_lifeline", "lifeline_federal"}
    assert before.saving == Decimal("28.25")


def test_a_no_names_the_rule_and_its_limit() -> None:
    rich = {**FACTS, "benefits": dict.fromkeys(DECIDER.book.benefits, False), "annual_income": Decimal(200_000)}
    refused = {one.program.id: one for one in _results(rich).refused}
    federal = refused["lifeline_federal"]
    assert all(said.sentence and said.cite for said in federal.reasons)
    assert Decimal("36882.0") in [said.limit for said in federal.reasons]  # 135 % of 27,320 for three people in 2026


def test_a_period_without_a_limit_on_file_is_no_silent_no() -> None:
    day, nothing = date(2025, 1, 15), dict.fromkeys(DECIDER.book.benefits, False)
    found = _results({**FACTS, "benefits": nothing, "annual_income": Decimal(30_000)}, on=day)
    state = next(one for one in found.undecided if one.program.id == "ca_lifeline")
    assert state.missing and "no " in state.missing


def test_what_ended_says_when() -> None:
    closed = {one.program.id: one.ended_on for one in _results(FACTS).closed}
    assert closed == {"acp": date(2024, 5, 31)}, "what ended more than three years ago is not told any more"


def test_each_paper_is_to_be_brought_once() -> None:
    found = [paper.id for paper in _results(FACTS).bring]
    assert len(found) == len(set(found)) and {"benefit", "identity", "address"} <= set(found)


@settings(max_examples=200)
@given(ANSWERS)
def test_every_program_is_shown_once_and_nothing_is_promised_twice(answers: dict[str, Given]) -> None:
    facts = facts_of(QUESTIONS, answers)
    found = _results(facts)
    groups = (found.city, found.likely, found.held, found.unsure, found.undecided, found.refused, found.closed)
    shown = [one.program.id for group in groups for one in group]
    offered = {one.id for one in DECIDER.book.programs.values() if one.kind != "measure"}
    assert len(shown) == len(set(shown)) and set(shown) == offered - {"ebb"}
    assert all(one.answer in (Answer.YES, Answer.LIKELY) for one in found.together)
    assert found.saving <= sum((one.saving for one in found.likely), Decimal(0))


def test_money_on_tribal_lands_is_promised_only_to_who_lives_there() -> None:
    unknown = {name: value for name, value in FACTS.items() if name != "lives_on_tribal_land"}
    before = date(2025, 1, 15)
    assert _results(unknown, on=before).saving == Decimal("28.25")
    assert _results({**FACTS, "lives_on_tribal_land": True}, on=before).saving == Decimal("53.25")


def test_a_discount_for_phones_is_not_added_for_internet_alone() -> None:
    found = _results({**FACTS, "service": "internet"})
    assert "ca_lifeline" in {one.program.id for one in found.refused}
    assert found.saving == Decimal(20), "the pilot alone"
    assert "ca_home_broadband_pilot" in {one.program.id for one in _results({**FACTS, "service": "voice"}).refused}


def test_what_a_household_has_is_no_new_saving() -> None:
    found = _results({**FACTS, "has_lifeline": True}, on=date(2025, 1, 15))
    assert {one.program.id for one in found.held} == {"ca_lifeline", "lifeline_federal"}
    assert found.saving == 0 and not {"ca_lifeline"} & {one.program.id for one in found.likely}


def test_where_only_a_paper_is_missing_it_is_told_what_to_bring_and_where() -> None:
    apart = {"lives_with_other_adult": True, "other_adult_has_lifeline": True, "shares_income_and_expenses": False}
    found = _results({**FACTS, **apart})
    federal = next(one for one in found.unsure if one.program.id == "lifeline_federal")
    assert federal.only_paper and federal in found.steps
    assert "worksheet" in {paper.id for paper in found.bring}


def test_what_could_change_an_open_answer_is_what_somebody_can_answer() -> None:
    found = _results({"lives_in_city": True})
    federal = next(one for one in found.unsure if one.program.id == "lifeline_federal")
    assert {"benefits", "annual_income"} <= set(federal.further)
    assert not {"has_ssn", "state", "claimed_as_dependent"} & set(federal.further)
