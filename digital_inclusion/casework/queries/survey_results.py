"""What came of a survey: how many answered, by organization; numbers by question; what was said in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.database import session
from ...households.models import Household
from ...partners.queries import list_all_partners
from ...progress.models import Standing
from ...progress.queries.program import get_program
from ..models import Survey, SurveyInvitation
from ..rules.survey_answers import Asked, Response, Tally, added, codes_shown, one_each, response, tally, tells_of_few
from ..rules.survey_library import WORDS
from ..rules.surveys import Question

MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class OfQuestion:
    """The numbers of a question: how many answered it, households by code. ``counts`` None: too few to be shown."""

    place: int
    question: Question
    said: int | None
    counts: dict[str, int] | None
    words: Sequence[tuple[str, str]] = ()  # household's code, what it wrote


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a survey, as its reader may see it.

    ``by_partner``: organization, response (None: too few). ``exact``: small numbers are among them, as the reader may
    see households too; ``has_few``: some are there that could tell of somebody.
    """

    response: Response
    questions: Sequence[OfQuestion]
    by_partner: Sequence[tuple[str, Response | None]] = field(default_factory=list)
    exact: bool = True
    small: int = 0
    has_few: bool = False


def get_results(survey: Survey, *, by: Actor, for_file: bool = False) -> Results:
    """Return the results of a survey that was opened; of one organization's households for its own people.

    ``for_file``: they leave the house, so that small numbers are left out whoever asks.
    """
    exact, small = policy.allows(by, "household:read") and not for_file, get_program().file.privacy.small_figure
    asked = one_each(list_asked(survey.id))
    reach = _reach(survey, by)
    questions = survey.asks
    counted = _tallies(survey, asked, reach)
    total = response(asked, fitting=_sum(reach, 0), reachable=_sum(reach, 1))
    words = _words(survey) if exact else {}
    partners = _partners(asked, reach)
    few = any(of.tells_of_few(small) for _name, of in partners)
    return Results(
        response=total,
        questions=[
            _of(place, question, counted[place], words.get(place, ()), exact, small)
            for place, question in enumerate(questions)
        ],
        by_partner=[(name, of if exact or not few else None) for name, of in partners],
        exact=exact,
        small=small,
        has_few=few or any(tells_of_few(one, counted[place], small) for place, one in enumerate(questions)),
    )


def _reach(survey: Survey, by: Actor) -> dict[int, list[int]]:
    """Return by organization how many fitted and could be asked: of all, or of the reader's own."""
    found = {int(partner_id): counts for partner_id, counts in (survey.reach or {}).items()}
    if sees_every_partner(by.roles):
        return found
    return {partner_id: counts for partner_id, counts in found.items() if partner_id == by.partner_id}


def _sum(reach: dict[int, list[int]], place: int) -> int:
    return sum(counts[place] for counts in reach.values())


def list_asked(survey_id: int) -> list[Asked]:
    """Return the survey's invitations as they are counted, by number."""
    identity = func.coalesce(Standing.identity, SurveyInvitation.identity)
    one = SurveyInvitation
    statement = (
        select(one.id, identity, one.partner_id, one.state, one.told_at, one.answers)
        .outerjoin(Standing, Standing.record_id == one.household_id)
        .where(one.survey_id == survey_id)
        .order_by(one.id)
    )
    return [Asked(*row) for row in session().execute(statement)]


def tallies_of(survey: Survey, asked: Sequence[Asked]) -> dict[int, Tally]:
    """Return the numbers of every organization's households."""
    questions = survey.asks
    told: dict[int, list[Asked]] = {}
    for one in asked:
        told.setdefault(one.partner_id, []).append(one)
    return {
        partner_id: tally(questions, [one.answers for one in rows if one.answers]) for partner_id, rows in told.items()
    }


def _tallies(survey: Survey, asked: Sequence[Asked], reach: dict[int, list[int]]) -> Tally:
    """Return the numbers of the organizations in ``reach``: counted now, or as they were when answers were erased."""
    kept = {int(partner_id): one for partner_id, one in (survey.totals or {}).items()}
    found = kept if survey.totals is not None else tallies_of(survey, asked)
    return added((one for partner_id, one in found.items() if partner_id in reach), len(survey.questions))


def _of(
    place: int, question: Question, counts: dict[str, int], words: Sequence[tuple[str, str]], exact: bool, small: int
) -> OfQuestion:
    said = counts.get("said", 0)
    shown = {code: counts.get(code, 0) for code in codes_shown(question)} if question.kind != WORDS else {}
    if not exact and tells_of_few(question, counts, small):
        return OfQuestion(place, question, None, None)
    return OfQuestion(place, question, said, shown, words)


def _words(survey: Survey) -> dict[int, list[tuple[str, str]]]:
    """Return what households wrote, by question, what was said last first."""
    places = [place for place, question in enumerate(survey.asks) if question.kind == WORDS]
    if not places:
        return {}
    statement = (
        select(Household.code, SurveyInvitation.answers)
        .join(Household, Household.id == SurveyInvitation.household_id)
        .where(SurveyInvitation.survey_id == survey.id, SurveyInvitation.answers.is_not(None))
        .order_by(SurveyInvitation.told_at.desc(), SurveyInvitation.id.desc())
    )
    rows = session().execute(statement).all()
    return {
        place: [(code, told[str(place)]) for code, told in rows if str(place) in told][:MOST_WORDS] for place in places
    }


def _partners(asked: Sequence[Asked], reach: dict[int, list[int]]) -> list[tuple[str, Response]]:
    """Return the response of each organization, by name. Where one could tell of somebody none is shown: the others
    and the sum would tell it too."""
    found: list[tuple[str, Response]] = []
    for partner in list_all_partners(active_only=False):
        if partner.id in reach:
            fitting, reachable = reach[partner.id]
            rows = [row for row in asked if row.partner_id == partner.id]
            found.append((partner.name, response(rows, fitting=fitting, reachable=reachable)))
    return found
