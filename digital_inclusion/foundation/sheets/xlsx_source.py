"""Rows of one worksheet, streamed: one row in memory, cached values of formulas, dates as dates."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time
from functools import cached_property, lru_cache
from math import isfinite
from typing import Generic, NamedTuple, TypeVar

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from .errors import Limits, SheetError
from .rows import Row, TypedCell
from .xlsx_package import Attributes, Handlers, Package, SheetPart

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_DATA_END = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIGITS = "0123456789"
_LAST_COLUMN = 16_384
_LAST_ROW = 1_048_576
_MOST_MERGES = 50_000
_TAIL = 4 * 1024 * 1024


_Cell = TypeVar("_Cell")
RawCell = tuple[str, str, int]  # a cell as stored: type, text, style
_NOTHING: RawCell = ("", "", 0)
RawRow = tuple[int, list[RawCell], str]


class Merge(NamedTuple):
    """A merged area, rows and columns counted as people (1) and as lists (0) do."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@lru_cache(maxsize=20_000)
def column_index(letters: str) -> int:
    """Return 0 for "A", 27 for "AB"."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


class _RowReader(Handlers):
    """xl/worksheets/sheetN.xml: collects finished rows; stops at too many columns or too long a cell."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self.ready: list[RawRow] = []
        self._number = 0
        self._cells: list[RawCell] = []
        self._collects = self._formula = self._valued = False
        self._note = ""
        self._kind, self._style, self._column = "n", 0, -1
        self._pieces: list[str] = []
        self._longest = limits.cell_chars

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "t":
            self._collects = self._valued = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._formula = True

    def _start_row(self, attributes: Attributes) -> None:
        number = int(attributes.get("r") or self._number + 1)
        if not self._number < number <= _LAST_ROW:
            raise SheetError("corrupt_workbook")  # rows must ascend: their numbers are how people find them
        self._number, self._cells, self._column = number, [], -1
        self._note = "hidden" if attributes.get("hidden") in ("1", "true") else ""

    def _start_cell(self, attributes: Attributes) -> None:
        get = attributes.get
        reference = get("r")
        column = column_index(reference.rstrip(_DIGITS)) if reference else self._column + 1
        if not self._column < column < _LAST_COLUMN:
            raise SheetError("corrupt_workbook")
        self._column = column
        self._kind = get("t", "n")
        self._style = int(get("s", 0))
        self._pieces = []
        self._formula = self._valued = False

    def text(self, data: str) -> None:
        if not self._collects:
            return
        self._pieces.append(data)
        if len(self._pieces) > 1 or len(data) > self._longest:
            self._check_length()

    def _check_length(self) -> None:
        if sum(map(len, self._pieces)) > self._longest:
            raise SheetError("cell_too_long", row=self._number, limit=self._longest)

    def end(self, name: str) -> None:
        if name == "v" or name == "t":
            self._collects = False
        elif name == "c":
            pieces = self._pieces
            if pieces:
                self._place((self._kind, pieces[0] if len(pieces) == 1 else "".join(pieces), self._style))
                self._pieces = []
            elif self._formula and not self._valued:
                self._note = "formula_without_value"
        elif name == "row":
            self.ready.append((self._number, self._cells, self._note))

    def _place(self, cell: RawCell) -> None:
        column, cells, limit = self._column, self._cells, self._limits.columns
        if column >= limit:
            raise SheetError("too_many_columns", row=self._number, columns=column + 1, limit=limit)
        if column > len(cells):
            cells.extend([_NOTHING] * (column - len(cells)))
        cells.append(cell)


class XlsxSource:
    """One worksheet as rows. Iterates as often as asked."""

    def __init__(self, package: Package, part: SheetPart) -> None:
        self._package = package
        self.part = part
        self._texts = _TextOf(package)

    @cached_property
    def _surveyed(self) -> tuple[int, tuple[Merge, ...]]:
        return _survey(self._package, self.part)

    @property
    def merges(self) -> tuple[Merge, ...]:
        """Return the merged areas."""
        return self._surveyed[1]

    def estimate_rows(self) -> int:
        """Return how many rows are stored, empty ones included."""
        return self._surveyed[0]

    def rows(self) -> Iterator[Row]:
        """Yield every row that has text in it; an area merged downwards repeats its value."""
        text, fill = self._texts, _Filler(self.merges, "")
        for number, raw, note in self.raw_rows():
            cells = [text(cell) for cell in raw]
            fill(number, cells)
            if any(cells):
                yield Row(number, cells, note)

    def typed_rows(self) -> Iterator[tuple[int, list[TypedCell]]]:
        """Yield rows with numbers as numbers and dates as serial numbers with their format, for copies.

        An area merged downwards repeats its value here, too: a copy has no merged areas.
        """
        typed, fill = self._texts.typed, _Filler(self.merges, TypedCell(""))
        for number, raw, _ in self.raw_rows():
            cells = [typed(cell) for cell in raw]
            fill(number, cells)
            yield number, cells

    @property
    def since_1904(self) -> bool:
        """Return whether days are counted from 1904."""
        return self._package.date1904

    def raw_rows(self) -> Iterator[RawRow]:
        """Yield rows as stored."""
        reader, seen = _RowReader(self._package.limits), 0
        for chunk in self._package.chunks(self.part.path):
            reader.feed(chunk)
            if reader.ready:
                seen += len(reader.ready)
                if seen > self._package.limits.rows:
                    raise SheetError("too_many_rows", limit=self._package.limits.rows)
                yield from reader.ready
                reader.ready = []
        reader.feed(b"", final=True)


