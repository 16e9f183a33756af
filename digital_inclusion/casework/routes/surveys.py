"""Surveys: the list, a new one, its questions, opening it to households, closing it."""

from secrets import randbelow
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...connectivity.rules.samples import LARGEST_SEED
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.text import read_whole
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.transactions import roll_back_request
from ...partners.queries import list_all_partners
from ...progress.queries.program import get_program
from ..actions import surveys as actions
from ..forms import surveys as forms
from ..forms.survey_answers import labels_of, words_of
from ..models import Survey
from ..queries import surveys as queries
from ..queries.survey_results import get_results
from ..rules.surveys import KINDS, MOST_QUESTIONS, State, lacks_of, mark_of, missing_in, ready_question
from . import bp

URL = "/surveys"
ONE = f"{URL}/<code:survey>"
SAID = {"words_of": words_of, "labels_of": labels_of, "kinds": KINDS, "languages_own": forms.NAMES}


@bp.get(URL)
@requires("survey:read")
def list_surveys() -> str:
    """Show the surveys with how many were asked and answered."""
    rows = queries.list_surveys(by=current_actor(), after=request.args.get("after", type=int))
    more = rows[queries.PAGE - 1].survey.id if len(rows) > queries.PAGE else None
    return render_template("casework/list_surveys.html", rows=rows[: queries.PAGE], next=more)


@bp.route(f"{URL}/new", methods=["GET", "POST"])
@requires("survey:manage")
def new_survey() -> ResponseReturnValue:
    """Write a survey."""
    form = forms.NewSurveyForm().offer()
    if form.validate_on_submit():
        try:
            made = actions.create_survey(
                title=form.title.data, introduction=form.introduction(), ready=form.ready.data, by=current_actor()
            )
            flash(_("The survey is written down. Nobody is asked before you open it."), "success")
            return _shown(made.code)
        except Invalid as error:
            form.take(error)
    return render_template("casework/new_survey.html", form=form), 400 if form.is_submitted() else 200


def _shown(code: str) -> ResponseReturnValue:
    return redirect(url_for("casework.show_survey", survey=code), code=303)


@bp.get(ONE)
@requires("survey:read")
def show_survey(survey: str) -> ResponseReturnValue:
    """Show a draft with what is missing; an opened survey is shown by what came of it."""
    found = queries.get_survey(survey, by=current_actor())
    if found.state != State.DRAFT:
        return redirect(url_for("casework.survey_results", survey=survey), code=303)
    questions = found.asks
    ready = forms.ReadyForm(formdata=None).offer([one.ready for one in questions])
    return render_template(
        "casework/show_survey.html", survey=found, questions=list(enumerate(questions, 1)),
        lacks=lacks_of(questions, found.introduction), missing_in=missing_in, ready=ready, most=MOST_QUESTIONS, **SAID,
    )  # fmt: skip


@bp.route(f"{ONE}/change", methods=["GET", "POST"])
@requires("survey:manage")
def change_survey(survey: str) -> ResponseReturnValue:
    """Write title and introduction anew."""
    found = queries.get_survey(survey, by=current_actor())
    form, status = forms.TitleForm(data=forms.title_values(found)), 200
    if form.is_submitted():
        status = _save(form, lambda: _change(form, survey))
        if status == 303:
            flash(_("Your changes are saved."), "success")
            return _shown(survey)
    return render_template("casework/change_survey.html", form=form, survey=found), status


def _change(form: Any, survey: str) -> None:
    introduction = form.introduction()
    actions.change_survey(
        code=survey, version=_version(form), title=form.title.data, introduction=introduction, by=current_actor()
    )


def _version(form: Any) -> int:
    """Return the version of the survey that was on the page."""
    return read_whole(form.version.data)


def _save(form: Any, act: Any) -> int:
    """Act on what was typed; return 303, or the status with which the form is shown again."""
    if not form.validate():
        return 400
    try:
        act()
    except Invalid as error:
        form.take(error)
        return 400
    except Conflict as error:
        form.general_error = sentence_of(error)
        roll_back_request()
        return 409
    return 303


@bp.route(f"{ONE}/questions/new", methods=["GET", "POST"])
@requires("survey:manage")
def add_question(survey: str) -> ResponseReturnValue:
    """Add a question of one's own."""
    return _question(survey, None)


@bp.route(f"{ONE}/questions/<int:place>", methods=["GET", "POST"])
@requires("survey:manage")
def change_question(survey: str, place: int) -> ResponseReturnValue:
    """Write a question anew. ``place`` counts from 1."""
    return _question(survey, place - 1)


