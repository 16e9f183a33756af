"""A ledger in memory: post facts or settings, read entries and figures (rules 14, 16 and 18)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from digital_inclusion.progress.rules.facts import Fact
from digital_inclusion.progress.rules.identity import identities
from digital_inclusion.progress.rules.ledger import Aspect, Key, Milestone, derive, difference
from digital_inclusion.progress.rules.program import Program
from tests.factories.facts import LETTERS, short

ASPECTS = {Aspect.PENDING: "P", Aspect.VERIFIED: "V", Aspect.CURRENT: "C"}


class Entry(NamedTuple):
    """One line under a posting."""

    posting: int
    key: Key
    sign: int


def recount(facts: Iterable[Fact], program: Program) -> dict[Key, int]:
    """Return what the ledger should hold for everybody."""
    facts = list(facts)
    identity = identities(facts)
    households: dict[int, list[Fact]] = {}
    for fact in facts:
        households.setdefault(identity.get(fact.record_id, fact.record_id), []).append(fact)
    wanted: dict[Key, int] = {}
    for number, its in households.items():
        wanted |= derive(number, its, program)
    return wanted


class Book:
    """Facts, settings and entries, posting by posting."""

    def __init__(self, program: Program) -> None:
        self.facts: list[Fact] = []
        self.program = program
        self.entries: list[Entry] = []
        self.postings = 0
        self.known: list[tuple[int, Program]] = [(0, program)]  # how many facts, which settings, by posting

    def post(self, *facts: Fact | Iterable[Fact]) -> list[Entry]:
        """Learn facts in one posting and return the entries it wrote."""
        for fact in facts:
            self.facts.extend([fact] if isinstance(fact, Fact) else fact)
        return self._settle()

    def load(self, program: Program) -> list[Entry]:
        """Load other settings in one posting and return the entries it wrote."""
        self.program = program
        return self._settle()

    def _settle(self) -> list[Entry]:
        self.postings += 1
        self.known.append((len(self.facts), self.program))
        written = []
        for key, number in difference(recount(self.facts, self.program), self.net()).items():
            sign = 1 if number > 0 else -1
            written += [Entry(self.postings, key, sign)] * abs(number)
        self.entries += written
        return written

    def net(self, posting: int | None = None) -> dict[Key, int]:
        """Return the net entries up to a posting, none of them zero."""
        sums: Counter[Key] = Counter()
        for entry in self.entries:
            if posting is None or entry.posting <= posting:
                sums[entry.key] += entry.sign
        return {key: number for key, number in sums.items() if number}

    def recount_at(self, posting: int) -> dict[Key, int]:
        """Return what the facts and settings known at a posting give."""
        number, program = self.known[posting]
        return recount(self.facts[:number], program)

    def figure(self, milestone: Milestone, aspect: Aspect, on: date, posting: int) -> int:
        """Return a figure: the sum of entries up to a day and a posting."""
        return sum(
            entry.sign
            for entry in self.entries
            if entry.posting <= posting
            and entry.key.occurred_on <= on
            and (entry.key.milestone, entry.key.aspect) == (milestone, aspect)
        )


def lines(entries: Iterable[Entry], milestone: Milestone = Milestone.CONNECTED) -> list[str]:
    """Return entries as the scenarios write them: ``+V 01-12 A/D3``, before it ``2:`` for another identity."""
    return sorted(
        ("" if key.identity == 1 else f"{key.identity}: ")
        + f"{'+' if sign > 0 else '-'}{ASPECTS[key.aspect]} {short(key.occurred_on)}"
        + f" {LETTERS[key.partner_id]}/{key.district}"
        for _, key, sign in entries
        if key.milestone is milestone
    )


def expected(text: str) -> list[str]:
    """Return entries written in one line, separated by commas."""
    return sorted(part.strip() for part in text.split(",") if part.strip())
