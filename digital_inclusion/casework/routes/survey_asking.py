"""Ask households what a survey asks: the list, the questions by phone, a link to hand over; what a household said."""

import segno
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from ...agenda.actions.messages import ready_reach
from ...agenda.rules.messages import REASONS, REFUSALS, STATES
from ...connectivity.rules.languages import WRITTEN, written_in
from ...foundation.access import policy
from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.text import read_whole
from ...foundation.mail import link_to
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.templating import LANGUAGES
from ...foundation.web.transactions import roll_back_request
from ...foundation.web.viewing import note_household, note_households
from ...households.rules import LANGUAGES as SPOKEN
from ...households.rules import SAFE_CONTACTS
from ..actions import survey_answers as actions
from ..forms.survey_answers import WORDS_ATTRIBUTES, AnswerForm, answer_form, told_answer, words_of
from ..queries import surveys as queries
from ..queries.household import get_household
from ..queries.survey_sending import find_sent
from ..queries.surveys import Invited
from ..rules.survey_answers import WAYS
from . import bp

ONE = "/surveys/ask/<code:invited>"


@bp.get("/surveys/ask")
@requires("survey:ask")
def list_to_ask() -> str:
    """Show which households are to be asked what: one's own, or everybody's."""
    by, everybody = current_actor(), request.args.get("show") == "all"
    mine_of = None if everybody or sees_every_partner(by.roles) else by.user_id
    rows = queries.list_to_ask(mine_of=mine_of, today=clock.today(), after=request.args.get("after", type=int))
    note_households(len(rows), by=by)
    return render_template(
        "casework/list_to_ask.html", rows=rows[: queries.PAGE], everybody=everybody, spoken=SPOKEN,
        total=queries.count_to_ask(mine_of=mine_of, today=clock.today()), safe_ways=SAFE_CONTACTS,
        next=rows[queries.PAGE - 1].invitation.id if len(rows) > queries.PAGE else None,
    )  # fmt: skip


def _seen(code: str) -> Invited:
    found = queries.get_invited(code)
    note_household(found.household.id, partner_id=found.household.partner_id, by=current_actor())
    return found


def _language(found: Invited) -> str:
    """Return the language of the questions: chosen here, as it was before, else the household's."""
    chosen = request.form.get("lang") or request.form.get("here") or request.args.get("lang")
    return chosen if chosen in WRITTEN else written_in(found.household.language)


def _form(found: Invited, language: str) -> AnswerForm:
    held = found.invitation
    known = held.answers if request.method == "GET" else None  # what was sent stands alone
    with force_locale(language):
        return answer_form(found.survey.asks, language, known=known, seen=held.revision)


@bp.route(ONE, methods=["GET", "POST"])
@requires("survey:ask")
def ask_survey(invited: str) -> ResponseReturnValue:
    """Show the questions in the household's language, and write down what it says."""
    found = _seen(invited)
    language, status = _language(found), 200
    form = _form(found, language)
    if request.method == "POST" and "lang" not in request.form:
        status = _save(form, invited)
        if status == 303:
            flash(_("The answers are saved."), "success")
            return redirect(url_for("casework.list_to_ask"), code=303)
    return render_template(
        "casework/ask_survey.html", found=found, form=form, here=language, ways=LANGUAGES, attributes=WORDS_ATTRIBUTES,
        is_open=found.survey.state == "open", told_ways=WAYS, sent=find_sent(found.invitation),
        way=ready_reach(found.household), refusals=REFUSALS, reasons=REASONS, message_states=STATES,
    ), status  # fmt: skip


def _save(form: AnswerForm, invited: str) -> int:
    """Save; return 303, or the status with which the form is shown again: after a conflict on what stands now."""
    if not form.validate():
        return 400
    try:
        seen = read_whole(form.seen.data)
        actions.answer_by_phone(code=invited, seen=seen, given=form.given(), by=current_actor())
    except Invalid as error:
        form.take(error)
        return 400
    except Conflict as error:
        form.general_error = sentence_of(error)
        roll_back_request()
        form.seen.data = str(queries.get_invited(invited).invitation.revision)
        return 409
    return 303


@bp.post(f"{ONE}/refuse")
@requires("survey:ask")
def refuse_survey(invited: str) -> ResponseReturnValue:
    """Note that they do not want to answer."""
    actions.refuse_survey(code=invited, by=current_actor())
    flash(_("Noted. Nobody asks them again in this survey."), "success")
    return redirect(url_for("casework.list_to_ask"), code=303)


@bp.post(f"{ONE}/link")
@requires("survey:ask")
def make_survey_link(invited: str) -> Response:
    """Show a sheet with a link of the household's own and its QR code, in its language. It is shown once."""
    found = _seen(invited)
    address = link_to("residents.answer_survey", token=actions.make_survey_link(code=invited, by=current_actor()))
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, svgclass="di-qr", lineclass=None)
    language = written_in(found.household.language)
    with force_locale(language):
        page = render_template(
            "casework/make_survey_link.html", found=found, address=address, here=language,
            drawing=Markup(drawn),  # noqa: S704 - drawn by us
        )  # fmt: skip
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/households/<code:code>/surveys")
@requires("household:read")
def list_survey_answers(code: str) -> str:
    """Show what a household was asked and said."""
    household, by = get_household(code), current_actor()
    note_household(household.id, partner_id=household.partner_id, by=by)
    return render_template(
        "casework/list_survey_answers.html", household=household, rows=queries.list_said(household.id), ways=WAYS,
        words_of=words_of, told_answer=told_answer, may_ask=policy.allows(by, "survey:ask", household),
    )  # fmt: skip
