"""Surveys: one, all with how many answered, who fits, whom to ask, what a household said, what a link opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from ...connectivity.queries.asking import may_be_asked
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import scope_of, session
from ...foundation.kernel.errors import NotFound
from ...households.models import Enrollment, Household, HouseholdAddress
from ...partners.models import Partner
from ...progress.models import Standing
from ..models import Survey, SurveyInvitation, SurveyLink
from ..rules.survey_answers import ANSWERED, WAITING, percent
from ..rules.surveys import CONNECTED, SKILLS, Audience, Fit, Question

PAGE = 50


def visible(by: Actor) -> ColumnElement[bool]:
    """Return the condition: whoever writes surveys sees all, others those that asked a household they see."""
    if policy.allows(by, "survey:manage"):
        return ~false()
    return exists().where(SurveyInvitation.survey_id == Survey.id)


def get_survey(code: str, *, by: Actor) -> Survey:
    """Return the survey; NotFound for one that asked no household of the reader's organization."""
    return _one(select(Survey).where(Survey.code == code, visible(by)))


def hold_survey(code: str) -> Survey:
    """Return the survey as it stands, held until the commit: nobody changes, opens or closes it meanwhile."""
    held = select(Survey).where(Survey.code == code).with_for_update()
    return _one(held.execution_options(populate_existing=True))


def share_survey(survey_id: int) -> Survey:
    """Return the survey as it stands; nobody closes it before the commit, and others may answer meanwhile."""
    held = select(Survey).where(Survey.id == survey_id).with_for_update(read=True)
    return _one(held.execution_options(populate_existing=True))


def survey_of(invitation_id: int) -> int:
    """Return the number of an invitation's survey."""
    return session().scalars(select(SurveyInvitation.survey_id).where(SurveyInvitation.id == invitation_id)).one()


def _one(statement: Select[Survey]) -> Survey:
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def question_at(survey: Survey, place: int) -> Question:
    """Return a question that somebody wrote, by its place from 0; NotFound for any other."""
    questions = survey.asks
    if not 0 <= place < len(questions) or questions[place].ready is not None:
        raise NotFound
    return questions[place]


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey in a list, with how many households were asked and answered."""

    survey: Survey
    asked: int
    answered: int

    @property
    def rate(self) -> int | None:
        """Return the response rate in percent, None where nobody was asked."""
        return percent(self.answered, self.asked)


def list_surveys(*, by: Actor, after: int | None = None) -> list[SurveyRow]:
    """Return the surveys that ``by`` sees, the newest first; one more than a page tells of a next one.

    Records that turned out to be one household are one, as in the results.
    """
    identity = func.coalesce(Standing.identity, SurveyInvitation.identity)
    answered = case((SurveyInvitation.state == ANSWERED, identity))
    counted = (
        select(
            SurveyInvitation.survey_id,
            func.count(identity.distinct()).label("asked"),
            func.count(answered.distinct()).label("answered"),
        )
        .outerjoin(Standing, Standing.record_id == SurveyInvitation.household_id)
        .group_by(SurveyInvitation.survey_id)
        .subquery()
    )
    statement = (
        select(Survey, func.coalesce(counted.c.asked, 0), func.coalesce(counted.c.answered, 0))
        .outerjoin(counted, counted.c.survey_id == Survey.id)
        .where(visible(by))
    )
    if after is not None:
        statement = statement.where(Survey.id < after)
    rows = session().execute(statement.order_by(Survey.id.desc()).limit(PAGE + 1))
    return [SurveyRow(*row) for row in rows]


def list_fitting(audience: Audience, *, today: date) -> list[Fit]:
    """Return every record that fits, by number: it is served, its data are there, and it reached the milestone."""
    may = and_(*may_be_asked(today))
    statement = (
        select(Household.id, Household.partner_id, Standing.identity, case((may, 1), else_=0))
        .join(Standing, Standing.record_id == Household.id)
        .where(Household.erased_at.is_(None), *_fits(audience, today))
        .order_by(Household.id)
    )
    rows = session().execute(statement)
    return [Fit(record, partner, identity, bool(can)) for record, partner, identity, can in rows]


def _fits(audience: Audience, today: date) -> list[ColumnElement[bool]]:
    until = date.fromordinal(today.toordinal() - audience.days)
    served = exists().where(
        Enrollment.household_id == Household.id, Enrollment.closed_on.is_(None), Enrollment.enrolled_on <= until
    )
    reached = {CONNECTED: Standing.connected_verified_on, SKILLS: Standing.skills_verified_on}.get(audience.milestone)
    found: list[ColumnElement[bool]] = [served]
    if reached is not None:
        found.append(reached <= until)
    if audience.partner_ids:
        found.append(Household.partner_id.in_(sorted(audience.partner_ids)))
    if audience.districts:
        found.append(Standing.district.in_(sorted(audience.districts)))
    if audience.zip_codes:
        found.append(_lives_in(audience.zip_codes))
    return found


def _lives_in(zip_codes: Sequence[str]) -> ColumnElement[bool]:
    home, later = HouseholdAddress, aliased(HouseholdAddress)
    moved = or_(later.from_on > home.from_on, and_(later.from_on == home.from_on, later.id > home.id))
    return exists().where(
        home.household_id == Household.id,
        home.zip_code.in_(sorted(zip_codes)),
        ~exists().where(later.household_id == home.household_id, moved),
    )


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with its survey, its household and the name of the household's organization."""

    invitation: SurveyInvitation
    survey: Survey
    household: Household
    partner: str


