"""One identity: its two worlds (everything entered; only what is proven) and the entries they give."""

from collections.abc import Callable, Iterator
from datetime import date

from digital_inclusion.progress.recount.book import Book
from digital_inclusion.progress.recount.conditions import Conditions, home, meets
from digital_inclusion.progress.recount.shapes import FactLike, History, Program
from digital_inclusion.progress.recount.world import SUSTAINED, World

BASES = ("device", "connectivity", "skills", "connected", "included")

Credit = tuple[int, int | None, str]  # partner, grant, district


class Household:
    """All records of one identity, counted."""

    def __init__(self, book: Book, program: Program, records: list[int]) -> None:
        self._book, self._rules = book, Conditions(program)
        histories = [book.records[record] for record in records if record in book.records]
        counted = [
            fact
            for history in histories
            for fact in history["delivery"] + history["already_had"]
            if self._counts(fact, history)
        ]
        checks = [check for history in histories for check in history["check"] if check.positive is True]
        self._everything = self._world(counted, checks, lambda fact: True)
        self._proven = self._world(counted, checks, book.is_proven)

    def _counts(self, fact: FactLike, history: History) -> bool:
        if fact.kind == "delivery":
            return self._rules.qualifies(fact, history)
        return fact.item in ("device", "line") and meets(fact, self._rules.standard_or_first(fact.occurred_on))

    def _world(self, counted: list[FactLike], checks: list[FactLike], believe: Callable[[FactLike], bool]) -> World:
        return World(
            self._book,
            self._rules,
            [fact for fact in counted if believe(fact)],
            [c for c in checks if believe(c)],
        )

    def entries(self) -> Iterator[tuple[str, str, date, int, Credit]]:
        """Yield (milestone, aspect, day, +1 or -1, credit) for every line of the ledger."""
        for milestone in (*BASES, *SUSTAINED):
            entered, proven = self._everything.first(milestone), self._proven.first(milestone)
            if entered:
                credit = self._credit(*entered)
                yield milestone, "pending", entered[0], +1, credit
                if proven:
                    yield milestone, "pending", proven[0], -1, credit
            if proven:
                yield milestone, "verified", proven[0], +1, self._credit(*proven)
            if milestone in BASES:
                yield from self._current(milestone)

    def _current(self, milestone: str) -> Iterator[tuple[str, str, date, int, Credit]]:
        credit: Credit | None = None
        for day, reasons in self._proven.turns(milestone):
            if credit is None:
                credit = self._credit(day, reasons)
                yield milestone, "current", day, +1, credit
            else:
                yield milestone, "current", day, -1, credit
                credit = None

    def _credit(self, day: date, reasons: list[FactLike]) -> Credit:
        """Return who completed it: the latest delivery, of several on one day the one entered first."""
        fact = max(reasons, key=lambda fact: (fact.occurred_on, -fact.number))
        lived = home(self._book.records[fact.record_id], day)
        return fact.partner_id, fact.grant_id, self._rules.district(lived, day)
