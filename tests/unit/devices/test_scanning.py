"""A scanner types our label, a serial number, or something that is neither."""

import pytest

from digital_inclusion.devices.rules.labels import SHEETS, Sheet, check_start
from digital_inclusion.devices.rules.scanning import check_scan, is_label, scanned_tag
from digital_inclusion.foundation.kernel.errors import Invalid

CODE = "7KQM-2R9D"


@pytest.mark.parametrize("word", [CODE, CODE.lower(), f"https://example.org/d/{CODE}", f"http://10.0.0.1:80/d/{CODE}/"])
def test_own_label_is_read(word: str) -> None:
    check_scan(word)
    assert scanned_tag(word) == CODE
    assert is_label(word) is ("/" in word)


@pytest.mark.parametrize(
    "word",
    ["https://example.org/menu", "www.example.org", "WIFI:S:Guest;T:WPA;P:secret;;", "mailto:a@example.org",
     "BEGIN:VCARD\nN:Doe", "https://example.org/d/AAAA-AAAA", "x" * 81, "this is a sentence on a box"],
)  # fmt: skip
def test_foreign_code_gets_a_sentence(word: str) -> None:
    with pytest.raises(Invalid):
        check_scan(word)


@pytest.mark.parametrize("word", ["5CD1234ABC", "S/N 12-34", "C02XK0AAJG5H", "PC 0012"])
def test_serial_is_no_foreign_code(word: str) -> None:
    check_scan(word)
    assert scanned_tag(word) is None


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=list(SHEETS))
def test_labels_stay_on_their_page_and_apart(sheet: Sheet) -> None:
    wide, high = sheet.label
    corners = [sheet.at(place) for place in range(sheet.places)]
    assert all(x >= 0 and x + wide <= sheet.page[0] + 0.01 for x, _y in corners)
    assert all(y >= 0 and y + high <= sheet.page[1] + 0.01 for _x, y in corners)
    apart = [
        abs(a[0] - b[0]) >= wide - 0.01 or abs(a[1] - b[1]) >= high - 0.01 for a in corners for b in corners if a != b
    ]
    assert all(apart)


def test_place_that_the_sheet_does_not_have() -> None:
    check_start(SHEETS["5160"], 30)
    with pytest.raises(Invalid):
        check_start(SHEETS["5160"], 31)