def _invited() -> Select[*tuple[Any, ...]]:
    return (
        select(SurveyInvitation, Survey, Household, Partner.name)
        .join(Survey, Survey.id == SurveyInvitation.survey_id)
        .join(Household, Household.id == SurveyInvitation.household_id)
        .join(Partner, Partner.id == SurveyInvitation.partner_id)
    )


def _to_ask(today: date) -> list[ColumnElement[bool]]:
    """Return the conditions under which a household may be asked today: the survey runs, and they still agree."""
    return [
        Survey.closed_at.is_(None),
        Survey.closes_on >= today,
        Household.erased_at.is_(None),
        exists().where(Standing.record_id == Household.id),
        *may_be_asked(today),
    ]


def invited_to_ask(today: date) -> Select[*tuple[Any, ...]]:
    """Return the statement that finds invitations of households that wait to be asked and may be."""
    return _invited().where(SurveyInvitation.state == WAITING, *_to_ask(today))


def list_to_ask(*, mine_of: int | None, today: date, after: int | None = None) -> list[Invited]:
    """Return the households to ask, by when they were invited; one more than a page tells of a next one.

    ``mine_of``: only those in this person's caseload or nobody's; None: everybody's.
    """
    statement = invited_to_ask(today)
    if mine_of is not None:
        statement = statement.where(or_(Household.navigator_id == mine_of, Household.navigator_id.is_(None)))
    statement = statement.where(SurveyInvitation.id > (after or 0))
    return [Invited(*row) for row in session().execute(statement.order_by(SurveyInvitation.id).limit(PAGE + 1))]


def count_to_ask(*, mine_of: int | None, today: date) -> int:
    """Return how many households are to be asked."""
    statement = (
        select(func.count(SurveyInvitation.id))
        .join(Survey, Survey.id == SurveyInvitation.survey_id)
        .join(Household, Household.id == SurveyInvitation.household_id)
        .where(SurveyInvitation.state == WAITING, *_to_ask(today))
    )
    if mine_of is not None:
        statement = statement.where(or_(Household.navigator_id == mine_of, Household.navigator_id.is_(None)))
    return session().scalar(statement) or 0


def get_invited(code: str) -> Invited:
    """Return the invitation of a household whose data are there; NotFound for another organization's."""
    statement = _invited().where(SurveyInvitation.code == code, Household.erased_at.is_(None))
    row = session().execute(statement).first()
    if row is None:
        raise NotFound
    return Invited(*row)


def hold_invited(invitation_id: int, *, today: date) -> Invited | None:
    """Return the invitation as it stands, held until the commit; None where the household may not be asked any more."""
    held = select(SurveyInvitation).where(SurveyInvitation.id == invitation_id).with_for_update()
    session().scalars(held.execution_options(populate_existing=True)).first()
    statement = _invited().where(SurveyInvitation.id == invitation_id, *_to_ask(today))
    row = session().execute(statement.execution_options(populate_existing=True)).first()
    return Invited(*row) if row is not None else None


def find_link(digest: str) -> SurveyLink | None:
    """Return the link with the token's digest."""
    return session().scalars(select(SurveyLink).where(SurveyLink.token_digest == digest)).first()


def find_linked(digest: str, *, today: date) -> Invited | None:
    """Return what a link opens; None where it is unknown, the survey is over, or they may not be asked any more."""
    link = find_link(digest)
    if link is None:
        return None
    with scope_of(link.partner_id):
        statement = _invited().where(SurveyInvitation.id == link.invitation_id, *_to_ask(today))
        row = session().execute(statement).first()
    return Invited(*row) if row is not None else None


def list_said(household_id: int) -> list[tuple[Survey, SurveyInvitation]]:
    """Return the surveys that a household was asked by, with what it said, the newest first."""
    statement = (
        select(Survey, SurveyInvitation)
        .join(SurveyInvitation, SurveyInvitation.survey_id == Survey.id)
        .where(SurveyInvitation.household_id == household_id)
        .order_by(Survey.id.desc())
    )
    return [(survey, invitation) for survey, invitation in session().execute(statement)]


def list_held_of(household_id: int) -> Sequence[SurveyInvitation]:
    """Return a household's invitations as they stand, held until the commit."""
    held = select(SurveyInvitation).where(SurveyInvitation.household_id == household_id).with_for_update()
    return session().scalars(held.order_by(SurveyInvitation.id).execution_options(populate_existing=True)).all()


def list_over(*, today: date, limit: int) -> Sequence[Survey]:
    """Return surveys whose last day is over and that nobody has closed, held until the commit."""
    over = select(Survey).where(Survey.closed_at.is_(None), Survey.closes_on < today)
    return session().scalars(over.order_by(Survey.id).limit(limit).with_for_update()).all()


def list_kept_long_enough(*, today: date, limit: int) -> Sequence[Survey]:
    """Return closed surveys of which only numbers may stay from today on, held until the commit."""
    old = select(Survey).where(Survey.kept_until <= today, Survey.totals.is_(None))
    return session().scalars(old.order_by(Survey.id).limit(limit).with_for_update()).all()
