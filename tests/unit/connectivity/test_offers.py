"""Terms of offers by their day, promotions, and what may not be written down."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from digital_inclusion.connectivity.rules.offers import (
    check_offer,
    check_terms,
    is_open,
    is_stale,
    plan_of,
    promotion_until,
    terms_on,
)
from digital_inclusion.foundation.kernel.dates import months_after
from digital_inclusion.foundation.kernel.errors import Invalid
from tests.factories.offers import new_offer, new_terms

AREA = frozenset({"95112"})


def test_terms_of_a_day_are_the_latest_and_of_one_day_the_last() -> None:
    first, mistaken, right = (
        new_terms(price_cents=1000),
        new_terms(from_on=date(2026, 3, 1), price_cents=9900),
        new_terms(from_on=date(2026, 3, 1), price_cents=1900),
    )
    held = [first, mistaken, right]
    assert terms_on(held, date(2025, 12, 31)) is None
    assert terms_on(held, date(2026, 2, 28)) is first
    assert terms_on(held, date(2026, 3, 1)) is right
    assert terms_on([right, first], date(2026, 4, 1)) is right  # written down later, in force earlier


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [("2026-01-31", 1, "2026-02-27"), ("2026-11-28", 6, "2027-05-27"), ("2024-01-29", 1, "2024-02-28")],
)
def test_promotion_of_months_ends_the_day_before(start: str, months: int, last: str) -> None:
    terms = new_terms(promo_cents=0, promo_months=months)
    assert promotion_until(terms, date.fromisoformat(start)) == date.fromisoformat(last)


def test_promotion_with_a_last_day_is_over_after_it() -> None:
    terms = new_terms(promo_cents=0, promo_until_on=date(2026, 6, 30))
    assert promotion_until(terms, date(2026, 6, 30)) == date(2026, 6, 30)
    assert promotion_until(terms, date(2026, 7, 1)) is None


def test_months_after_stays_in_the_month() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)


def _offer(**changes: Any) -> Any:
    values: dict[str, Any] = {
        "id": 1, "code": "P1", "provider": "Bay Fiber", "plan": "Basic", "kind": "home", "program": None,
        "zip_codes": ["95112"], "languages": ["en"], "opens_on": date(2026, 1, 1), "closes_on": date(2026, 6, 30),
        "verified_on": date(2026, 3, 1),
    }  # fmt: skip
    return SimpleNamespace(**(values | changes))


def test_plan_says_what_a_month_costs_with_its_equipment() -> None:
    terms = new_terms(promo_cents=1000, promo_months=3, equipment_cents=500, setup_cents=2000)
    made = plan_of(_offer(), terms, on=date(2026, 5, 10), is_stale=True)
    assert (made.first_cents, made.price_cents, made.once_cents) == (1500, 3500, 2000)
    assert (made.promo_until, made.is_stale) == (date(2026, 8, 9), True)


def test_open_and_stale_by_the_day() -> None:
    offer = _offer()
    assert [is_open(offer, date(2026, *day)) for day in [(1, 1), (6, 30), (7, 1)]] == [True, True, False]
    assert [is_stale(offer, date(2026, *day), 30) for day in [(3, 31), (4, 1)]] == [False, True]
    assert is_stale(_offer(verified_on=None), date(2026, 3, 1), 30)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"promo_cents": 3000, "promo_months": 3}, "promo_price"),
        ({"promo_cents": 1000}, "promo_months"),
        ({"promo_cents": 1000, "promo_months": 3, "promo_until_on": date(2026, 9, 1)}, "promo_months"),
        ({"promo_cents": 1000, "promo_until_on": date(2025, 9, 1)}, "promo_until_on"),
        ({"promo_months": 3}, "promo_price"),
        ({"price_cents": 100_001}, "price"),
        ({"down_kbps": 0}, "speed"),
        ({"data_gb": 0}, "data_gb"),
        ({"data_gb": 10**10}, "data_gb"),
        ({"from_on": date(1026, 1, 1)}, "from_on"),
    ],
)
def test_check_terms_names_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_terms(new_terms(**changes))
    assert [*refused.value.fields] == [field]


def test_check_offer_names_every_field() -> None:
    wrong = new_offer(
        kind="dial-up", program="acp", zip_codes=("95112", "10001"), closes_on=date(2025, 1, 1), link="javascript:x"
    )
    with pytest.raises(Invalid) as refused:
        check_offer(wrong, programs=["att_access"], zip_codes=AREA)
    assert set(refused.value.fields) == {"kind", "program", "zip_codes", "closes_on", "link"}
    check_offer(new_offer(zip_codes=("95112",)), programs=[], zip_codes=AREA)
