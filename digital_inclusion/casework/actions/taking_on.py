"""Answer a referral of another organization's household: accept it, decline it, say how it ended."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from ...households.models import Draft
from ...matching.actions.candidates import propose_pair
from ...progress.queries.program import get_program
from ..models import HouseholdReferral, ReferralLetter
from ..queries.drafts import check_not_taken_back
from ..queries.handing_on import (
    RECEIVER,
    find_letter,
    find_referral_by_id,
    get_letter,
    hold_household_referral,
    list_letter_drafts,
    side_of,
)
from ..rules.handing_on import DECLINE_REASONS, OUTCOMES, Letter, State, Step, check_step, check_word, draft_of
from .drafting import empty, keep_draft
from .handing_on import WORK, blank_letter, close_sender_task, forget_letter, open_sender_task

_NOT_OURS = _("Only the organization that it was sent to can answer.")


def accept_referral(*, code: str, by: Actor) -> str | None:
    """Accept; return the code of the enrollment draft that it became, None for people who enroll nobody."""
    referral = _hold(code, Step.ACCEPT, by)
    referral.state, referral.answered_at = State.ACCEPTED, clock.now()
    close_sender_task(referral, by)
    record("referral.accepted", by=by, subject=referral)
    return _draft(referral, by) if policy.allows(by, "household:enroll") else None


def start_referred_enrollment(*, code: str, by: Actor) -> str:
    """Return the code of one's own enrollment draft of an accepted referral; made anew where there is none.

    Raises Conflict where the household is enrolled already.
    """
    policy.check(by, "household:enroll")
    return _draft(_hold(code, Step.FINISH, by), by)


def decline_referral(*, code: str, reason: str, by: Actor) -> HouseholdReferral:
    """Decline with a reason: the letter is blanked, and the sender has a task."""
    referral = _hold(code, Step.DECLINE, by)
    check_word(reason, DECLINE_REASONS)
    now = clock.now()
    referral.state, referral.reason, referral.answered_at, referral.closed_at = State.DECLINED, reason, now, now
    blank_letter(referral)
    close_sender_task(referral, by)
    session().flush()
    open_sender_task(referral, by)
    record("referral.declined", by=by, subject=referral, reason=reason)
    return referral


def finish_referral(*, code: str, outcome: str, by: Actor) -> HouseholdReferral:
    """Say how an accepted referral ended; the sender reads it. What the letter said is blanked."""
    referral = _hold(code, Step.FINISH, by)
    check_word(outcome, OUTCOMES)
    referral.state, referral.outcome, referral.closed_at = State.DONE, outcome, clock.now()
    forget_letter(referral)
    record("referral.done", by=by, subject=referral, reason=outcome)
    return referral


def enroll_referred(*, draft: Draft, household_id: int, by: Actor) -> None:
    """Note that a draft filled in from a letter becomes a household: the city is asked whether it is the sender's.

    Raises Conflict where the referral has ended, or became a household, meanwhile.
    """
    policy.check(by, "household:enroll")
    letter = find_letter(draft.letter_id) if draft.letter_id is not None else None
    if letter is None:
        return
    referral = hold_household_referral(find_referral_by_id(letter.referral_id).code)
    session().refresh(draft)
    check_not_taken_back(draft)
    check_step(Step.FINISH, referral.state)
    _check_not_enrolled(letter)
    letter.household_id = household_id
    for other in list_letter_drafts(letter):
        if other.id != draft.id:
            empty(other)
    blank_letter(referral)
    propose_pair(household_id, referral.household_id, because="referral", by=by)
    record("referral.enrolled", by=by, subject=referral)


def _check_not_enrolled(letter: ReferralLetter) -> None:
    session().refresh(letter)
    if letter.household_id is not None:
        raise Conflict(_("This household is enrolled already: somebody was faster."))


def _hold(code: str, step: Step, by: Actor) -> HouseholdReferral:
    """Return the referral, held until the commit; check that the receiver asks, and that the step is possible."""
    policy.check(by, WORK)
    referral = hold_household_referral(code)
    if side_of(referral, by) != RECEIVER:
        raise Conflict(_NOT_OURS)
    check_step(step, referral.state)
    return referral


def _draft(referral: HouseholdReferral, by: Actor) -> str:
    letter = get_letter(referral)
    _check_not_enrolled(letter)
    for draft in list_letter_drafts(letter):
        if draft.user_id == by.user_id and draft.values:
            return draft.code
    said = Letter(name=letter.name, phone=letter.phone, email=letter.email, language=letter.language)
    values = draft_of(said, referral.needs, city=get_program().file.city.name, today=clock.today())
    return keep_draft(values, code=None, letter_id=letter.id, by=by)
