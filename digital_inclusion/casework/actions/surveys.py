"""Write surveys, open them to households, close them, keep only numbers of what was said long ago."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.exc import IntegrityError

from ...connectivity.rules.samples import LARGEST_SEED, draw
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...progress.actions.book import bulk_insert
from ..models import Survey, SurveyInvitation, SurveyLink
from ..queries.survey_results import list_asked, tallies_of
from ..queries.surveys import hold_survey, list_fitting, list_kept_long_enough, list_over
from ..rules import surveys as rules
from ..rules.survey_answers import WAITING, one_each
from ..rules.survey_library import READY
from ..rules.surveys import Audience, Fit, Question, State

AT_ONCE = 20
_DRAWS = 3  # of new codes, before something else must be wrong


class SurveyChangedMeanwhile(Conflict):
    """The survey was saved from another page while it was being changed; nothing was written."""

    message = _("This survey was changed on another page meanwhile. Please look at it again.")


def create_survey(*, title: str, introduction: Mapping[str, str], ready: Sequence[str], by: Actor) -> Survey:
    """Write a survey with questions of the library; nobody is asked before it is opened."""
    policy.check(by, "survey:manage")
    rules.check_survey(title, introduction)
    questions = [rules.ready_question(name).as_json() for name in READY if name in ready]
    survey = Survey(
        code=new_code(), title=title, introduction=dict(introduction), questions=questions, created_at=clock.now(),
        created_by=by.user_id or 0,
    )  # fmt: skip
    session().add(survey)
    record("survey.created", by=by, subject=survey, questions=len(questions))
    return survey


def change_survey(*, code: str, version: int, title: str, introduction: Mapping[str, str], by: Actor) -> Survey:
    """Write title and introduction anew. The title may change at any time, the introduction until it opens."""
    policy.check(by, "survey:manage")
    survey = hold_survey(code)
    _check_version(survey, version)
    rules.check_survey(title, introduction)
    if survey.state != State.DRAFT and dict(introduction) != survey.introduction:
        raise Conflict(_("Households read this introduction already. Only the title can be changed now."))
    survey.title, survey.introduction = title, dict(introduction)
    record("survey.changed", by=by, subject=survey)
    return survey


def put_question(*, code: str, version: int, place: int | None, question: Question, by: Actor) -> Survey:
    """Add a question at the end (``place`` None), or write the one at ``place`` anew."""
    survey = _hold_draft(code, version, by)
    if question.ready is None:
        rules.check_question(question)
    questions = list(survey.questions)
    if place is None:
        rules.check_room(survey.asks, question)
        questions.append(question.as_json())
    else:
        questions[_place_in(questions, place)] = question.as_json()
    return _keep(survey, questions, by)


def drop_question(*, code: str, version: int, place: int, by: Actor) -> Survey:
    """Take a question out."""
    survey = _hold_draft(code, version, by)
    questions = list(survey.questions)
    del questions[_place_in(questions, place)]
    return _keep(survey, questions, by)


def raise_question(*, code: str, version: int, place: int, by: Actor) -> Survey:
    """Let a question change places with the one before it; the first one stays."""
    survey = _hold_draft(code, version, by)
    questions = list(survey.questions)
    at = _place_in(questions, place)
    if at:
        questions[at - 1], questions[at] = questions[at], questions[at - 1]
    return _keep(survey, questions, by)


def _hold_draft(code: str, version: int, by: Actor) -> Survey:
    policy.check(by, "survey:manage")
    survey = hold_survey(code)
    if survey.state != State.DRAFT:
        raise Conflict(_("This survey was opened. Its questions stay as they are."))
    _check_version(survey, version)
    return survey


def _check_version(survey: Survey, version: int) -> None:
    if survey.version != version:
        raise SurveyChangedMeanwhile


def _place_in(questions: Sequence[object], place: int) -> int:
    if not 0 <= place < len(questions):
        raise SurveyChangedMeanwhile
    return place


def _keep(survey: Survey, questions: list[dict[str, Any]], by: Actor) -> Survey:
    survey.questions = questions
    record("survey.changed", by=by, subject=survey, questions=len(questions))
    return survey


def preview_survey(*, audience: Audience, seed: int, by: Actor) -> tuple[list[Fit], list[Fit]]:
    """Return who fits, and who of them would be asked. Raises Invalid as ``open_survey``; nothing is kept."""
    policy.check(by, "survey:manage")
    today = clock.today()
    rules.check_audience(audience, today=today)
    fits = rules.one_record_each(list_fitting(audience, today=today))
    return fits, choose(fits, audience, seed)


def open_survey(*, code: str, audience: Audience, seed: int, mark: str, by: Actor) -> Survey:
    """Invite the households that fit and may be asked, or a sample of them drawn by ``seed``. It cannot be taken back.

    ``mark``: of those that were previewed. Raises Conflict where others would be asked now or something is missing,
    Invalid where nobody, or more than one survey asks, would be asked.
    """
    policy.check(by, "survey:manage")
    survey = hold_survey(code)
    if survey.state != State.DRAFT:
        raise Conflict(_("This survey was opened already."))
    if rules.lacks_of(survey.asks, survey.introduction):
        raise Conflict(_("Something is missing in this survey. Please complete it first."))
    fits, chosen = preview_survey(audience=audience, seed=seed, by=by)
    if rules.mark_of(chosen) != mark:
        raise Conflict(_("Other households fit now than when you looked. Please check the numbers again."))
    survey.audience, survey.closes_on, survey.reach = audience.as_json(), audience.closes_on, rules.reach_of(fits)
    survey.seed = seed if audience.size is not None else None
    survey.opened_at, survey.opened_by = clock.now(), by.user_id or 0
    session().flush()
    _invite(survey, chosen)
    record("survey.opened", by=by, subject=survey, asked=len(chosen), fitting=len(fits), seed=survey.seed)
    return survey


def choose(fits: Sequence[Fit], audience: Audience, seed: int) -> list[Fit]:
    """Return who is asked of those that fit, by number. The same seed over the same households chooses the same."""
    able = {one.identity: one for one in fits if one.may_ask}
    if not able:
        raise Invalid(_("Nobody fits who agreed to be contacted. Please choose more partners, places or fewer days."))
    if not 0 <= seed <= LARGEST_SEED:
        raise Invalid(fields={"seed": _("Write a whole number from 0 to 2147483647.")})
    size = min(audience.size or len(able), len(able))
    if size > rules.MOST_ASKED:
        raise Invalid(fields={"size": _("That is more than 5,000 households. Write how many of them to ask.")})
    return [able[identity] for identity in draw(list(able), size=size, seed=seed)]


def _invite(survey: Survey, chosen: Sequence[Fit]) -> None:
    """Insert the invitations; when one's code is somebody's already, all draw anew (rare, but sure to come)."""
    table: Table = SurveyInvitation.__table__  # type: ignore[assignment]
    for tries_left in range(_DRAWS, -1, -1):
        rows = [_row(survey, one) for one in chosen]
        try:
            with session().begin_nested():
                bulk_insert(session(), table, rows)
            break
        except IntegrityError:
            if not tries_left:
                raise
    note_bulk_write(session(), "survey_invitations")


def _row(survey: Survey, one: Fit) -> dict[str, object]:
    return {
        "partner_id": one.partner_id, "code": new_code(), "survey_id": survey.id, "household_id": one.record_id,
        "identity": one.identity, "state": WAITING, "revision": 0,
    }  # fmt: skip


def close_survey(*, code: str, by: Actor) -> Survey:
    """Close a survey before its last day is over: nobody can answer any more."""
    policy.check(by, "survey:manage")
    survey = hold_survey(code)
    if survey.state != State.OPEN:
        raise Conflict(_("This survey is not open."))
    _close(survey, by)
    return survey


def _close(survey: Survey, by: Actor) -> None:
    survey.closed_at, survey.closed_by = clock.now(), by.user_id
    survey.kept_until = clock.today() + rules.KEPT
    record("survey.closed", by=by, subject=survey)


def close_over(*, by: Actor) -> int:
    """Close the surveys whose last day is over; return how many those were."""
    policy.check(by, "survey:manage")
    over = list_over(today=clock.today(), limit=AT_ONCE)
    for survey in over:
        _close(survey, by)
    return len(over)


def forget_answers(*, by: Actor) -> int:
    """Erase what households said in surveys that closed long ago, and the links that opened it, and keep the numbers;
    return of how many surveys."""
    policy.check(by, "survey:manage")
    old = list_kept_long_enough(today=clock.today(), limit=AT_ONCE)
    for survey in old:
        totals = tallies_of(survey, one_each(list_asked(survey.id)))
        survey.totals = {str(partner_id): one for partner_id, one in totals.items()}
        of_survey = update(SurveyInvitation).where(SurveyInvitation.survey_id == survey.id)
        session().execute(of_survey.values(answers=None).execution_options(synchronize_session=False))
        note_bulk_write(session(), "survey_invitations")
        asked = select(SurveyInvitation.id).where(SurveyInvitation.survey_id == survey.id)
        session().execute(delete(SurveyLink).where(SurveyLink.invitation_id.in_(asked)))
        note_bulk_write(session(), "survey_links")
        record("survey.forgotten", by=by, subject=survey)
    return len(old)
