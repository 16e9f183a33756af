"""Questions for people, their answers, and the facts that answers state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from .facts import BENEFITS, INCOME


class Ask(StrEnum):
    """In which form a question is asked."""

    YES_NO = "yes_no"
    OPTIONS = "options"
    COUNT = "count"
    INCOME = "income"
    BENEFITS = "benefits"


class Skip(StrEnum):
    """A question that was passed over; the fact stays unknown."""

    UNKNOWN = "unknown"
    DECLINED = "declined"


class Every(StrEnum):
    """How often an income comes."""

    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    MONTH = "month"
    YEAR = "year"


TIMES_A_YEAR = {Every.WEEK: 52, Every.TWO_WEEKS: 26, Every.MONTH: 12, Every.YEAR: 1}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose, and the facts that it states."""

    id: str
    says: str
    states: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Question:
    """One plain question. ``facts``: what its answer states; ``shows``: the benefits it lists.

    ``only_if``: facts that must be stated before it makes sense ("Does that adult …?").
    """

    id: str
    ask: Ask
    facts: tuple[str, ...]
    asks: str
    hint: str = ""
    why: str = ""
    options: tuple[Option, ...] = ()
    shows: tuple[str, ...] = ()
    only_if: Mapping[str, object] = field(default_factory=dict)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Income:
    """An amount of US dollars, and how often it comes."""

    amount: Decimal
    every: Every

    @property
    def a_year(self) -> Decimal:
        """Return the US dollars a year."""
        return self.amount * TIMES_A_YEAR[self.every]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The benefits that somebody gets; not ``all_told``: nothing is said of the others."""

    benefits: frozenset[str]
    all_told: bool = True


# An option's id, a number of people, an income, benefits, or that the question was passed over.
Answer = str | int | Income | Chosen | Skip
Answers = Mapping[str, Answer]


def facts_of(questions: Sequence[Question], answers: Answers) -> dict[str, object]:
    """Return the facts that the answers state; a question that was passed over states none."""
    facts: dict[str, object] = {}
    for question in questions:
        answer = answers.get(question.id)
        if answer is not None and not isinstance(answer, Skip):
            facts.update(_stated(question, answer))
    return facts


def _stated(question: Question, answer: Answer) -> Mapping[str, object]:
    if isinstance(answer, Income):
        return {INCOME: answer.a_year}
    if isinstance(answer, Chosen):
        others = False if answer.all_told else None
        return {BENEFITS: {benefit: benefit in answer.benefits or others for benefit in question.shows}}
    if isinstance(answer, int):
        return dict.fromkeys(question.facts, answer)
    return next((option.states for option in question.options if option.id == answer), {})
