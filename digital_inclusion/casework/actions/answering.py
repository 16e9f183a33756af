"""Staff's work with a request for help: accept, decline, pass on, say what it waits for, close. And what is overdue."""

from datetime import timedelta

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound
from ...foundation.kernel.messages import _
from ...funding.queries import list_grants
from ...households.models import Draft
from ...partners.queries import get_partner
from ...progress.queries.program import get_program
from ..models import HelpRequest, Intake
from ..queries.drafts import check_not_taken_back
from ..queries.requests import (
    find_held_request,
    find_intake,
    find_referral,
    get_referral,
    get_request,
    home_of,
    list_drafts_of,
    list_held_closed,
    list_held_unanswered,
    list_receivers,
    list_referrals_of_household,
)
from ..rules.requests import (
    DECLINE_REASONS,
    DRAFTED,
    ENROLLED,
    KEPT_LONG_ENOUGH,
    LEFT,
    OUTCOMES,
    UNANSWERED,
    WAITS_FOR,
    State,
    Step,
    check_step,
    check_word,
    draft_of,
    last_day_unanswered,
)
from .drafting import keep_draft
from .referring import blank, choose_next, city_id, close, contact_of, erase, move, wish_of

MOST_AT_ONCE = 500
_NOT_OURS = _("Another organization has this request.")


def _hold(reference: str, step: Step, by: Actor) -> HelpRequest:
    """Return the request, held until the commit so that of two answers one wins; check that ``step`` is possible.

    Raises NotFound for another organization's; people of the city may pass every request on, and answer the city's.
    """
    seen = get_request(reference, by=by)
    request = find_held_request(seen.id)
    if request is None:
        raise NotFound
    policy.check(by, "request:answer", request)
    if step is not Step.PASS_ON and request.partner_id != home_of(by):
        raise Conflict(_NOT_OURS)
    check_step(step, request.state)
    return request


def accept_request(*, reference: str, by: Actor) -> str | None:
    """Accept the request; return the code of the enrollment draft it became, None for people who enroll nobody."""
    policy.check(by, "request:answer")
    request = _hold(reference, Step.ACCEPT, by)
    request.state, request.escalated, request.updated_at = State.ACCEPTED, False, clock.now()
    record("request.accepted", by=by, subject=request)
    return _draft(request, by) if policy.allows(by, "household:enroll", request) else None


def start_enrollment(*, reference: str, by: Actor) -> str:
    """Return the code of one's own enrollment draft of an accepted request; made anew where there is none."""
    policy.check(by, "household:enroll")
    request = _hold(reference, Step.FINISH, by)
    record("request.went_on", by=by, subject=request, reason=DRAFTED)
    return _draft(request, by)


def _draft(request: HelpRequest, by: Actor) -> str:
    referral = get_referral(request)
    for draft in list_drafts_of(referral):
        if draft.user_id == by.user_id and draft.values:
            return draft.code
    today = clock.today()
    values = draft_of(
        contact_of(referral),
        wish_of(request),
        city=get_program().file.city.name,
        today=today,
        grants=[grant.id for grant in list_grants(request.partner_id, on=today)],
    )
    return keep_draft(values, code=None, referral_id=referral.id, by=by)


def decline_request(*, reference: str, reason: str, by: Actor) -> None:
    """Decline: the next fitting partner gets it, else the city. What the city declines is closed."""
    policy.check(by, "request:answer")
    request = _hold(reference, Step.DECLINE, by)
    check_word("word", reason, DECLINE_REASONS)
    if request.partner_id == city_id():
        record("request.declined", by=by, subject=request, reason=reason)
        close(request, State.DECLINED)
        return
    to = choose_next(wish_of(request), besides=request.asked_partners, by=by)
    record("request.declined", by=by, subject=request, reason=reason, to=to)
    move(request, to)


def pass_on_request(*, reference: str, to: int, by: Actor) -> None:
    """Pass the request on to an organization that takes requests, or to the city."""
    policy.check(by, "request:answer")
    request = _hold(reference, Step.PASS_ON, by)
    if to not in {partner_id for partner_id, _name in list_receivers(besides=request.partner_id)}:
        raise Invalid(fields={"word": _("Choose an organization from the list.")})
    record("request.passed_on", by=by, subject=request, to=to)
    request.escalated = False
    move(request, to)