def _survey(package: Package, part: SheetPart) -> tuple[int, tuple[Merge, ...]]:
    """Count rows and find merged areas, which stand after the rows, without parsing."""
    rows, last, tail = 0, b"", bytearray()
    after = False
    for chunk in package.chunks(part.path):
        if after:
            tail += chunk
        else:
            joined = last + chunk
            rows += joined.count(b"<row") + joined.count(b":row ") - last.count(b"<row") - last.count(b":row ")
            if found := _DATA_END.search(joined):
                after = True
                tail += joined[found.end() :]
            last = chunk[-64:]
        if len(tail) > _TAIL:
            break
    return rows, tuple(_merges(bytes(tail)))


def _merges(tail: bytes) -> Iterator[Merge]:
    for count, found in enumerate(_MERGE.finditer(tail)):
        if count >= _MOST_MERGES:
            return
        left, top, right, bottom = (part.decode() for part in found.groups())
        yield Merge(int(top), int(bottom), column_index(left), column_index(right))


class _Filler(Generic[_Cell]):
    """Repeats the value of cells merged downwards (a household's number beside its members).

    A column has one area open at a time, the last that began: a hostile workbook lays thousands over each other.
    """

    def __init__(self, merges: tuple[Merge, ...], empty: _Cell) -> None:
        self._empty = empty
        self._starts: dict[int, dict[int, int]] = {}  # first row -> first column -> last row
        for merge in merges:
            if merge.last_row > merge.first_row:
                self._starts.setdefault(merge.first_row, {})[merge.first_column] = merge.last_row
        self._open: dict[int, tuple[int, _Cell]] = {}  # column -> last row, value

    def __call__(self, number: int, cells: list[_Cell]) -> None:
        """Fill the cells of row ``number``."""
        if not self._starts:
            return
        for column, (last, value) in list(self._open.items()):
            if last < number:
                del self._open[column]
            else:
                self._put(cells, column, value)
        for column, last in self._starts.get(number, {}).items():
            if column < len(cells):
                self._open[column] = (last, cells[column])

    def _put(self, cells: list[_Cell], column: int, value: _Cell) -> None:
        if column >= len(cells):
            cells.extend([self._empty] * (column + 1 - len(cells)))
        if cells[column] == self._empty:
            cells[column] = value


class _TextOf:
    """Turns stored cells into the text a person sees, near enough to be read again."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = package.styles
        self._epoch = CALENDAR_MAC_1904 if package.date1904 else CALENDAR_WINDOWS_1900
        self._number = lru_cache(maxsize=50_000)(self._number_text)
        self._kinds: dict[str, Callable[[str], str]] = {
            "s": self._shared,
            "b": lambda text: "TRUE" if text.strip() in ("1", "true") else "FALSE",
            "d": _iso,
            "e": str,
            "str": _unescape,
            "inlineStr": _unescape,
        }

    def __call__(self, cell: RawCell) -> str:
        kind, text, style = cell
        if kind == "n":
            return text if not style and text.isdecimal() else self._number(text, style)
        convert = self._kinds.get(kind)
        return convert(text) if convert else text

    def _shared(self, text: str) -> str:
        number = text.strip()  # no workbook has a milliard strings, and Python refuses to read thousands of digits
        return _unescape(self._package.strings[int(number)]) if number.isdecimal() and len(number) < 10 else ""

    def _number_text(self, text: str, style: int) -> str:
        value = _finite(text)
        if value is None:
            return text
        if style in self._styles.dates and (day := self._date_text(value)):
            return day
        if style in self._styles.zero_padded and value >= 0 and value.is_integer():
            return _masked(int(value), self._styles.zero_padded[style])
        return plain_number(value, text)

    def _date_text(self, value: float) -> str:
        try:
            moment = from_excel(value, self._epoch)
        except (ValueError, OverflowError, TypeError):
            return ""
        if isinstance(moment, datetime):
            return moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ", "seconds")
        return moment.isoformat() if isinstance(moment, time) else ""

    def typed(self, cell: RawCell) -> TypedCell:
        """Return the value to write into a copy."""
        kind, text, style = cell
        if kind == "n":
            value = _finite(text)
            if value is None:
                return TypedCell(text)
            if text.isdecimal() and style not in self._styles.zero_padded and text != plain_number(value):
                return TypedCell(text)  # more digits than a number keeps
            formats = self._styles.formats
            return TypedCell(value, formats[style] if style < len(formats) else "")
        if kind == "b":
            return TypedCell(text.strip() in ("1", "true"))
        return TypedCell(self(cell))


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _masked(value: int, mask: str) -> str:
    digits = str(value).zfill(mask.count("0"))
    spare = len(digits) - mask.count("0")
    out, position = [digits[:spare]], spare
    for sign in mask:
        if sign == "0":
            out.append(digits[position])
            position += 1
        else:
            out.append(sign)
    return "".join(out)


def plain_number(value: float, text: str = "") -> str:
    """Return 4085551234.0 as "4085551234" and 14.949999999999999 as "14.95" (Excel shows 15 digits)."""
    if value.is_integer() and abs(value) < 1e21:
        return text if text.isdecimal() else str(int(value))
    return f"{value:.15g}"


def _iso(text: str) -> str:
    day, _, moment = text.strip().partition("T")
    moment = moment.rstrip("Z")
    return day if not moment.strip("0:.") else f"{day} {moment}"


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: _character(found[1]), text) if "_x" in text else text


def _character(code: str) -> str:
    number = int(code, 16)
    return "" if 0xD800 <= number <= 0xDFFF or number == 0 else chr(number)
