"""Which questions still matter."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from .book import OFFERED
from .deciding import Decider
from .facts import Facts
from .questions import Answers, Question, facts_of


def open_questions(decider: Decider, answers: Answers, *, on: date) -> list[Question]:
    """Return, in order, the questions that are not answered and could still change what is offered on ``on``."""
    questions = decider.book.questions
    facts = facts_of(questions, answers)
    still = decider.open_facts(facts, on=on, among=OFFERED)
    return [one for one in questions if one.id not in answers and makes_sense(one, facts) and still & set(one.facts)]


def makes_sense(question: Question, facts: Facts) -> bool:
    """Return whether what the question builds on is stated."""
    return all(facts.get(name) == value for name, value in question.only_if.items())


def questions_about(questions: Sequence[Question], facts: Collection[str]) -> Iterator[Question]:
    """Yield the questions whose answers state one of the facts."""
    return (question for question in questions if not set(question.facts).isdisjoint(facts))
