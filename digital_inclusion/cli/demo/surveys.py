"""The demo's surveys: one that is closed, with answers, and one that is open. Invented."""

from datetime import timedelta
from random import Random
from typing import Any

from ...casework.actions import surveys
from ...casework.actions.asking import RESIDENT
from ...casework.actions.survey_answers import answer_by_phone, answer_by_survey_link, make_survey_link
from ...casework.models import Survey
from ...casework.queries.surveys import list_to_ask
from ...casework.rules.survey_library import HELP, READY, SCALE, WORDS, YES_NO
from ...casework.rules.surveys import Audience, Question, mark_of
from ...connectivity.rules.languages import WRITTEN
from ...foundation.access.identity import system_actor
from ...foundation.kernel import clock
from .doing import Desk

_ELSE = {
    "en": "What would help you most now?",
    "es": "¿Qué le ayudaría más ahora?",
    "vi": "Bây giờ điều gì giúp quý vị nhiều nhất?",
    "zh": "现在什么对您最有帮助？",
}
_SAID = ("A class in the evening", "Help with the school portal", "Nothing, it is fine", "A bigger screen", None, None)
_LIKELY = {HELP: ("no", "no", "no", "yes"), "": ("yes", "yes", "yes", "yes", "yes", "no", "not_sure")}
_SIZE, _BY_PHONE = 80, 3  # every third one is asked by phone
_PRODUCT = system_actor("survey links")


def fill_surveys(desk: Desk) -> None:
    """Ask connected households twice: in a survey that closed with answers, and in one that runs."""
    until = desk.plan.until
    with desk.at(until - timedelta(days=40)):
        survey = _ask(desk, "Three months later, first round", seed=1701, share=0.55)
    with desk.at(until - timedelta(days=9)):
        surveys.close_survey(code=survey.code, by=desk.world.manager)
    with desk.at(until - timedelta(days=2)):
        _ask(desk, "Three months later, second round", seed=1702, share=0.2)


def _ask(desk: Desk, title: str, *, seed: int, share: float) -> Survey:
    """Write a survey, open it to a sample for six weeks, and answer it for a share of those asked."""
    by = desk.world.manager
    made = surveys.create_survey(title=title, introduction={}, ready=list(READY), by=by)
    question = Question(kind=WORDS, words={code: _ELSE[code] for code in WRITTEN})
    surveys.put_question(code=made.code, version=1, place=None, question=question, by=by)
    audience = Audience(milestone="connected", days=90, closes_on=clock.today() + timedelta(days=42), size=_SIZE)
    _fits, chosen = surveys.preview_survey(audience=audience, seed=seed, by=by)
    opened = surveys.open_survey(code=made.code, audience=audience, seed=seed, mark=mark_of(chosen), by=by)
    _answer(desk, opened, share)
    return opened


def _answer(desk: Desk, survey: Survey, share: float) -> None:
    """Answer for a share of the households on the list, some by phone."""
    chance = Random(survey.seed)  # noqa: S311 - invented answers, the same every time
    for place, one in enumerate(list_to_ask(mine_of=None, today=clock.today())):
        if one.survey.id != survey.id or chance.random() > share:
            continue
        given = {number: _one(question, chance) for number, question in enumerate(survey.asks)}
        code = one.invitation.code
        if place % _BY_PHONE == 0:
            answer_by_phone(code=code, seen=0, given=given, by=desk.world.staff_of(one.invitation.partner_id))
        else:
            token, address = make_survey_link(code=code, by=_PRODUCT), f"203.0.113.{place}"
            answer_by_survey_link(token=token, given=given, address=address, by=RESIDENT)


def _one(question: Question, chance: Random) -> Any:
    """Return an answer to a question, None for a skipped one."""
    if question.kind == WORDS:
        return chance.choice(_SAID)
    if question.kind == YES_NO:
        return chance.choice(_LIKELY.get(question.ready or "", _LIKELY[""]))
    if question.kind == SCALE:
        return min(10, max(0, round(chance.gauss(6.5, 2))))
    return chance.sample(question.codes()[:-1], k=chance.randint(1, 4))
