"""A donor's list is read whatever its columns are called; what cannot be taken says why."""

from pathlib import Path

import pytest

from digital_inclusion.devices.rules.kinds import kind_of
from digital_inclusion.devices.rules.manifest import (
    MOST_PUBLIC,
    MOST_ROWS,
    SKIP,
    Manifest,
    columns_of,
    read_lines,
    to_lines,
)
from digital_inclusion.foundation.kernel.errors import Invalid
from digital_inclusion.foundation.sheets import open_sheet
from tests.support.shared import shared_file, shared_files


def _read(path: Path, chosen: dict[str, str] | None = None) -> Manifest:
    with open_sheet(path) as sheet:
        return read_lines(to_lines(columns_of(sheet.headers), sheet), chosen or {})


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Notebook", "laptop"), ("Laptops", "laptop"), ("Macbook Pro 13\"", "laptop"), ("CHROMEBOOK 11", "laptop"),
        ("All-in-one", "desktop"), ("iMac 27", "desktop"), ("Mini Tower", "desktop"), ("Desktop PC", "desktop"),
        ("iPad Air", "tablet"), ("Smartphone", "phone"), ("Cell phones", "phone"), ("Mobile hotspot", "hotspot"),
        ("Wi-Fi Router", "router"), ("LCD Monitor", "monitor"), ("Computer monitor", "monitor"),
        ("Laptop bag", None), ("All-in-one printer", None), ("Docking station", None), ("Railing", None), ("", None),
    ],
)  # fmt: skip
def test_kind_of_what_donors_write(words: str, kind: str | None) -> None:
    assert kind_of(words) == kind


@pytest.mark.parametrize(
    ("name", "kind", "maker", "serial"),
    [
        ("export_devices.csv", "laptop", "asustek computer inc.", "b8oaas048285"),
        ("basic.csv", "desktop", "d1mr", "d1s"),
        ("placeholder_test.xlsx", "laptop", "Sony", "12345678"),
    ],
)
def test_device_lists_of_others(name: str, kind: str, maker: str, serial: str) -> None:
    found = _read(shared_file(f"uploads/{name}"))
    assert not found.refused
    assert (found.units[0].kind, found.units[0].maker, found.units[0].serial) == (kind, maker, serial)


def test_snipe_it_assets_ask_once_for_each_category() -> None:
    path = shared_file("uploads/snipeit_assets-sample.csv")
    asked = _read(path)
    assert not asked.units and {one.code for one in asked.refused} == {"kind_unknown"}
    assert asked.unknown["Ornamental Railings"] == "laptop"  # its first model is a MacBook
    answered = _read(path, {word.lower(): "laptop" for word in map(_folded, asked.unknown)})
    assert len(answered.units) == len(asked.refused) and not answered.refused
    assert answered.units[0].serial == "ICC-2065556"  # the asset tag, where there is no serial number


def _folded(word: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in word).split())


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in shared_files("uploads/*.[cx][sl]*")
        if not path.stem.startswith(("export_dev", "basic", "pl", "sn"))
    ],
    ids=lambda path: path.name,
)
def test_lists_of_people_are_no_lists_of_devices(path: Path) -> None:
    with open_sheet(path) as sheet:
        assert columns_of(sheet.headers) == {}


def test_lines_without_headers() -> None:
    found = read_lines("Laptop, Dell, Latitude, 5CD1\nMacBook\n1234XYZ\n", {"": "tablet"})
    assert [(one.kind, one.maker, one.model, one.serial) for one in found.units] == [
        ("laptop", "Dell", "Latitude", "5CD1"), ("laptop", None, None, None), ("tablet", None, None, "1234XYZ"),
    ]  # fmt: skip


@pytest.mark.parametrize("serial", ["6.37E+15", "6,37E+15", "6.37e15", "6E+15", "6370000000000000"])
def test_serial_that_a_spreadsheet_rounded_is_refused_with_that(serial: str) -> None:
    found = read_lines(f"Type\tSerial\nLaptop\t{serial}", {})
    assert [(one.row, one.column, one.value, one.code) for one in found.refused] == [
        (2, "serial", serial, "serial_rounded")
    ]
    assert "spreadsheet turned this serial number into a rounded number" in found.refused[0].sentence


