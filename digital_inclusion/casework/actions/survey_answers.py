"""A household answers a survey: by the link it was given, or told to a navigator. It may answer anew until the end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from ...agenda.actions.tasks import close_tasks_about, open_tasks
from ...agenda.rules.tasks import NewTask
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, NotFound, Throttled
from ...foundation.kernel.ids import new_token, token_digest
from ...foundation.kernel.messages import _
from ...foundation.throttle import is_within
from ..models import SurveyLink
from ..queries.surveys import (
    Invited,
    find_link,
    get_invited,
    hold_invited,
    list_held_of,
    share_survey,
    survey_of,
)
from ..rules.survey_answers import ANSWERED, LINK, PHONE, REFUSED, WAITING, read_answers, wants_call

PER_ADDRESS, HOUR = 30, timedelta(hours=1)
CALL, CALL_WITHIN = "survey", timedelta(days=7)


def make_survey_link(*, code: str, by: Actor) -> str:
    """Return the token of a new link by which the invited household answers; those made before go on working.

    Whoever writes to households (a letter, a message) asks for one here; only its digest is kept.
    """
    policy.check(by, "survey:ask")
    return issue_link(invited=_held(code, by), by=by)


def issue_link(*, invited: Invited, by: Actor) -> str:
    """Return the token of a new link for a held invitation."""
    policy.check(by, "survey:ask", invited.invitation)
    token = new_token()
    link = SurveyLink(
        token_digest=token_digest(token), invitation_id=invited.invitation.id,
        partner_id=invited.invitation.partner_id, made_at=clock.now(), made_by=by.user_id,
        expires_on=invited.survey.closes_on,
    )  # fmt: skip
    session().add(link)
    record("survey.link_made", by=by, subject=invited.invitation)
    return token


def answer_by_phone(*, code: str, seen: int, given: Mapping[int, Any], by: Actor) -> None:
    """Write down what a household told. ``seen``: the revision of the answers that were on the page.

    Raises Conflict where they answered meanwhile, or may not be asked any more; Invalid with a sentence per field.
    """
    policy.check(by, "survey:ask")
    invited = _held(code, by)
    if invited.invitation.revision != seen:
        raise Conflict(_("They answered meanwhile. What they said stands here now; save again only to replace it."))
    _settle(invited, given, PHONE, by)


def refuse_survey(*, code: str, by: Actor) -> None:
    """Note that they do not want to answer: nobody asks them again. Answers that are there stay."""
    policy.check(by, "survey:ask")
    held = _held(code, by).invitation
    if held.state != WAITING:
        raise Conflict(_("They have answered already. Somebody was faster."))
    held.state, held.way, held.told_at, held.told_to = REFUSED, PHONE, clock.now(), by.user_id
    held.revision += 1
    record("survey.refused", by=by, subject=held)


def answer_by_survey_link(*, token: str, given: Mapping[int, Any], address: str, by: Actor) -> None:
    """Take what a household says by its link. Raises NotFound once the link opens nothing any more, Throttled past the
    hour's number from one ``address``, Invalid with a sentence per field."""
    policy.check(by, "survey:ask")
    if not is_within("survey", address, limit=PER_ADDRESS, window=HOUR):
        raise Throttled(_("Very many answers came from here in the last hour. Please wait a while and try again."))
    link = find_link(token_digest(token))
    if link is None:
        raise NotFound
    with scope_of(link.partner_id):
        invited = hold_to_answer(link.invitation_id)
        if invited is None:
            raise NotFound
        _settle(invited, given, LINK, by)


def _held(code: str, by: Actor) -> Invited:
    seen = get_invited(code)
    policy.check(by, "survey:ask", seen.invitation)
    held = hold_to_answer(seen.invitation.id)
    if held is None:
        raise Conflict(_("The survey is over, or this household may not be asked any more. Nothing was saved."))
    return held


def hold_to_answer(invitation_id: int) -> Invited | None:
    """Return the invitation, held with its survey until the commit; None where it may not be answered any more."""
    share_survey(survey_of(invitation_id))
    return hold_invited(invitation_id, today=clock.today())


def _settle(invited: Invited, given: Mapping[int, Any], way: str, by: Actor) -> None:
    """Keep the answers in place of earlier ones, and put a call on the list where one is needed."""
    questions, held = invited.survey.asks, invited.invitation
    answers = read_answers(questions, given)
    again = held.state == ANSWERED
    held.state, held.answers, held.way, held.told_at = ANSWERED, answers, way, clock.now()
    held.told_to = by.user_id
    held.revision += 1
    record("survey.answered", by=by, subject=held, way=way, answers=len(answers), again=again)
    _follow(invited, calls=wants_call(questions, answers), by=by)


def _follow(invited: Invited, *, calls: bool, by: Actor) -> None:
    """Open the task to call them, or close it where nothing is left to call about."""
    held, household = invited.invitation, invited.household
    if not calls:
        close_tasks_about(kind=CALL, things=[held.code], by=by)
        return
    call = NewTask(
        kind=CALL, thing=held.code, household_id=household.id, partner_id=household.partner_id,
        due_on=clock.today() + CALL_WITHIN, owner_id=household.navigator_id,
    )  # fmt: skip
    open_tasks(tasks=[call], by=by)


def forget_survey_answers(*, household_id: int, by: Actor) -> None:
    """Erase what a household said in surveys, and its links; that it was asked and answered stays."""
    policy.check(by, "household:erase")
    invitations = list_held_of(household_id)
    for one in invitations:
        one.answers = None
    session().flush()
    ids = [one.id for one in invitations]
    if ids:
        session().execute(delete(SurveyLink).where(SurveyLink.invitation_id.in_(ids)))
        note_bulk_write(session(), "survey_links")
