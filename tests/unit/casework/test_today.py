"""One list by urgency: nothing lost, nothing twice, the most urgent first."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.casework.rules.today import KINDS, WHENS, Item, When, by_urgency, when_of

TODAY = date(2026, 11, 28)
_DAYS = st.none() | st.integers(-400, 400).map(lambda days: TODAY + timedelta(days=days))
_ITEMS = st.builds(
    Item, kind=st.sampled_from(sorted(KINDS)), endpoint=st.just("x"), due=_DAYS, since=_DAYS, code=st.text(max_size=4)
)


def test_urgency_changes_at_midnight_and_after_a_week() -> None:
    days = [-1, 0, 1, 6, 7]
    assert [when_of(TODAY + timedelta(days=day), TODAY) for day in days] == [
        When.OVERDUE, When.TODAY, When.WEEK, When.WEEK, When.LATER,
    ]  # fmt: skip
    assert when_of(None, TODAY) is When.UNDATED
    assert WHENS.keys() == set(When)


@given(st.lists(_ITEMS, max_size=30))
def test_everything_is_in_the_list_once_by_its_day(items: list[Item]) -> None:
    groups = by_urgency(items, TODAY)
    shown = [one for some in groups.values() for one in some]
    assert sorted(map(id, shown)) == sorted(map(id, items))
    assert list(groups) == [when for when in When if when in groups]
    dated = [one.due for one in shown if one.due is not None]
    assert dated == sorted(dated)
    waiting = [one.since or TODAY for one in groups.get(When.UNDATED, [])]
    assert waiting == sorted(waiting)
    assert all(groups.values())
