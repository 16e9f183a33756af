"""Pages of "Still connected?": whom to ask today, what they said, random samples and their results."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import DomainError
from ...foundation.web.converters import LARGEST_KEY
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.viewing import note_household, note_households
from ...households.rules import LANGUAGES, SAFE_CONTACTS
from ...progress.queries.program import get_program
from ..actions.checking import note_check
from ..actions.sampling import draw_sample
from ..forms.checking import CheckForm, SampleForm
from ..queries import asking, samples
from ..rules.checks import ANSWERS, ON, term_of, terms_on
from ..rules.samples import bounds, interval
from . import bp


@bp.route("/connectivity/checks", methods=["GET", "POST"])
@requires("line:check")
def list_checks() -> Any:
    """Show whom to ask today whether a line is still on, and note what they said."""
    form = CheckForm(data={"line": _number("line"), "answer": request.args.get("answer")}).offer()
    if form.validate_on_submit():
        try:
            note_check(number=form.line.data, said=form.said(), by=current_actor())
        except DomainError as error:
            form.take(error)
        else:
            return _noted(form)
    page = render_template("connectivity/list_checks.html", form=form, **_list(), **_about(form))
    return page, 400 if form.is_submitted() else 200


def _number(name: str) -> int | None:
    """Return a key that the address names, None for what cannot be one."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_KEY else None


def _noted(form: CheckForm) -> Any:
    sentence = _("Noted. A verifier looks at it before the proof of the line lasts longer.")
    flash(sentence if form.answer.data == ON else _("Noted."), "success")
    args = request.args
    listed = url_for("connectivity.list_checks", sample=args.get("sample"), term=args.get("term"))
    return redirect(way_back(listed), code=303)


def _list() -> dict[str, Any]:
    """Return the rows of the list with what stands around them: of everybody, of one term, or of a sample."""
    settings, today = get_program().file.connectivity, clock.today()
    sample, only = samples.find_sample(request.args.get("sample")), _number("term")
    terms = terms_on(today, settings.check_days)
    due = asking.due(
        [one for one in terms if one.days == only] or terms, today=today, now=clock.now(), most=settings.check_tries,
        sample=sample.id if sample is not None else None,
    )  # fmt: skip
    rows = asking.list_due(due, after=_number("after"))
    off = asking.list_off(today)
    note_households(len(rows) + len(off), by=current_actor())
    return {
        "rows": rows[: asking.PAGE],
        "next": rows[asking.PAGE - 1].line.fact_number if len(rows) > asking.PAGE else None,
        "total": asking.count_due(due),
        "off": off,
        "sample": sample,
        "only": only if only in settings.check_days else None,
        "drawn": samples.list_samples(),
        "settings": settings,
        "languages_spoken": LANGUAGES,
        "safe_ways": SAFE_CONTACTS,
    }


def _about(form: CheckForm) -> dict[str, Any]:
    """Return the line that an answer is noted about, with its household and what was said so far."""
    if not form.line.data:
        return {"about": None}
    line, household = asking.get_asked(form.line.data)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    term = term_of(line.starts_on, clock.today(), get_program().file.connectivity.check_days)
    tries = asking.list_tries(line.fact_number, term) if term is not None else []
    return {"about": line, "household": household, "term": term, "tries": tries, "answers": ANSWERS}


@bp.get("/connectivity/checks/results")
@requires("progress:read")
def check_results() -> str:
    """Show what was answered, by term and organization."""
    return render_template(
        "connectivity/check_results.html",
        told=samples.list_told(),
        drawn=samples.list_samples(),
        terms=get_program().file.connectivity.check_days,
    )


@bp.route("/connectivity/samples/new", methods=["GET", "POST"])
@requires("sample:draw")
def new_sample() -> Any:
    """Draw a random sample of the lines to ask about."""
    settings = get_program().file.connectivity
    form = SampleForm().offer(settings.check_days)
    if form.validate_on_submit():
        try:
            sample = draw_sample(wanted=form.wanted(), by=current_actor())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The sample is drawn. Its lines stand on the lists of their organizations."), "success")
            return redirect(url_for("connectivity.show_sample", code=sample.code), code=303)
    page = render_template("connectivity/new_sample.html", form=form, confidence=settings.confidence)
    return page, 400 if form.is_submitted() else 200


@bp.get("/connectivity/samples/<code:code>")
@requires("audit:read")
def show_sample(code: str) -> str:
    """Show what a sample says of all lines that came due in its days."""
    sample = samples.get_sample(code)
    told = samples.answers_of(sample)
    return render_template(
        "connectivity/show_sample.html",
        sample=sample,
        told=told,
        estimate=interval(told.of("on"), told.answered, population=sample.population, confidence=sample.confidence),
        bounds=bounds(told.of("on"), told.of("off"), size=sample.size),
    )
