"""Answers as they travel: small, without a name in them, and read back only as far as today's questions know them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ...eligibility.rules.facts import LARGEST
from ...eligibility.rules.questions import Answer, Answers, Ask, Chosen, Every, Income, Question, Skip
from .typed import MOST


def pack(answers: Answers) -> dict[str, Any]:
    """Return the answers as plain data."""
    return {question: _packed(answer) for question, answer in answers.items()}


def _packed(answer: Answer) -> Any:
    if isinstance(answer, Skip):
        return {"skip": answer.value}
    if isinstance(answer, Income):
        return [str(answer.amount), answer.every.value]
    if isinstance(answer, Chosen):
        return {"get": sorted(answer.benefits), "all": answer.all_told}
    return answer


def unpack(questions: tuple[Question, ...], kept: Mapping[str, Any]) -> dict[str, Answer]:
    """Return the answers again; one that no question of today takes is left out and asked anew."""
    found: dict[str, Answer] = {}
    for question in questions:
        answer = _unpacked(question, kept.get(question.id))
        if answer is not None:
            found[question.id] = answer
    return found


def _unpacked(question: Question, kept: Any) -> Answer | None:
    if isinstance(kept, dict) and kept.get("skip") in set(Skip):
        return Skip(kept["skip"])
    if question.ask is Ask.COUNT:
        return kept if isinstance(kept, int) and 1 <= kept <= LARGEST else None
    if question.ask is Ask.INCOME:
        return _income(kept)
    if question.ask is Ask.BENEFITS:
        if not isinstance(kept, dict) or not isinstance(kept.get("get"), list):
            return None
        return Chosen(frozenset(kept["get"]) & frozenset(question.shows), bool(kept.get("all")))
    return kept if any(option.id == kept for option in question.options) else None


def _income(kept: Any) -> Income | None:
    try:
        amount, every = kept
        income = Income(Decimal(amount), Every(every))
        return income if 0 <= income.amount <= MOST else None
    except (TypeError, ValueError, InvalidOperation):
        return None
