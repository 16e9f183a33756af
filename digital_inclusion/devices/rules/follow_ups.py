"""When to ask whether a device is still used, and what an answer leads to. Pure.

The question of a term (90 days, one year) is open from its day until the next term's day, the last one for half a year:
who answers later says something else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _

MOST_TRIES = 3
AGAIN_AFTER = timedelta(days=3)
LAST_OPEN = 180  # days
NO_ANSWER = "no_answer"
ANSWERS = {
    "used": _("It is still used"),
    "broken": _("It does not work"),
    "given_back": _("They gave it back, or want to"),
    "lost": _("It is lost or stolen"),
    NO_ANSWER: _("Nobody answered"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """Hand-overs of these days (both included) are asked the question of ``days``."""

    days: int
    first: date
    last: date


def terms_on(today: date, follow_up_days: Sequence[int]) -> list[Term]:
    """Return the terms with the days of the hand-overs that are asked today."""
    found = []
    for place, days in enumerate(follow_up_days):
        later = follow_up_days[place + 1 : place + 2]
        until = later[0] if later else days + LAST_OPEN
        found.append(Term(days, first=today - timedelta(days=until - 1), last=today - timedelta(days=days)))
    return found


def term_of(handed_on: date, today: date, follow_up_days: Sequence[int]) -> int | None:
    """Return the term whose question is open today for a hand-over, None where none is."""
    return next((one.days for one in terms_on(today, follow_up_days) if one.first <= handed_on <= one.last), None)


def check_answer(answer: str | None, *, told: Sequence[str], last_asked: date | None, today: date) -> None:
    """Raise a sentence unless the answer can be noted now. ``told``: answers to this question so far, in order."""
    if answer not in ANSWERS:
        raise Invalid(fields={"answer": _("Please choose what they said.")})
    if any(one != NO_ANSWER for one in told):
        raise Conflict(_("Somebody noted an answer already."))
    if len(told) >= MOST_TRIES:
        raise Conflict(_("They were asked three times. We do not ask again before the next term."))
    if answer == NO_ANSWER and last_asked == today:
        raise Conflict(_("Somebody tried today already. Try again on another day."))
