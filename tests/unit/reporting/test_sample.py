"""A sample anybody can draw again."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.foundation.kernel.errors import Invalid
from digital_inclusion.progress.rules.codes import Code
from digital_inclusion.reporting.rules.attention import attention
from digital_inclusion.reporting.rules.results import Result
from digital_inclusion.reporting.rules.sample import check_sample, draw, place_of
from digital_inclusion.reporting.rules.words import REASONS, TURNS, reasons_of
from digital_inclusion.reporting.rules.worker import is_missing


def test_place_of_is_sha_256_of_seed_and_number() -> None:
    assert place_of("March 3", 17) == hashlib.sha256(b"March 3|17").hexdigest()


@given(st.text(min_size=1), st.sets(st.integers(min_value=1), max_size=60), st.integers(1, 70), st.randoms())
def test_draw_depends_on_nothing_but_seed_and_population(seed, population, size, chance) -> None:  # type: ignore[no-untyped-def]
    one, other = sorted(population), list(population)
    chance.shuffle(other)
    drawn = draw(seed, size, one)
    assert drawn == draw(seed, size, other)
    assert len(drawn) == min(size, len(population)) and set(drawn) <= population
    assert draw(seed, size + 1, one)[:size] == drawn


def test_draw_with_another_seed_draws_others() -> None:
    assert draw("a", 10, range(1, 1000)) != draw("b", 10, range(1, 1000))


@pytest.mark.parametrize(
    ("seed", "size", "field"), [("", 5, "seed"), ("x" * 81, 5, "seed"), ("s", 0, "size"), ("s", 501, "size")]
)
def test_check_sample_names_what_cannot_be_used(seed: str, size: int, field: str) -> None:
    with pytest.raises(Invalid) as error:
        check_sample(seed, size)
    assert list(error.value.fields) == [field]


def test_attention_puts_questions_first_and_leaves_out_who_does_well() -> None:
    reasons = [
        (1, "no_line", 40),
        (2, "questioned", 3),
        (3, "not_verified", 99),
        (4, "no_device", 2),
        (5, "no_line", 2),
    ]
    found = attention(reasons, {1: 5, 2: 5, 3: 0, 4: 0, 5: 1})
    assert [one.partner_id for one in found] == [2, 1, 4]
    assert found[1].owed == 40 and found[2].added == 0


def test_every_reason_has_words_and_somebody_whose_turn_it_is() -> None:
    assert set(REASONS) == set(Code)
    assert sorted(code for owner in TURNS for code in reasons_of(owner)) == sorted(Code)


def test_earned_cents_is_exact_for_large_numbers() -> None:
    assert Result("connected", 3, 49_999, 0, 12_345_67).earned_cents == 49_999 * 1_234_567
    assert Result("connected", 3, 2, 0, 1).percent == 66
    assert Result("connected", 0, 2, 0, 1).percent is None


def test_is_missing_after_five_silent_minutes() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert is_missing(None, now) and is_missing(now - timedelta(minutes=6), now)
    assert not is_missing(now - timedelta(minutes=4), now)
