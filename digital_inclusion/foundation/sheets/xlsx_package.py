"""The parts of a workbook: which sheets it has, which number formats are dates, its shared strings.

Why neither reader of the stack opens workbooks here (measured on 50,000 rows of 26 columns, and on hostile files):
python-calamine holds the sheet in memory (122 MB) and aborts the whole process on one far-away cell; openpyxl builds
a tree per row, keeps every string and every row's attributes, so a long file has no bound, and takes half again
the processor time. The parts are read with expat in a stream instead, with limits inside the handlers; openpyxl's
tables say which formats are dates.
"""

import array
import posixpath
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, BinaryIO
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from .errors import Limits, SheetError

_CHUNK = 64 * 1024
_STRINGS_IN_MEMORY = 24 * 1024 * 1024
_BLOCK = 64  # spilled strings are kept and read in blocks, so that their places take little room
_BLOCKS_AT_HAND = 256
Attributes = dict[str, str]
# Formats 27-36 and 50-58 are dates in East Asian Excel and listed nowhere in the file.
_DATE_IDS = frozenset((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)))
_TIME_IDS = frozenset((18, 19, 20, 21, 45, 47))


class Handlers:
    """Base of the streaming parsers: names without prefix, text joined, no document type declarations."""

    def __init__(self) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 65_536
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self._refuse
        self._parser = parser
        self._prefix = 0

    def _start(self, name: str, attributes: Attributes) -> None:
        """Take the root: when it has no prefix, and it hardly ever has, the handlers are called directly."""
        self._prefix = name.rfind(":") + 1
        if self._prefix:
            self._parser.StartElementHandler = self._start_prefixed
        else:
            self._parser.StartElementHandler = self.start
            self._parser.EndElementHandler = self.end
        self.start(name[self._prefix :], attributes)

    def _start_prefixed(self, name: str, attributes: Attributes) -> None:
        self.start(name[self._prefix :], attributes)

    def _end(self, name: str) -> None:
        self.end(name[self._prefix :])

    def _refuse(self, *_: object) -> None:
        raise SheetError("corrupt_workbook")  # no spreadsheet program writes one; entity bombs need one

    def start(self, name: str, attributes: Attributes) -> None:
        """Take an element's start."""

    def end(self, name: str) -> None:
        """Take an element's end."""

    def text(self, data: str) -> None:
        """Take text."""

    def feed(self, chunk: bytes, final: bool = False) -> None:
        """Parse some bytes; raise SheetError when they are no XML."""
        try:
            self._parser.Parse(chunk, final)
        except (expat.ExpatError, ValueError, KeyError, IndexError, OverflowError) as error:
            raise SheetError("corrupt_workbook") from error


@dataclass(frozen=True, slots=True)
class Styles:
    """Number formats by style: what to do with a number that has it."""

    formats: tuple[str, ...] = ()
    dates: frozenset[int] = frozenset()
    zero_padded: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet of the workbook and where it lies in the package."""

    name: str
    path: str
    hidden: bool


class Package:
    """An opened workbook: checked against the limits, its small parts read."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self.limits = limits
        self._archive = _open_checked(stream, limits)
        self._names = {name.lstrip("/"): name for name in self._archive.namelist()}
        workbook = self._workbook_path()
        outline = _Outline()
        self._read_small(workbook, outline)
        links = self._links(workbook)
        self.date1904 = outline.date1904
        parts: dict[str, SheetPart] = {}  # a part is one worksheet, however often it is named
        for name, link, state in outline.sheets:
            if links.get(link) in self._names:
                parts.setdefault(links[link], SheetPart(name, links[link], state != "visible"))
        self.sheets = tuple(parts.values())
        styles = _StyleReader()
        self._read_small(links.get("styles", "xl/styles.xml"), styles, optional=True)
        self.styles = styles.styles()
        self._strings_path = links.get("sharedStrings", "xl/sharedStrings.xml")
        self._strings: Strings | None = None

    def size_of(self, part: SheetPart) -> int:
        """Return how large the worksheet is, unpacked."""
        return self._archive.getinfo(self._names[part.path]).file_size

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield a part's bytes piece by piece; raise SheetError where it is damaged."""
        try:
            with self._archive.open(self._names[path]) as part:
                yield from _pieces(part)
        except SheetError:
            raise
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            RuntimeError,
            NotImplementedError,
            ValueError,
        ) as error:
            raise SheetError("corrupt_workbook") from error
        except Exception as error:
            if type(error).__module__ in ("zlib", "lzma", "_lzma", "bz2", "struct"):
                raise SheetError("corrupt_workbook") from error
            raise

    @property
    def strings(self) -> "Strings":
        """Return the shared strings, read the first time they are asked for."""
        if self._strings is None:
            self._strings = Strings(self.limits)
            if self._strings_path in self._names:
                for chunk in self.chunks(self._strings_path):
                    self._strings.feed(chunk)
                self._strings.feed(b"", final=True)
        return self._strings

    def _read_small(self, path: str, handlers: Handlers, *, optional: bool = False) -> None:
        if path not in self._names:
            if optional:
                return
            raise SheetError("corrupt_workbook")
        if self._archive.getinfo(self._names[path]).file_size > self.limits.part_bytes:
            raise SheetError("unpacks_too_large")
        for chunk in self.chunks(path):
            handlers.feed(chunk)
        handlers.feed(b"", final=True)

    def _workbook_path(self) -> str:
        links = _Links("")
        self._read_small("_rels/.rels", links, optional=True)
        return links.by_type.get("officeDocument", "xl/workbook.xml")

    def _links(self, workbook: str) -> dict[str, str]:
        folder, name = posixpath.split(workbook)
        links = _Links(folder)
        self._read_small(posixpath.join(folder, "_rels", f"{name}.rels"), links, optional=True)
        return {**links.by_type, **links.by_id}


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    while chunk := part.read(_CHUNK):
        yield chunk


