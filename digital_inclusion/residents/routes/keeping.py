"""Where a resident's answers are between two screens: sealed in the browser's session, and nowhere else."""

import json
from datetime import timedelta

from flask import session
from werkzeug.datastructures import MultiDict

from ...eligibility.rules.questions import Answer, Answers, Question
from ...foundation.credentials import seal, unseal
from ..rules.kept import pack, unpack

SITTING = timedelta(hours=2)  # a shared computer forgets, even when nobody presses "Clear"
COME_BACK = timedelta(days=30)
TYPED = frozenset({"choice", "number", "amount", "every", "benefits", "none", "unsure"})  # fields of the questions
MANY = 40  # values of a list
LONGEST = 100  # characters of what was typed wrong; more is told to be too long, and not shown again
_KEY, _LINK, _TYPED = "check", "link", "typed"


def answers_now(questions: tuple[Question, ...]) -> dict[str, Answer]:
    """Return the answers of this sitting."""
    return _open(session.get(_KEY), _KEY, SITTING, questions) or {}


def keep(answers: Answers) -> None:
    """Keep the answers in the browser's session."""
    session[_KEY] = _close(answers, _KEY)


def forget() -> None:
    """Forget the answers."""
    session.pop(_KEY, None)


def keep_typed(question: str, typed: MultiDict[str, str]) -> None:
    """Keep what could not be taken until its page has shown it: then "back" never asks to send a form again."""
    fields = [(name, value[:LONGEST]) for name, value in typed.items(multi=True) if name in TYPED]
    session[_TYPED] = seal(json.dumps([question, fields[: len(TYPED) + MANY]]), purpose=_TYPED)


def take_typed(question: str) -> MultiDict[str, str] | None:
    """Return, once, what was typed wrong at the question; None where nothing was."""
    text = unseal(session.pop(_TYPED, ""), purpose=_TYPED, lasts=SITTING)
    kept, fields = json.loads(text) if text is not None else (None, [])
    return MultiDict((name, value) for name, value in fields) if kept == question else None


def link_token(answers: Answers) -> str:
    """Return the answers as part of a link: encrypted, good for a while, without a name in them."""
    return _close(answers, _LINK)


def answers_of_link(token: str, questions: tuple[Question, ...]) -> dict[str, Answer] | None:
    """Return the answers that a link holds; None when it is too old or not ours."""
    return _open(token, _LINK, COME_BACK, questions)


def _close(answers: Answers, purpose: str) -> str:
    return seal(json.dumps(pack(answers), separators=(",", ":")), purpose=purpose)


def _open(
    sealed: str | None, purpose: str, lasts: timedelta, questions: tuple[Question, ...]
) -> dict[str, Answer] | None:
    text = unseal(sealed, purpose=purpose, lasts=lasts) if sealed else None
    return unpack(questions, json.loads(text)) if text is not None else None
