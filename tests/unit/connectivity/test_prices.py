"""What a line costs on a day, and when that changes."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.connectivity.rules.prices import changes_after, net_on, price_on

TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Paid:
    program: str
    amount_cents: int
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class Price:
    price_cents: int | None
    promo_until_on: date | None = None
    price_after_cents: int | None = None


def test_price_goes_up_on_the_day_after_the_promotion() -> None:
    price = Price(2999, date(2026, 12, 31), 4999)
    assert (price_on(price, date(2026, 12, 31)), price_on(price, date(2027, 1, 1))) == (2999, 4999)


def test_changes_are_told_in_order_with_what_is_paid_then() -> None:
    price = Price(2999, date(2026, 12, 31), 4999)
    paid = [
        Paid("lifeline_federal", 925, date(2026, 1, 1), date(2026, 12, 31)),
        Paid("city_voucher", 2000, date(2027, 2, 1)),
    ]
    assert net_on(price, paid, TODAY) == 2074
    changes = changes_after(price, paid, TODAY)
    assert [(one.on, one.net_cents) for one in changes] == [(date(2027, 1, 1), 4999), (date(2027, 2, 1), 2999)]
    assert changes[0].causes == (("promotion_ends", None), ("subsidy_ends", "lifeline_federal"))
    assert changes_after(price, paid, TODAY, ended_on=date(2027, 1, 1)) == []


def test_subsidies_never_pay_more_than_the_price() -> None:
    assert net_on(Price(900), [Paid("acp", 3000, TODAY)], TODAY) == 0
    assert net_on(Price(None), [Paid("acp", 3000, TODAY)], TODAY) is None


DAYS = st.integers(0, 400).map(lambda more: TODAY + timedelta(days=more))
PAID = st.builds(
    lambda amount, start, length: Paid("acp", amount, start, None if length is None else start + timedelta(length)),
    st.integers(1, 5000), DAYS, st.none() | st.integers(0, 300),
)  # fmt: skip


@given(
    price=st.integers(0, 10_000),
    promo=st.none() | st.tuples(DAYS, st.integers(0, 10_000)),
    paid=st.lists(PAID, max_size=4),
    day=DAYS,
)
def test_net_is_what_the_last_change_said(
    price: int, promo: tuple[date, int] | None, paid: list[Paid], day: date
) -> None:
    terms = Price(price, promo[0] if promo else None, promo[1] if promo else None)
    told = net_on(terms, paid, TODAY)
    for change in changes_after(terms, paid, TODAY):
        if change.on <= day:
            told = change.net_cents
    assert told == net_on(terms, paid, day)
    assert told is not None and 0 <= told <= 10_000
