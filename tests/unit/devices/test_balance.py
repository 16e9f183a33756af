"""The balance by weight closes whatever came; carbon is told as a range, for what is proven alone."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from digital_inclusion.devices.rules.balance import (
    Came,
    Carbon,
    Factors,
    InHomes,
    Line,
    balance_of,
    carbon_of,
    line_of,
)
from digital_inclusion.devices.rules.states import State
from digital_inclusion.devices.rules.weighing import kilograms, rows_of, tonnes
from digital_inclusion.devices.schemas import IN_USE, read_factors

FACTORS = Factors(
    name="test",
    source="nobody",
    displacement_percent=50,
    displacement_confirmed=False,
    weights_g={"laptop": 1600, "tablet": 700},
    carbon={"laptop": Carbon(low_g=100_000, median_g=150_000, high_g=200_000, reports=9, confidence="fair")},
)
CAME = sorted(set(State) - {State.PLEDGED})
rows = st.builds(
    Came,
    kind=st.sampled_from(["laptop", "tablet", "router"]),
    state=st.sampled_from(CAME),
    weight_g=st.none() | st.integers(1, 20_000),
    parts_g=st.integers(0, 5_000),
    loose_parts=st.integers(0, 3),
    elsewhere=st.booleans(),
    count=st.integers(1, 1_000),
)


def recount(came: Iterable[Came]) -> int:
    """Return grams in, thought through once more: a unit's own weight, or at least what its parts weigh."""
    total = 0
    for row in came:
        whole = row.weight_g or FACTORS.weights_g.get(row.kind)
        total += (row.parts_g if whole is None else whole) * row.count
    return total


@given(st.lists(rows, max_size=30))
def test_balance_closes_to_the_gram(came: list[Came]) -> None:
    found = balance_of(came, FACTORS)
    assert found.difference_g == 0 and found.missing_units == 0
    assert found.came.grams == recount(came)
    assert found.came.units == sum(row.count for row in came)
    assert all(share.grams >= 0 for share in found.lines.values())
    assert found.came.estimated + found.came.unknown <= found.came.units


def test_line_of_every_state() -> None:
    told = {state: line_of(state) for state in CAME}
    assert {state for state, line in told.items() if line is not Line.STOCK} == {
        State.HANDED_OVER, State.RECYCLED, State.DISPOSED, State.LOST,
    }  # fmt: skip
    assert line_of(State.HANDED_OVER, elsewhere=True) is Line.PASSED_ON
    with pytest.raises(ValueError, match="pledged"):
        line_of(State.PLEDGED)


def test_part_counts_once() -> None:
    found = balance_of([Came(kind="laptop", state="recycled", weight_g=2000, parts_g=300)], FACTORS)
    assert found.lines[Line.HARVESTED].grams == 300 and found.lines[Line.RECYCLED].grams == 1700
    apart = balance_of([Came(kind="laptop", state="harvested", weight_g=None, parts_g=300)], FACTORS)
    assert apart.lines[Line.HARVESTED].grams == 300 and apart.lines[Line.STOCK].grams == 1300
    assert apart.lines[Line.STOCK].estimated == 1 and apart.lines[Line.HARVESTED].estimated == 0


def test_parts_heavier_than_their_unit_are_told_and_add_nothing() -> None:
    found = balance_of([Came(kind="laptop", state="recycled", weight_g=200, parts_g=300)], FACTORS)
    assert found.overweight == 1 and found.came.grams == 200 and found.difference_g == 0
    assert found.lines[Line.RECYCLED].grams == 0


def test_unknown_weight_is_counted_in_words() -> None:
    found = balance_of([Came(kind="router", state="handed_over", weight_g=None, count=3)], FACTORS)
    share = found.lines[Line.REUSED]
    assert (share.units, share.grams, share.unknown, share.estimated) == (3, 0, 3, 0)
    weighed = balance_of([Came(kind="router", state="handed_over", weight_g=150)], FACTORS).lines[Line.REUSED]
    assert (weighed.grams, weighed.unknown) == (150, 0)


def test_what_came_as_the_database_adds_it_up_shows_a_difference() -> None:
    row = Came(kind="laptop", state="ready", weight_g=1500)
    other = balance_of([row, row], FACTORS).came
    found = balance_of([row], FACTORS, came=other)
    assert found.difference_g == 1500 and found.missing_units == 1


def test_carbon_only_for_proven_units_with_a_factor() -> None:
    homes = [
        InHomes(kind="laptop", proven=True, count=20),
        InHomes(kind="laptop", proven=False, count=5),
        InHomes(kind="router", proven=True, count=2),
    ]
    found = carbon_of(homes, FACTORS)
    assert (found.units, found.unproven, found.without_factor) == (20, 5, 2)
    assert (found.low_g, found.high_g, found.most_g) == (1_000_000, 2_000_000, 4_000_000)
    nothing = carbon_of(homes[1:], FACTORS)
    assert (nothing.units, nothing.low_g, nothing.most_g) == (0, 0, 0)


def test_factor_set_in_use_says_its_source_and_its_assumption() -> None:
    found = read_factors()
    assert found.name == "Boavizta 2023-1" and "Boavizta" in found.source and not found.displacement_confirmed
    assert found.weights_g["laptop"] == 1600 and found.carbon["laptop"].low_g == 176_100
    assert "router" not in found.carbon and "hotspot" not in found.weights_g
    assert found.carbon.keys() == found.weights_g.keys()


def test_factor_set_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    text = IN_USE.read_text(encoding="utf-8")
    for old, new in (
        ("weight = 1.6", "weight = 0"),
        ("[176.1, 235.9", "[276.1, 235.9"),
        ("percent = 50", "percent = 150"),
    ):
        broken = tmp_path / f"{abs(hash(new))}.toml"
        broken.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises((ValidationError, ValueError)):
            read_factors(broken)


def test_weights_are_told_exactly() -> None:
    assert kilograms(59_601) == Decimal("59.601")
    assert [str(tonnes(grams)) for grams in (1_760, 176_100, 1_761_000, 17_610_000)] == ["0.00", "0.18", "1.8", "18"]
    told = list(rows_of(balance_of([Came(kind="laptop", state="lost", weight_g=None)], FACTORS), FACTORS))
    assert told[0][0] == "line" and told[1][:2] == ("came_in", 1) and told[-1][4] == 0