@pytest.mark.parametrize("serial", ["5E12", "5CD1234E15", "356938035643809", "100000", "2E9F3"])
def test_serial_that_only_looks_like_a_number_is_taken(serial: str) -> None:
    assert [one.serial for one in read_lines(f"Type\tSerial\nLaptop\t{serial}", {}).units] == [serial]


@pytest.mark.parametrize("serial", ["N/A", "none", "To Be Filled By O.E.M.", "0000000", "-", ""])
def test_words_for_no_serial_are_none(serial: str) -> None:
    found = read_lines(f"Type\tSerial\nLaptop\t{serial}\nLaptop\t{serial}", {})
    assert [one.serial for one in found.units] == [None, None] and not found.refused


def test_rows_that_cannot_be_taken_say_where_and_why() -> None:
    lines = "\n".join(
        ["Row\tType\tMake\tModel\tSerial\tNote", "7\tLaptop\tHP\t840\t5CD-1", "9\tLaptop\tHP\t840\t5cd1",
         "11\tTV\tLG", f"12\tLaptop\t{'x' * 81}", "13\tLaptop\tHP\t840\tSN9\tbroken_quotes", "14\t\tHP\t840"]
    )  # fmt: skip
    found = read_lines(lines, {})
    assert [(one.row, one.column, one.code, dict(one.params)) for one in found.refused] == [
        (9, "serial", "serial_twice", {"row": 7}),
        (11, "type", "kind_unknown", {"value": "TV"}),
        (12, "maker", "too_long", {"limit": 80}),
        (13, "type", "broken", {}),
        (14, "type", "kind_missing", {}),
    ]
    assert set(found.unknown) == {"TV", ""}


def test_chosen_kind_holds_for_every_row_with_the_word() -> None:
    lines = "Type\tSerial\nBox\tA1\nbox\tA2\nTV\tA3"
    found = read_lines(lines, {"box": "desktop", "tv": SKIP})
    assert [one.kind for one in found.units] == ["desktop", "desktop"]
    assert [one.code for one in found.refused] == ["left_out"]


def test_units_in_the_house_are_refused_with_their_tag() -> None:
    found = read_lines("Type\tSerial\nLaptop\tAA-1\nLaptop\tBB-2\nLaptop\tCC-3", {})
    found.refuse_known({"AA1": ("7KQM-2R9X", False), "CC3": ("8KQM-2R9X", True)})
    assert [one.serial for one in found.units] == ["BB-2"]
    assert [one.sentence % one.params for one in found.refused] == [
        "It is here already, as device 7KQM-2R9X.",
        "It is promised already, as device 8KQM-2R9X. Scan it when it comes.",
    ]


def test_more_rows_than_we_take() -> None:
    assert len(read_lines("Type\n" + "Laptop\n" * MOST_ROWS, {}).units) == MOST_ROWS
    with pytest.raises(Invalid):
        read_lines("Type\n" + "Laptop\n" * (MOST_ROWS + 2), {})
    assert read_lines("", {}).units == []


def test_row_numbers_of_a_file_survive_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"Type,Make,Model,Serial\r\rLaptop,HP,840,5CD1\rLaptop,HP,840,5CD1\r")  # CR alone
    assert [(one.row, one.params["row"]) for one in _read(path).refused] == [(4, 3)]


@pytest.mark.parametrize(
    ("line", "kinds"),
    [("5 laptops", ["laptop"] * 5), ("3 x iPad, Apple", ["tablet"] * 3), ("2× monitor", ["monitor"] * 2),
     ("2 in 1 laptop", ["laptop"]), ("5 laptops, HP, 840, 5CD1", ["laptop"]), ("0 laptops", []),
     ("4 computadoras portátiles", ["laptop"] * 4), ("2 máy tính bảng", ["tablet"] * 2),
     ("3 笔记本电脑", ["laptop"] * 3)],
)  # fmt: skip
def test_so_many_of_a_kind_are_that_many(line: str, kinds: list[str]) -> None:
    assert [one.kind for one in read_lines(line, {}).units] == kinds


@pytest.mark.parametrize("lines", ["9999 laptops", "1500 laptops\n1500 tablets", "99999 laptops\n" * 50])
def test_so_many_lines_are_bounded(lines: str) -> None:
    with pytest.raises(Invalid):
        read_lines(lines, {}, most=MOST_PUBLIC)
