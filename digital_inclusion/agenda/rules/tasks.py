"""Tasks: of which kinds there are some, those made by hand, when one comes again. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from ...foundation.kernel.dates import months_after
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _


@dataclass(frozen=True, slots=True)
class TaskKind:
    """What a task is about: its name for people, and the page that it leads to (by the code of its thing, or by its
    household's)."""

    label: str
    endpoint: str
    by_household: bool = True


KINDS: dict[str, TaskKind] = {
    "deadline": TaskKind(_("Deadline of an application"), "connectivity.show_application", by_household=False),
    "check": TaskKind(_("Ask whether the line is still on"), "connectivity.internet"),
    "cliff": TaskKind(_("The price goes up"), "connectivity.internet"),
    "program_end": TaskKind(_("A program ends"), "connectivity.internet"),
    "survey": TaskKind(_("Call them: their answers to a survey ask for it"), "casework.list_survey_answers"),
    "answered": TaskKind(_("They answered"), "casework.show_message", by_household=False),
    "not_reached": TaskKind(_("A message did not reach them"), "casework.show_message", by_household=False),
    "referral": TaskKind(_("A referral needs you"), "casework.show_referral", by_household=False),
    "own": TaskKind(_("Task"), "casework.change_task", by_household=False),  # made by hand
}
OWN = "own"
DONE, NOT_NEEDED, NOTHING_LEFT = "done", "not_needed", "closed"
OUTCOMES = {DONE: _("Done"), NOT_NEEDED: _("Not needed"), NOTHING_LEFT: _("Closed: nothing was left to do")}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """Something to do for a household by a day. ``thing``: a code, at most 24 characters, never a name;
    ``owner_id``: the person whose task it is, None for whoever comes first."""

    kind: str
    thing: str
    household_id: int
    partner_id: int
    due_on: date
    owner_id: int | None = None


LONGEST_WORDS = 200
FURTHEST_TASK = timedelta(days=5 * 366)
REPEATS = {"weekly": _("Every week"), "monthly": _("Every month")}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTask:
    """What somebody wants to have done. ``owner_id`` None: by whoever comes first; ``repeats`` None: once."""

    words: str
    due_on: date
    owner_id: int | None = None
    repeats: str | None = None


def check_own(new: OwnTask, *, today: date | None) -> None:
    """Raise Invalid with a sentence per field. ``today`` None: the day was checked when it was written."""
    wrong = {}
    words = new.words.strip()
    if not words:
        wrong["words"] = _("Say in a few words what is to be done.")
    elif len(words) > LONGEST_WORDS:
        wrong["words"] = _("That is too long. Use at most 200 characters.")
    if today is not None and new.due_on < today:
        wrong["due_on"] = _("This day is over. Choose today or a later day.")
    elif today is not None and new.due_on > today + FURTHEST_TASK:
        wrong["due_on"] = _("That is more than five years ahead. Choose an earlier day.")
    if new.repeats is not None and new.repeats not in REPEATS:
        wrong["repeats"] = _("Choose how often.")
    if wrong:
        raise Invalid(fields=wrong)


def next_due(began_on: date, repeats: str, *, after: date) -> date:
    """Return the first day after ``after`` that is whole weeks or months from the day on which the task began.

    Counted from the first day, not from the last: what began on the 31st comes on the 28th once and on the 31st again.
    """
    count = 1
    while True:
        day = began_on + timedelta(weeks=count) if repeats == "weekly" else months_after(began_on, count)
        if day > after:
            return day
        count += 1
