"""The shape every reader gives its rows."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

NOTES = ("", "hidden", "broken_quotes", "formula_without_value")


class Row(NamedTuple):
    """One row: its number as the person sees it in the spreadsheet, its cells as text, and what was odd."""

    number: int
    cells: list[str]
    note: str = ""  # one of NOTES


class TypedCell(NamedTuple):
    """A workbook's cell as stored, so that a copy keeps numbers as numbers and dates as dates."""

    value: str | float | bool
    number_format: str = ""


class Source(Protocol):
    """Something that yields the rows of one table from the top, as often as asked, blank rows left out."""

    def rows(self) -> Iterator[Row]:
        """Yield every row that has text in it."""
        ...

    def estimate_rows(self) -> int:
        """Return about how many rows there are, for a progress bar."""
        ...


def trimmed(cells: list[str]) -> list[str]:
    """Return ``cells`` without the empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def column_letters(index: int) -> str:
    """Return "A" for 0, "AB" for 27."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
