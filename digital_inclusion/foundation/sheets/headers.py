"""Which rows are the column headers: after titles, sometimes two of them, sometimes none. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ..kernel.text import fold
from .rows import Row, column_letters, trimmed

HEAD_ROWS = 60
_SEARCHED = 25
# What stands in data and hardly ever in a header: numbers, dates, codes, e-mail addresses, yes and no.
_VALUE = re.compile(
    r"^(?:[\d(+\-$#.'].*|[^@\s]+@[^@\s]+\.\w+|[A-Za-z]{1,4}-\d+|[A-Za-z]{1,3}\d{2,}|"
    r"(?:true|false|yes|no|y|n|si|sí|none|null|n/a|male|female|unknown|unk|tbd|refused|declined|don'?t know)|"
    r"(?:no (?:phone|e-?mail|address|dob|birth ?date)|not (?:provided|available|given|collected))|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_LABEL = 120
JOIN = " / "  # between a group over several columns and the column's own header


@dataclass(frozen=True, slots=True)
class Header:
    """Where the headers stand (row numbers) and what they say, one unique text per column."""

    rows: tuple[int, ...]
    names: tuple[str, ...]
    second: tuple[str, ...] = ()  # the explaining row below, where there is one
    width: int = 0  # how many columns the header rows themselves name; a stray cell further right is none

    @property
    def last_row(self) -> int:
        """Return the number of the last header row; rows after it are data."""
        return self.rows[-1] if self.rows else 0


def is_value(cell: str) -> bool:
    """Return whether ``cell`` looks like data rather than like a header."""
    return bool(_VALUE.match(cell.strip())) or len(cell) > _LONGEST_LABEL


def find_header(head: Sequence[Row]) -> Header:
    """Find the header among the first rows of a table."""
    position = _find_label_row(head)
    if position is None:
        return _headless(head)
    group = _group_above(head, position)
    below = _second_below(head, position)
    used = [row for row in (group, head[position], below) if row is not None]
    return header_from(used, head, group=group is not None)


def header_from(used: Sequence[Row], head: Sequence[Row], *, group: bool | None = None) -> Header:
    """Return the header that the given rows make, for those found here or named by a person."""
    if not used:
        return _headless(head)
    if group is None:
        group = len(used) > 1 and _filled(used[0]) < _filled(used[1])
    names = list(used[1 if group else 0].cells)
    second = list(used[-1].cells) if len(used) > (2 if group else 1) else []
    width = max(_width(head), len(names), len(second))
    names = [_at(names, index) or _at(second, index) for index in range(width)]
    if group:
        names = _with_groups(used[0].cells, names)
    rows = tuple(row.number for row in used)
    return Header(rows, _named(names, width), tuple(_at(second, index) for index in range(width)), _width(used))


def _headless(head: Sequence[Row]) -> Header:
    width = _width(head)
    return Header((), _named([], width), width=width)


def _find_label_row(head: Sequence[Row]) -> int | None:
    typical = median([_filled(row) for row in head]) if head else 0
    for position, row in enumerate(head[:_SEARCHED]):
        filled = _filled(row)
        if filled < max(1, typical / 2) or _is_title(row, head):
            continue
        if not _is_label_row(row):
            return None
        return position + 1 if _is_group_row(head, position) else position
    return None


def _is_title(row: Row, head: Sequence[Row]) -> bool:
    return _filled(row) == 1 and max(_filled(other) for other in head) > 1


def _is_label_row(row: Row) -> bool:
    labels = sum(1 for cell in row.cells if cell.strip() and not is_value(cell))
    return labels >= 0.75 * _filled(row)


def _is_group_row(head: Sequence[Row], position: int) -> bool:
    """A row of few labels above a row of more labels, followed by data."""
    if position + 2 >= len(head):
        return False
    here, below = head[position], head[position + 1]
    if _filled(below) < 1.3 * _filled(here) or not _is_label_row(below) or _has_values(below):
        return False
    gaps = [index for index, cell in enumerate(below.cells) if cell.strip() and not _at(here.cells, index)]
    return len(gaps) >= 2 and any(_has_values(row) for row in head[position + 2 :])


def _has_values(row: Row) -> bool:
    return any(cell.strip() and is_value(cell) for cell in row.cells)


def _group_above(head: Sequence[Row], position: int) -> Row | None:
    if position == 0:
        return None
    above = head[position - 1]
    adjacent = above.number == head[position].number - 1
    few = 2 <= _filled(above) < _filled(head[position])
    return above if adjacent and few and _is_label_row(above) else None


def _second_below(head: Sequence[Row], position: int) -> Row | None:
    """An explaining row: labels only, standing over columns that hold numbers and dates further down.

    It repeats words of the header: a person of whom nothing but words is known is no header.
    """
    if position + 2 >= len(head):
        return None
    row, rest = head[position + 1], head[position + 2 :]
    filled = _filled(row)
    if filled < 0.5 * _filled(head[position]) or _has_values(row):
        return None
    above = head[position].cells
    alike = sum(1 for index, cell in enumerate(row.cells) if cell.strip() and _words(cell) & _words(_at(above, index)))
    if alike < 0.5 * filled:
        return None
    told = sum(1 for index, cell in enumerate(row.cells) if cell.strip() and _mostly_values(rest, index))
    return row if told >= max(2, 0.15 * filled) else None


def _words(cell: str) -> set[str]:
    return {word for word in fold(cell.replace("_", " ")).split() if len(word) > 1}


def _mostly_values(rows: Sequence[Row], index: int) -> bool:
    cells = [cell for row in rows if (cell := _at(row.cells, index))]
    return bool(cells) and sum(map(is_value, cells)) >= 0.6 * len(cells)


def _with_groups(groups: Sequence[str], names: Sequence[str]) -> list[str]:
    joined, group = [], ""
    for index, name in enumerate(names):
        group = _at(groups, index) or group
        joined.append(f"{group}{JOIN}{name}" if group and name and group != name else name or group)
    return joined


def _named(names: Sequence[str], width: int) -> tuple[str, ...]:
    """Return one unique, non-empty text per column: "Phone", "Phone (2)", "Column C"."""
    seen: Counter[str] = Counter()
    result: dict[str, None] = {}
    for index in range(width):
        plain = name = " ".join(_at(names, index).split())[:200] or f"Column {column_letters(index)}"
        seen[plain] += 1
        while name in result or (seen[plain] > 1 and name == plain):
            name = f"{plain} ({seen[plain]})"
            seen[plain] += name in result
        result[name] = None
    return tuple(result)


def _filled(row: Row) -> int:
    return sum(1 for cell in row.cells if cell.strip())


def _at(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


def _width(head: Sequence[Row]) -> int:
    return max((len(trimmed(row.cells)) for row in head), default=0)