def _open_checked(stream: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """Open the package after reading only its directory. zipfile never unpacks more than the directory says."""
    try:
        archive = zipfile.ZipFile(stream)
        infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise SheetError("corrupt_workbook") from error
    if sum(info.file_size for info in infos) > limits.unpacked_bytes or len(infos) > 10_000:
        raise SheetError("unpacks_too_large")
    for info in infos:
        if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
            raise SheetError("unpacks_too_large")
    return archive


class _Outline(Handlers):
    """xl/workbook.xml: sheets in order, and from when days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, str]] = []
        self.date1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.split(":")[-1] == "id"), "")
            self.sheets.append((attributes.get("name", ""), link, attributes.get("state", "visible")))
        elif name == "workbookPr":
            self.date1904 = attributes.get("date1904", "0") in ("1", "true")


class _Links(Handlers):
    """A .rels part: targets by id, and by the last word of their type."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self.by_id: dict[str, str] = {}
        self.by_type: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship":
            return
        target, kind = attributes.get("Target", ""), attributes.get("Type", "").rsplit("/", 1)[-1]
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(self._folder, target)
        path = posixpath.normpath(path)
        if kind not in ("chartsheet", "dialogsheet"):
            self.by_id[attributes.get("Id", "")] = path
        self.by_type.setdefault(kind, path)


class _StyleReader(Handlers):
    """xl/styles.xml: the number format of each cell style."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[int, str] = {}
        self._ids: list[int] = []
        self._inside = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._ids.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def styles(self) -> Styles:
        """Return what the formats mean, by style number."""
        formats = tuple(self._codes.get(number) or BUILTIN_FORMATS.get(number, "") for number in self._ids)
        dates = frozenset(
            style
            for style, (number, code) in enumerate(zip(self._ids, formats, strict=True))
            if number in _DATE_IDS or number in _TIME_IDS or (number in self._codes and _is_date(code))
        )
        padded = {style: mask for style, code in enumerate(formats) if (mask := _zero_mask(code))}
        return Styles(formats, dates, padded)


def _is_date(code: str) -> bool:
    return bool(is_date_format(code)) and not is_timedelta_format(code)


def _zero_mask(code: str) -> str:
    r"""Return "00000-0000" for a format that only places digits (ZIP, SSN), else ""."""
    mask = code.split(";")[0].replace("\\", "").replace('"', "")
    return mask if mask.count("0") > 1 and not mask.strip("0- ()/") else ""


Reader = Callable[[int], str]


class Strings(Handlers):
    """The shared strings. Past a bound they go to a temporary file: a million rows of names fit in no memory."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limit = limits.cell_chars
        self._kept: list[str] = []
        self._bytes = 0
        self._spill: IO[bytes] | None = None
        self._ends = array.array("Q", [0])  # of the blocks
        self._waiting: list[bytes] = []
        self._block = lru_cache(maxsize=_BLOCKS_AT_HAND)(self._read_block)
        self._pieces: list[str] = []
        self._length = 0
        self._collects = self._phonetic = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._pieces, self._length = [], 0
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._collects = not self._phonetic

    def text(self, data: str) -> None:
        if self._collects:
            self._pieces.append(data)
            self._length += len(data)
            if self._length > self._limit:
                raise SheetError("cell_too_long", row="?", limit=self._limit)

    def end(self, name: str) -> None:
        if name == "si":
            self._add("".join(self._pieces))
        elif name == "rPh":
            self._phonetic = False
        elif name == "t":
            self._collects = False

    def _add(self, text: str) -> None:
        if self._spill is None and self._bytes < _STRINGS_IN_MEMORY:
            self._kept.append(text)
            self._bytes += 60 + 2 * len(text)
            return
        if self._spill is None:
            self._spill = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the workbook
        self._waiting.append(text.encode("utf-8", "surrogatepass"))
        if len(self._waiting) == _BLOCK:
            self._write_block(self._spill)

    def _write_block(self, spill: IO[bytes]) -> None:
        data = b"".join(len(item).to_bytes(4, "little") + item for item in self._waiting)
        self._waiting = []
        spill.seek(self._ends[-1])
        spill.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def _read_block(self, number: int) -> list[str]:
        if self._spill is None or not 0 <= number < len(self._ends) - 1:
            return []
        self._spill.seek(self._ends[number])
        data = self._spill.read(self._ends[number + 1] - self._ends[number])
        items, at = [], 0
        while at < len(data):
            length = int.from_bytes(data[at : at + 4], "little")
            items.append(data[at + 4 : at + 4 + length].decode("utf-8", "surrogatepass"))
            at += 4 + length
        return items

    def __getitem__(self, index: int) -> str:
        if 0 <= index < len(self._kept):
            return self._kept[index]
        if self._waiting and self._spill is not None:  # the last, shorter block
            self._write_block(self._spill)
        block, place = divmod(index - len(self._kept), _BLOCK)
        items = self._block(block) if index >= 0 else []
        return items[place] if place < len(items) else ""
