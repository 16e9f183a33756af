"""Refer a household to another organization, take that back, tell the sender when nobody answers."""

from datetime import date

from ...agenda.actions.tasks import close_tasks_about, open_tasks
from ...agenda.queries.messages import find_last_consent
from ...agenda.rules.tasks import NewTask
from ...foundation.access import policy
from ...foundation.access.identity import Actor, system_actor
from ...foundation.audit.actions import record
from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...households.models import Household
from ...households.rules import REQUIRED_PURPOSE
from ...progress.queries.program import get_program
from ..models import HouseholdReferral, ReferralLetter
from ..queries.handing_on import (
    SENDER,
    find_open_to,
    find_referral_row,
    get_letter,
    hold_household_referral,
    hold_open_of,
    list_grantees,
    list_held_late,
    list_letter_drafts,
    side_of,
)
from ..rules.handing_on import BY_SENDER, DO_NOT_CONTACT, NewReferral, State, Step, check_new, check_step, last_day
from .correcting import hold_household
from .drafting import empty

WORK, TASK = "referral:work", "referral"
SYSTEM = system_actor("referrals")
MOST_AT_ONCE = 200


def send_referral(*, household_id: int, new: NewReferral, by: Actor) -> HouseholdReferral:
    """Send the least that another organization needs; one that is open there already is the one that stands.

    Raises Invalid with a sentence per field, Conflict where their consent does not stand.
    """
    policy.check(by, WORK)
    if by.user_id is None:
        raise NotAllowed
    household = hold_household(household_id, WORK, by)
    _check(new, household)
    standing = find_open_to(household.id, new.to_partner_id)
    if standing is not None:
        return standing
    now, today = clock.now(), clock.today()
    sent = HouseholdReferral(
        code=new_code(), from_partner_id=household.partner_id, to_partner_id=new.to_partner_id,
        household_id=household.id, needs=sorted(new.needs), contact=new.contact, agreed_on=new.agreed_on,
        agreed_way=new.agreed_way, state=State.SENT, answer_by=last_day(today, get_program().file.help.answer_days),
        sent_at=now, sent_by=by.user_id,
    )  # fmt: skip
    session().add(sent)
    session().flush()
    _write_letter(sent, household, new)
    record("referral.sent", by=by, subject=sent, to=new.to_partner_id, needs=sorted(new.needs), contact=new.contact)
    return sent


def _check(new: NewReferral, household: Household) -> None:
    if new.to_partner_id not in {number for number, _name in list_grantees(besides=household.partner_id)}:
        raise Invalid(fields={"to": _("Choose an organization from the list.")})
    if household.safe_contact == DO_NOT_CONTACT and new.contact != "none":
        raise Invalid(fields={"contact": _("They asked not to be contacted. Choose that they come by themselves.")})
    has = [name for name in ("phone", "email") if getattr(household, name)]
    check_new(new, today=clock.today(), has=has)
    consent = find_last_consent(household.id)
    if consent is None or not _stands(consent.standing_purposes, consent.expires_on):
        raise Conflict(_("No consent of this household stands. Ask them, record it, and send the referral then."))


def _stands(purposes: frozenset[str], expires_on: date | None) -> bool:
    return REQUIRED_PURPOSE in purposes and (expires_on is None or expires_on >= clock.today())


def _write_letter(sent: HouseholdReferral, household: Household, new: NewReferral) -> None:
    letter = ReferralLetter(
        partner_id=sent.to_partner_id,
        referral_id=sent.id,
        name=household.head_name,
        phone=household.phone if new.contact == "phone" else None,
        email=household.email if new.contact == "email" else None,
        language=household.language,
        words=(new.words or "").strip() or None,
    )
    with scope_of(sent.to_partner_id):
        session().add(letter)


def take_back_referral(*, code: str, by: Actor) -> HouseholdReferral:
    """Take a referral back that nobody has accepted, or that an organization accepted which has left since: the
    receiver keeps nothing of it, but a record of the household's own where it enrolled it."""
    policy.check(by, WORK)
    referral = hold_household_referral(code)
    if side_of(referral, by) != SENDER:
        raise Conflict(_("Only the organization that sent it can take it back."))
    check_step(Step.TAKE_BACK, referral.state, has_left=not find_referral_row(code).receiver_active)
    _take_back(referral, BY_SENDER, by)
    return referral


def take_back_all(*, household_id: int, why: str, by: Actor) -> None:
    """Take back what is open for a household that withdraws its consent or is erased; tell those who have accepted."""
    policy.check(by, "household:read")
    for referral in hold_open_of(household_id):
        if referral.state == State.SENT:
            _take_back(referral, why, by)
        else:
            referral.agreement_ended_at = clock.now()


def _take_back(referral: HouseholdReferral, why: str, by: Actor) -> None:
    referral.state, referral.reason, referral.closed_at = State.TAKEN_BACK, why, clock.now()
    forget_letter(referral)
    close_sender_task(referral, by)
    record("referral.taken_back", by=by, subject=referral, reason=why)


def forget_letter(referral: HouseholdReferral) -> None:
    """Leave nothing of what the letter says, nor of enrollments that were filled in from it and not sent."""
    with scope_of(referral.to_partner_id):
        for draft in list_letter_drafts(get_letter(referral)):
            empty(draft)
    blank_letter(referral)


def blank_letter(referral: HouseholdReferral) -> None:
    """Leave nothing of what the letter says."""
    with scope_of(referral.to_partner_id):
        letter = get_letter(referral)
        letter.name = letter.phone = letter.email = letter.language = letter.words = None
        letter.blanked_at = clock.now()


def open_sender_task(referral: HouseholdReferral, by: Actor) -> None:
    """Put the referral on the list of whoever sent it: nobody answered in time, or it was declined."""
    task = NewTask(
        kind=TASK, thing=referral.code, household_id=referral.household_id, partner_id=referral.from_partner_id,
        due_on=clock.today(), owner_id=referral.sent_by,
    )  # fmt: skip
    with scope_of(referral.from_partner_id):
        open_tasks(tasks=[task], by=_for_sender(referral, by))


def close_sender_task(referral: HouseholdReferral, by: Actor) -> None:
    """Take the referral off the sender's list: nothing is left to do."""
    with scope_of(referral.from_partner_id):
        close_tasks_about(kind=TASK, things=[referral.code], by=_for_sender(referral, by))


def _for_sender(referral: HouseholdReferral, by: Actor) -> Actor:
    """Return who writes on the sender's list: an answer of the receiver, or time, does it, and nobody of the sender."""
    return by if by.partner_id == referral.from_partner_id else SYSTEM


def tell_senders(*, by: Actor) -> int:
    """Open a task for the sender of each referral that nobody answered in time; return how many."""
    policy.check(by, WORK)
    late = list_held_late(clock.today(), limit=MOST_AT_ONCE)
    for referral in late:
        referral.told_at = clock.now()
        open_sender_task(referral, by)
        record("referral.overdue", by=by, subject=referral)
    return len(late)
