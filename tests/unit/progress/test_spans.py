"""Spans of days, against plain sets of days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.progress.rules.spans import Spans, cut, intersection, span_on, union

START = date(2026, 1, 1)
days = st.integers(0, 12).map(lambda number: START + timedelta(days=number))
raw = st.lists(st.tuples(days, days), max_size=6)
ALL = [START + timedelta(days=number) for number in range(14)]


# drawn day by day, so that spans often touch
by_day = st.lists(st.booleans(), min_size=12, max_size=12).map(
    lambda chosen: union((ALL[n], ALL[n + 1]) for n, is_in in enumerate(chosen) if is_in)
)


def as_set(spans: Spans | list[tuple[date, date]]) -> set[date]:
    return {day for day in ALL for start, end in spans if start <= day < end}


def is_tidy(spans: Spans) -> bool:
    rising = all(one[1] < two[0] for one, two in zip(spans, spans[1:], strict=False))
    return rising and all(start < end for start, end in spans)


@given(raw)
def test_union_joins_what_overlaps_or_touches(spans: list[tuple[date, date]]) -> None:
    joined = union(spans)
    assert is_tidy(joined)
    assert as_set(joined) == as_set(spans)


@given(by_day, by_day)
def test_intersection_keeps_what_lies_in_both(one: Spans, two: Spans) -> None:
    both = intersection(one, two)
    assert is_tidy(both)
    assert as_set(both) == as_set(one) & as_set(two)


@given(raw, days)
def test_cut_keeps_the_days_before(spans: list[tuple[date, date]], end: date) -> None:
    before = cut(union(spans), end)
    assert is_tidy(before)
    assert as_set(before) == {day for day in as_set(spans) if day < end}


@given(raw, days)
def test_span_on_finds_the_span_a_day_lies_in(spans: list[tuple[date, date]], day: date) -> None:
    found = span_on(union(spans), day)
    assert (found is not None) == (day in as_set(spans))
    assert found is None or found[0] <= day < found[1]
