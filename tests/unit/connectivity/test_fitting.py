"""What fits a household best: net prices, order, reasons."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digital_inclusion.connectivity.rules.fitting import Fit, Home, Plan, Speeds, rank, reasons_of
from digital_inclusion.eligibility.rules.deciding import Answer, Decider
from digital_inclusion.eligibility.schemas import decider_of
from tests.factories.offers import plan

TODAY = date(2026, 11, 22)
STANDARD = Speeds(100_000, 20_000)
AT_HOME = Home("95112", "es")
POOR = {"size": 1, "annual_income": Decimal(12_000), "benefits": {"calfresh": True}, "lives_with_other_adult": False}
RICH = {"size": 1, "annual_income": Decimal(200_000), "benefits": {}, "lives_with_other_adult": False}


@pytest.fixture(scope="module")
def decider() -> Decider:
    """The shipped rulebook."""
    return decider_of(Path(__file__).resolve().parents[3] / "rulebooks" / "2026-11")


def fits(decider: Decider, plans: list[Plan], facts: dict[str, Any], home: Home = AT_HOME) -> list[Fit]:
    return rank(plans, facts, home, decider=decider, on=TODAY, standard=STANDARD)


def test_subsidies_are_worked_out_for_the_very_plan(decider: Decider) -> None:
    fast, slow = (
        plan(1, price_cents=4000, first_cents=4000),
        plan(2, down_kbps=50_000, price_cents=4000, first_cents=4000),
    )
    by_id = {fit.plan.id: fit for fit in fits(decider, [fast, slow], POOR)}
    # federal Lifeline 9.25 for any internet; the pilot 20 from 100/20 Mbps on (rulebook 2026-11)
    assert [(aid.program, aid.cents) for aid in by_id[1].aids] == [
        ("lifeline_federal", 925),
        ("ca_home_broadband_pilot", 2000),
    ]
    assert by_id[1].now_cents == by_id[1].after_cents == 4000 - 925 - 2000
    assert [(aid.program, aid.cents) for aid in by_id[2].aids] == [("lifeline_federal", 925)]


def test_nothing_is_taken_off_for_whom_no_program_says_yes(decider: Decider) -> None:
    assert fits(decider, [plan()], RICH)[0].aids == ()
    assert fits(decider, [plan()], {})[0].aids == ()  # nothing known: nothing promised


def test_what_they_have_already_is_not_added_again(decider: Decider) -> None:
    assert "lifeline_federal" not in {
        aid.program for aid in fits(decider, [plan()], POOR | {"has_lifeline": True})[0].aids
    }


def test_net_is_never_below_nothing(decider: Decider) -> None:
    fit = fits(decider, [plan(price_cents=1500, first_cents=0)], POOR)[0]
    assert (fit.now_cents, fit.after_cents) == (0, 0)


def test_order_is_can_have_then_standard_then_price_after_promotion(decider: Decider) -> None:
    elsewhere = plan(1, zip_codes=frozenset({"95002"}), price_cents=100, first_cents=100)
    theirs_not = plan(2, program="internet_essentials", price_cents=200, first_cents=200)
    slow = plan(3, down_kbps=50_000, price_cents=300, first_cents=300)
    cheap_now = plan(4, price_cents=9000, first_cents=0, promo_until=date(2027, 1, 1))
    steady = plan(5, price_cents=5000, first_cents=5000)
    ranked = fits(decider, [elsewhere, theirs_not, slow, cheap_now, steady], RICH)
    assert [fit.plan.id for fit in ranked] == [5, 4, 3, 2, 1]
    assert [fit.can_have for fit in ranked] == [True, True, True, False, False]


def test_reasons_say_why(decider: Decider) -> None:
    fit = fits(decider, [plan(zip_codes=frozenset({"95112"}), is_stale=True, program="internet_essentials")], POOR)[0]
    told = [one.sentence % one.values for one in reasons_of(fit, AT_HOME, STANDARD)]
    assert fit.answer in (Answer.YES, Answer.LIKELY)
    assert told[0] in ("They qualify.", "They likely qualify.")
    assert told[1] == "Meets the standard of 100/20 Mbps: the line counts."
    assert told[2] == "Lifeline (federal) pays $9.25 a month."
    assert told[-2].startswith("Nobody has noted that this company serves")
    assert told[-1].startswith("Nobody has looked at this offer lately")
    unknown = fits(decider, [plan(zip_codes=frozenset({"95112"}))], POOR, Home(None, None))[0]
    assert unknown.is_there is None
    assert reasons_of(unknown, Home(None, None), STANDARD)[0].sentence.startswith("Their ZIP code is not known")


PLANS = st.lists(
    st.builds(
        plan,
        st.integers(1, 50),
        price_cents=st.integers(0, 9_000),
        first_cents=st.integers(0, 9_000),
        down_kbps=st.sampled_from([25_000, 100_000, 500_000]),
        up_kbps=st.sampled_from([3_000, 20_000]),
        data_gb=st.sampled_from([None, 500, 1280]),
        low_cost=st.booleans(),
        program=st.sampled_from([None, "internet_essentials", "att_access", "no_such_program"]),
        zip_codes=st.sampled_from([None, frozenset({"95112"}), frozenset({"95002"})]),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)
FACTS = st.sampled_from([{}, POOR, RICH, {"benefits": {"calfresh": True}}])


@given(plans=PLANS, facts=FACTS, data=st.data())
@settings(deadline=None)
def test_order_of_input_never_matters_and_no_price_is_below_nothing(
    decider: Decider, plans: list[Plan], facts: dict[str, Any], data: st.DataObject
) -> None:
    ranked = fits(decider, plans, facts)
    assert fits(decider, data.draw(st.permutations(plans)), facts) == ranked
    for fit in ranked:
        assert 0 <= fit.now_cents <= fit.plan.first_cents
        assert 0 <= fit.after_cents <= fit.plan.price_cents


@given(plans=PLANS.filter(bool), facts=FACTS, raised=st.integers(1, 5_000), data=st.data())
@settings(deadline=None)
def test_a_dearer_plan_never_moves_up(
    decider: Decider, plans: list[Plan], facts: dict[str, Any], raised: int, data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(plans))
    dearer = replace(chosen, price_cents=chosen.price_cents + raised, first_cents=chosen.first_cents + raised)
    before = [fit.plan.id for fit in fits(decider, plans, facts)].index(chosen.id)
    after = [fit.plan.id for fit in fits(decider, [dearer if one is chosen else one for one in plans], facts)]
    assert after.index(chosen.id) >= before
