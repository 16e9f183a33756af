"""Answer a survey by the link that a household was given. The address is the only secret: no account, no name."""

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import force_locale, get_locale
from werkzeug.wrappers import Response

from ...casework.actions.asking import RESIDENT
from ...casework.actions.survey_answers import answer_by_survey_link
from ...casework.forms.survey_answers import WORDS_ATTRIBUTES, AnswerForm, answer_form
from ...casework.queries.surveys import Invited, find_linked
from ...casework.rules.survey_answers import ANSWERED
from ...connectivity.rules.languages import WRITTEN, written_in
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid, NotFound, Throttled
from ...foundation.kernel.ids import token_digest
from ...foundation.web.gate import public
from ...foundation.web.network import asking_network
from ...foundation.web.templating import LANGUAGES
from . import bp


@bp.route("/s/<token:token>", methods=["GET", "POST"])
@public
def answer_survey(token: str) -> Response:
    """Ask the questions, take the answers, say thanks. A link that opens nothing says the same whatever the reason."""
    found = find_linked(token_digest(token), today=clock.today())
    here = _language(found)
    with force_locale(here):
        if found is None:
            return _page("over", token, here, status=404)
        if request.method == "GET" and found.invitation.state == ANSWERED and "change" not in request.args:
            return _page("thanks", token, here, found=found)
        known = found.invitation.answers if request.method == "GET" else None  # what was sent stands alone
        form, status = answer_form(found.survey.asks, here, known=known), 200
        if request.method == "POST" and "lang" not in request.form:
            status = _take(form, token)
        if status == 303:
            return redirect(url_for("residents.answer_survey", token=token, lang=here), code=303)
        step = "over" if status == 404 else "ask"
        return _page(step, token, here, found=found, form=form, status=status)


def _language(found: Invited | None) -> str:
    """Return the language chosen on the page, else the household's, else the browser's."""
    chosen = request.form.get("lang") or request.form.get("here") or request.args.get("lang")
    if chosen in WRITTEN:
        return str(chosen)
    spoken = found.household.language if found is not None else None
    return written_in(spoken or str(get_locale() or "en")[:2])


def _take(form: AnswerForm, token: str) -> int:
    """Take the answers; return 303, or the status with which the page is shown again."""
    if not form.validate():
        return 400
    try:
        answer_by_survey_link(token=token, given=form.given(), address=asking_network(), by=RESIDENT)
    except NotFound:
        return 404
    except (Invalid, Throttled) as error:
        form.take(error)
        return 429 if isinstance(error, Throttled) else 400
    return 303


def _page(step: str, token: str, here: str, *, status: int = 200, **shown: object) -> Response:
    """Return the page; nobody keeps it, and no other site learns its address."""
    page = render_template(
        "residents/answer_survey.html", step=step, token=token, here=here, ways=LANGUAGES, status=status,
        attributes=WORDS_ATTRIBUTES, **shown,
    )  # fmt: skip
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
