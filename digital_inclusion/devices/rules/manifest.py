"""Read a donor's list of devices: which columns, which kinds, what is wrong with a row. Pure."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.text import clean, fold
from ...progress.rules.units import unit_key
from .kinds import kind_of

MOST_ROWS = 20_000
MOST_PUBLIC = 2_000  # rows of a list that anybody may send
TOO_MANY = {
    MOST_ROWS: _("That is more than 20,000 rows. Please divide the list."),
    MOST_PUBLIC: _("That is more than 2,000 devices. Please divide the list, or call us."),
}
MOST_CHARACTERS = 1_500_000  # of a list as lines: about 75 for each of 20,000 rows
SKIP = "skip"  # chosen instead of a kind: rows with this word stay out

TYPE, MAKER, MODEL, SERIAL = "type", "maker", "model", "serial"
LABELS = {TYPE: _("Type"), MAKER: _("Make"), MODEL: _("Model"), SERIAL: _("Serial number")}
LONGEST = {TYPE: 80, MAKER: 80, MODEL: 120, SERIAL: 80}
# Headers, folded, the best first: the first cell with text in it is taken. eReuse device lists and its list of
# placeholders, Snipe-IT assets, and what people write by hand.
_HEADERS = {
    TYPE: "device type|placeholder type|category|asset category|type|kind|device kind|asset type|product type|device",
    MAKER: "device manufacturer|placeholder manufacturer|manufacturer|make|maker|brand|vendor",
    MODEL: "device model|placeholder model|model|model name|asset model|product|model number",
    SERIAL: "device serial number|placeholder serial number|serial number|serial|serial no|serial nr|s n|sn|service tag"
    "|imei|asset tag|tag",
}
_ROW, _NOTE = "row", "note"  # columns of our own, in lists that we read from a file before
_ORDER = (TYPE, MAKER, MODEL, SERIAL)  # of lines without headers
_BROKEN = "broken_quotes"

# "5 laptops", "3 x iPad"; a "2 in 1" is one.
_SO_MANY = re.compile(r"(?P<count>\d{1,5})\s*(?:[x×*]\s*)?(?P<what>(?!in\b)[^\W\d].*)", re.IGNORECASE)
# A number as a spreadsheet shows a long one, and the same number saved as a workbook.
_ROUNDED = re.compile(r"\d+[.,]\d+E[+-]?\d{1,3}|\d+E\+\d{1,3}|\d{7,}0{6,}", re.IGNORECASE)
# What makers and clerks write where there is no serial number; folded.
_NO_SERIAL = frozenset(
    ["na", "n a", "none", "no", "null", "unknown", "tbd", "not available", "not specified", "no serial", "without",
     "to be filled by o e m", "default string", "system serial number", "not applicable"]
)  # fmt: skip

SENTENCES = {
    "kind_unknown": _("We do not know what kind of device “%(value)s” is. Choose the kind above."),
    "kind_missing": _("It does not say what kind of device this is. Choose the kind above."),
    "left_out": _("You left rows with this word out."),
    "serial_rounded": _(
        "A spreadsheet turned this serial number into a rounded number, so its last digits are lost. Format the column "
        "as text in the spreadsheet, and copy the serial number again from the device or the donor."
    ),
    "serial_twice": _("The same serial number is in row %(row)s already."),
    "serial_here": _("It is here already, as device %(code)s."),
    "serial_pledged": _("It is promised already, as device %(code)s. Scan it when it comes."),
    "too_long": _("This has more than %(limit)s characters."),
    "nothing": _("The row says nothing about a device."),
    "broken": _("Quotation marks are not closed here, so several rows may have run into one."),
}
_ASKED = frozenset({"kind_unknown", "kind_missing"})  # a person says it once for the word


@dataclass(frozen=True, slots=True)
class Listed:
    """One unit of a list, as its donor describes it."""

    row: int
    kind: str
    word: str  # what the list calls its kind
    maker: str | None
    model: str | None
    serial: str | None
    key: str | None  # the serial as compared


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that stays out: where, what stands there, and why. ``code`` is one of SENTENCES."""

    row: int
    column: str  # one of LABELS
    value: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Return why, as a template."""
        return SENTENCES[self.code]


@dataclass(slots=True)
class Manifest:
    """A list as read: units, rows refused, and each unknown word with the kind that its first row's model suggests."""

    units: list[Listed] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    unknown: dict[str, str | None] = field(default_factory=dict)

    def refuse_known(self, known: Mapping[str, tuple[str, bool]]) -> None:
        """Refuse units whose serial is in the house. ``known``: serial as compared -> its tag, whether only pledged."""
        kept = []
        for unit in self.units:
            if unit.key is None or unit.key not in known:
                kept.append(unit)
                continue
            tag, pledged = known[unit.key]
            reason = "serial_pledged" if pledged else "serial_here"
            self.refused.append(Refused(unit.row, SERIAL, unit.serial or "", reason, {"code": tag}))
        self.units = kept
        self.refused.sort(key=lambda one: one.row)


Columns = dict[str, list[int]]


def columns_of(headers: Sequence[str]) -> Columns:
    """Return where each field stands, the best column first; empty when nothing tells of devices."""
    places = {fold(header): place for place, header in reversed(list(enumerate(headers)))}
    found = {name: [places[one] for one in words.split("|") if one in places] for name, words in _HEADERS.items()}
    if not (found[SERIAL] or found[MODEL]) or not (found[TYPE] or found[MODEL] or found[MAKER]):
        return {}
    return {**found, **{own: [places[own]] for own in (_ROW, _NOTE) if own in places}}


