"""The independent recount: what the ledger should hold, found a second way ("How we count", rule 18).

It shares no code with ``progress.rules``. Those compute with spans; this one asks, on every day on which
anything can change, the plain question "what is present on this day, and by which deliveries?" and writes
down where the answer changes. If the two ever differ, one of them is wrong and ``flask progress verify``
fails.

Facts are any objects or rows with the attributes of ``shapes.FactLike``; kinds, items, milestones and aspects
are plain strings (a ``StrEnum`` is one). Settings are plain dictionaries (``shapes.Program``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from digital_inclusion.progress.recount.book import Book
from digital_inclusion.progress.recount.household import Household
from digital_inclusion.progress.recount.shapes import FactLike, Program

__all__ = ["FactLike", "Line", "Program", "figures", "recount"]

# (identity, milestone, aspect, occurred_on, partner_id, grant_id, district)
Line = tuple[int, str, str, date, int, int | None, str]


def recount(facts: Iterable[FactLike], program: Program) -> Counter[Line]:
    """Return what the ledger should hold, net and nonzero, when exactly ``facts`` are known."""
    book = Book(facts)
    net: Counter[Line] = Counter()
    for identity, records in book.households():
        for milestone, aspect, day, sign, credit in Household(book, program, records).entries():
            net[identity, milestone, aspect, day, *credit] += sign
    return Counter({line: number for line, number in net.items() if number})


def figures(recounted: Mapping[Line, int], *, on: date) -> Counter[tuple[str, str]]:
    """Return the figure of every (milestone, aspect) on the day ``on``; what is not in it is 0."""
    sums: Counter[tuple[str, str]] = Counter()
    for (_, milestone, aspect, day, _, _, _), number in recounted.items():
        if day <= on:
            sums[milestone, aspect] += number
    return Counter({key: number for key, number in sums.items() if number})
