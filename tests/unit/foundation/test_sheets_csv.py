"""Text files as partners send them: encodings, delimiters, line endings, broken quotes, hostile bytes."""

import csv
import io
import json
import time
import unicodedata

import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st

from digital_inclusion.foundation.sheets import Limits, Sheet, SheetError, open_sheet
from tests.support.shared import shared_file, shared_files

SPANISH = ["José Núñez", "María Peña", "Ángel Ibáñez"]
VIETNAMESE = ["Nguyễn Văn An", "Trần Thị Hòa", "Phạm Bưởi", "Đỗ Mười"]
SIMPLIFIED = ["王伟", "李娜", "张敏", "刘洋"]
TRADITIONAL = ["陳美玲", "張偉", "黃志明", "劉德華"]


def opened(data: bytes, **options: object) -> Sheet:
    return open_sheet(io.BytesIO(data), "upload.csv", **options)  # type: ignore[arg-type]


def code_of(data: bytes, **options: object) -> str:
    with pytest.raises(SheetError) as caught:
        list(opened(data, **options))
    assert caught.value.sentence
    return caught.value.code


def cells(data: bytes) -> list[list[str]]:
    return [row.cells for row in opened(data)]


def stored(text: str, encoding: str) -> bytes:
    """Encode as the system that has this encoding would; CP1258 keeps tone marks apart."""
    if encoding != "cp1258":
        return text.encode(encoding)
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = ""
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
        out += base + "".join(p for p in parts if p in tones)
    return out.encode(encoding)


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (names, encoding)
        for names, encodings in (
            (SPANISH, ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman")),
            (VIETNAMESE, ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258")),
            (SIMPLIFIED, ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030")),
            (TRADITIONAL, ("utf-8", "utf-16", "utf-16-be", "big5")),
            (["O’Brien", "Smith – Jones"], ("utf-8", "utf-16", "cp1252", "mac_roman")),
        )
        for encoding in encodings
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_and_delimiter(names: list[str], encoding: str, delimiter: str) -> None:
    for chosen in (names, *([name] for name in names)):
        rows = [["name", "zip", "phone"], *([name, "95112", "4085551234"] for name in chosen)]
        text = "".join(delimiter.join(row) + "\r\n" for row in rows)
        found = cells(stored(text, encoding))
        assert [row[0] for row in found] == chosen


def _fits(name: str, encoding: str) -> bool:
    try:
        return bool(stored(name, encoding))
    except UnicodeEncodeError:
        return False


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("es_MX", "cp1252"), ("es_MX", "mac_roman"), ("fr_FR", "cp1252"), ("pt_BR", "cp1252"), ("pt_BR", "mac_roman"),
        ("vi_VN", "cp1258"), ("zh_CN", "gb18030"), ("zh_TW", "big5"),
    ],
)  # fmt: skip
def test_fifty_names_tell_their_encoding(language: str, encoding: str) -> None:
    faker = Faker(language)
    faker.seed_instance(20261122)
    for _ in range(10):
        names = [name for _ in range(50) if _fits(name := faker.name(), encoding)]
        data = stored("name,zip\r\n" + "".join(f"{name},95112\r\n" for name in names), encoding)
        assert [row[0] for row in cells(data)] == names


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_endings(end: str) -> None:
    data = end.join(["name,zip", "Ana,95112", "Bo,95113"]).encode()
    assert cells(data) == [["Ana", "95112"], ["Bo", "95113"]]


def test_mixed_line_endings_and_blank_lines_keep_the_numbers_a_person_sees() -> None:
    sheet = opened(b"name,zip\r\nAna,95112\n\n\rBo,95113\r,\nCy,95114")
    assert [(row.number, row.cells[0]) for row in sheet] == [(2, "Ana"), (5, "Bo"), (7, "Cy")]


def test_a_cell_over_two_lines_is_one_row() -> None:
    sheet = opened(b'name,note,zip\nAna,"first\nsecond",95112\nBo,x,95113\n')
    assert [(row.number, row.cells[1], row.note) for row in sheet] == [(2, "first\nsecond", ""), (3, "x", "")]


def test_a_quote_never_closed_costs_one_row() -> None:
    lines = ["name,note,zip", 'Ana,"oops,95112', *(f"Bo {n},x,951{n:02}" for n in range(500))]
    rows = list(opened("\n".join(lines).encode()))
    assert len(rows) == 501
    assert rows[0].note == "broken_quotes" and rows[0].cells == ["Ana", '"oops', "95112"]
    assert rows[-1].number == 502 and rows[-1].cells[0] == "Bo 499"


def test_a_stray_quote_that_meets_another_later() -> None:
    data = b'name,note,zip\nAna,"x,95112\nBo,y,95113\nCy,z",95114\nDi,w,95115\n'
    assert [row.cells[0] for row in opened(data)] == ["Ana", "Bo", "Cy", "Di"]


@pytest.mark.parametrize(
    "record",
    [
        'Ana Lopez,1980-01-01,"12 Main St\nSan Jose",408-555-1234',  # cells missing at the end
        'Ana Lopez,1980-01-01,"12 Main St, Apt 4, San Jose, CA\n95112",408-555-1234,',
        'Ana Lopez,1980-01-01,"12 Main St\n\n, Apt 4, B, C, D\nSan Jose",408-555-1234,note',
        'Ana Lopez,1980-01-01,"12 Main ""St""\nSan Jose"',
    ],
)
def test_a_cell_over_several_lines_makes_no_second_row(record: str) -> None:
    stray = "Di,1982-01-01,2 Elm St,408-555-9997,x,a stray cell"
    data = f"Name,DOB,Address,Phone,Notes\n{record}\nBo Li,1970-01-01,9 Elm St,408-555-9999,x\n{stray}\n"
    rows = list(opened(data.encode()))
    assert [row.cells[0] for row in rows] == ["Ana Lopez", "Bo Li", "Di"]
    assert [row.note for row in rows] == ["", "", ""]
    assert "\n" in rows[0].cells[2]


def test_two_stray_quotes_swallow_nothing() -> None:
    data = b'id,name,born,city\nA1,"Ana,1980,x\nB1,Bo,15",y\nC1,Cy,1981,z\n'
    assert [row.cells[0] for row in opened(data)] == ["A1", "B1", "C1"]


def test_nothing_but_unclosed_quotes_costs_little() -> None:
    data = b"Client ID,Name\n" + b"G1,Ana Person\n" * 70 + b'"a","\n' * 16_000
    began = time.process_time()
    assert sum(1 for _ in opened(data)) == 16_070
    assert time.process_time() - began < 6


def test_quotes_inside_an_unquoted_cell() -> None:
    assert cells(b'name,model\nAna,13" Macbook\nBo,"13"" Air"\n') == [["Ana", '13" Macbook'], ["Bo", '13" Air']]


def test_excel_separator_line() -> None:
    sheet = opened(b"sep=;\r\nname;zip\r\nAna, B;95112\r\n")
    assert [(row.number, row.cells) for row in sheet] == [(2, ["Ana, B", "95112"])]


def test_one_pasted_byte_does_not_spoil_a_utf8_file() -> None:
    data = "name,zip\nNguyễn Văn An,95112\nTrần Thị,95112\n".encode() + "José,95112\n".encode("cp1252")
    assert [row[0] for row in cells(data)] == ["Nguyễn Văn An", "Trần Thị", "José"]


@pytest.mark.parametrize(
    ("names", "encoding"),
    [(SPANISH, "mac_roman"), (VIETNAMESE, "cp1258"), (SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5")],
)
@pytest.mark.parametrize("ahead", [6_000, 30_000])
def test_names_late_in_a_long_file_tell_its_encoding(names: list[str], encoding: str, ahead: int) -> None:
    plain = "".join(f"R{n},Ana Lopez Number,{n} Main Street\n" for n in range(ahead))
    late = "".join(f"Z{n},{name},{n} Elm Street\n" for n, name in enumerate(names * 10))
    rows = opened(stored(f"id,name,address\n{plain}{late}", encoding))
    assert [row.cells[1] for row in rows][ahead:] == names * 10


def test_a_mark_of_utf_16_that_does_not_come_first() -> None:
    assert code_of(b"\n\xfe\xff" + b"\x01" * 49) in {"encoding_unknown", "only_header"}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_the_character_one_does_not_hide_utf_16(encoding: str) -> None:
    text = "Client ID,姓名,出生日期\nA1,王一一,1980-01-02\nA2,李一,1981-01-02\n"
    assert [row[1] for row in cells(text.encode(encoding))] == ["王一一", "李一"]


@pytest.mark.parametrize("path", shared_files("attack/csv-spectrum/csvs/*.csv"), ids=lambda path: path.stem)
def test_csv_spectrum(path: object) -> None:
    name = path.stem  # type: ignore[attr-defined]
    expected = json.loads(shared_file(f"attack/csv-spectrum/json/{name}.json").read_text("utf-8"))
    expected = expected if isinstance(expected, list) else [expected]
    with open_sheet(shared_file(f"attack/csv-spectrum/csvs/{name}.csv")) as sheet:
        found = [dict(zip(sheet.headers, row.cells, strict=True)) for row in sheet]
    if name == "location_coordinates":  # the published JSON has another phone number than its CSV
        for row in (*expected, *found):
            row.pop("Contact Phone Number")
    assert [{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in found] == [
        {k: v.replace("\r\n", "\n") for k, v in row.items()} for row in expected
    ]


@pytest.mark.parametrize("path", shared_files("uploads/*.csv") + shared_files("persons/*.csv"), ids=lambda p: p.name)
def test_real_files_read_like_the_csv_module(path: object) -> None:
    with open_sheet(path) as sheet:  # type: ignore[arg-type]
        assert sheet.csv_format
        text = path.read_text("utf-8-sig")  # type: ignore[attr-defined]
        plain = list(csv.reader(io.StringIO(text), delimiter=sheet.csv_format.delimiter))
        assert sheet.header.rows == (1,)
        assert [row.cells for row in sheet] == [row for row in plain[1:] if any(row)]


def test_two_header_rows_of_which_one_groups() -> None:
    data = (
        b"Household,,,Device 1,,Device 2,\n"
        b"Name,Birth date,Phone,Kind,Date,Kind,Date\n"
        b"Ana,1980-01-01,4085551234,laptop,2026-01-02,,\n"
        b"Bo,1981-01-01,4085551235,tablet,2026-01-03,laptop,2026-02-03\n"
    )
    sheet = opened(data)
    assert sheet.header.rows == (1, 2)
    assert sheet.headers[3:] == ["Device 1 / Kind", "Device 1 / Date", "Device 2 / Kind", "Device 2 / Date"]
    assert len(list(sheet)) == 2


@pytest.mark.parametrize("first", ["Guadalupe River camp,no phone,unknown", "a friend,call sister,ask her"])
def test_person_of_whom_only_words_are_known_is_no_header(first: str) -> None:
    data = f"Name,Address,Phone,DOB\nAna Lopez,{first}\n" + "Bo Li,9 Elm St,408-555-9999,1970-01-01\n" * 3
    assert [row.cells[0] for row in opened(data.encode())] == ["Ana Lopez", "Bo Li", "Bo Li", "Bo Li"]


def test_titles_above_the_header() -> None:
    data = b"Catholic Charities intake,,\nSpring 2026,,\n,,\nName,DOB,ZIP\nAna,1980-01-01,95112\n"
    sheet = opened(data)
    assert sheet.header.rows == (4,) and sheet.headers == ["Name", "DOB", "ZIP"]


def test_no_header_at_all() -> None:
    sheet = opened(b"Ana,1980-01-01,95112\nBo,1981-01-01,95113\n")
    assert sheet.header.rows == () and sheet.headers == ["Column A", "Column B", "Column C"]
    assert len(list(sheet)) == 2


def test_header_rows_named_by_a_person() -> None:
    data = b"a,b\nName,ZIP\nAna,95112\n"
    assert opened(data, header_rows=[2]).headers == ["Name", "ZIP"]
    assert len(list(opened(data, header_rows=[]))) == 3


def test_equal_and_empty_headers_get_names_of_their_own() -> None:
    sheet = opened(b"Name,Phone,,Phone\nAna,1,x,2\n")
    assert sheet.headers == ["Name", "Phone", "Column C", "Phone (2)"]
    assert opened(b"Name,Phone,Phone (2),Phone\nAna,1,2,3\n").headers == ["Name", "Phone", "Phone (2)", "Phone (3)"]


@pytest.mark.parametrize("sign", ["^", "~", ":"])
def test_odd_delimiters(sign: str) -> None:
    lines = ("Client ID,Name,Address", "A1,Ana,1 Main St", "A2,Bo,2 Main St")
    assert cells("\n".join(lines).replace(",", sign).encode()) == [
        ["A1", "Ana", "1 Main St"],
        ["A2", "Bo", "2 Main St"],
    ]
    assert cells(b"Name,At\nAna,10:30\nBo,11:30\n") == [["Ana", "10:30"], ["Bo", "11:30"]]


@pytest.mark.parametrize("sign", ['"', "a", "\\", "'"])
def test_excel_separator_that_is_none(sign: str) -> None:
    assert sum(1 for _ in opened(f"sep={sign}\nName,DOB\nAna,1980-01-01\n".encode())) >= 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "file_empty"),
        (b"name,zip\r\n", "only_header"),
        (b"name,zip\r\nAn\x00a,95112\r\n", "nul_bytes"),
        (b"\xef\xbb\xbfname,zip\r\nAn\x00a,95112\r\n", "nul_bytes"),
        (b"name,zip\r\nAna," + b"x" * 10_000_000, "cell_too_long"),
        (b'name,zip\r\nAna,"' + b"x\n" * 1_500_000 + b'"', None),
        (b"%PDF-1.7\n1 0 obj", "not_a_sheet"),
        (b"\x89PNG\r\n\x1a\n", "not_a_sheet"),
        (b"<!DOCTYPE html><table><tr><td>a", "not_a_sheet"),
        (b'{"a": [1, 2]}', "not_a_sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"PK\x03\x04 and nothing more", "corrupt_workbook"),
        ((",".join(["x"] * 1200) + "\n").encode() * 2, "too_many_columns"),
    ],
)
def test_hostile_files(data: bytes, code: str | None) -> None:
    if code is None:  # a quote that never meant to open: line by line, nothing swallowed
        assert sum(1 for _ in opened(data)) > 1_000_000
    else:
        assert code_of(data) == code


def test_limits_are_checked_before_reading() -> None:
    assert code_of(b"name,zip\nAna,95112\n", limits=Limits(file_bytes=5)) == "file_too_large"
    assert code_of(b"name,zip\nAna,95112\nBo,95113\n", limits=Limits(rows=2)) == "too_many_rows"


@given(st.binary(max_size=2000))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_rows_or_a_sheet_error(data: bytes) -> None:
    try:
        list(opened(data))
    except SheetError as error:
        assert error.sentence


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=5), min_size=1, max_size=8))
@settings(deadline=None)
def test_any_text_in_any_cell(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["name", "zip"], *rows])
    try:
        list(opened(text.getvalue().encode("utf-8", "surrogatepass")))
    except SheetError as error:
        assert error.code in ("nul_bytes", "only_header", "encoding_unknown")
