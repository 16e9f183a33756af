"""Dates, money, speeds, hours, ZIP codes, words: one cell into one value."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digital_inclusion.exchange.rules import DateOrder, Settings, infer_date_order, words
from digital_inclusion.exchange.rules.cells import Cells
from digital_inclusion.exchange.rules.dates import read_date
from digital_inclusion.exchange.rules.fields import DECLINED, FIELDS, POPULATIONS
from digital_inclusion.exchange.rules.numbers import read_cents, read_minutes, read_speeds, read_zip
from digital_inclusion.exchange.rules.problems import CODES
from digital_inclusion.exchange.rules.synonyms import SYNONYMS
from digital_inclusion.foundation.normalize import normalize_address, normalize_email, normalize_phone
from digital_inclusion.households import rules as household_words
from digital_inclusion.progress.rules import deliveries as delivery_words
from tests.support.shared import shared_file

TODAY = date(2026, 11, 22)
SETTINGS = Settings(
    today=TODAY,
    normalize_phone=normalize_phone,
    normalize_email=normalize_email,
    normalize_address=normalize_address,
    zip_codes=frozenset({"95112"}),
    districts=frozenset({"3", "10"}),
)
CELLS = Cells(SETTINGS)


def read(kind: str, text: str) -> tuple[object, list[str]]:
    found = CELLS.reader(kind)(text)
    return found.value, [code for code, _ in found.findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-03", date(2026, 2, 3)),
        ("2/3/2026", date(2026, 2, 3)),
        ("02-03-26", date(2026, 2, 3)),
        ("13/4/2026", date(2026, 4, 13)),
        ("2026/2/3", date(2026, 2, 3)),
        ("2026.02.03 00:00:00", date(2026, 2, 3)),
        ("2015-09-10 13:37:31", date(2015, 9, 10)),
        ("12/25/2025 10:30 PM", date(2025, 12, 25)),
        ("20260203", date(2026, 2, 3)),
        ("02032026", date(2026, 2, 3)),
        ("45000", date(2023, 3, 15)),
        ("45000.75", date(2023, 3, 15)),
        ("Feb 3, 2026", date(2026, 2, 3)),
        ("3rd March 1980", date(1980, 3, 3)),
        ("3 de febrero de 2026", date(2026, 2, 3)),
        ("ngày 3 tháng 2 năm 2026", date(2026, 2, 3)),
        ("2026年2月3日", date(2026, 2, 3)),
        ("２０２６/２/３", date(2026, 2, 3)),
        ("Mon Mar 27 17:11:36 2023", date(2023, 3, 27)),
    ],
)
def test_dates_in_many_shapes(text: str, expected: date) -> None:
    assert read_date(text, DateOrder(), TODAY).day == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2026", "date_does_not_exist"),
        ("02/31/2026", "date_does_not_exist"),
        ("2026-02-30", "date_does_not_exist"),
        ("13/13/2026", "date_does_not_exist"),
        ("0000-00-00", "date_does_not_exist"),
        ("Feb 30 2020", "date_does_not_exist"),
        ("1980", "date_incomplete"),
        ("05/1980", "date_incomplete"),
        ("February 2020", "date_incomplete"),
        ("soon", "date_unreadable"),
        ("99999", "date_unreadable"),
    ],
)
def test_dates_that_are_none(text: str, code: str) -> None:
    assert read_date(text, DateOrder(), TODAY) == (None, code, False)


def test_order_of_a_file_decides_its_ambiguous_dates() -> None:
    days_first = infer_date_order(["1/2/2026", "13/2/2026", "", "x"])
    assert days_first == DateOrder("dmy", sure=True)
    assert read_date("1/2/2026", days_first, TODAY) == (date(2026, 2, 1), "", False)
    assert read_date("2/13/2026", days_first, TODAY).code == "date_order_differs"
    nothing_told = infer_date_order(["1/2/2026"])
    assert nothing_told == DateOrder()
    assert read_date("1/2/2026", nothing_told, TODAY) == (date(2026, 1, 2), "date_order_assumed", False)
    assert infer_date_order(["13/2/2026", "2/13/2026"]).mixed


def test_two_digit_years_and_impossible_births() -> None:
    assert read("birth", "1/2/30") == (date(1930, 1, 2), ["date_order_assumed"])
    assert read("birth", "12/30/80") == (date(1980, 12, 30), ["two_digit_year"])
    assert read("birth", "1870-01-01") == (None, ["age_over_120"])
    assert read("birth", "2026-11-23") == (None, ["date_in_future"])
    assert read("date", "2027-01-01") == (None, ["date_in_future"])
    assert read("date", "1926-01-01") == (None, ["date_too_early"])


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("$14.99/mo", 1499), ("14,99", 1499), ("1,234.50", 123450), ("1.234,50", 123450), ("30", 3000), ("free", 0),
        ("gratis", 0), ("USD 20", 2000), ("$1,000", 100000), ("abc", None), ("-5", None), ("99999999", None),
    ],
)  # fmt: skip
def test_money(text: str, cents: int | None) -> None:
    assert read_cents(text) == cents


@pytest.mark.parametrize(
    ("text", "speeds"),
    [
        ("100/20", [100_000, 20_000]), ("100/20 Mbps", [100_000, 20_000]), ("1 Gig", [1_000_000]),
        ("1Gbps/35Mbps", [1_000_000, 35_000]), ("25000 kbps", [25_000]), ("100000", [100_000]), ("100", [100_000]),
        ("100 down 20 up", [100_000, 20_000]), ("1,000 Mbps", [1_000_000]), ("940.5", [940_500]),
        ("fast", None), ("1/2/3", None), ("0", None),
    ],
)  # fmt: skip
def test_speeds(text: str, speeds: list[int] | None) -> None:
    assert read_speeds(text) == speeds


def test_speed_in_the_unit_of_the_header() -> None:
    assert read_speeds("25000", "kbps") == [25_000]
    assert read("speed", "100000") == ((100_000,), ["speed_unit_assumed"])


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1.5", 90), ("1,5 h", 90), ("90 min", 90), ("1:30", 90), ("8", 480), ("two", None), ("0", None)],
)
def test_hours(text: str, minutes: int | None) -> None:
    assert read_minutes(text) == minutes


def test_zip_codes() -> None:
    assert read_zip("95112-1234") == ("95112", False)
    assert read_zip("95112.0") == ("95112", False)
    assert read("zip", "2139") == ("02139", ["zip_zero_added"])
    assert read("zip", "951l2") == (None, ["zip_unreadable"])
    assert read("zip", "10001") == ("10001", ["zip_outside"])


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("yesno", "Sí", True), ("yesno", "có", True), ("yesno", "是", True), ("yesno", "X", True),
        ("yesno", "1.0", True),
        ("yesno", "không", False), ("yesno", "否", False), ("yesno", "No", False), ("yesno", "99", None),
        ("device_kind", "Notebook", "laptop"), ("device_kind", "HP Chromebook 14", "laptop"),
        ("device_kind", "portátil", "laptop"), ("device_kind", 'Macbook Pro 13"', "laptop"),
        ("device_kind", "iPad", "tablet"), ("device_kind", "平板电脑", "tablet"),
        ("device_kind", "máy tính bảng", "tablet"),
        ("source", "Refurbished", "donated"), ("source", "nuevo", "new"),
        ("language", "Tiếng Việt", "vi"), ("language", "Cantonese", "yue"), ("language", "Klingon", "other"),
        ("consent_way", "signed", "signed_paper"), ("safe_contact", "SMS", "text"),
        ("relationship", "HEAD", "head"), ("relationship", "1", "head"), ("relationship", "WIFE_HUSBAND", "spouse"),
        ("relationship", "con trai", "child"), ("evidence", "bill", "bill"),
        ("needs", "internet; laptop", ("connection", "device")), ("needs", "none", None),
        ("populations", "Seniors, veteran", ("aging", "veteran")), ("populations", "prefer not to say", ("declined",)),
        ("district", "Council District 3", "3"), ("district", "D10", "10"),
        ("reference", "34.0", "34"), ("serial", "'=SN1", "=SN1"), ("name", "王伟", "王伟"), ("name", "Cher", "Cher"),
        ("phone", "408-555-1234", ("408-555-1234", "+14085551234")), ("email", "A@B.org", "a@b.org"),
        ("text", "n/a", None), ("text", " - ", None), ("no_fixed", "yes", ""), ("no_fixed", "no", None),
        ("no_fixed", "under the bridge", "under the bridge"),
    ],
)  # fmt: skip
def test_words(kind: str, text: str, expected: object) -> None:
    assert read(kind, text)[0] == expected


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("name", "12345", "name_without_letters"), ("name", "a@b.org", "name_without_letters"),
        ("name", "Maria 2", "name_has_digits"), ("phone", "call mom", "phone_unreadable"),
        ("email", "a@b@c", "email_unreadable"), ("device_kind", "toaster", "device_kind_unknown"),
        ("text", "#REF!", "cell_error"), ("text", "x" * 300, "text_too_long"),
        ("text", "SSN 123-45-6789", "sensitive_number"), ("phone", "123-45-6789", "sensitive_number"),
        ("address", "4111 1111 1111 1111", "sensitive_number"), ("name", "A 123 456 789", "sensitive_number"),
        ("yesno", "maybe", "answer_unreadable"), ("money", "cheap", "price_unreadable"),
    ],
)  # fmt: skip
def test_problems_of_a_cell(kind: str, text: str, code: str) -> None:
    assert read(kind, text)[1] == [code]


def test_codes_are_those_of_the_record() -> None:
    assert set(words.DEVICE_KINDS.values()) == set(delivery_words.DEVICE_KINDS)
    assert set(words.EVIDENCE.values()) == set(delivery_words.EVIDENCE_TYPES)
    assert set(words.LANGUAGES.values()) == set(household_words.LANGUAGES)
    assert set(words.SAFE_CONTACTS.values()) == set(household_words.SAFE_CONTACTS)
    assert set(words.CONSENT_WAYS.values()) == set(household_words.CONSENT_WAYS)
    assert set(POPULATIONS) == set(household_words.POPULATIONS) and household_words.DECLINED == DECLINED
    assert set(words.POPULATIONS.values()) == {*POPULATIONS, DECLINED}


def test_every_header_leads_to_a_field() -> None:
    for template in SYNONYMS.values():
        assert template.replace("{n}", "2") in FIELDS, template


@given(st.sampled_from(sorted({field.kind for field in FIELDS.values()})), st.text(max_size=60))
@settings(max_examples=600)
def test_no_text_makes_a_reader_raise(kind: str, text: str) -> None:
    for code in read(kind, text)[1]:
        assert code in CODES


@given(st.from_regex(r"[0-9/.:,' -]{1,24}", fullmatch=True))
@settings(max_examples=400)
def test_no_digits_and_signs_make_a_reader_raise(text: str) -> None:
    for kind in ("date", "birth", "money", "speed", "hours", "zip", "phone", "district", "reference"):
        read(kind, text)


def test_naughty_strings() -> None:
    for text in json.loads(shared_file("attack/blns.json").read_text("utf-8")):
        for kind in {field.kind for field in FIELDS.values()}:
            read(kind, text)
