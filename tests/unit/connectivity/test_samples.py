"""Samples: as many as the margin needs, the same ones again, an interval that keeps its promises."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.connectivity.rules.samples import Wanted, bounds, check_wanted, draw, interval, size_for
from digital_inclusion.foundation.kernel.errors import Invalid

DAY = date(2026, 11, 1)


def wanted(size: int | None = None, margin: int | None = None) -> Wanted:
    return Wanted(term_days=90, from_on=DAY, to_on=DAY, size=size, margin=margin)


@pytest.mark.parametrize(
    ("population", "margin", "size"), [(1_000_000, 5, 384), (1000, 5, 278), (200, 5, 132), (3, 5, 3)]
)
def test_size_for_a_margin_is_the_tables(population: int, margin: int, size: int) -> None:
    assert size_for(wanted(margin=margin), population=population, confidence=95) == size


def test_interval_is_wilsons() -> None:
    found = interval(45, 50, population=10**9, confidence=95)
    assert found is not None
    assert (round(found.low, 3), round(found.high, 3)) == (0.786, 0.957)
    assert interval(0, 0, population=10, confidence=95) is None
    assert bounds(45, 5, size=60) == (0.75, 55 / 60)


def test_who_asks_for_both_or_neither_is_told() -> None:
    for one in (wanted(), wanted(10, 5), wanted(0), wanted(margin=51)):
        with pytest.raises(Invalid):
            check_wanted(one, terms=[90], today=DAY)
    check_wanted(wanted(10), terms=[90], today=DAY)


@given(st.data())
def test_interval_keeps_its_promises(data: st.DataObject) -> None:
    population = data.draw(st.integers(1, 5000))
    answered = data.draw(st.integers(1, population))
    on = data.draw(st.integers(0, answered))
    confidence = data.draw(st.integers(80, 99))
    found = interval(on, answered, population=population, confidence=confidence)
    assert found is not None
    assert 0 <= found.low <= found.share <= found.high <= 1
    wider = interval(on, answered, population=population, confidence=99)
    assert wider is not None and wider.low <= found.low + 1e-9 and wider.high >= found.high - 1e-9
    if 2 * answered <= population:  # twice as many with the same share
        more = interval(2 * on, 2 * answered, population=population, confidence=confidence)
        assert more is not None and more.high - more.low <= found.high - found.low + 1e-9


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=60, unique=True), st.integers(0, 2**31 - 1), st.data())
def test_draw_is_the_same_again_whatever_the_order(numbers: list[int], seed: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(numbers)))
    drawn = draw(numbers, size=size, seed=seed)
    assert drawn == draw(sorted(numbers, reverse=True), size=size, seed=seed)
    assert len(set(drawn)) == size and set(drawn) <= set(numbers)
