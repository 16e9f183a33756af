"""Rows into households: cell by cell through readers that remember what repeats, then put together. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...foundation.kernel.text import fold
from .assembly import Assembly, Values
from .cells import Cells, Read, Reader, Settings
from .dates import DateOrder, Lean
from .fields import DATE_KINDS, FIELDS
from .parsed import ParsedRow
from .problems import RowProblem, shown

Mapped = Mapping[str, str]  # header (or its position as a number) -> field

_REMEMBERED = 4096  # distinct cells kept per column
_TRIED = 5000  # rows after which columns that hardly repeat (names, phone numbers) are read without looking back
_NOTES = {
    "broken_quotes": "broken_quotes",
    "formula_without_value": "formula_without_value",
    "hidden": "hidden_row",
}
_UNITS = ("kbps", "mbps", "gbps")


@dataclass(slots=True)
class _Column:
    index: int
    field: str
    header: str
    read: Reader
    seen: dict[str, Read]


def resolve_mapping(mapping: Mapped, headers: Sequence[str]) -> dict[int, str]:
    """Return field by position; unknown fields are refused.

    Keys are headers, compared folded where none is just the same, or positions ("3").
    """
    exact = {header: place for place, header in enumerate(headers)}
    folded: dict[str, int] = {}
    for place, header in enumerate(headers):
        folded.setdefault(fold(header), place)
    resolved: dict[int, str] = {}
    for key, name in mapping.items():
        if name not in FIELDS:
            raise ValueError(f"no such field: {name}")
        index: int | None = exact.get(key, folded.get(fold(key)))
        if index is None and key.isdecimal() and int(key) < len(headers):
            index = int(key)
        if index is not None:
            resolved[index] = name
    return resolved


def date_orders_of(headers: Sequence[str], rows: Iterable[Sequence[str]], mapping: Mapped) -> dict[str, DateOrder]:
    """Tell the order of day and month for each field of dates from all rows.

    A column that says nothing follows the others, when they agree.
    """
    leans = {
        index: (name, Lean())
        for index, name in resolve_mapping(mapping, headers).items()
        if FIELDS[name].kind in DATE_KINDS
    }
    for row in rows if leans else ():
        width = len(row)
        for index, (_name, lean) in leans.items():
            if index < width:
                lean.see(row[index])
    orders = {name: lean.order for name, lean in leans.values()}
    sure = {order for order in orders.values() if order.sure}
    others = sure.pop() if len(sure) == 1 else DateOrder()
    return {name: order if order.sure or order.mixed else others for name, order in orders.items()}


class RowParser:
    """Reads the rows of one file. Make one per file: it remembers the cells it has seen."""

    def __init__(self, mapping: Mapped, headers: Sequence[str], settings: Settings) -> None:
        fields = resolve_mapping(mapping, headers)
        orders = settings.date_orders
        cells = {order: Cells(replace(settings, date_order=order)) for order in {settings.date_order, *orders.values()}}
        self._width = len(headers)

        def column(index: int, name: str) -> _Column:
            reader = cells[orders.get(name, settings.date_order)].reader(FIELDS[name].kind, _unit_of(headers[index]))
            return _Column(index, name, headers[index], reader, {})

        self._columns = [column(index, name) for index, name in sorted(fields.items())]
        self._plan: list[tuple[int, str, Callable[[str], Read | None], _Column]] = [
            (column.index, column.field, column.seen.get, column) for column in self._columns
        ]
        self._parsed = 0
        self._assembly = Assembly(frozenset(fields.values()), {c.field: c.header for c in self._columns}, settings)

    @property
    def check(self) -> Callable[[ParsedRow], None]:
        """Return what checks a household that ``group_members`` put together."""
        return self._assembly.check

    def parse(self, number: int, cells: Sequence[str], note: str = "") -> ParsedRow:
        """Read one row; what is wrong with it is in its ``problems``."""
        values: Values = {}
        problems: list[RowProblem] = []
        width = len(cells)
        self._parsed += 1
        if self._parsed == _TRIED:
            self._forget_unique()
        for index, field, seen, column in self._plan:
            text = cells[index] if index < width else ""
            if not text:
                continue
            value, findings = found = seen(text) or self._read(column, text)
            if value is not None:
                values[field] = value
            if findings:
                problems += _problems(column, text, found)
        if note or width > self._width:
            problems += self._about_row(cells, note)
        return self._assembly.row(number, values, problems)

    @staticmethod
    def _read(column: _Column, text: str) -> Read:
        found = column.read(text)
        if len(column.seen) < _REMEMBERED:
            column.seen[text] = found
        return found

    def _forget_unique(self) -> None:
        for place, column in enumerate(self._columns):
            if len(column.seen) >= _REMEMBERED:
                column.seen.clear()
                self._plan[place] = (column.index, column.field, column.read, column)

    def _about_row(self, cells: Sequence[str], note: str) -> list[RowProblem]:
        problems = [RowProblem(_NOTES[note])] if note in _NOTES else []
        if any(cell.strip() for cell in cells[self._width :]):
            problems.append(RowProblem("extra_cells"))
        return problems


def _problems(column: _Column, text: str, found: Read) -> list[RowProblem]:
    value = "•••" if found.findings[0][0] == "sensitive_number" else shown(text)
    return [RowProblem(code, column.header, column.field, value, params) for code, params in found.findings]


def _unit_of(header: str) -> str:
    folded = fold(header)
    return next((unit for unit in _UNITS if unit in folded), "")


def parse_row(
    cells: Sequence[str], mapping: Mapped, settings: Settings, *, headers: Sequence[str] | None = None, number: int = 1
) -> ParsedRow:
    """Read a single row; ``mapping`` may name columns by position. For many rows, keep a ``RowParser``."""
    names = list(headers) if headers is not None else [f"Column {index + 1}" for index in range(len(cells))]
    return RowParser(mapping, names, settings).parse(number, cells)


def parse_rows(
    rows: Iterable[tuple[int, Sequence[str], str]], mapping: Mapped, headers: Sequence[str], settings: Settings
) -> Iterable[ParsedRow]:
    """Read many rows of (number, cells, note), one at a time."""
    parse: Callable[[int, Sequence[str], str], ParsedRow] = RowParser(mapping, headers, settings).parse
    return (parse(*row) for row in rows)


__all__ = ["RowParser", "Settings", "date_orders_of", "parse_row", "parse_rows", "resolve_mapping"]
