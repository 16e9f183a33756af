"""Which unit suits whom: an advantage never hurts, the unknown never beats what is known, the order does not matter."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.devices.rules.matching import (
    HAS,
    LACKS,
    NOTHING_KNOWN,
    UNKNOWN,
    Trait,
    Wishes,
    fits_of,
    in_line,
    levels,
    mark_of,
    meets,
    ranked,
    reasons_of,
    score_of,
    wishes_of,
)
from digital_inclusion.devices.rules.requests import NEEDS, needs_a_word

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Unit:
    """A unit in stock."""

    id: int = 1
    ready_at: datetime | None = LONG_AGO
    has_camera: bool | None = None
    memory_mb: int | None = None
    battery_percent: int | None = None
    keyboard: str | None = None


keyboards = st.sampled_from([None, "en", "es", "vi"])
units = st.builds(
    Unit,
    id=st.integers(1, 10**6),
    ready_at=st.integers(0, 400).map(lambda days: LONG_AGO + timedelta(days=days)),
    has_camera=st.sampled_from([None, True, False]),
    memory_mb=st.sampled_from([None, 4096, 7_499, 7_500, 8192, 16384]),
    battery_percent=st.sampled_from([None, 0, 79, 80, 100]),
    keyboard=keyboards,
)
stocks = st.lists(units, max_size=8, unique_by=lambda unit: unit.id)
wishes = st.builds(wishes_of, st.sets(st.sampled_from(sorted(NEEDS))), st.sampled_from(["en", "es", "vi"]))
BETTER = {"has_camera": True, "memory_mb": 16384, "battery_percent": 95}
WORSE = {"has_camera": False, "memory_mb": 2048, "battery_percent": 20}


@given(units, wishes, st.sampled_from(sorted(BETTER)))
def test_advantage_never_lowers_and_a_lack_never_raises(unit: Unit, wished: Wishes, name: str) -> None:
    better, worse = replace(unit, **{name: BETTER[name]}), replace(unit, **{name: WORSE[name]})
    assert score_of(worse, wished) <= score_of(unit, wished) <= score_of(better, wished)
    assert score_of(unit, wished) <= score_of(replace(unit, keyboard=wished.keyboard), wished)


@given(units, wishes, st.sampled_from(sorted(BETTER)))
def test_unknown_never_beats_what_is_known_to_be_good(unit: Unit, wished: Wishes, name: str) -> None:
    older = replace(unit, id=2, ready_at=LONG_AGO - timedelta(days=9), **{name: None})
    good = replace(unit, id=3, ready_at=LONG_AGO, **{name: BETTER[name]})
    trait = {"has_camera": Trait.CAMERA, "memory_mb": Trait.MEMORY, "battery_percent": Trait.BATTERY}[name]
    first = ranked([older, good], wished)[0]
    assert first is (good if trait in wished.traits else older)


@given(stocks, wishes, st.randoms())
def test_order_of_candidates_does_not_matter(stock: list[Unit], wished: Wishes, chance: object) -> None:
    mixed = list(stock)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert ranked(mixed, wished) == ranked(stock, wished)


@given(wishes)
def test_levels_hold_every_class_once_the_best_first(wished: Wishes) -> None:
    found = list(chain.from_iterable(levels(wished)))
    assert len(found) == len(set(found)) == 27 * (3 if Trait.KEYBOARD in wished.traits else 1)


@given(stocks, wishes)
def test_levels_rank_as_scores_do(stock: list[Unit], wished: Wishes) -> None:
    """What the database reads level by level is what sorting everything would give."""
    place = {one: number for number, level in enumerate(levels(wished)) for one in level}

    def level_of(unit: Unit) -> int:
        keyboard = mark_of(unit, Trait.KEYBOARD, wished.keyboard) if Trait.KEYBOARD in wished.traits else None
        return next(number for one, number in place.items() if (one.fits, one.keyboard) == (fits_of(unit), keyboard))

    order = [level_of(unit) for unit in ranked(stock, wished)]
    assert order == sorted(order)


def test_equals_go_by_days_in_stock_then_by_number() -> None:
    late, early, first = Unit(1, LONG_AGO + timedelta(days=3)), Unit(9), Unit(4)
    assert ranked([late, early, first], Wishes(frozenset())) == [first, early, late]


def test_reasons_say_what_is_known() -> None:
    wished = wishes_of(["video_classes", "keyboard", "battery"], "vi")
    unit = Unit(has_camera=True, memory_mb=4096, battery_percent=85)
    said = [(one.mark, one.sentence % {"value": one.value}) for one in reasons_of(unit, wished)]
    assert said == [
        (HAS, "Camera and microphone work"),
        (HAS, "Battery holds 85%"),
        (UNKNOWN, "Keyboard: nobody has looked"),
        (LACKS, "4 GB of memory, little for video or a screen reader"),
    ]
    assert not meets(unit, wished)
    assert fits_of(Unit()) == NOTHING_KNOWN and meets(Unit(), wished)


def test_in_line_passes_by_whose_needs_nothing_meets() -> None:
    deaf, sharp = Unit(1, has_camera=False), Unit(2, has_camera=True)
    video, anything, third = wishes_of(["video_classes"], None), Wishes(frozenset()), Wishes(frozenset())
    assert in_line([("a", video), ("b", anything), ("c", third)], [deaf, sharp]) == [
        ("a", sharp, []),
        ("b", deaf, []),
        ("c", None, []),
    ]
    passed, served = in_line([("a", video), ("b", anything)], [deaf])
    assert passed == ("a", None, [Trait.CAMERA]) and served == ("b", deaf, [])


@pytest.mark.parametrize(
    ("is_proposed", "ahead", "fits", "free", "asks"),
    [
        (True, 0, 0, 1, False),
        (True, 2, 2, 3, False),  # enough for all of them
        (True, 2, 2, 2, True),
        (True, 2, 0, 1, False),  # it suits nobody before
        (False, 0, 0, 9, True),
    ],
)
def test_whoever_passes_others_by_says_why(is_proposed: bool, ahead: int, fits: int, free: int, asks: bool) -> None:
    said = needs_a_word(is_proposed=is_proposed, ahead=ahead, ahead_it_fits=fits, free=free)
    assert (said is not None) is asks
