"""Numbers as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.foundation.kernel.errors import Invalid
from digital_inclusion.residents.rules.typed import read_dollars, read_size


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("1200", "1200"),
        ("$1,200", "1200"),
        ("1.200", "1200"),
        ("1 200", "1200"),
        ("1'200.50", "1200.50"),
        ("1.200,5", "1200.5"),
        ("US$ 2,500.00", "2500"),
        ("2500 USD", "2500"),
        ("2500 dólares", "2500"),
        ("$0", "0"),
        ("１２００", "1200"),
        ("١٢٠٠", "1200"),
        ("١٬٢٠٠٫٥", "1200.5"),
        ("1200元", "1200"),
        (" 12.5 ", "12.5"),
    ],
)
def test_dollars_are_read_however_they_are_written(text: str, dollars: str) -> None:
    assert read_dollars(text) == Decimal(dollars)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("-5", "below 0"),
        ("−5", "below 0"),
        ("a lot", "with digits"),
        ("12a", "with digits"),
        ("1,2345", "with digits"),
        ("1e5", "with digits"),
        ("0.500", "with digits"),
        ("1,234,56", "with digits"),
        ("12.000.00", "with digits"),
        ("1,20", "with digits"),
        ("1la2", "with digits"),
        ("3usd0", "with digits"),
        ("²", "with digits"),
        ("", "with digits"),
        ("99999999", "more than 10,000,000"),
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n10", "on one line"),
        ("1" * 5000, "on one line"),
    ],
)
def test_what_is_no_amount_is_told_in_a_sentence(text: str, told: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_dollars(text)
    assert told in caught.value.sentence


@pytest.mark.parametrize(("text", "size"), [("3", 3), (" 12 ", 12), ("３", 3), ("٣", 3)])
def test_a_size_is_read_in_any_digits(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["0", "31", "-1", "2.5", "three", ""])
def test_an_impossible_size_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_size(text)
    assert "from 1 to 30" in caught.value.sentence


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    for read in (read_dollars, read_size):
        try:
            assert read(text) >= 0  # type: ignore[operator]
        except Invalid as error:
            assert error.sentence


@given(st.integers(10_000, 999_999_999).map(lambda cents: Decimal(cents) / 100))
def test_an_amount_written_in_american_or_spanish_is_the_same(amount: Decimal) -> None:
    american = f"{amount:,.2f}"
    spanish = american.translate(str.maketrans(",.", ".,"))
    assert read_dollars(american) == read_dollars(spanish) == amount
