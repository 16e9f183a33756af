"""Rows of a CSV file of any delimiter and line ending, with broken quotes mended line by line."""

import csv
import io
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO
from unicodedata import normalize

from .encodings import Encoding, detect
from .errors import Limits, SheetError
from .rows import Row, trimmed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

DELIMITERS = (",", ";", "\t", "|", "^", "~")
_LAST_RESORT = ":"  # stands in times and in prose
_CUTS_ALL = 0.5  # how evenly it must cut
_BLOCK = 64 * 1024
_HEAD_LINES = 60
_HEAD_RECORDS = 40
_MAX_RECORD_LINES = 200  # a quote still open after so many lines was never meant to be one
_BROKEN = "broken_quotes"


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How the file is written, so that it can be given back the same way."""

    encoding: Encoding
    delimiter: str = ","
    line_end: str = "\r\n"
    quote_all: bool = False
    separator_line: str = ""  # Excel's "sep=;" as the first line


class _NeverClosed(Exception):
    """A record goes on for more lines than a quoted cell can have."""


class _Lines:
    """The file's lines in blocks. Those since the record being read are kept, so that it can be read again."""

    def __init__(self, text: io.TextIOWrapper, encoding: Encoding) -> None:
        self._text = text
        # A narrow file without a mark was looked through for zero bytes when its encoding was told.
        self._wide = bool(encoding.bom) or encoding.name.startswith(("utf-16", "utf-32"))
        self._apart = encoding.name == "cp1258"  # keeps tone marks apart from their letters
        self._kept: deque[tuple[int, list[str]]] = deque()  # number of its first line, block
        self._end = 0
        self._blocks = self._read()
        self.at = 0  # line on which the record being read begins

    def start(self, line: int = 0) -> Iterator[str]:
        """Return the lines from number ``line``, which must still be kept, to the end.

        They end in _NeverClosed when the record being read is too long: a file of nothing but unclosed quotes
        would be read to its end for every line of it.
        """
        self.at = line
        kept = [block[max(0, line - first) :] for first, block in self._kept]
        return self._bounded(line, chain(kept, self._blocks))

    def _bounded(self, number: int, blocks: Iterable[list[str]]) -> Iterator[str]:
        for block in blocks:
            for line in block:
                if number - self.at > _MAX_RECORD_LINES:
                    raise _NeverClosed
                yield line
                number += 1

    def line(self, number: int) -> str:
        """Return one of the lines still kept."""
        return next(block[number - first] for first, block in self._kept if first <= number < first + len(block))

    def _read(self) -> Iterator[list[str]]:
        while block := self._text.readlines(_BLOCK):
            if self._wide and any("\0" in line for line in block):
                raise SheetError("nul_bytes")
            if self._apart:
                block = [normalize("NFC", line) for line in block]
            while self._kept and self._kept[0][0] + len(self._kept[0][1]) <= self.at:
                self._kept.popleft()
            self._kept.append((self._end, block))
            self._end += len(block)
            yield block


