"""What may be corrected, ended or taken back, and the closed lists of reasons. Pure. Source: "How we count", 9-10."""

from collections.abc import Iterable
from datetime import date

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...progress.rules.facts import Item, Kind

VOID_REASONS = {
    "mistake": _("It was entered by mistake"),
    "other_household": _("It belongs to another household"),
    "twice": _("It was entered twice"),
    "never_happened": _("It turned out that it never happened"),
    "corrected": _("It was not quite right"),
}
END_REASONS: dict[Item, dict[str, str]] = {
    Item.DEVICE: {
        "returned": _("It was returned"),
        "lost": _("It was lost or stolen"),
        "broken": _("It is broken and stays with them"),
    },
    Item.LINE: {
        "canceled": _("They canceled it"),
        "not_paid": _("The company turned it off"),
        "moved": _("They moved and left it behind"),
        "replaced": _("Another line took its place"),
    },
}
LEFT_REASONS = {
    "left_city": _("They left the city"),
    "dissolved": _("The household broke up"),
    "joined_other": _("They joined another household"),
}
CLOSED_BY_LEAVING = {"left_city": "moved_away", "dissolved": "dissolved", "joined_other": "other"}
LONGEST_NOTE = 500

VOIDABLE = frozenset({Kind.DELIVERY, Kind.ALREADY_HAD, Kind.CHECK, Kind.END})
THINGS = frozenset({Kind.DELIVERY, Kind.ALREADY_HAD})


def check_reason(reason: str, allowed: dict[str, str], note: str | None) -> None:
    """Raise Invalid unless the reason is one of the list and the note is not too long."""
    if reason not in allowed:
        raise Invalid(fields={"reason": _("Please choose a reason.")})
    if note is not None and len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": _("Please say it in at most 500 characters.")})


def check_day(field: str, day: date, *, first: date, today: date) -> None:
    """Raise Invalid unless the day lies between ``first`` and today."""
    if day > today:
        raise Invalid(fields={field: _("This day lies in the future. Record it when it has happened.")})
    if day < first:
        raise Invalid(fields={field: _("This day lies before it began.")})


def check_before_end(day: date, ended_on: date | None) -> None:
    """Raise Invalid for a delivery's day past the end on record, which stays."""
    if ended_on is not None and day > ended_on:
        sentence = _("The end on record lies before this day. Choose an earlier day, or take back the end first.")
        raise Invalid(fields={"occurred_on": sentence})


def check_extension(due_on: date | None, until: date, *, is_ended: bool) -> None:
    """Raise a sentence unless a loan that is due on ``due_on`` may go on until ``until``."""
    if due_on is None:
        raise Conflict(_("This device is not on loan."))
    if is_ended:
        raise Conflict(_("This loan has ended already."))
    if until <= due_on:
        raise Invalid(fields={"due_on": _("Choose a day after the one on which the loan is due now.")})


def check_while_on(day: date, *, active_on: date, ended_on: date | None) -> None:
    """Raise Invalid for a check of a line on a day on which the line was not on."""
    if day < active_on:
        raise Invalid(fields={"occurred_on": _("The line was not active yet on this day.")})
    if ended_on is not None and day >= ended_on:
        sentence = _("The line had ended by this day. Choose an earlier day, or another line.")
        raise Invalid(fields={"occurred_on": sentence})


def check_between(day: date, *, before: Iterable[date], after: Iterable[date]) -> None:
    """Raise Invalid unless a home's first day lies after all homes before it and before all homes after it."""
    if day <= max(before, default=date.min):
        sentence = _("They lived at an earlier address on this day. Choose a later day, or correct that address first.")
        raise Invalid(fields={"from_on": sentence})
    if day >= min(after, default=date.max):
        sentence = _("They had moved on by this day. Choose an earlier day, or correct the later address first.")
        raise Invalid(fields={"from_on": sentence})


def check_unproven(has_evidence: bool) -> None:
    """Raise Conflict for a fact whose proof is on record already."""
    if has_evidence:
        raise Conflict(_("A proof is on record already. To change it, correct the entry."))


def check_stands(is_void: bool) -> None:
    """Raise Conflict for a fact that was taken back already."""
    if is_void:
        raise Conflict(_("Somebody has taken this back already. Please look at the household again."))
