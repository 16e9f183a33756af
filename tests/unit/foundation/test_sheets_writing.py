"""Files we give out: nothing runs, numbers stay numbers, a bad-rows file is the same file plus a column."""

import csv
import io
import json
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from digital_inclusion.foundation.sheets import (
    neutralize,
    open_sheet,
    with_reasons,
    write_csv,
    write_without_columns,
    write_xlsx,
)
from tests.support.shared import shared_file
from tests.unit.foundation.test_sheets_xlsx import workbook

FORMULAS = [
    "=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "＋1+x", "－1x", "＠SUM(1)", "  =1",
    "\u00a0=1", "\u200b=HYPERLINK()", "-", "\n=1",
]  # fmt: skip


def as_csv(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    write_csv(rows, out)  # type: ignore[arg-type]
    return out.getvalue()


def as_xlsx(rows: list[list[object]]) -> io.BytesIO:
    out = io.BytesIO()
    write_xlsx(rows, out)  # type: ignore[arg-type]
    return out


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_neutralized(text: str) -> None:
    assert neutralize(text) == f"'{text}"
    assert next(csv.reader(io.StringIO(as_csv([[text]]).decode("utf-8-sig"), newline=""))) == [f"'{text}"]
    cell = openpyxl.load_workbook(as_xlsx([[text]])).active["A1"]
    assert cell.data_type == "s" and cell.value.startswith("'")


@pytest.mark.parametrize("text", ["-5", "+14085551234", "-1,234.50", "12%", "Ana", "", "3=4", "José"])
def test_numbers_and_text_stay(text: str) -> None:
    assert neutralize(text) == text


def test_published_payloads() -> None:
    for line in shared_file("attack/csv-injection-payloads.txt").read_text().splitlines():
        assert neutralize(line)[0] not in "=+-@\t\r"


def test_naughty_strings_come_back_from_both_formats() -> None:
    naughty = json.loads(shared_file("attack/blns.json").read_text("utf-8"))
    rows = [["number", "text"], *([number, text] for number, text in enumerate(naughty, 1))]
    back = open_sheet(io.BytesIO(as_csv(rows)))
    assert [row.cells[1] for row in back] == [neutralize(text) for text in naughty]
    assert len(list(open_sheet(as_xlsx(rows)))) == len(naughty)


def test_types_survive_a_workbook() -> None:
    page = openpyxl.load_workbook(as_xlsx([["a", "b", "c", "d"], [1.5, date(2026, 1, 2), True, None]])).active
    assert page["A2"].value == 1.5 and page["B2"].value.date() == date(2026, 1, 2)
    assert page["C2"].value is True and page["D2"].value is None


BAD = {3: ["The date does not exist.", "The phone number has letters."]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman"])
@pytest.mark.parametrize(("delimiter", "end"), [(",", "\r\n"), (";", "\n"), ("\t", "\r")])
def test_bad_rows_come_back_as_the_same_text_file(encoding: str, delimiter: str, end: str) -> None:
    rows = [["Nombre", "Año", "ZIP"], ["José", "1980", "95112"], ["Núñez", "x", "95113"], ["Peña", "1", "95114"]]
    data = (end.join(delimiter.join(row) for row in rows) + end).encode(encoding)
    back = with_reasons(open_sheet(io.BytesIO(data)), BAD)
    reason = "The date does not exist. | The phone number has letters."
    kept = [[*rows[0], "Reasons"], [*rows[2], reason]]
    assert back == (end.join(delimiter.join(row) for row in kept) + end).encode(encoding)


def test_vietnamese_bad_rows_are_stored_as_they_came() -> None:
    data = b"name,zip\r\nNguy\xea\xden V\xe3n An,95112\r\n"  # CP1258: the tone mark stands apart
    back = with_reasons(open_sheet(io.BytesIO(data)), {2: ["Điện thoại?"]})
    assert back == b"name,zip,Reasons\r\nNguy\xea\xden V\xe3n An,95112,\xd0i\xea\xf2n thoa\xf2i?\r\n"


def test_letters_the_encoding_lacks_lose_their_accents() -> None:
    back = with_reasons(open_sheet(io.BytesIO("name,zip\r\nPeña,1\r\n".encode("cp1252"))), {2: ["Đường ổ 王"]})
    assert back.decode("cp1252").endswith(",Duong ô ?\r\n")


def test_titles_two_headers_and_quotes_stay() -> None:
    data = b'"Intake"\n"name","zip"\n"Ana","95112"\n"Bo","x"\n'
    back = with_reasons(open_sheet(io.BytesIO(data)), {4: ["Not a ZIP."]})
    assert back.endswith(b'"name","zip","Reasons"\n"Bo","x","Not a ZIP."\n')


def test_bad_rows_of_a_workbook_keep_types_and_sheet() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Clients"
    page.append(["name", "born", "phone", "code"])
    page.append(["Ana", date(1980, 1, 2), 4085551234, "007"])
    page.append(["=cmd", date(1981, 3, 4), 4085551235, "008"])
    page["A3"].data_type = "s"  # given as text, like "=cmd" typed behind an apostrophe
    out = io.BytesIO()
    book.save(out)
    back = openpyxl.load_workbook(io.BytesIO(with_reasons(open_sheet(out), {3: ["Not a name."]})))
    assert back.sheetnames == ["Clients"]
    header, row = back.active.iter_rows(values_only=True)
    assert header == ("name", "born", "phone", "code", "Reasons")
    assert row[0] == "'=cmd" and row[1].date() == date(1981, 3, 4)
    assert row[2:] == (4085551235, "008", "Not a name.")


def test_a_copy_without_some_columns_keeps_rows_and_places() -> None:
    data = b"name,SSN,zip\r\n\r\nAna,123-45-6789,95112\r\nBo,,95113\r\n"
    out = io.BytesIO()
    write_without_columns(open_sheet(io.BytesIO(data)), {1}, out)
    assert out.getvalue() == b"name,SSN,zip\r\n\r\nAna,,95112\r\nBo,,95113\r\n"
    book = openpyxl.Workbook()
    book.active.append(["name", "SSN"])
    book.active.append([None, None])
    book.active.append(["Ana", 123456789])
    source, copy = io.BytesIO(), io.BytesIO()
    book.save(source)
    write_without_columns(open_sheet(source), {1}, copy)
    assert b"123456789" not in copy.getvalue()
    assert [(row.number, row.cells) for row in open_sheet(copy)] == [(3, ["Ana", ""])]


@pytest.mark.parametrize("since", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_a_copy_says_what_the_original_said(since: datetime) -> None:
    book = openpyxl.Workbook()
    book.epoch = since
    page = book.active
    page.title = " History\t".strip()
    page.append(["household", "name", "born", "ssn", "at", "zip"])
    page.append(["H1", "Ana", date(1980, 2, 29), "a secret", datetime(2026, 1, 2, 13, 30), 2139])
    page.append([None, "Kid", date(2012, 2, 29), None, 0.25, True])
    page.append([None, None, None, None, None, None])
    page.append(["H2", "=1+1", None, "a secret", None, 1234567890123456])
    page["F2"].number_format = "00000"
    page["E3"].number_format = "hh:mm"
    page["B5"].data_type = "s"
    page.merge_cells("A2:A4")
    page.merge_cells("D2:D3")
    source, copy = io.BytesIO(), io.BytesIO()
    book.save(source)
    original = open_sheet(source)
    name = write_without_columns(original, [3], copy)
    assert name == "Data"  # Excel accepts no sheet named History
    copied = open_sheet(copy, worksheet=name)
    expected = [(row.number, [*row.cells[:3], "", *row.cells[4:]]) for row in original]
    assert [(row.number, [text.removeprefix("'") for text in row.cells]) for row in copied] == expected
    assert expected[1][1][0] == "H1" and expected[0][1][2] == "1980-02-29"


def test_digits_that_no_number_keeps_stay() -> None:
    cells = "".join(f"<c><v>{text}</v></c>" for text in ("12345678901234567890", "007", "7"))
    row = "<row><c t='str'><v>a</v></c><c t='str'><v>b</v></c><c t='str'><v>c</v></c></row>"
    copy = io.BytesIO()
    write_without_columns(
        open_sheet(workbook(f"<worksheet><sheetData>{row}<row>{cells}</row></sheetData></worksheet>")), [], copy
    )
    assert next(iter(open_sheet(copy))).cells == ["12345678901234567890", "007", "7"]


def test_a_real_workbook_of_bad_rows_reads_again() -> None:
    with open_sheet(shared_file("uploads/invalid_rows.xlsx")) as sheet:
        back = open_sheet(io.BytesIO(with_reasons(sheet, {5: ["a"], 9: ["b", "c"]})))
        assert back.header.rows == (1, 2) and [row.cells[-1] for row in back] == ["a", "b | c"]
        assert back.headers[:-1] == sheet.headers


@given(st.lists(st.lists(st.text(max_size=10), min_size=3, max_size=3), min_size=1, max_size=6))
@settings(deadline=None)
def test_nothing_written_starts_a_formula(rows: list[list[str]]) -> None:
    for row in csv.reader(io.StringIO(as_csv([*rows]).decode("utf-8-sig"), newline="")):  # type: ignore[list-item]
        for cell in row:
            assert not cell.lstrip().startswith(("=", "@", "＝", "＠"))
    as_xlsx([*rows])  # type: ignore[list-item]