def to_lines(columns: Columns, rows: Iterable[tuple[int, Sequence[str], str]]) -> str:
    """Return what a file says of devices as lines that a person can read and correct; cells are parted by tabs."""
    lines = ["\t".join(["Row", "Type", "Make", "Model", "Serial"])]
    ours = [columns[name] for name in _ORDER]
    for number, cells, note in rows:
        words = [_cell(cells, places) for places in ours]
        if any(words):
            lines.append("\t".join([str(number), *words, *([_BROKEN] if note == _BROKEN else [])]).rstrip())
    if any(line.endswith(f"\t{_BROKEN}") for line in lines):
        lines[0] += "\tNote"
    return "\n".join(lines)


def read_lines(text: str, chosen: Mapping[str, str], *, most: int = MOST_ROWS) -> Manifest:
    """Read lines, typed or from a file. ``chosen``: word as folded -> kind, or SKIP. Raises Invalid for too many."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > most + 1:
        raise Invalid(fields={"lines": TOO_MANY[most]})
    if not lines:
        return Manifest()
    mark = next((one for one in ("\t", ";", ",") if one in lines[0][1]), ",")
    rows = [
        (number, next(csv.reader([line], delimiter=mark, skipinitialspace=True), [])) if '"' in line
        else (number, line.split(mark))
        for number, line in lines
    ]  # fmt: skip
    columns = columns_of(rows[0][1])
    if columns:
        return read_rows(columns, rows[1:], chosen)
    plain: Columns = {name: [place] for place, name in enumerate(_ORDER)}
    spelled = list(islice(_one_each(rows), most + 2))
    if len(spelled) > most + 1:
        raise Invalid(fields={"lines": TOO_MANY[most]})
    return read_rows(plain, [(number, _ordered(cells)) for number, cells in spelled], chosen)


def _one_each(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Yield "5 laptops" as five rows of one laptop each; a row with a serial number is one unit, whatever it says."""
    for number, cells in rows:
        said = _SO_MANY.fullmatch(cells[0].strip())
        if said is None or any(cell.strip() for cell in cells[3:]) or kind_of(said["what"]) is None:
            yield number, cells
            continue
        for _unit in range(int(said["count"])):
            yield number, [said["what"], *cells[1:]]


def so_many(counts: Mapping[str, int]) -> list[Listed]:
    """Return units of which a donor says the kind and the number alone."""
    return [
        Listed(0, kind, kind, None, None, None, None) for kind, count in counts.items() for _unit in range(count)
    ]  # fmt: skip


def _ordered(cells: list[str]) -> list[str]:
    """Return the cells of a line without headers; a single one that names no kind is a serial number."""
    return ["", "", "", cells[0]] if len(cells) == 1 and kind_of(cells[0]) is None else cells


def read_rows(columns: Columns, rows: Iterable[tuple[int, Sequence[str]]], chosen: Mapping[str, str]) -> Manifest:
    """Return what the rows say; of a row with several mistakes the first is told."""
    found, first = Manifest(), dict[str, int]()
    ours = [(name, columns[name]) for name in _ORDER]
    for number, cells in rows:
        row = int(own) if (own := _cell(cells, columns.get(_ROW, ()))).isdecimal() and len(own) < 9 else number
        words = {name: _cell(cells, places) for name, places in ours}
        kind = _kind(words, chosen)
        serial = "" if fold(words[SERIAL]) in _NO_SERIAL or not words[SERIAL].strip("0- .") else words[SERIAL]
        key = unit_key(serial)
        wrong = _wrong(row, words, kind, _BROKEN in _cell(cells, columns.get(_NOTE, ())))
        if wrong is None and key in first:
            wrong = Refused(row, SERIAL, serial, "serial_twice", {"row": first[key]})
        if wrong is not None:
            found.refused.append(wrong)
            if wrong.code in _ASKED:
                found.unknown.setdefault(words[TYPE], kind_of(words[MODEL]))
            continue
        if key is not None:
            first[key] = row
        found.units.append(
            Listed(row, kind or "", words[TYPE], words[MAKER] or None, words[MODEL] or None, serial or None, key)
        )
    return found


def _kind(words: Mapping[str, str], chosen: Mapping[str, str]) -> str | None:
    """Return the kind: as chosen for the word, as the word says, and where there is no word, as the model says."""
    word = words[TYPE]
    return chosen.get(fold(word)) or kind_of(word or words[MODEL])


def _wrong(row: int, words: Mapping[str, str], kind: str | None, broken: bool) -> Refused | None:
    if broken:
        return Refused(row, TYPE, words[TYPE], "broken")
    if not any(words.values()):
        return Refused(row, TYPE, "", "nothing")
    for name, text in words.items():
        if len(text) > LONGEST[name]:
            return Refused(row, name, text[: LONGEST[name]], "too_long", {"limit": LONGEST[name]})
    if _ROUNDED.fullmatch(words[SERIAL]):
        return Refused(row, SERIAL, words[SERIAL], "serial_rounded")
    if kind is None:
        word = words[TYPE]
        return (
            Refused(row, TYPE, word, "kind_unknown", {"value": word})
            if word
            else Refused(row, TYPE, "", "kind_missing")
        )
    return Refused(row, TYPE, words[TYPE], "left_out") if kind == SKIP else None


def _cell(cells: Sequence[str], places: Collection[int]) -> str:
    """Return the first cell with text in it, squeezed; "" for none."""
    for place in places:
        if place < len(cells) and (text := cells[place]):
            plain = text.isascii() and text.isprintable() and "  " not in text  # most cells: nothing to squeeze
            if found := text.strip() if plain else clean(text):
                return found
    return ""
