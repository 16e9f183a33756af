"""A table opened from a file, whatever it was written with: headers, rows, samples."""

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from .csv_source import CsvFormat, CsvSource
from .errors import DEFAULT_LIMITS, MEGABYTE, Limits, SheetError
from .headers import HEAD_ROWS, Header, find_header, header_from
from .rows import Row, Source
from .sniff import kind_of
from .xlsx_package import Package, SheetPart
from .xlsx_source import XlsxSource

_RANKED_ROWS = 100
_RANKED_SHEETS = 20  # looking into a worksheet costs time; a workbook may name thousands


class Sheet:
    """One table of a file. Iterating yields its data rows from the top, as often as asked, streaming."""

    def __init__(
        self,
        stream: BinaryIO,
        source: CsvSource | XlsxSource,
        *,
        owns: bool,
        worksheets: tuple[str, ...] = (),
        header_rows: Sequence[int] | None = None,
    ) -> None:
        self._stream = stream
        self._owns = owns
        self._source = source
        self.worksheets = worksheets
        self.header = self._read_header(source, header_rows)
        self.headers = list(self.header.names)

    @property
    def kind(self) -> str:
        """Return "csv" or "xlsx"."""
        return "csv" if isinstance(self._source, CsvSource) else "xlsx"

    @property
    def worksheet(self) -> str | None:
        """Return the name of the worksheet read, None for a text file."""
        return self._source.part.name if isinstance(self._source, XlsxSource) else None

    @property
    def csv_format(self) -> CsvFormat | None:
        """Return encoding, delimiter and line ending of a text file, None for a workbook."""
        return self._source.format if isinstance(self._source, CsvSource) else None

    @property
    def source(self) -> CsvSource | XlsxSource:
        """Return the reader below, for copies that need cells as stored."""
        return self._source

    def __iter__(self) -> Iterator[Row]:
        return self.rows()

    def rows(self, after: int = 0) -> Iterator[Row]:
        """Yield the data rows below row number ``after``, each at least as wide as the header."""
        first, width = max(after, self.header.last_row), len(self.headers)
        for row in self._source.rows():
            if row.number > first:
                if len(row.cells) < width:
                    row.cells.extend([""] * (width - len(row.cells)))
                yield row

    def samples(self, count: int = 200) -> list[list[str]]:
        """Return the cells of the first data rows, for matching columns and telling the order of dates."""
        return [row.cells for row in islice(self.rows(), count)]

    def estimate_rows(self) -> int:
        """Return about how many rows there are, for a progress bar."""
        return max(0, self._source.estimate_rows() - self.header.last_row)

    def close(self) -> None:
        """Close the file if it was opened here."""
        if self._owns:
            self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read_header(self, source: Source, header_rows: Sequence[int] | None) -> Header:
        head = list(islice(source.rows(), HEAD_ROWS))
        header = _header_of(head, header_rows)
        if isinstance(source, CsvSource):  # knowing the width, broken quotes are seen: look again
            source.width, source.widest = header.width, len(header.names)
            head = list(islice(source.rows(), HEAD_ROWS))
            header = _header_of(head, header_rows)
            source.width, source.widest = header.width, len(header.names)
        if not head:
            raise SheetError("file_empty")
        if head[-1].number <= header.last_row:
            raise SheetError("only_header")
        return header


def _header_of(head: list[Row], header_rows: Sequence[int] | None) -> Header:
    if header_rows is None:
        return find_header(head)
    return header_from([row for row in head if row.number in header_rows], head)


def open_sheet(
    source: str | os.PathLike[str] | BinaryIO,
    filename: str = "",
    *,
    worksheet: str | None = None,
    header_rows: Sequence[int] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Sheet:
    """Open a CSV or XLSX file as a table; raise SheetError with a code for anything else or damaged.

    What the file is, is told from its bytes; ``filename`` may be anything. Without ``worksheet`` the one most like
    a table is taken; without ``header_rows`` (numbers; empty for "there are none") they are found.
    """
    owns = isinstance(source, str | os.PathLike)
    if isinstance(source, str | os.PathLike):
        stream: BinaryIO = Path(source).open("rb")  # noqa: SIM115 - the sheet closes it
    else:
        stream = source
    try:
        _check_size(stream, limits)
        if kind_of(stream) == "csv":
            return Sheet(stream, CsvSource(stream, limits), owns=owns, header_rows=header_rows)
        package = Package(stream, limits)
        part = _choose(package, worksheet)
        names = tuple(sheet.name for sheet in package.sheets)
        return Sheet(stream, XlsxSource(package, part), owns=owns, worksheets=names, header_rows=header_rows)
    except BaseException:
        if owns:
            stream.close()
        raise


def _check_size(stream: BinaryIO, limits: Limits) -> None:
    size = stream.seek(0, os.SEEK_END)
    if size > limits.file_bytes:
        raise SheetError("file_too_large", megabytes=-(-size // MEGABYTE), limit=limits.file_bytes // MEGABYTE)


def _choose(package: Package, name: str | None) -> SheetPart:
    if name is not None:
        for part in package.sheets:
            if part.name == name:
                return part
        raise SheetError("unknown_worksheet", name=name)
    candidates = [part for part in package.sheets if not part.hidden] or list(package.sheets)
    if not candidates:
        raise SheetError("no_worksheet")
    if len(candidates) == 1:
        return candidates[0]
    return max(candidates[:_RANKED_SHEETS], key=lambda part: _rank(package, part))


def _rank(package: Package, part: SheetPart) -> tuple[float, int]:
    """Return how much like a table a worksheet is: filled cells of its first rows, halved without a header."""
    try:
        head = list(islice(XlsxSource(package, part).rows(), _RANKED_ROWS))
    except SheetError:
        return (0.0, 0)
    cells = sum(1 for row in head for cell in row.cells if cell)
    worth = 1.0 if find_header(head).rows else 0.5
    return (cells * worth, package.size_of(part))
