"""What a donor may see of what became of the devices: months that are over, and no small number, not even by a rest."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.devices.rules.donating import Figure, KindFigures, Story, figures_of
from digital_inclusion.devices.rules.states import State

SMALL = 10
BEGIN = datetime(2026, 1, 10, tzinfo=UTC)
ENDS = [datetime(2026, month, 1, tzinfo=UTC) for month in range(2, 8)]


def story(kind: str, *states: State, counts_from: datetime | None = None, days: int = 3) -> Story:
    """Return a unit that has each of the states, ``days`` after the one before."""
    steps = [(BEGIN + timedelta(days=place * days), state.value) for place, state in enumerate(states)]
    return Story(kind, steps, counts_from)


def many(count: int, kind: str, *states: State) -> list[Story]:
    return [story(kind, *states) for _unit in range(count)]


READY = (State.PLEDGED, State.RECEIVED, State.QUARANTINED, State.SANITIZED, State.READY)


def test_forty_laptops() -> None:
    units = [
        *many(24, "laptop", *READY, State.HANDED_OVER),
        *many(7, "laptop", *READY),
        *many(9, "laptop", State.PLEDGED, State.RECEIVED),
        *many(5, "laptop", State.PLEDGED),
    ]
    assert figures_of(units, ENDS, small=SMALL) == [KindFigures("laptop", Figure(40), Figure(31), Figure(24))]


def test_few_are_not_told_and_nothing_is_nothing() -> None:
    units = [*many(4, "tablet", *READY, State.HANDED_OVER), *many(20, "laptop", State.PLEDGED, State.RECEIVED)]
    few = Figure(0, few=True)
    assert figures_of(units, ENDS, small=SMALL) == [
        KindFigures("laptop", Figure(20), Figure(0), Figure(0)), KindFigures("tablet", few, few, few),
    ]  # fmt: skip


def test_what_is_only_promised_or_came_later_is_not_there() -> None:
    later = story("laptop", State.RECEIVED, counts_from=ENDS[2])
    assert figures_of([*many(3, "laptop", State.PLEDGED), later], ENDS[:2], small=SMALL) == []
    assert figures_of([later], ENDS, small=SMALL) == [
        KindFigures("laptop", Figure(0, few=True), Figure(0), Figure(0))
    ]  # fmt: skip


def test_a_unit_that_came_back_is_in_no_home() -> None:
    units = many(30, "laptop", *READY, State.HANDED_OVER, State.RETURNED, State.QUARANTINED)
    assert figures_of(units, ENDS, small=SMALL) == [KindFigures("laptop", Figure(30), Figure(0), Figure(0))]


lives = st.lists(
    st.tuples(
        st.sampled_from(["laptop", "tablet"]),
        st.lists(st.sampled_from(sorted(State)), min_size=1, max_size=8),
        st.integers(1, 40),
        st.one_of(st.none(), st.sampled_from(ENDS)),
        st.integers(1, 15),
    ),
    max_size=8,
)


def _units(drawn: list[tuple[str, list[State], int, datetime | None, int]]) -> list[Story]:
    return [
        story(kind, *states, counts_from=counts_from, days=days)
        for kind, states, days, counts_from, count in drawn
        for _unit in range(count)
    ]


@given(lives)
def test_no_small_number_is_seen_or_worked_out_from_neighboring_months(
    drawn: list[tuple[str, list[State], int, datetime | None, int]],
) -> None:
    units, before = _units(drawn), dict[str, KindFigures]()
    for last in range(1, len(ENDS) + 1):
        found = {one.kind: one for one in figures_of(units, ENDS[:last], small=SMALL)}
        for kind, now in found.items():
            assert not any(0 < one.value <= SMALL for one in (now.came, now.fit, now.home))
            assert now.home.value <= now.fit.value
            if kind in before:
                was = before[kind]
                assert now.home.value == was.home.value or abs(now.home.value - was.home.value) > SMALL
        before = found


@given(lives, st.integers(1, len(ENDS)))
def test_a_lot_that_joins_later_changes_no_month_before(
    drawn: list[tuple[str, list[State], int, datetime | None, int]], months: int
) -> None:
    units, ends = _units(drawn), ENDS[:months]
    joined = [Story(one.kind, one.steps, ends[-1] + timedelta(seconds=1)) for one in _units(drawn)]
    assert figures_of(units, ends, small=SMALL) == figures_of([*units, *joined], ends, small=SMALL)
