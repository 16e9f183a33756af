"""What another rulebook would change for stored households: answers that flip, by program and partner. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from ...eligibility.rules.deciding import Decider
from ...eligibility.rules.stored import reader_of

ABSENT = "not in the rulebook"


class Flip(NamedTuple):
    """Households of a partner whom a program told one answer and would tell another."""

    program: str
    title: str
    partner_id: int
    before: str
    after: str


class Impact:
    """Adds up what becomes of households that come one by one. It holds counts alone, however many come."""

    def __init__(self, before: Decider, after: Decider, *, on: date | None = None) -> None:
        """``on``: ask both about this day; None: about each decision's own day."""
        self.households = self.flipped = 0
        self.flips: Counter[Flip] = Counter()
        self._before, self._read_before = before, reader_of(before)
        self._after, self._read_after = after, reader_of(after)
        self._on = on
        self._titles = {
            id_: program.title for book in (before.book, after.book) for id_, program in book.programs.items()
        }

    def take(self, partner_id: int, decided_on: date, facts: Mapping[str, Any]) -> None:
        """Decide about a household by both rulebooks and compare."""
        day = self._on or decided_on
        before = self._before.answers(self._read_before(facts), on=day)
        after = self._after.answers(self._read_after(facts), on=day)
        self.households += 1
        if before == after:
            return
        self.flipped += 1
        for program in before.keys() | after.keys():
            pair = before.get(program, ABSENT), after.get(program, ABSENT)
            if pair[0] != pair[1]:
                self.flips[Flip(program, self._titles[program], partner_id, str(pair[0]), str(pair[1]))] += 1

    def take_all(self, stored: Iterable[tuple[int, date, Mapping[str, Any]]]) -> "Impact":
        """Take every household of a stream."""
        for partner_id, decided_on, facts in stored:
            self.take(partner_id, decided_on, facts)
        return self