class CsvSource:
    """A CSV file as rows. Iterates as often as asked; holds one record in memory."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self.format = _detect_format(stream)
        # Set once the header is known: how many columns it names, and the most cells seen in a row.
        self.width = self.widest = 0

    def rows(self) -> Iterator[Row]:
        """Yield every row that has text in it, numbered as a spreadsheet would."""
        text = _text(self._stream, self.format.encoding)
        try:
            yield from self._rows(_Lines(text, self.format.encoding))
        except UnicodeError as error:
            raise SheetError("encoding_unknown") from error
        finally:
            text.detach()

    def estimate_rows(self) -> int:
        """Return how many lines the file has: at least as many as rows."""
        self._stream.seek(0)
        total = 0
        while chunk := self._stream.read(1024 * 1024):
            total += max(chunk.count(b"\n"), chunk.count(b"\r"))
        return total

    def _rows(self, lines: _Lines) -> Iterator[Row]:
        most_columns, most_rows = self._limits.columns, self._limits.rows
        for number, (cells, note) in enumerate(self._records(lines), 1):
            if number > most_rows:
                raise SheetError("too_many_rows", limit=most_rows)
            if len(cells) > most_columns:
                cells = trimmed(cells)
                if len(cells) > most_columns:
                    raise SheetError("too_many_columns", row=number, columns=len(cells), limit=most_columns)
            if any(cells):
                yield Row(number, cells, note)

    def _records(self, lines: _Lines) -> Iterator[tuple[list[str], str]]:
        """Yield every record; one that a broken quote made is read again, its first line by itself."""
        begin = 0
        skip = 1 if self.format.separator_line else 0
        while True:
            reader = csv.reader(islice(lines.start(begin), skip, None), delimiter=self.format.delimiter)
            begin, skip = begin + skip, 0
            lines.at = first = begin
            try:
                for cells in reader:
                    after = begin + reader.line_num
                    if after - first > 1 and self._is_broken(cells, [lines.line(n) for n in range(first, after)]):
                        break
                    yield cells, ""
                    lines.at = first = after
                else:
                    return
            except csv.Error as error:
                if reader.line_num + begin - first <= 1:
                    raise _too_long(first) from error
            except _NeverClosed:
                pass
            yield self._mended(lines.line(first), first), _BROKEN
            begin = first + 1

    def _is_broken(self, cells: list[str], lines: list[str]) -> bool:
        """Tell whether a stray quote made one record of several.

        A record whose every quote closes before a delimiter is one, even with cells missing at its end; unless it has
        too many cells, or the lines it would have swallowed look like rows of their own.
        """
        if not self.width:
            return False
        if len(trimmed(cells)) > max(self.width, self.widest):
            return True
        if not self._is_well_quoted(lines):
            return len(cells) != self.width or any(self._looks_whole(line) for line in lines[1:-1])
        return all(self._looks_whole(line) for line in lines[1:-1] or lines)

    def _is_well_quoted(self, lines: list[str]) -> bool:
        try:
            return sum(1 for _ in csv.reader(lines, delimiter=self.format.delimiter, strict=True)) == 1
        except csv.Error:
            return False

    def _looks_whole(self, line: str) -> bool:
        """Tell whether a line alone has as many cells as the header; prose has a space after its commas."""
        delimiter = self.format.delimiter
        return self.width > 2 and line.count(delimiter) - line.count(f"{delimiter} ") == self.width - 1

    def _mended(self, line: str, number: int) -> list[str]:
        """Read one line by itself: with its quotes if that gives the right width, else as they stand."""
        line = line.rstrip("\r\n")
        try:
            cells = next(csv.reader([line], delimiter=self.format.delimiter), [])
            if len(cells) != self.width:
                bare = csv.reader([line], delimiter=self.format.delimiter, quoting=csv.QUOTE_NONE)
                cells = next(bare, [])
        except csv.Error as error:
            raise _too_long(number) from error
        return cells


def _too_long(line: int) -> SheetError:
    return SheetError("cell_too_long", row=line + 1, limit=csv.field_size_limit())


def _text(stream: BinaryIO, encoding: Encoding) -> io.TextIOWrapper:
    stream.seek(len(encoding.bom))
    return io.TextIOWrapper(io.BufferedReader(_Kept(stream), 256 * 1024), encoding.name, encoding.errors, newline="")


class _Kept(io.RawIOBase):
    """The stream from where it stands, for a text wrapper that must neither seek nor close it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = stream.tell()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        self._stream.seek(self._at)  # somebody else may read the same file in between
        chunk = self._stream.read(len(view))
        view[: len(chunk)] = chunk
        self._at += len(chunk)
        return len(chunk)


def _detect_format(stream: BinaryIO) -> CsvFormat:
    encoding = detect(stream)
    text = _text(stream, encoding)
    lines: list[str] = []
    try:
        while len(lines) < _HEAD_LINES and (line := text.readline(200_000)):
            lines.append(line)
    except UnicodeError as error:
        raise SheetError("encoding_unknown") from error
    finally:
        text.detach()
    if not any(line.strip("\ufeff \t\r\n\0") for line in lines):
        raise SheetError("file_empty")
    return _format_of(lines, CsvFormat(encoding))


def _format_of(lines: list[str], found: CsvFormat) -> CsvFormat:
    ends = Counter("\r\n" if x.endswith("\r\n") else x[-1:] for x in lines if x[-1:] in "\r\n")
    line_end = ends.most_common(1)[0][0] if ends else "\n"
    first = lines[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5 and not first[4].isalnum() and first[4] not in "\"'\\":
        return replace(found, delimiter=first[4], line_end=line_end, separator_line=first)
    delimiter = max(DELIMITERS, key=lambda candidate: _consistency(lines, candidate))
    if not _consistency(lines, delimiter)[0] and _consistency(lines, _LAST_RESORT)[0] > _CUTS_ALL:
        delimiter = _LAST_RESORT
    quoted = [x.strip() for x in lines if x.strip()]
    quote_all = len(quoted) > 1 and all(_is_all_quoted(x, delimiter) for x in quoted[:5])
    return replace(found, delimiter=delimiter, line_end=line_end, quote_all=quote_all)


def _is_all_quoted(line: str, delimiter: str) -> bool:
    return line.startswith('"') and line.count('"') >= 2 * line.count(delimiter) + 2


def _consistency(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Return how evenly ``delimiter`` cuts the first records: the share of the commonest width, then that width."""
    widths: list[int] = []
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            if any(cells):
                widths.append(len(cells))
            if len(widths) >= _HEAD_RECORDS:
                break
    except csv.Error:
        pass  # what was read so far decides
    cut = Counter(width for width in widths if width > 1)
    if not cut:
        return (0.0, 0)
    width, count = max(cut.items(), key=lambda item: (item[1], item[0]))
    share = count / len(widths)
    return (round(share * share * min(width, 4) / 4, 2), width)
