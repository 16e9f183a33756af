"""Which questions still matter."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from .book import OFFERED
from .deciding import Decider
from .questions import Answers, Question, facts_of


def open_questions(decider: Decider, answers: Answers, *, on: date) -> list[Question]:
    """Return, in order, the questions that are not answered and could still change what is offered on ``on``."""
    questions = decider.book.questions
    still = decider.open_facts(facts_of(questions, answers), on=on, among=OFFERED)
    return [one for one in questions if one.id not in answers and not still.isdisjoint(one.facts)]


def questions_about(questions: Sequence[Question], facts: Collection[str]) -> Iterator[Question]:
    """Yield the questions whose answers state one of the facts."""
    return (question for question in questions if not set(question.facts).isdisjoint(facts))
