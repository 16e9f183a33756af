"""When to ask whether a line is still on, by which way, and what an answer leads to. Pure.

The question of a term (30, 90, 365 days) is open from its day until the next term's day, the last one for half a
year: who answers later says something else. What the household says is evidence once a verifier has confirmed it
("How we count", rules 3, 7 and 8); no answer is no fact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _

AGAIN_AFTER = timedelta(days=3)
LATELY = timedelta(days=21)  # whoever was asked so lately, by whatever page, is not asked again
LINK_LASTS = timedelta(days=30)
LINK_WAITS = timedelta(days=7)  # so long a link is given before somebody calls
LAST_OPEN = 180  # days
ON, OFF, WRONG_NUMBER, NO_ANSWER, REFUSED = "on", "off", "wrong_number", "no_answer", "refused"
ANSWERS = {
    ON: _("It is still on"),
    OFF: _("It is off"),
    NO_ANSWER: _("Nobody answered"),
    WRONG_NUMBER: _("Wrong number"),
    REFUSED: _("They do not want to say"),
}
FINAL = frozenset({ON, OFF, REFUSED})
LINK, PHONE, VISIT = "link", "phone", "visit"
WAYS = {PHONE: _("By phone or message"), VISIT: _("On a visit")}
EVIDENCE = {LINK: "household_statement", PHONE: "call_or_message", VISIT: "seen_at_home"}
LINE_END_REASONS = {
    "canceled": _("They canceled it"),
    "not_paid": _("The company turned it off"),
    "moved": _("They moved and left it behind"),
    "replaced": _("Another line took its place"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """Lines that began on these days (both included) are asked the question of ``days``."""

    days: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What they said, and by which way. ``ended_on``: the first day without the line, where it is off and known."""

    answer: str | None
    way: str
    ended_on: date | None = None
    reason: str | None = None


def terms_on(today: date, check_days: Sequence[int]) -> list[Term]:
    """Return the terms with the days of the lines that are asked today."""
    found = []
    for place, days in enumerate(check_days):
        later = check_days[place + 1 : place + 2]
        until = later[0] if later else days + LAST_OPEN
        found.append(Term(days, first=today - timedelta(days=until - 1), last=today - timedelta(days=days)))
    return found


def term_of(starts_on: date, today: date, check_days: Sequence[int]) -> int | None:
    """Return the term whose question is open today for a line, None where none is."""
    return next((one.days for one in terms_on(today, check_days) if one.first <= starts_on <= one.last), None)


def check_said(said: Said, *, told: Sequence[str], last_asked: date | None, today: date, most: int) -> None:
    """Raise a sentence unless this can be noted now. ``told``: answers to the question so far; ``most``: tries."""
    if said.answer not in ANSWERS:
        raise Invalid(fields={"answer": _("Please choose what they said.")})
    if said.ended_on is not None and said.answer != OFF:
        raise Invalid(
            fields={"ended_on": _("You wrote a day on which it ended. Choose “It is off”, or clear the day.")}
        )
    if any(one in FINAL for one in told):
        raise Conflict(_("Somebody noted an answer already."))
    if said.answer in FINAL:
        return  # who answers is heard, however often nobody did
    if len(told) >= most:
        raise Conflict(_("They were asked often enough. We do not ask again before the next term."))
    if last_asked == today:
        raise Conflict(_("Somebody tried today already. Try again on another day."))


def check_end(said: Said, *, starts_on: date, today: date) -> None:
    """Raise Invalid unless the line can have ended on the day, for the reason."""
    if said.ended_on is None:
        return
    wrong = {}
    if said.ended_on < starts_on:
        wrong["ended_on"] = _("It cannot end before it began.")
    elif said.ended_on > today:
        wrong["ended_on"] = _("This day lies in the future. Record the end when it has happened.")
    if said.reason not in LINE_END_REASONS:
        wrong["reason"] = _("Please choose why it is off.")
    if wrong:
        raise Invalid(fields=wrong)
