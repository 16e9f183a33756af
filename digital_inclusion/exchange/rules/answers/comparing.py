"""What an answer says that is not on record yet. Pure."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ....foundation.kernel.messages import _
from .reading import AFTER_WITHOUT_END, Answer

PARTS = {
    "on": _("Lines confirmed on"),
    "ended": _("Lines that ended"),
    "terms": _("Prices or promotions that differ"),
    "applications": _("Applications answered"),
}
OTHER_GROUPS = {
    "speeds": _("Speeds that differ"),
    "same": _("Nothing new"),
    "waiting": _("Still pending at the company"),
    "foreign": _("Not ours"),
    "refused": _("Unclear"),
}
LEFT = {"left": _("Not taken back")}
TERMS = ("price_cents", "promo_until_on", "price_after_cents")
BEFORE_START = _("The line cannot end before it began on %(day)s.")
ANSWERED_BEFORE = _("The answer is of a day before the line began on %(day)s.")
ENDED_HERE = _("On record the line has been off since %(day)s. Correct one of the two by hand.")
VOID_HERE = _("On record this line was taken back.")
NOT_FOUND = _("The company did not find this line. Check its address and name with the household.")
OF_A_LINE = _("This row is about a line. Write active, disconnected or pending.")
OTHER_COMPANY = _("On record this line is of another company.")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is on record. ``checked`` are the days on which the company confirmed it already."""

    fact_number: int
    household_id: int
    partner_id: int
    starts_on: date
    ended_on: date | None
    is_void: bool
    is_providers: bool
    down_kbps: int
    up_kbps: int
    terms: dict[str, Any]
    terms_seen_on: date | None = None
    checked: frozenset[date] = frozenset()


@dataclass(slots=True)
class Difference:
    """What a row brings, or why it comes back."""

    outcome: str = "same"  # new, same, waiting, refused
    is_on: bool = False
    ended_on: date | None = None
    speeds_differ: bool = False
    terms: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    day: date | None = None  # for the sentence


def compare(answer: Answer, line: Line, *, answered_on: date) -> Difference:
    """Return what the answer brings for the line, by what is on record now."""
    problem, day = _refusal(answer, line, answered_on)
    if problem:
        return Difference("refused", problem=problem, day=day)
    found = Difference()
    found.is_on = answer.state == "on" and answered_on not in line.checked
    found.ended_on = answer.ended_on if line.ended_on is None else None
    found.speeds_differ = answer.down_kbps is not None and (answer.down_kbps, answer.up_kbps) != (
        line.down_kbps,
        line.up_kbps,
    )
    said = {name: getattr(answer, name) for name in TERMS}
    found.terms = {name: value for name, value in said.items() if value is not None and value != line.terms[name]}
    if not _are_sound(line.terms | found.terms):
        return Difference("refused", problem=AFTER_WITHOUT_END)
    if found.is_on or found.ended_on or found.terms or found.speeds_differ:
        found.outcome = "new"
    elif answer.state == "waiting":
        found.outcome = "waiting"
    return found


def can_go_in(line: Line | None, terms: dict[str, Any]) -> bool:
    """Return whether what was compared may still be written.

    The line is there, on, the company's, and its terms with the new ones make sense.
    """
    if line is None or line.is_void or line.ended_on is not None or not line.is_providers:
        return False
    return _are_sound(line.terms | terms)


def can_be_put_back(line: Line | None, before: dict[str, Any], brought: dict[str, Any]) -> bool:
    """Return whether the line's terms are still exactly those that the answer left: else somebody's newer ones hold."""
    if line is None or line.is_void:
        return False
    now = line.terms | {"terms_seen_on": line.terms_seen_on}
    return all(now[name] == value for name, value in (before | brought).items())


def _are_sound(terms: dict[str, Any]) -> bool:
    return terms["price_after_cents"] is None or terms["promo_until_on"] is not None


def _refusal(answer: Answer, line: Line, answered_on: date) -> tuple[str, date | None]:
    ended = answer.ended_on
    if answer.state in ("approved", "rejected"):
        return OF_A_LINE, None
    if answer.state == "not_found":
        return NOT_FOUND, None
    if line.is_void:
        return VOID_HERE, None
    if not line.is_providers:
        return OTHER_COMPANY, None
    if ended is not None and ended < line.starts_on:
        return BEFORE_START, line.starts_on
    if answer.state == "on" and answered_on < line.starts_on:
        return ANSWERED_BEFORE, line.starts_on
    if line.ended_on is not None and (answer.state == "on" or (ended is not None and ended != line.ended_on)):
        return ENDED_HERE, line.ended_on
    return "", None
