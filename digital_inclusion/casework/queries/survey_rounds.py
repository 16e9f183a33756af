"""The last rounds of surveys side by side, as their reader may see them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ..models import Survey
from ..rules.survey_answers import Response
from ..rules.survey_rounds import Round, by_question
from .survey_results import Results, get_results
from .surveys import visible

MOST_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Rounds:
    """The surveys with how many answered, the oldest first; questions by name with their rounds; whether small numbers
    are held back, and whether there are some."""

    surveys: list[tuple[Survey, Response]]
    questions: dict[str, list[Round]]
    exact: bool
    small: int
    has_few: bool


def get_rounds(*, by: Actor) -> Rounds:
    """Return what the last eight opened surveys that ``by`` sees said to the questions that are compared."""
    opened = select(Survey).where(Survey.opened_at.is_not(None), visible(by))
    last = session().scalars(opened.order_by(Survey.opened_at.desc(), Survey.id.desc()).limit(MOST_ROUNDS)).all()
    results = [(survey, get_results(survey, by=by)) for survey in reversed(last)]
    asked = [one for survey, found in results for one in _rounds(survey, found)]
    return Rounds(
        [(survey, found.response) for survey, found in results],
        by_question(asked),
        exact=all(found.exact for _survey, found in results),
        small=max((found.small for _survey, found in results), default=0),
        has_few=any(found.has_few for _survey, found in results),
    )


def _rounds(survey: Survey, results: Results) -> Iterator[tuple[str | None, Round]]:
    assert survey.opened_at is not None  # noqa: S101 - the query asks for those alone
    opened_on = clock.local(survey.opened_at).date()
    for one in results.questions:
        yield one.question.ready, Round(survey.title, survey.code, opened_on, results.response, one.said, one.counts)
