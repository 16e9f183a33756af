"""Folding, cleaning and normalizing what people typed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.foundation.kernel.text import clean, fold, is_east_asian, narrow, read_whole
from digital_inclusion.foundation.normalize import normalize_address, normalize_email, normalize_phone
from tests.support.shared import shared_file


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NGUYỄN Văn-An", "nguyen van an"),
        ("Đặng", "dang"),
        ("O’Brien", "O'BRIEN"),
        ("Ｊｏｓé", "jose"),
        ("Łukasz  Øster", "lukasz oster"),
        ("José", "Jose\u0301"),
        ("İstanbul", "istanbul"),
        ("An\u200b\u202eh", "Anh"),
        ("ﾔﾏﾀﾞ", "ヤマダ"),
        ("STRASSE", "straße"),
    ],
)
def test_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["王伟", "हिन्दी", "محمد", "Ольга", "!!!", "ไทย"])
def test_fold_keeps_other_scripts_and_signs(text: str) -> None:
    assert fold(text)
    assert fold(fold(text)) == fold(text)


def test_clean_composes_and_drops_what_nobody_sees() -> None:
    assert clean("  Jose\u0301\u202e \x00 N\u00fan\u0303ez ") == "José Núñez"
    assert narrow("４０８") == "408"
    assert is_east_asian("王 伟") and not is_east_asian("Wang 伟") and not is_east_asian("")


@given(st.text())
def test_folding_never_raises_and_settles(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("given_as", "expected"),
    [
        ("4085551234", "+14085551234"),
        ("4085551234.0", "+14085551234"),
        ("(408) 555-1234", "+14085551234"),
        ("'+1 408 555 1234", "+14085551234"),
        ("408-555-1234 (mom)", "+14085551234"),
        ("cell: 408.555.1234 ext. 12", "+14085551234"),
        ("534-971-8341x4064", "+15349718341"),
        ("+44 1632 960852", "+441632960852"),
        ("４０８５５５１２３４", "+14085551234"),
        ("408-555-CALL", None),
        ("555-1234", None),
        ("12", None),
        ("", None),
        ("9" * 500, None),
    ],
)
def test_normalize_phone(given_as: str, expected: str | None) -> None:
    assert normalize_phone(given_as) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("811 North 7th Street", "4"), ("811 N. 7th St. Apt 4", "")),
        (("811 N 7th St", "Unit 4"), ("811 N 7TH ST #4", "")),
        (("2600 Senter Road Spc 53", ""), ("2600 senter rd", "Space 53")),
        (("P.O. Box 12", ""), ("po box 12", "")),
        (("12 Calle Peñón", ""), ("12 CALLE PENON", "")),
    ],
)
def test_normalize_address_alike(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert normalize_address(*one) == normalize_address(*other)


def test_normalize_address_tells_units_apart() -> None:
    assert normalize_address("811 N 7th St", "4") != normalize_address("811 N 7th St", "5")
    assert normalize_address("") == ""
    assert normalize_address("王府井大街 12")


def test_normalize_email() -> None:
    assert normalize_email(" Ana.Pérez@Example.ORG ") == "ana.pérez@example.org"
    assert normalize_email("mailto:<a@b.org>") == "a@b.org"
    assert normalize_email("a@b@c") is None
    assert normalize_email("none") is None


@given(st.text(max_size=300), st.text(max_size=30))
def test_normalizers_never_raise(text: str, unit: str) -> None:
    normalize_phone(text)
    normalize_email(text)
    normalize_address(text, unit)


@given(st.from_regex(r"[0-9]{1,5} [A-Za-z0-9 #&/().,;-]{1,40}", fullmatch=True))
def test_addresses_the_library_trips_over(text: str) -> None:
    assert normalize_address(text)


def test_naughty_strings() -> None:
    for text in json.loads(shared_file("attack/blns.json").read_text()):
        normalize_phone(text)
        normalize_email(text)
        normalize_address(text)
        assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("0", 0), ("999999999", 999_999_999), (None, -1), ("", -1), ("-1", -1), ("²", -1), ("٣", -1),
     ("1e3", -1), ("9" * 5000, -1)],
)  # fmt: skip
def test_hidden_number_is_a_number_or_fits_nothing(text: str | None, number: int) -> None:
    assert read_whole(text) == number
