"""Copies of an uploaded file: the bad rows with their reasons, or everything without some columns.

Both keep what the file was: format, encoding, delimiter, line ending, headers, order of columns.
"""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import BinaryIO, TypeVar

from .csv_source import CsvFormat, CsvSource
from .encodings import encode
from .rows import TypedCell
from .sheet import Sheet
from .writing import Workbook, neutralize
from .xlsx_source import XlsxSource

Reasons = Mapping[int, Sequence[str]]
_Keep = Callable[[int], bool]
_Cell = TypeVar("_Cell")


def with_reasons(sheet: Sheet, reasons: Reasons, *, header: str = "Reasons") -> bytes:
    """Return the bad rows of ``sheet`` as the same file plus a last column that says why."""
    out = io.BytesIO()
    write_with_reasons(sheet, reasons, out, header=header)
    return out.getvalue()


def write_with_reasons(
    sheet: Sheet, reasons: Reasons, out: BinaryIO, *, header: str = "Reasons", joiner: str = " | "
) -> None:
    """Write the rows named in ``reasons`` (by row number), below the headers as they were, plus one column."""
    column = max(len(sheet.headers), _widest(sheet, reasons))
    last = sheet.header.last_row
    extra = {number: joiner.join(texts) for number, texts in reasons.items() if number > last}
    if last:
        extra[last] = header

    def keep(number: int) -> bool:
        return number <= last or number in extra

    _Copy(sheet, out).run(keep, extra, column)


def write_without_columns(sheet: Sheet, columns: Collection[int], out: BinaryIO) -> str | None:
    """Write the whole table with the cells of ``columns`` emptied below the header; return its worksheet's name.

    Rows keep their numbers and columns their places, so that what is said about the copy is true of the original.
    """
    return _Copy(sheet, out, frozenset(columns)).run(lambda _: True, {}, 0)


def _widest(sheet: Sheet, reasons: Reasons) -> int:
    return max((len(row.cells) for row in sheet.source.rows() if row.number in reasons), default=0)


class _Copy:
    def __init__(self, sheet: Sheet, out: BinaryIO, emptied: frozenset[int] = frozenset()) -> None:
        self._sheet = sheet
        self._out = out
        self._emptied = emptied
        self._first = sheet.header.last_row + 1

    def run(self, keep: _Keep, extra: Mapping[int, str], column: int) -> str | None:
        """Write the rows to keep, each with its extra text in ``column``; return the name of the worksheet made."""
        source = self._sheet.source
        if isinstance(source, CsvSource):
            self._csv(source, keep, extra, column)
            return None
        return self._xlsx(source, keep, extra, column)

    def _csv(self, source: CsvSource, keep: _Keep, extra: Mapping[int, str], column: int) -> None:
        target = _CsvTarget(self._out, source.format)
        whole, at = not extra, 0
        for row in source.rows():
            if not keep(row.number):
                continue
            if whole:  # blank rows count, so that numbers stay
                target.blank(row.number - at - 1)
                at = row.number
            cells: list[str] = self._without(row.number, list(row.cells), "")
            if row.number in extra:
                cells += [""] * (column - len(cells)) + [extra[row.number]]
            target.write(cells)

    def _xlsx(self, source: XlsxSource, keep: _Keep, extra: Mapping[int, str], column: int) -> str:
        book = Workbook(self._out, source.part.name, since_1904=source.since_1904)
        whole, at = not extra, -1
        for number, cells in self._typed(source, keep):
            at = number - 1 if whole else at + 1
            for index, cell in enumerate(self._without(number, cells, TypedCell(""))):
                book.write(at, index, cell.value, cell.number_format)
            if number in extra:
                book.write(at, column, extra[number])
        book.close()
        return book.sheet_name

    def _typed(self, source: XlsxSource, keep: _Keep) -> Iterator[tuple[int, list[TypedCell]]]:
        for number, cells in source.typed_rows():
            if keep(number):
                yield number, cells

    def _without(self, number: int, cells: list[_Cell], empty: _Cell) -> list[_Cell]:
        if number >= self._first:
            for index in self._emptied:
                if index < len(cells):
                    cells[index] = empty
        return cells


class _CsvTarget:
    """Writes lines in the format of the original, mark and "sep=" line included."""

    def __init__(self, out: BinaryIO, original: CsvFormat) -> None:
        self._out = out
        self._format = original
        self._line = io.StringIO()
        self._writer = csv.writer(
            self._line,
            delimiter=original.delimiter,
            lineterminator=original.line_end,
            quoting=csv.QUOTE_ALL if original.quote_all else csv.QUOTE_MINIMAL,
        )
        out.write(original.encoding.bom)
        if original.separator_line:
            self._put(original.separator_line + original.line_end)

    def blank(self, count: int) -> None:
        self._put(self._format.line_end * count)

    def write(self, cells: Sequence[str]) -> None:
        self._writer.writerow([neutralize(cell) for cell in cells])
        self._put(self._line.getvalue())
        self._line.seek(0)
        self._line.truncate()

    def _put(self, text: str) -> None:
        self._out.write(encode(text, self._format.encoding.name))