def _question(survey: str, place: int | None) -> ResponseReturnValue:
    found = queries.get_survey(survey, by=current_actor())
    known = queries.question_at(found, place) if place is not None else None
    values = forms.question_values(known) if known else {}
    form, status = forms.QuestionForm(data=values | {"version": str(found.version)}).offer(), 200
    if form.is_submitted():
        status = _save(form, lambda: _put(form, survey, place))
        if status == 303:
            flash(_("The question is saved."), "success")
            return _shown(survey)
    template = "casework/add_question.html"
    return render_template(template, form=form, survey=found, place=place, kinds=KINDS), status


def _put(form: Any, survey: str, place: int | None) -> None:
    question = form.question()
    actions.put_question(code=survey, version=_version(form), place=place, question=question, by=current_actor())


@bp.post(f"{ONE}/questions/ready")
@requires("survey:manage")
def add_ready_question(survey: str) -> ResponseReturnValue:
    """Add a question of the library."""
    found = queries.get_survey(survey, by=current_actor())
    form = forms.ReadyForm().offer([one.ready for one in found.asks])
    if not form.validate():
        raise Invalid(_("Please choose a question."))
    question = ready_question(form.ready.data)
    actions.put_question(code=survey, version=_version(form), place=None, question=question, by=current_actor())
    return _shown(survey)


@bp.post(f"{ONE}/questions/<int:place>/<any(remove, raise):move>")
@requires("survey:manage")
def move_question(survey: str, place: int, move: str) -> ResponseReturnValue:
    """Take a question out, or let it stand one place higher. ``place`` counts from 1."""
    queries.get_survey(survey, by=current_actor())
    act = actions.drop_question if move == "remove" else actions.raise_question
    act(code=survey, version=request.form.get("version", 0, type=int), place=place - 1, by=current_actor())
    return _shown(survey)


@bp.route(f"{ONE}/open", methods=["GET", "POST"])
@requires("survey:manage")
def open_survey(survey: str) -> ResponseReturnValue:
    """Say whom to ask; first the numbers are shown, then the survey opens."""
    found = queries.get_survey(survey, by=current_actor())
    form, status, effect = _audience(found), 200, None
    if form.is_submitted():
        sure = "sure" in request.form
        status = _save(form, lambda: _open(form, survey) if sure else None)
        if status == 303 and sure:
            flash(_("The survey is open. Its households stand on the lists of their navigators."), "success")
            return _shown(survey)
        if status == 303:
            status, effect = _effect(form)
    lacks = lacks_of(found.asks, found.introduction)
    page = render_template("casework/open_survey.html", form=form, survey=found, effect=effect, lacks=lacks)
    return page, status


def _audience(survey: Survey) -> Any:
    districts = [(one.code, one.name) for one in get_program().districts_on(clock.today())]
    partners = [(one.id, one.name) for one in list_all_partners() if one.kind == "grantee"]
    return forms.AudienceForm(data={"version": str(survey.version)}).offer(partners, districts)


def _effect(form: Any) -> tuple[int, dict[str, Any] | None]:
    """Return the numbers of whom it would ask, and write the drawn seed into the form; 400 where nobody would be."""
    audience = form.audience()
    seed = audience.seed if audience.seed is not None else randbelow(LARGEST_SEED)
    try:
        fits, chosen = actions.preview_survey(audience=audience, seed=seed, by=current_actor())
    except Invalid as error:
        form.take(error)
        return 400, None
    form.seed.data, form.seed.raw_data = seed, None
    able = sum(one.may_ask for one in fits)
    return 200, {"fitting": len(fits), "reachable": able, "asked": len(chosen), "mark": mark_of(chosen)}


def _open(form: Any, survey: str) -> None:
    seed = form.seed.data if form.seed.data is not None else randbelow(LARGEST_SEED)
    mark = request.form.get("sure", "")
    actions.open_survey(code=survey, audience=form.audience(), seed=seed, mark=mark, by=current_actor())


@bp.route(f"{ONE}/close", methods=["GET", "POST"])
@requires("survey:manage")
def close_survey(survey: str) -> ResponseReturnValue:
    """Close a survey before its last day."""
    found = queries.get_survey(survey, by=current_actor())
    if request.method == "POST":
        actions.close_survey(code=survey, by=current_actor())
        flash(_("The survey is closed. Nobody can answer any more."), "success")
        return _shown(survey)
    waiting = get_results(found, by=current_actor()).response
    return render_template("casework/close_survey.html", survey=found, response=waiting)
