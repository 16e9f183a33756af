"""What must hold for every household and every day, whatever the rulebook says."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from digital_inclusion.eligibility.rules.deciding import Answer, Decider
from digital_inclusion.eligibility.rules.facts import BENEFITS, INCOME, SIZE, Fact, Kind
from digital_inclusion.eligibility.schemas import load_rulebook

DECIDER = Decider(load_rulebook(Path(__file__).resolve().parents[3] / "rulebooks" / "2026-11"))
BOOK = DECIDER.book
RANK = {
    Answer.CLOSED: 0,
    Answer.NO: 0,
    Answer.CANNOT_DECIDE: 1,
    Answer.CANNOT_TELL: 1,
    Answer.LIKELY: 2,
    Answer.YES: 3,
}
LAXLY = RANK | {Answer.YES: 2}  # likely and yes are one
LIMITS = sorted(
    {
        limit * percent / 100
        for table in BOOK.tables.values()
        for row in table.series.rows
        for limit in row.by_size
        for percent in (100, 135, 150, 200)
    }
)

DAYS = st.dates(date(2013, 1, 1), date(2028, 12, 31))
CENT = Decimal("0.01")
MONEY = st.one_of(
    st.decimals(0, 120_000, places=2),
    st.builds(lambda limit, step: limit + step, st.sampled_from(LIMITS), st.sampled_from([-CENT, Decimal(0), CENT])),
)
OF_KIND = {
    Kind.YES_NO: st.booleans(),
    Kind.COUNT: st.integers(1, 30),
    Kind.MONEY: MONEY,
    Kind.NUMBER: st.decimals(0, 400, places=0),
    Kind.DAY: DAYS,
}
UNLISTED = {"state": ["CA", "NV"], "device_kind": ["laptop", "tablet", "phone"]}  # choices the rulebook leaves open


def _values(fact: Fact) -> st.SearchStrategy[Any]:
    if fact.kind is Kind.BENEFITS:
        return st.dictionaries(st.sampled_from(sorted(BOOK.benefits)), st.booleans(), max_size=6).flatmap(
            lambda told: st.sampled_from([told, dict.fromkeys(BOOK.benefits, False) | told])
        )
    if fact.kind is Kind.CHOICE:
        return st.sampled_from(list(fact.words) or UNLISTED[fact.name])
    return OF_KIND[fact.kind]


HOUSEHOLDS = st.fixed_dictionaries({}, optional={name: _values(fact) for name, fact in BOOK.facts.items()})
MANY = settings(max_examples=300, deadline=None)


def _answers(facts: Mapping[str, object], day: date) -> dict[str, Answer]:
    return {program: one.answer for program, one in DECIDER.decide(facts, on=day).items()}


def _fallen(before: Mapping[str, Answer], after: Mapping[str, Answer], rank: Mapping[Answer, int] = RANK) -> list[str]:
    return [f"{one}: {before[one]} -> {after[one]}" for one in before if rank[after[one]] < rank[before[one]]]


@MANY
@given(HOUSEHOLDS, DAYS, MONEY, MONEY)
def test_more_income_never_gains(facts: dict[str, object], day: date, one: Decimal, other: Decimal) -> None:
    less, more = sorted([one, other])
    poor = DECIDER.decide(facts | {INCOME: less}, on=day)
    rich = DECIDER.decide(facts | {INCOME: more}, on=day)
    assert not _fallen({name: d.answer for name, d in rich.items()}, {name: d.answer for name, d in poor.items()})
    for name, decision in rich.items():
        for amount in decision.amounts:
            same = poor[name].amount(amount.kind)
            assert same is not None
            assert same.high >= amount.high


@MANY
@given(HOUSEHOLDS, DAYS, MONEY, st.integers(1, 30), st.integers(1, 30))
def test_more_members_at_equal_income_never_lose(
    facts: dict[str, object], day: date, income: Decimal, one: int, other: int
) -> None:
    fewer, more = sorted([one, other])
    known = facts | {INCOME: income}
    assert not _fallen(_answers(known | {SIZE: fewer}, day), _answers(known | {SIZE: more}, day))


@MANY
@given(HOUSEHOLDS, DAYS, st.data())
def test_unknown_fact_never_turns_an_answer_into_a_no(facts: dict[str, object], day: date, data: st.DataObject) -> None:
    kept = data.draw(st.sets(st.sampled_from(sorted(facts)))) if facts else set()
    knows_less = {name: value for name, value in facts.items() if name in kept}
    told = knows_less.get(BENEFITS)
    if isinstance(told, dict) and told:
        forgotten = data.draw(st.sets(st.sampled_from(sorted(told))))
        knows_less[BENEFITS] = {benefit: gets for benefit, gets in told.items() if benefit not in forgotten}
    less, more = _answers(knows_less, day), _answers(facts, day)
    assert not [name for name, answer in less.items() if answer is Answer.NO and more[name] is not Answer.NO]
    assert not [name for name, answer in less.items() if answer is Answer.YES and more[name] is not Answer.YES]


@MANY
@given(HOUSEHOLDS, DAYS, st.data())
def test_answers_are_equal_for_any_order_of_questions(facts: dict[str, object], day: date, data: st.DataObject) -> None:
    """A household that is asked in any order, and never what could change nothing any more, hears the same."""
    order = data.draw(st.permutations(sorted(facts)))
    assert _answers({name: facts[name] for name in order}, day) == _answers(facts, day)
    _hears_the_same(_asked(facts, order, day), facts, day)


def _asked(facts: dict[str, object], order: list[str], day: date) -> dict[str, object]:
    """Return what a household has told that is asked, one after the other, whatever is open at that moment.

    An answer may open a question that was passed over before: SSI makes the state matter for one offer.
    """
    known: dict[str, object] = {}
    while waiting := [name for name in order if name not in known and name in DECIDER.open_facts(known, on=day)]:
        known[waiting[0]] = facts[waiting[0]]
    return known


def _hears_the_same(known: dict[str, object], facts: dict[str, object], day: date) -> None:
    asked, told = _answers(known, day), _answers(facts, day)
    assert not _fallen(asked, told, LAXLY)
    assert not _fallen(told, asked, LAXLY)


def test_question_that_an_answer_opens_is_asked_then() -> None:
    facts: dict[str, object] = {"claimed_as_dependent": True, "state": "NV", "benefits": {"ssi": True}}
    known = _asked(facts, ["claimed_as_dependent", "state", "benefits"], date(2017, 1, 1))
    assert list(known) == ["claimed_as_dependent", "benefits", "state"]
    _hears_the_same(known, facts, date(2017, 1, 1))
