"""What a household may qualify for, put in the order in which residents read it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from ...eligibility.rules.amounts import Amount
from ...eligibility.rules.book import OFFERED, AmountKind, Change, Document, Program, ProgramKind, Rulebook
from ...eligibility.rules.compiled import Reason
from ...eligibility.rules.conditions import Income, Proof, Verdict
from ...eligibility.rules.dated import Cite
from ...eligibility.rules.deciding import Answer, Decision
from ...eligibility.rules.facts import SIZE, Facts
from ...eligibility.rules.further import ways_to_yes

RECENT = timedelta(days=365)
REMEMBERED = timedelta(days=3 * 365)
_TELLING = {  # the conditions that explain an answer
    Answer.YES: (Verdict.YES, Verdict.LIKELY),
    Answer.LIKELY: (Verdict.YES, Verdict.LIKELY),
    Answer.NO: (Verdict.NO,),
    Answer.CANNOT_TELL: (Verdict.UNKNOWN,),
    Answer.CANNOT_DECIDE: (Verdict.MISSING,),
    Answer.CLOSED: (),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One condition in words. ``limit``: US dollars a year for ``size`` people; not ``sure``: nobody confirmed it."""

    sentence: str
    cite: Cite | None
    sure: bool
    assumed: bool = False
    limit: Decimal | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One program as residents see it. ``further``: facts that could still make it a yes."""

    program: Program
    answer: Answer
    reasons: tuple[Said, ...]
    monthly: Amount | None
    once: Amount | None
    price: Amount | None
    bring: tuple[Document, ...]
    advice: tuple[str, ...]
    further: tuple[str, ...]
    missing: str | None = None
    ended_on: date | None = None
    held: bool = False
    only_paper: bool = False  # nothing but a paper stands between the household and the program

    @property
    def saving(self) -> Decimal:
        """Return the most US dollars a month that it saves."""
        return self.monthly.high if self.monthly is not None else Decimal(0)


@dataclass(frozen=True, slots=True)
class Results:
    """Every program offered, by what can be said of it; ``together`` are discounts that may be had at once."""

    city: tuple[Shown, ...]
    likely: tuple[Shown, ...]
    held: tuple[Shown, ...]
    unsure: tuple[Shown, ...]
    undecided: tuple[Shown, ...]
    refused: tuple[Shown, ...]
    closed: tuple[Shown, ...]
    together: tuple[Shown, ...]
    changes: tuple[Change, ...]

    @property
    def saving(self) -> Decimal:
        """Return the most US dollars a month that the discounts save which may be had at once."""
        return sum((shown.saving for shown in self.together), Decimal(0))

    @property
    def steps(self) -> tuple[Shown, ...]:
        """Return what to apply for, in the order in which to apply."""
        found = (*self.city, *self.likely, *(shown for shown in self.unsure if shown.only_paper))
        return tuple(sorted(found, key=lambda shown: (shown.program.order, shown.program.id)))

    @property
    def needs(self) -> str:
        """Return what a request for help would ask for, as its page is told: "device,connection"."""
        return ",".join(shown.program.need for shown in self.city if shown.program.need)

    @property
    def bring(self) -> tuple[Document, ...]:
        """Return every paper to bring, each once."""
        return tuple(dict.fromkeys(paper for shown in self.steps for paper in shown.bring))


def show_results(book: Rulebook, decisions: Mapping[str, Decision], facts: Facts, *, on: date) -> Results:
    """Return the decisions as residents read them: the city's own help first, then the largest saving."""
    shown = [_shown(book, one, facts) for one in decisions.values() if one.program.kind in OFFERED]
    yes = [one for one in shown if one.answer in (Answer.YES, Answer.LIKELY)]
    likely = [one for one in yes if one.program.kind is not ProgramKind.CITY and not one.held]
    likely.sort(key=lambda one: (-one.saving, one.price.high if one.price else 0, one.program.order, one.program.id))
    return Results(
        city=tuple(one for one in yes if one.program.kind is ProgramKind.CITY),
        likely=tuple(likely),
        held=tuple(one for one in yes if one.held),
        unsure=tuple(one for one in shown if one.answer is Answer.CANNOT_TELL),
        undecided=tuple(one for one in shown if one.answer is Answer.CANNOT_DECIDE),
        refused=tuple(one for one in shown if one.answer is Answer.NO),
        closed=tuple(one for one in shown if one.answer is Answer.CLOSED and _is_remembered(one.ended_on, on)),
        together=_together(book, likely),
        changes=tuple(change for change in book.changes if on - RECENT <= change.on <= on),
    )


