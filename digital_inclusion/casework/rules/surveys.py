"""Surveys: what can be asked, what is missing before one opens, who is asked, when it is over. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from ...connectivity.rules.languages import WRITTEN
from ...connectivity.rules.samples import LARGEST_SEED
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...households.rules import zip5
from .survey_library import ONE, READY, SCALE, SOME, WORDS, YES_NO, YES_NO_CHOICES

KINDS: dict[str, str] = {
    YES_NO: _("Yes, no or not sure"),
    ONE: _("Choose one"),
    SOME: _("Choose some"),
    SCALE: _("From 0 to 10"),
    WORDS: _("A few words"),
}
CHOSEN = frozenset({ONE, SOME})  # kinds whose answers somebody writes
MOST_QUESTIONS, MOST_CHOICES = 8, 10
LONGEST_TITLE, LONGEST_INTRODUCTION, LONGEST_QUESTION, LONGEST_CHOICE = 120, 500, 200, 80
KEPT = timedelta(days=365)  # after a survey is over: said on the page that asks
LONGEST_RUN = timedelta(days=180)
MOST_ASKED = 5000  # by one survey: more is a sample's work
MOST_DAYS = 3660


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. ``words`` and each of ``choices``: text by language; empty for one that is ready-made.

    The codes of choices that somebody wrote are their places from 1.
    """

    kind: str
    ready: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    choices: Sequence[Mapping[str, str]] = ()

    def codes(self) -> list[str]:
        """Return what can be answered, in order; none for a number or words."""
        if self.kind == YES_NO:
            return list(YES_NO_CHOICES)
        if self.ready is not None:
            return list(READY[self.ready].choices)
        return [str(place) for place in range(1, len(self.choices) + 1)]

    def as_json(self) -> dict[str, Any]:
        """Return the question as it is stored."""
        return {
            "kind": self.kind, "ready": self.ready, "words": dict(self.words),
            "choices": [dict(one) for one in self.choices],
        }  # fmt: skip


def ready_question(name: str) -> Question:
    """Return a question of the library."""
    return Question(kind=READY[name].kind, ready=name)


