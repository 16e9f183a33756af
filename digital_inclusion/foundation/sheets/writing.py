"""Writing CSV and XLSX row by row. No cell of ours ever starts a formula in somebody's spreadsheet."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

import xlsxwriter

Value = str | int | float | bool | Decimal | date | datetime | None

# What a spreadsheet program takes for a formula, also in full width, also behind spaces and invisible signs.
_STARTERS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_DANGEROUS = re.compile(
    "^(?:[\t\r\n\uff1d\uff0b\uff0d\uff20=+\\-@]|[\\s\x00-\x1f\u00a0\u200b-\u200f\u2060\ufeff]+[\uff1d\uff0b\uff0d\uff20=+\\-@])"
)
_NUMBER = re.compile(r"^[+-]?\d+(?:[.,]\d+)*%?$")
_ILLEGAL_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_CELL = 32_767


def neutralize(text: str) -> str:
    """Return ``text`` so that no spreadsheet program runs it: an apostrophe before anything like a formula.

    Numbers stay as they are, also signed ones ("-5", "+14085551234").
    """
    if text and _DANGEROUS.match(text) and not _NUMBER.match(text):
        return f"'{text}"
    return text


def plain(value: Value) -> str | int | float | Decimal:
    """Return ``value`` as a CSV cell shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return neutralize(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else value


def write_csv(rows: Iterable[Sequence[Value]], out: BinaryIO, *, delimiter: str = ",", bom: bool = True) -> None:
    """Write rows as UTF-8 CSV, with a mark by default so that Excel reads the accents."""
    if bom:
        out.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(out, "utf-8", "backslashreplace", newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    try:
        writer.writerows([plain(value) for value in row] for row in rows)
    finally:
        text.detach()


class Workbook:
    """An XLSX file of one worksheet, written row by row: one row in memory."""

    def __init__(
        self, out: BinaryIO, sheet_name: str, *, since_1904: bool = False, created: datetime | None = None
    ) -> None:
        """Begin; ``since_1904``: the days written as numbers are counted from 1904, as old Macs did.

        ``created``: when, as the file says of itself; without it now, so that no two files are the same.
        """
        self._book = xlsxwriter.Workbook(
            out,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "date_1904": since_1904,
            },
        )
        if created is not None:
            self._book.set_properties({"created": created})
        self.sheet_name = _sheet_name(sheet_name)
        self._sheet = self._book.add_worksheet(self.sheet_name)
        self._formats: dict[str, object] = {}

    def write(self, row: int, column: int, value: Value, number_format: str = "") -> None:
        """Write one cell; rows and columns count from 0 and must ascend by row."""
        if value is None or value == "":
            return
        style = self._style(number_format or _default_format(value))
        if isinstance(value, str):
            text = _ILLEGAL_XML.sub("", neutralize(value))[:_LONGEST_CELL]
            self._sheet.write_string(row, column, text)
        elif isinstance(value, bool):
            self._sheet.write_boolean(row, column, value)
        elif isinstance(value, date):
            self._sheet.write_datetime(row, column, value, style)
        else:
            self._sheet.write_number(row, column, float(value), style)

    def close(self) -> None:
        """Finish the file."""
        self._book.close()

    def _style(self, number_format: str) -> object:
        if not number_format or number_format == "General":
            return None
        if number_format not in self._formats:
            self._formats[number_format] = self._book.add_format({"num_format": number_format})
        return self._formats[number_format]


def write_xlsx(
    rows: Iterable[Sequence[Value]], out: BinaryIO, *, sheet_name: str = "Data", created: datetime | None = None
) -> None:
    """Write rows as a workbook of one worksheet. Numbers and dates stay numbers and dates."""
    book = Workbook(out, sheet_name, created=created)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            book.write(number, column, value)
    book.close()


def _default_format(value: Value) -> str:
    if isinstance(value, datetime):
        return "yyyy-mm-dd hh:mm:ss"
    return "yyyy-mm-dd" if isinstance(value, date) else ""


def _sheet_name(name: str) -> str:
    """Return a name Excel accepts."""
    cleaned = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31]
    return cleaned if cleaned and cleaned.lower() != "history" else "Data"
