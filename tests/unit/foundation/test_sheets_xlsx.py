"""Workbooks as partners send them, and as attackers would."""

import io
import time
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digital_inclusion.foundation.sheets import Limits, Sheet, SheetError, open_sheet
from tests.support.shared import shared_file

RELS = '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
BOOK = '<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'


def workbook(sheet: str | bytes, **parts: str) -> io.BytesIO:
    """Return a workbook whose only sheet is the given XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, text in parts.items():
            archive.writestr(f"xl/{name}.xml", text)
    return out


def saved(book: openpyxl.Workbook) -> io.BytesIO:
    out = io.BytesIO()
    book.save(out)
    return out


def code_of(source: io.BytesIO, **options: object) -> str:
    with pytest.raises(SheetError) as caught:
        list(open_sheet(source, "upload.xlsx", **options))  # type: ignore[arg-type]
    return caught.value.code


def first(sheet: Sheet) -> list[str]:
    return next(iter(sheet)).cells


def test_values_as_a_person_sees_them() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["phone", "zip", "born", "at", "yes", "price", "zip4", "text", "big"])
    page.append(
        [4085551234.0, 2139, date(1980, 2, 29), datetime(2026, 1, 2, 13, 30), True, 14.949999999999999]
        + [951120001, "007", 12345678901234567890]
    )
    page["B2"].number_format = "00000"
    page["G2"].number_format = "00000-0000"
    assert first(open_sheet(saved(book))) == [
        "4085551234", "02139", "1980-02-29", "2026-01-02 13:30:00", "TRUE", "14.95", "95112-0001", "007",
        "12345678901234569216",
    ]  # fmt: skip


def test_days_counted_from_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["name", "born"])
    book.active.append(["Ana", date(1980, 2, 29)])
    assert first(open_sheet(saved(book)))[1] == "1980-02-29"


def test_hidden_rows_empty_columns_and_row_numbers() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["name", None, "zip"])
    page.append([None])
    page.append(["Ana", None, 95112])
    page.append(["Bo", None, 95113])
    page.row_dimensions[4].hidden = True
    rows = list(open_sheet(saved(book)))
    assert [(row.number, row.note, row.cells) for row in rows] == [
        (3, "", ["Ana", "", "95112"]),
        (4, "hidden", ["Bo", "", "95113"]),
    ]


def test_cells_merged_downwards_repeat_and_group_headers_join() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["Household", None, "Device 1", None])
    page.append(["Number", "Name", "Kind", "Date"])
    page.append([7, "Ana", "laptop", date(2026, 1, 2)])
    page.append([None, "Bo", None, None])
    page.append([8, "Cy", "tablet", date(2026, 1, 3)])
    page.merge_cells("A1:B1")
    page.merge_cells("C1:D1")
    page.merge_cells("A3:A4")
    sheet = open_sheet(saved(book))
    assert sheet.headers == ["Household / Number", "Household / Name", "Device 1 / Kind", "Device 1 / Date"]
    assert [row.cells[:2] for row in sheet] == [["7", "Ana"], ["7", "Bo"], ["8", "Cy"]]


def test_cached_values_of_formulas_and_formulas_never_computed() -> None:
    xml = (
        '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>sum</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"A"</f><v>Ana</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>"B"</f></c><c r="B3"><v>3</v></c></row></sheetData></worksheet>'
    )
    rows = list(open_sheet(workbook(xml)))
    assert rows[0].cells == ["Ana", "2"]
    assert rows[1].note == "formula_without_value"


def test_worksheet_most_like_a_table_or_the_one_asked_for() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["Fill in the second sheet."])
    table = book.create_sheet("Clients")
    table.append(["name", "zip"])
    for number in range(20):
        table.append([f"Ana {number}", 95112])
    secret = book.create_sheet("Old")
    secret.sheet_state = "hidden"
    for number in range(50):
        secret.append(["a", "b", "c", number])
    out = saved(book)
    assert open_sheet(out).worksheet == "Clients"
    assert open_sheet(out).worksheets == ("Read me", "Clients", "Old")
    assert open_sheet(out, worksheet="Old").worksheet == "Old"
    assert code_of(out, worksheet="None") == "unknown_worksheet"


def test_hope_registration_workbooks() -> None:
    with open_sheet(shared_file("uploads/rdi_import_50_hh_50_ind.xlsx")) as sheet:
        assert sheet.worksheet == "Individuals" and sheet.header.rows == (1,)
        rows = list(sheet)
        assert len(rows) == 208 and rows[0].number == 3
        row = dict(zip(sheet.headers, rows[0].cells, strict=True))
        assert row["birth_date_i_c"] == "2013-03-02" and row["household_id"] == "1092128444"
    with open_sheet(shared_file("uploads/invalid_rows.xlsx")) as sheet:
        assert sheet.header.rows == (1, 2) and sheet.headers[0] == "household_id"
        assert sheet.header.second[0] == "Household ID - string"
        assert next(iter(sheet)).number == 3


def test_numbers_of_a_device_list() -> None:
    with open_sheet(shared_file("uploads/placeholder_test.xlsx")) as sheet:
        assert first(sheet)[2] == "12345678"


ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("<worksheet><sheetData>" + ROW + "<row r='2'><c r='XFD2'><v>1</v></c></row></sheetData></worksheet>",
         "too_many_columns"),
        ("<worksheet><sheetData>" + ROW + ROW + "</sheetData></worksheet>", "corrupt_workbook"),
        ("<worksheet><sheetData>" + ROW, "corrupt_workbook"),
        ("not xml", "corrupt_workbook"),
        ("<!DOCTYPE a [<!ENTITY b 'x'>]><worksheet><sheetData>" + ROW + "</sheetData></worksheet>",
         "corrupt_workbook"),
        ("<worksheet><sheetData/></worksheet>", "file_empty"),
        ("<worksheet><sheetData><row r='1'><c r='A1' t='str'><v>" + "x" * 10_000_000 + "</v></c></row></sheetData>"
         "</worksheet>", "cell_too_long"),
        ("<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>-5</v></c></row></sheetData></worksheet>",
         "file_empty"),
    ],
)  # fmt: skip
def test_hostile_worksheets(xml: str, code: str) -> None:
    assert code_of(workbook(xml)) == code


def test_string_of_a_number_beyond_reason_is_none() -> None:
    rows = "<row><c t='str'><v>name</v></c><c t='str'><v>zip</v></c></row>"
    rows += f"<row><c t='str'><v>Ana</v></c><c t='s'><v>{'9' * 5000}</v></c></row>"
    assert first(open_sheet(workbook(f"<worksheet><sheetData>{rows}</sheetData></worksheet>"))) == ["Ana", ""]


def test_thousands_of_merged_areas_over_each_other_cost_little() -> None:
    row = "<row><c t='str'><v>Ana</v></c><c t='str'><v>x</v></c></row>"
    merges = "<mergeCells>" + '<mergeCell ref="A2:A900000"/>' * 50_000 + "</mergeCells>"
    sheet = open_sheet(workbook(f"<worksheet><sheetData>{row * 2000}</sheetData>{merges}</worksheet>"))
    began = time.process_time()
    assert sum(1 for _ in sheet) > 1990
    assert time.process_time() - began < 2


def test_far_away_rows_cost_nothing() -> None:
    far = "<row r='1048576'><c r='B1048576'><v>5</v></c></row>"
    rows = list(open_sheet(workbook(f"<worksheet><sheetData>{ROW}{far}</sheetData></worksheet>")))
    assert [row.number for row in rows] == [1, 1048576]


def test_more_strings_than_memory_is_given_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digital_inclusion.foundation.sheets.xlsx_package._STRINGS_IN_MEMORY", 1000)
    book = openpyxl.Workbook()
    book.active.append(["name", "note", "number"])
    for number in range(500):
        book.active.append([f"Nguyễn {number}", "same" if number % 2 else f"note {number}", number])
    rows = [row.cells for row in open_sheet(saved(book))]
    assert rows == [
        [f"Nguyễn {number}", "same" if number % 2 else f"note {number}", str(number)] for number in range(500)
    ]


def test_a_bomb_is_refused_by_its_directory() -> None:
    bomb = workbook(b"<worksheet>" + b" " * 60_000_000 + b"</worksheet>")
    assert bomb.getbuffer().nbytes < 1_000_000
    assert code_of(bomb) == "unpacks_too_large"
    assert code_of(workbook("<worksheet/>"), limits=Limits(unpacked_bytes=100)) == "unpacks_too_large"


def test_a_directory_that_lies_about_sizes() -> None:
    data = bytearray(workbook(b"<worksheet><sheetData>" + b"<row/>" * 100_000).getvalue())
    position = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[position + 24 : position + 28] = (50).to_bytes(4, "little")
    assert code_of(io.BytesIO(bytes(data))) == "corrupt_workbook"


@pytest.mark.parametrize(
    ("names", "code", "kind"),
    [
        (["content.xml", "mimetype"], "not_a_sheet", "opendocument"),
        (["[Content_Types].xml", "word/document.xml"], "not_a_sheet", "document"),
        (["[Content_Types].xml", "xl/workbook.bin"], "not_a_sheet", "xlsb"),
        (["Index/Tables.iwa"], "not_a_sheet", "numbers"),
        (["photo.jpg"], "not_a_sheet", "archive"),
        (["[Content_Types].xml", "xl/sharedStrings.xml"], "corrupt_workbook", None),
    ],
)
def test_other_packages(names: list[str], code: str, kind: str | None) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    with pytest.raises(SheetError) as caught:
        open_sheet(out)
    assert (caught.value.code, caught.value.params.get("kind")) == (code, kind)


def test_truncated_and_flipped_workbooks_never_crash() -> None:
    book = openpyxl.Workbook()
    for number in range(200):
        book.active.append([f"name {number}", number, date(2026, 1, 1)])
    whole = saved(book).getvalue()
    for end in range(0, len(whole), max(1, len(whole) // 40)):
        _read(whole[:end])
    for position in range(0, len(whole), max(1, len(whole) // 150)):
        broken = bytearray(whole)
        broken[position] ^= 0xFF
        _read(bytes(broken))


def _read(data: bytes) -> None:
    try:
        list(open_sheet(io.BytesIO(data)))
    except SheetError as error:
        assert error.sentence


def test_worksheet_named_a_thousand_times_is_read_once() -> None:
    rows = "".join(f"<row><c t='str'><v>name {number}</v></c></row>" for number in range(200))
    names = "".join(f'<sheet name="S{number}" sheetId="{number}" r:id="r1"/>' for number in range(1000))
    source = workbook(f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = f'<workbook xmlns:r="r"><sheets>{names}</sheets></workbook>'.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert open_sheet(out).worksheets == ("S0",)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_as_worksheet_styles_and_strings(data: bytes) -> None:
    sheet = b'<worksheet><sheetData><row><c t="s" s="1"><v>0</v></c></row>' + data
    text = data.decode("utf-8", "ignore")
    for source in (workbook(sheet), workbook(sheet, styles=text), workbook(ROW, sharedStrings=text)):
        _read(source.getvalue())


@given(st.lists(st.tuples(st.sampled_from(["n", "s", "b", "d", "e", "str", "?"]), st.text(max_size=8)), max_size=6))
@settings(deadline=None)
def test_any_text_in_any_kind_of_cell(values: list[tuple[str, str]]) -> None:
    from xml.sax.saxutils import escape

    def cell(kind: str, text: str) -> str:
        kept = "".join(char for char in text if char >= " " and not "\ud800" <= char <= "\udfff")
        return f'<c t="{kind}" s="1"><v>{escape(kept)}</v></c>'

    row = "".join(cell(kind, text) for kind, text in values)
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    xml = f"<worksheet><sheetData><row>{row}</row></sheetData></worksheet>"
    _read(workbook(xml.encode("utf-8", "ignore"), styles=styles).getvalue())
