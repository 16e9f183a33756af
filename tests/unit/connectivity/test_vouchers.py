"""Which months a voucher can pay, how much, and what its end lets go."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.connectivity.rules.vouchers import (
    Line,
    Support,
    Terms,
    check_stop,
    check_terms,
    first_month,
    gone_since,
    least_net,
    months_from,
    stop_from,
)
from digital_inclusion.foundation.kernel.errors import Invalid

TODAY = date(2026, 3, 15)
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def line(**changes: Any) -> Line:
    return Line(**{"starts_on": date(2026, 1, 12), "provider": "Bay Fiber", "price_cents": 3000} | changes)


def refused(terms: Terms, of: Line, taken: set[date] | None = None) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        check_terms(terms, of, today=TODAY, taken=taken or set())
    return error.value.fields


def wants(cents: int = 1000, begin: date = MARCH, months: int = 3) -> Terms:
    return Terms(monthly_cents=cents, from_on=begin, months=months)


def test_net_follows_promotion_and_subsidies_never_below_zero() -> None:
    one = line(
        promo_until_on=date(2026, 4, 30),
        price_after_cents=5000,
        supports=[Support(925, date(2026, 1, 1), None), Support(4000, MAY, date(2026, 5, 31))],
    )
    months = months_from(MARCH, 4)
    assert [one.net_on(month) for month in months] == [2075, 2075, 75, 4075]
    assert least_net(one, months) == 75
    assert line(price_cents=100, supports=[Support(925, MARCH, None)]).net_on(APRIL) == 0
    assert least_net(line(price_cents=None), months) is None


def test_terms_may_pay_all_that_the_household_would() -> None:
    check_terms(wants(3000), line(), today=TODAY, taken={date(2026, 2, 1), date(2026, 6, 1)})
    assert wants(months=11).until_on == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("terms", "of", "field", "words"),
    [
        (wants(3001), line(), "amount", "$30.00 a month"),
        (wants(0), line(), "amount", "above zero"),
        (wants(), line(price_cents=None), "amount", "Note its price first"),
        (wants(months=25), line(), "months", "1 to 24"),
        (wants(begin=date(2026, 1, 1)), line(), "from_month", "last month at the earliest"),
        (wants(), line(starts_on=date(2026, 3, 2)), "from_month", "The first month that can be paid is 04/2026"),
        (wants(), line(ended_on=MARCH), "from_month", "does not stand"),
        (wants(), line(is_void=True), "from_month", "does not stand"),
    ],
)  # fmt: skip
def test_terms_that_cannot_be(terms: Terms, of: Line, field: str, words: str) -> None:
    assert words in refused(terms, of)[field]


def test_one_voucher_a_month() -> None:
    assert "pays 05/2026 already" in refused(wants(), line(), {MAY, date(2026, 9, 1)})["from_month"]


def test_first_month_is_this_one_where_the_line_stood() -> None:
    assert first_month(line(), TODAY) == MARCH
    assert first_month(line(starts_on=date(2026, 3, 2)), TODAY) == APRIL
    assert first_month(line(starts_on=date(2026, 4, 20)), TODAY) == MAY


def test_line_is_gone_from_the_first_month_that_it_did_not_begin_with() -> None:
    assert gone_since(line()) == date.max
    assert gone_since(line(ended_on=date(2026, 3, 2))) == APRIL
    assert gone_since(line(ended_on=MARCH)) == MARCH
    assert gone_since(line(is_void=True)) == date.min


def test_stop_leaves_what_is_paid() -> None:
    stop = stop_from(months_from(MARCH, 4), date.min, first=MARCH, paid={APRIL})
    assert stop.released == [MARCH, MAY, date(2026, 6, 1)]
    assert stop.until_on == date(2026, 4, 30)
    assert stop_from([MARCH, APRIL, MAY], MARCH, first=MARCH, paid=set()).until_on == date(2026, 2, 28)
    assert stop_from([APRIL], MARCH, first=MARCH, paid=set()).until_on == date(2026, 2, 28)  # March was let go before


@given(st.integers(1, 24), st.integers(0, 30), st.sets(st.integers(0, 23)))
def test_stop_divides_the_months(count: int, since: int, paid: set[int]) -> None:
    every, later = months_from(MARCH, 24), months_from(MARCH, 31)
    months, held = every[:count], {every[number] for number in paid if number < count}
    stop = stop_from(months, later[since], first=MARCH, paid=held)
    assert set(stop.released) == {month for month in months if month >= later[since]} - held
    assert all(month <= stop.until_on for month in held)
    assert all(month > stop.until_on or held for month in stop.released)


def test_stop_is_refused_for_months_in_a_batch() -> None:
    def of(since: date) -> None:
        check_stop(since, first=MARCH, last=date(2026, 5, 31), paid={MARCH})

    of(APRIL)
    with pytest.raises(Invalid) as error:
        of(MARCH)
    assert "03/2026 is in a payment batch already. Stop it from 04/2026 on." in error.value.fields["from_month"]
    with pytest.raises(Invalid):
        of(date(2026, 6, 1))
