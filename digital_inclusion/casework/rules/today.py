"""What waits for a navigator: of which kinds, and how urgent it is. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ...foundation.kernel.messages import _

SOON = timedelta(days=7)
CONSENT_AHEAD = timedelta(days=30)  # a consent that ends is asked for anew so long before


class Urgency(StrEnum):
    """How soon something has to be done, the most urgent first."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


HEADINGS = {
    Urgency.OVERDUE: _("Overdue"),
    Urgency.TODAY: _("Today"),
    Urgency.SOON: _("In the next seven days"),
    Urgency.LATER: _("When there is time"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What somebody has to do, its icon, where all of the kind stand, whether somebody waits for it, how many show."""

    label: str
    icon: str
    all_of_them: str
    is_waited_for: bool = False
    most: int = 50  # on the page of the day


KINDS = {
    "task": Kind(_("To do"), "check-circle", "agenda.list_tasks"),
    "question": Kind(_("Answer a verifier’s question"), "inbox", "progress.questions", is_waited_for=True),
    "request": Kind(_("Answer a request for help"), "help", "casework.list_requests", is_waited_for=True),
    "hand_over": Kind(_("Hand over a device"), "device", "devices.list_appointments"),
    "check": Kind(_("Ask whether the line is still on"), "phone", "connectivity.list_checks", most=10),
    "loan": Kind(_("A loan ends"), "calendar", "devices.list_loans"),
    "consent": Kind(_("Ask for consent anew"), "edit", "casework.list_households"),
    "draft": Kind(_("Finish an enrollment"), "edit", "casework.list_drafts"),
}


def urgency_of(kind: str, due_on: date | None, *, today: date) -> Urgency:
    """Return how urgent something is: by its day, else today where somebody waits for it."""
    if due_on is None:
        return Urgency.TODAY if KINDS[kind].is_waited_for else Urgency.LATER
    if due_on < today:
        return Urgency.OVERDUE
    if due_on == today:
        return Urgency.TODAY
    return Urgency.SOON if due_on <= today + SOON else Urgency.LATER
