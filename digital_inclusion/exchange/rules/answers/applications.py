"""What an answer says of an application that waits for the company. Pure."""

from dataclasses import dataclass
from datetime import date

from ....foundation.kernel.messages import _
from .reading import Answer

SUBMITTED, APPROVED, PROBLEM = "submitted", "approved", "problem"  # states of an application
_GOES_ON = frozenset({APPROVED, "active"})
OF_AN_APPLICATION = _("This row is about an application. Write approved, refused or pending.")
NO_REASON = _(
    "It was refused, but not why. Write one of: name does not match, address not found, duplicate, not eligible, "
    "papers missing."
)
NOT_FOUND = _("The company did not find this application. Send it in again, or look at it by hand.")
BEFORE_SENT = _("The answer is of a day before the application was sent in on %(day)s.")
MOVED_ON = _("Somebody noted another step of this application since. Look at it by hand.")
OTHER_COMPANY = _("On record this application is for another company.")


@dataclass(frozen=True, slots=True)
class Applied:
    """An application as it stands on record."""

    id: int
    code: str
    household_id: int
    household_code: str
    program: str
    state: str
    since_on: date
    is_providers: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a row brings for an application, or why it comes back."""

    outcome: str  # new, same, waiting, refused
    to_state: str | None = None
    problem: str | None = None
    sentence: str = ""
    day: date | None = None


def compare_application(answer: Answer, application: Applied, *, answered_on: date) -> Said:
    """Return what the answer brings for the application, by what is on record now."""
    if not application.is_providers:
        return Said("refused", sentence=OTHER_COMPANY)
    if application.state != SUBMITTED:
        agrees = answer.state in ("approved", "on") and application.state in _GOES_ON
        return Said("same") if agrees else Said("refused", sentence=MOVED_ON)
    if answered_on < application.since_on:
        return Said("refused", sentence=BEFORE_SENT, day=application.since_on)
    return _said(answer)


def _said(answer: Answer) -> Said:
    if answer.state in ("approved", "on"):  # a line that is on is recorded by hand: only then its price is known
        return Said("new", to_state=APPROVED)
    if answer.state == "rejected":
        return Said("new", to_state=PROBLEM, problem=answer.refusal) if answer.refusal else _refused(NO_REASON)
    if answer.state == "waiting":
        return Said("waiting")
    return _refused(NOT_FOUND if answer.state == "not_found" else OF_AN_APPLICATION)


def _refused(sentence: str) -> Said:
    return Said("refused", sentence=sentence)