def ask_resident(*, reference: str, waits_for: str, by: Actor) -> None:
    """Say what the request waits for; the resident reads it in their language."""
    policy.check(by, "request:answer")
    request = _hold(reference, Step.ASK, by)
    check_word("word", waits_for, WAITS_FOR)
    request.state, request.waits_for, request.updated_at = State.WAITING, waits_for, clock.now()
    record("request.waits", by=by, subject=request, reason=waits_for)


def go_on(*, reference: str, by: Actor) -> None:
    """Say that the resident did what the request waited for."""
    policy.check(by, "request:answer")
    request = _hold(reference, Step.GO_ON, by)
    request.state, request.waits_for, request.updated_at = State.ACCEPTED, None, clock.now()
    record("request.went_on", by=by, subject=request)


def finish_request(*, reference: str, outcome: str, by: Actor) -> None:
    """Close an accepted request with its outcome."""
    policy.check(by, "request:answer")
    request = _hold(reference, Step.FINISH, by)
    check_word("word", outcome, OUTCOMES)
    record("request.done", by=by, subject=request, reason=outcome)
    close(request, State.DONE, outcome=outcome)


def finish_with_household(*, draft: Draft, household_id: int, by: Actor) -> None:
    """Note that a draft becomes a household; the request that it was filled in from, if any, is done.

    Raises Conflict when the request has ended meanwhile.
    """
    policy.check(by, "household:enroll")
    referral = find_referral(draft.referral_id) if draft.referral_id is not None else None
    request = find_held_request(referral.request_id) if referral is not None else None
    if referral is None or request is None:
        return
    session().refresh(draft)  # whoever takes a request back holds it first, too
    check_not_taken_back(draft)
    check_step(Step.FINISH, request.state)
    referral.household_id = household_id
    record("request.done", by=by, subject=request, reason=ENROLLED)
    close(request, State.DONE, outcome=ENROLLED, enrolled=draft.id)


def erase_requests_of(*, household_id: int, by: Actor) -> None:
    """Erase what requests still say about a household whose record is being erased."""
    policy.check(by, "household:erase")
    for referral in list_referrals_of_household(household_id):
        request = find_held_request(referral.request_id)
        if request is not None and request.erased_at is None:
            blank(request)
            record("request.erased", by=by, subject=request)


def escalate_unanswered(*, by: Actor) -> int:
    """Hand to the city what no partner answered in the setting's days, and what a partner left behind that has left
    the program; return how many."""
    policy.check(by, "request:answer")
    days, city = get_program().file.help.answer_days, city_id()
    until = clock.end_of_day(last_day_unanswered(clock.today(), days))
    overdue = list_held_unanswered(until, city_id=city, limit=MOST_AT_ONCE)
    for request, has_left in overdue:
        record("request.escalated", by=by, subject=request, to=city, reason=LEFT if has_left else UNANSWERED)
        request.escalated = not has_left
        move(request, city)
    return len(overdue)


def forget_closed(*, by: Actor) -> int:
    """Erase what requests still say whose end is longer ago than the settings keep it; return how many.

    One whose household's record waits to be erased is left until then.
    """
    policy.check(by, "request:answer")
    last = clock.today() - timedelta(days=get_program().file.help.keep_days)
    closed = list_held_closed(clock.end_of_day(last), limit=MOST_AT_ONCE)
    for request in closed:
        erase(request)
        record("request.erased", by=by, subject=request, reason=KEPT_LONG_ENOUGH)
    return len(closed)


def change_intake(
    *,
    partner_id: int,
    takes_requests: bool,
    languages: list[str],
    districts: list[str],
    most_open: int,
    phone: str | None,
    by: Actor,
) -> None:
    """Say which requests the organization takes. Raises Invalid when it takes some and speaks no language."""
    policy.check(by, "intake:manage")
    get_partner(partner_id, by=by)
    if takes_requests and not languages:
        raise Invalid(fields={"languages": _("Choose at least one language.")})
    intake = find_intake(partner_id) or Intake(partner_id=partner_id)
    intake.takes_requests, intake.languages, intake.districts = takes_requests, languages, districts
    intake.most_open, intake.phone, intake.updated_at = most_open, phone, clock.now()
    session().add(intake)
    record(
        "intake.changed",
        by=by,
        subject_type="intakes",
        subject_id=partner_id,
        partner_id=partner_id,
        takes_requests=takes_requests,
        languages=languages,
        districts=districts,
        most_open=most_open,
    )
