"""Decide: facts about a household and a day in, an answer with its reasons for every program out."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from .amounts import Amount, AmountAtDay, compile_amount
from .book import Advice, Program, ProgramKind, Rulebook
from .compiled import DAY, MOMENT, AtDay, Reason, compile_condition, leaves_at
from .conditions import Receives, Verdict
from .dated import Row
from .facts import Fact, Facts
from .further import fewest_facts, open_facts

EVERY_KIND = frozenset(ProgramKind)


class Answer(StrEnum):
    """What a program says to a household on a day."""

    YES = "yes"  # every condition is known to be met
    LIKELY = "likely"  # met as far as known; something is presumed, or rests on an unconfirmed value
    NO = "no"
    CANNOT_TELL = "cannot tell yet"  # a fact is missing
    CLOSED = "closed"  # the program takes nobody on that day
    CANNOT_DECIDE = "cannot decide"  # the rulebook has no value for that day


_ANSWERS = {
    Verdict.NO: Answer.NO,
    Verdict.UNKNOWN: Answer.CANNOT_TELL,
    Verdict.MISSING: Answer.CANNOT_DECIDE,
    Verdict.LIKELY: Answer.LIKELY,
    Verdict.YES: Answer.YES,
}


@dataclass(frozen=True, slots=True, eq=False)
class ProgramAtDay:
    """A program as it is in force. ``root`` is None while it takes nobody."""

    program: Program
    row: Row | None
    root: AtDay | None
    amounts: tuple[AmountAtDay, ...]
    advice: tuple[tuple[Advice, AtDay], ...]


def _shut(ready: ProgramAtDay) -> Answer:
    """Return what a program says while no rule of it is in force."""
    return Answer.CLOSED if ready.row is None or ready.row.missing is None else Answer.CANNOT_DECIDE


class Decision(NamedTuple):
    """One program's answer. ``facts`` it rests on; ``order``: every fact of the rulebook, as people are asked."""

    at: ProgramAtDay
    answer: Answer
    facts: Facts
    order: Mapping[str, Fact]
    reasons: tuple[Reason, ...] = ()
    amounts: tuple[Amount, ...] = ()
    advice: tuple[Advice, ...] = ()

    @property
    def program(self) -> Program:
        """Return the program decided about."""
        return self.at.program

    @property
    def further(self) -> tuple[str, ...]:
        """Return the fewest facts that could change the answer, () when none could. Worked out when asked for."""
        if self.at.root is None or self.answer in (Answer.YES, Answer.NO):
            return ()
        return fewest_facts(self.at.root, self.facts, self.order)

    def amount(self, kind: str) -> Amount | None:
        """Return the amount of this kind; None where the program gives none."""
        return next((amount for amount in self.amounts if amount.kind == kind), None)


class Decider:
    """A rulebook made ready: what holds on a stretch of days is put together once."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self._turns = book.turns()
        self._ready: dict[int, tuple[ProgramAtDay, ...]] = {}

    def on(self, day: date) -> tuple[ProgramAtDay, ...]:
        """Return every program as it is in force on ``day``."""
        stretch = bisect_right(self._turns, day)
        found = self._ready.get(stretch)
        if found is None:
            programs = sorted(self.book.programs.values(), key=lambda program: (program.order, program.id))
            found = self._ready[stretch] = tuple(self._at(program, day) for program in programs)
        return found

    def _at(self, program: Program, day: date) -> ProgramAtDay:
        row = program.open.on(day)
        if row is None or row.missing is not None:
            return ProgramAtDay(program, row, None, (), ())
        root = compile_condition(program.qualifies, self.book, day)
        amounts = tuple(
            ready for rule in program.amounts if (ready := compile_amount(rule, self.book, day)) is not None
        )
        advice = tuple(
            (advice, when)
            for advice in program.advice
            if (when := compile_condition(advice.when, self.book, day)) is not None
        )
        return ProgramAtDay(program, row, root, amounts, advice)

    def decide(self, facts: Facts, *, on: date, at: datetime | None = None) -> dict[str, Decision]:
        """Return the decision of every program, by its id, in the order in which to apply.

        ``on`` is the city's calendar day; ``at`` the instant, where a rule turns on the hour.
        """
        known = {**facts, DAY: on, MOMENT: at}
        return {ready.program.id: self._decide(ready, known) for ready in self.on(on)}

    def answers(self, facts: Facts, *, on: date) -> dict[str, Answer]:
        """Return the answers alone, by program: all that a comparison of many households needs."""
        known = {**facts, DAY: on, MOMENT: None}
        return {
            ready.program.id: _shut(ready) if ready.root is None else _ANSWERS[ready.root.run(known, [])]
            for ready in self.on(on)
        }

    def _decide(self, ready: ProgramAtDay, facts: Facts) -> Decision:
        if ready.root is None:
            return Decision(ready, _shut(ready), facts, self.book.facts)
        noted: list[Reason] = []
        answer = _ANSWERS[ready.root.run(facts, noted)]
        if answer is Answer.NO:
            return Decision(ready, answer, facts, self.book.facts, tuple(noted))
        amounts = tuple([amount.work_out(facts) for amount in ready.amounts])
        advice = tuple([advice for advice, when in ready.advice if when.run(facts, []) is Verdict.YES])
        return Decision(ready, answer, facts, self.book.facts, tuple(noted), amounts, advice)

    def asked_benefits(self, day: date) -> tuple[str, ...]:
        """Return the benefits that a program asks about on ``day``, in the rulebook's order."""
        roots = [ready.root for ready in self.on(day) if ready.root is not None]
        tests = [leaf.leaf.test for root in roots for leaf in leaves_at(root)]
        asked = {benefit for test in tests if isinstance(test, Receives) for benefit in test.benefits}
        return tuple(benefit for benefit in self.book.benefits if benefit in asked)

    def open_facts(self, facts: Facts, *, on: date, among: Collection[ProgramKind] = EVERY_KIND) -> frozenset[str]:
        """Return every fact that could still change an answer, an amount or an advice of programs of these kinds.

        One that matters only where another's answer leaves no shorter way becomes open with that answer.
        """
        known = {**facts, DAY: on, MOMENT: None}
        found: set[str] = set()
        for ready in self.on(on):
            if ready.program.kind not in among or ready.root is None or ready.root.run(known, []) is Verdict.NO:
                continue
            found |= open_facts(ready.root, known)
            for amount in ready.amounts:
                found.update(*(open_facts(when, known) for when in amount.conditions()))
            found.update(*(open_facts(when, known) for _advice, when in ready.advice))
        return frozenset(found)