def _is_remembered(ended_on: date | None, on: date) -> bool:
    """Return whether people may still ask for a program that has ended."""
    return ended_on is None or on <= ended_on + REMEMBERED


def _shown(book: Rulebook, decision: Decision, facts: Facts) -> Shown:
    noted, telling = dict.fromkeys(decision.reasons), _TELLING[decision.answer]
    reasons = [reason for reason in noted if reason.verdict in telling and reason.leaf.leaf.says]
    bring = (paper for reason in reasons for paper in reason.leaf.leaf.bring)
    papers = dict.fromkeys((*bring, *decision.program.bring))
    root = decision.at.root if decision.answer is Answer.CANNOT_TELL else None
    ways = ways_to_yes(root, facts) if root is not None else []
    papers_of = {name for reason in noted for name in reason.leaf.facts if isinstance(reason.leaf.leaf.test, Proof)}
    last = decision.program.open.rows[-1].period.last
    return Shown(
        program=decision.program,
        answer=decision.answer,
        reasons=tuple(_said(reason, facts) for reason in reasons),
        monthly=decision.amount(AmountKind.MONTHLY),
        once=decision.amount(AmountKind.ONE_TIME),
        price=decision.amount(AmountKind.PRICE),
        bring=tuple(book.documents[paper] for paper in papers),
        advice=tuple(advice.says for advice in decision.advice),
        further=tuple(sorted({name for way in ways for name in way})),
        missing=_missing(decision, reasons),
        ended_on=last if decision.answer is Answer.CLOSED else None,
        only_paper=any(way <= papers_of for way in ways),
        held=decision.program.held is not None and facts.get(decision.program.held) is True,
    )


def _said(reason: Reason, facts: Facts) -> Said:
    leaf, size = reason.leaf, facts.get(SIZE)
    limit = leaf.limit(size) if isinstance(leaf.leaf.test, Income) and reason.verdict is not Verdict.UNKNOWN else None
    cite = leaf.row.cite if leaf.row is not None and leaf.row.cite is not None else leaf.leaf.cite
    assumed = leaf.leaf.presume and all(facts.get(name) is None for name in leaf.facts)
    return Said(leaf.leaf.says, cite, leaf.sure, assumed, limit, size if isinstance(size, int) else None)


def _missing(decision: Decision, reasons: Iterable[Reason]) -> str | None:
    """Return why nothing can be decided: the rulebook has no value for the day."""
    if decision.answer is not Answer.CANNOT_DECIDE:
        return None
    rows = (decision.at.row, *(reason.leaf.row for reason in reasons))
    return next((row.missing for row in rows if row is not None and row.missing is not None), None)


def _together(book: Rulebook, likely: Iterable[Shown]) -> tuple[Shown, ...]:
    """Return the discounts that save most among those the rulebook says may be had at once."""
    pairs = {frozenset(pair) for one in book.together for pair in combinations(one.programs, 2)}
    saving = [shown for shown in likely if shown.saving > 0]
    return max(_sets(saving, pairs), key=lambda group: sum(shown.saving for shown in group), default=())


def _sets(shown: list[Shown], pairs: set[frozenset[str]]) -> Iterator[tuple[Shown, ...]]:
    for count in range(1, len(shown) + 1):
        for group in combinations(shown, count):
            if all(frozenset((one.program.id, two.program.id)) in pairs for one, two in combinations(group, 2)):
                yield group