def questions_of(stored: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Return the questions that are stored."""
    return [Question(**one) for one in stored]


def missing_in(question: Question) -> list[str]:
    """Return the languages in which the question, or one of its answers, is not written."""
    if question.ready is not None:
        return []
    texts = [question.words, *question.choices]
    return [code for code in WRITTEN if not all(text.get(code) for text in texts)]


def check_survey(title: str, introduction: Mapping[str, str]) -> None:
    """Raise Invalid with a sentence per field for a title or an introduction that cannot be taken."""
    wrong = {}
    if not title:
        wrong["title"] = _("Please write a title.")
    elif len(title) > LONGEST_TITLE:
        wrong["title"] = _("That is too long. Use at most 120 characters.")
    for code, text in introduction.items():
        if len(text) > LONGEST_INTRODUCTION:
            wrong[f"introduction_{code}"] = _("That is too long. Use at most 500 characters.")
    if wrong:
        raise Invalid(fields=wrong)


def check_question(question: Question) -> None:
    """Raise Invalid with a sentence per field. English is needed at once, the other languages before it opens."""
    wrong: dict[str, str] = {}
    if question.kind not in KINDS:
        wrong["kind"] = _("Please choose how it is answered.")
    if not question.words.get("en"):
        wrong["words_en"] = _("Write the question in English first.")
    for code, text in question.words.items():
        if len(text) > LONGEST_QUESTION:
            wrong[f"words_{code}"] = _("That is too long. Use at most 200 characters.")
    if question.kind in CHOSEN:
        wrong |= _wrong_choices(question.choices)
    if wrong:
        raise Invalid(fields=wrong)


def _wrong_choices(choices: Sequence[Mapping[str, str]]) -> dict[str, str]:
    written = {code: [one[code] for one in choices if one.get(code)] for code in WRITTEN}
    wrong = {}
    for code, texts in written.items():
        if len(set(texts)) < len(texts):
            wrong[f"choices_{code}"] = _("Two answers are the same.")
        elif any(len(text) > LONGEST_CHOICE for text in texts):
            wrong[f"choices_{code}"] = _("An answer is too long. Use at most 80 characters for each.")
        elif texts and len(texts) != len(written["en"]):
            wrong[f"choices_{code}"] = _("Write as many answers as in English, in the same order.")
    if not 2 <= len(written["en"]) <= MOST_CHOICES:
        wrong["choices_en"] = _("Write 2 to 10 answers, one on each line.")
    return wrong


def check_room(questions: Sequence[Question], new: Question) -> None:
    """Raise Conflict when a survey of these questions cannot take the new one."""
    if len(questions) >= MOST_QUESTIONS:
        raise Conflict(_("A survey has at most 8 questions: longer ones are not answered. Remove one first."))
    if new.ready is not None and any(one.ready == new.ready for one in questions):
        raise Conflict(_("The survey asks this already."))


@dataclass(frozen=True, slots=True)
class Lack:
    """What keeps a survey from opening. ``place``: of the question, None: the introduction or the whole survey."""

    place: int | None
    languages: Sequence[str] = ()


def lacks_of(questions: Sequence[Question], introduction: Mapping[str, str]) -> list[Lack]:
    """Return what is missing before the survey can open: questions, languages."""
    found = [] if questions else [Lack(None)]
    if any(introduction.values()):
        codes = [code for code in WRITTEN if not introduction.get(code)]
        found += [Lack(None, codes)] if codes else []
    return found + [Lack(place, codes) for place, one in enumerate(questions) if (codes := missing_in(one))]


class State(StrEnum):
    """Where a survey is."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


def state_of(*, is_opened: bool, is_closed: bool, closes_on: date | None, today: date) -> State:
    """Return where a survey is: after its last day it is closed even before somebody has said so."""
    if not is_opened:
        return State.DRAFT
    return State.CLOSED if is_closed or closes_on is None or closes_on < today else State.OPEN


ENROLLED, CONNECTED, SKILLS = "enrolled", "connected", "skills"
MILESTONES = {
    CONNECTED: _("Connected with proof"),
    SKILLS: _("Reached digital skills with proof"),
    ENROLLED: _("Enrolled"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is asked: households that reached a milestone at least ``days`` ago; of these partners, ZIP codes and
    districts (none: all). ``size``: how many of them, drawn by ``seed``; None: all. ``closes_on``: the last day."""

    milestone: str
    days: int
    closes_on: date | None
    partner_ids: Sequence[int] = ()
    zip_codes: Sequence[str] = ()
    districts: Sequence[str] = ()
    size: int | None = None
    seed: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored beside the survey; the last day and the seed have columns of their own."""
        return {
            "milestone": self.milestone, "days": self.days, "partner_ids": list(self.partner_ids),
            "zip_codes": list(self.zip_codes), "districts": list(self.districts), "size": self.size,
        }  # fmt: skip


def check_audience(audience: Audience, *, today: date) -> None:
    """Raise Invalid with a sentence per field unless such households can be asked."""
    wrong: dict[str, str] = {}
    if audience.milestone not in MILESTONES:
        wrong["milestone"] = _("Please choose who is asked.")
    if not 0 <= audience.days <= MOST_DAYS:
        wrong["days"] = _("Write a number of days from 0 to 3660.")
    if audience.closes_on is None or not today <= audience.closes_on <= today + LONGEST_RUN:
        wrong["closes_on"] = _("Choose today or a day in the next 180 days.")
    if any(zip5(code) != code for code in audience.zip_codes):
        wrong["zip_codes"] = _("Write ZIP codes of five digits, with spaces or commas between them.")
    if audience.size is not None and audience.size < 1:
        wrong["size"] = _("Write how many to ask, 1 or more.")
    if audience.seed is not None and not 0 <= audience.seed <= LARGEST_SEED:
        wrong["seed"] = _("Write a whole number from 0 to 2147483647.")
    if wrong:
        raise Invalid(fields=wrong)


@dataclass(frozen=True, slots=True)
class Fit:
    """A record that fits. ``identity``: of its household; ``may_ask``: it agreed to be contacted, and safely can be."""

    record_id: int
    partner_id: int
    identity: int
    may_ask: bool


def one_record_each(fits: Iterable[Fit]) -> list[Fit]:
    """Return one record of each household: one that may be asked before one that may not, then the oldest."""
    chosen: dict[int, Fit] = {}
    for one in sorted(fits, key=lambda fit: (not fit.may_ask, fit.record_id)):
        chosen.setdefault(one.identity, one)
    return sorted(chosen.values(), key=lambda fit: fit.record_id)


def mark_of(chosen: Iterable[Fit]) -> str:
    """Return a mark of who is asked: it differs as soon as one household does."""
    return hashlib.sha256(",".join(str(one.record_id) for one in chosen).encode()).hexdigest()[:16]


def reach_of(fits: Iterable[Fit]) -> dict[str, list[int]]:
    """Return by partner how many households fit and how many of them may be asked."""
    found: dict[str, list[int]] = {}
    for one in fits:
        counts = found.setdefault(str(one.partner_id), [0, 0])
        counts[0] += 1
        counts[1] += one.may_ask
    return found
