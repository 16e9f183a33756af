"""Surveys to answer: written by the program manager, opened to the households that fit."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from digital_inclusion.casework.actions import survey_answers, surveys
from digital_inclusion.casework.models import SurveyInvitation
from digital_inclusion.casework.rules.survey_library import READY
from digital_inclusion.casework.rules.surveys import Audience, Question, mark_of
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from tests.factories.aftercare import does
from tests.factories.world import World

TITLE = "Three months later"
MANAGER, FOUR = "program_manager", ("en", "es", "vi", "zh")


def own_question(kind: str = "words", words: str = "What else?", *choices: str) -> Question:
    """Return a question of one's own, written in all languages."""
    told = [{code: f"{choice} {code}" for code in FOUR} for choice in choices]
    return Question(kind=kind, words={code: f"{words} {code}" for code in FOUR}, choices=told)


def writes_survey(
    world: World,
    *,
    title: str = TITLE,
    ready: Sequence[str] = tuple(READY),
    own: Sequence[Question] = (),
) -> str:
    """Write a survey; return its code."""
    made = does(world, surveys.create_survey, who=MANAGER, title=title, introduction={}, ready=ready)
    for place, question in enumerate(own, start=1):
        does(world, surveys.put_question, who=MANAGER, code=made.code, version=place, place=None, question=question)
    return str(made.code)


def new_audience(**changes: Any) -> Audience:
    """Return everybody who is enrolled, asked for two weeks."""
    values: dict[str, Any] = {"milestone": "enrolled", "days": 0, "closes_on": clock.today() + timedelta(days=14)}
    return Audience(**values | changes)


def opens_survey(world: World, code: str, *, seed: int = 7, **changes: Any) -> None:
    """Open a survey to households."""
    audience = new_audience(**changes)
    _fits, chosen = does(world, surveys.preview_survey, who=MANAGER, audience=audience, seed=seed)
    mark = mark_of(chosen)
    does(world, surveys.open_survey, who=MANAGER, code=code, audience=audience, seed=seed, mark=mark)


def asks_survey(world: World, *, own: Sequence[Question] = (), title: str = TITLE, **changes: Any) -> str:
    """Write a survey and open it; return its code."""
    code = writes_survey(world, own=own, title=title)
    opens_survey(world, code, **changes)
    return code


def invitation_of(household_id: int) -> SurveyInvitation:
    """Return the household's last invitation as it stands."""
    session().rollback()
    use_scope(EVERYTHING)
    of_household = select(SurveyInvitation).where(SurveyInvitation.household_id == household_id)
    return session().scalars(of_household.order_by(SurveyInvitation.id)).all()[-1]


def makes_survey_link(world: World, household_id: int, *, who: str = "navigator_a") -> str:
    """Make a link for the household; return its token."""
    code = invitation_of(household_id).code
    return str(does(world, survey_answers.make_survey_link, who=who, code=code))


def answers_by_phone(
    world: World, household_id: int, given: dict[int, Any], *, who: str = "navigator_a", seen: int | None = None
) -> None:
    """Write down what the household says."""
    held = invitation_of(household_id)
    code, known = held.code, held.revision
    does(
        world, survey_answers.answer_by_phone, who=who, code=code, seen=known if seen is None else seen, given=given
    )  # fmt: skip


def answers_by_link(token: str, given: dict[int, Any], *, address: str = "192.0.2.9") -> None:
    """Answer by a link."""
    from digital_inclusion.casework.actions.asking import RESIDENT

    with write_transaction():
        survey_answers.answer_by_survey_link(token=token, given=given, address=address, by=RESIDENT)
    use_scope(EVERYTHING)
