"""Erase a household's personal data. What happened stays counted; who it was is gone (rule 20)."""

from collections.abc import Callable

from sqlalchemy import delete

from ...agenda.actions.messages import forget_messages
from ...agenda.actions.tasks import close_tasks_of
from ...connectivity.actions.applying import forget_applications
from ...devices.actions.handing_over import erase_signatures
from ...devices.actions.repairs import erase_repairs
from ...devices.actions.requesting import forget_requests
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.text import fold
from ...households.models import EligibilityDecision, Household, HouseholdAddress, SearchTerm
from ...matching.actions.erasing import blank_reasons
from ...progress.actions.erasing import blank_facts
from ...skills.actions.assessments import forget_assessments
from ...skills.actions.places import forget_places
from ..queries.corrections import list_partner_drafts
from ..rules.handing_on import ERASED
from .answering import erase_requests_of
from .appointments import forget_appointments
from .correcting import hold_household
from .drafting import empty
from .handing_on import take_back_all
from .judging import erase_grievances_of
from .noting import forget_notes
from .survey_answers import forget_survey_answers

ERASE_REASONS = {
    "asked": _("They asked for it"),
    "kept_long_enough": _("We have kept it as long as we may"),
    "never_agreed": _("They never agreed to it"),
}
# Rooms above this one that keep copies (uploaded files) add what erases theirs; each gets the household's id.
ALSO_ERASE: list[Callable[[int], None]] = []

_BLANKED = (
    "reference", "phone", "phone_e164", "email", "safe_contact", "contact_note", "language", "populations",
)  # fmt: skip
_BLANKED_HOME = ("line", "unit", "city", "zip_code", "description")


def erase_household(*, household_id: int, reason: str, by: Actor) -> None:
    """Blank names, birth dates, contacts, addresses, notes, evidence references; delete what it is found by, what it
    told about income and benefits with the decisions that rest on it, and copies.

    Facts keep days, kinds, speeds, decisions and district; the sealed keyed fingerprints stay, so that the same
    household is not counted twice. This cannot be undone.
    """
    policy.check(by, "household:erase")
    household = hold_household(household_id, "household:erase", by)
    if reason not in ERASE_REASONS:
        raise Invalid(fields={"reason": _("Please choose a reason.")})
    _drop_drafts(household)
    _blank_record(household, by)
    session().execute(delete(SearchTerm).where(SearchTerm.household_id == household.id))
    session().execute(delete(EligibilityDecision).where(EligibilityDecision.household_id == household.id))
    erase_signatures(household_id=household.id, by=by)
    forget_requests(household_id=household.id, by=by)
    erase_repairs(household_id=household.id, by=by)
    forget_applications(household_id=household.id, by=by)
    forget_survey_answers(household_id=household.id, by=by)  # before the tasks: an answer given meanwhile opens one
    close_tasks_of(household_id=household.id, by=by)
    forget_messages(household_id=household.id, by=by)
    forget_appointments(household_id=household.id, by=by)
    forget_places(household_id=household.id, by=by)
    forget_assessments(household_id=household.id, by=by)
    blank_facts(record_id=household.id, by=by)
    blank_reasons(record_id=household.id, by=by)
    erase_requests_of(household_id=household.id, by=by)
    forget_notes(household_id=household.id, by=by)
    erase_grievances_of(household_id=household.id, partner_id=household.partner_id, by=by)
    take_back_all(household_id=household.id, why=ERASED, by=by)
    for erase in ALSO_ERASE:
        erase(household.id)
    record("household.erased", by=by, subject=household, reason=reason)


def _marks_of(household: Household) -> set[str]:
    """Return what tells a draft about the same people: full names, telephone number, e-mail address, folded.

    A name of one word alone tells nobody apart, so it is not among them.
    """
    names = {fold(member.name) for member in household.members}
    contacts = {fold(text) for text in (household.phone, household.phone_e164, household.email) if text}
    return {name for name in names if " " in name} | contacts


def _drop_drafts(household: Household) -> None:
    """Empty the partner's half-finished forms that speak of the household, so that none still open brings it back."""
    marks = _marks_of(household)
    for draft in list_partner_drafts(household.partner_id):
        typed = (text for given in draft.values.values() for text in (given if isinstance(given, list) else [given]))
        if marks & {fold(str(text)) for text in typed}:
            empty(draft)


def _blank_record(household: Household, by: Actor) -> None:
    for name in _BLANKED:
        setattr(household, name, None)
    household.head_name = ""
    for member in household.members:
        member.name, member.birth_date = "", None
    for home in household.addresses:
        _blank_home(home)
    household.erased_at, household.erased_by = clock.now(), by.user_id or 0
    household.updated_at = clock.now()
    session().flush()


def _blank_home(home: HouseholdAddress) -> None:
    for name in _BLANKED_HOME:
        setattr(home, name, None)
