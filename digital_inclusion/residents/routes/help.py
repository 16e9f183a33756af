"""Ask for help, and follow the request. Code and PIN travel in the body and are never part of an address.

The PIN is made from a token that the browser holds from the form on, so that a second click on the button, whose
answer is the one the browser shows, still leads to the code and the PIN.
"""

from datetime import timedelta
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask import session as browser
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ...casework.actions import asking
from ...casework.actions.asking import RESIDENT
from ...casework.queries.requests import Record, find_followed, find_sent
from ...casework.rules.requests import NEEDS, Step, can_do
from ...foundation.credentials import pin_of
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound, Throttled
from ...foundation.kernel.ids import new_token, token_digest
from ...foundation.mail import link_to
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import public
from ...foundation.web.network import asking_network
from ...households.rules import LANGUAGES
from ...progress.queries.program import find_program
from ..forms import help as forms
from . import bp

_TOKEN, _OPEN = "help_token", "help_open"
SHOWN_WITHIN = timedelta(minutes=10)  # of sending: the page with code and PIN; others may use this device next
STAYS_OPEN = timedelta(minutes=20)


def _page(template: str, status: int = 200, **context: Any) -> Response:
    """Return a page that no browser or proxy keeps."""
    response = make_response(render_template(template, program_file=_program_file(), **context), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _program_file() -> Any:
    program = find_program()
    return program.file if program is not None else None


@bp.route("/help", methods=["GET", "POST"])
@public
def ask_for_help() -> Response:
    """Show the form; take it."""
    form = forms.HelpForm(data={"needs": _asked_for(request.args)}).offer()
    if not form.is_submitted():
        browser[_TOKEN] = new_token()  # who asked here before is not shown to who asks next
    token = browser.setdefault(_TOKEN, new_token())
    if not form.is_submitted() or not form.validate():
        return _page("residents/ask_for_help.html", 400 if form.is_submitted() else 200, form=form)
    try:
        asking.send_request(
            contact=form.who(),
            wish=form.wish(),
            consent_language=str(get_locale() or "en"),
            token=token,
            address=asking_network(),
            by=RESIDENT,
        )
    except (Invalid, Throttled) as error:
        form.take(error)
        return _page("residents/ask_for_help.html", 429 if isinstance(error, Throttled) else 400, form=form)
    return redirect(url_for("residents.help_sent"), code=303)


def _asked_for(args: MultiDict[str, str]) -> list[str]:
    """Return the needs that the address names, ``needs=device,connection``; unknown words are left out."""
    named = ",".join(args.getlist("needs")).split(",")
    return [need for need in NEEDS if need in named]


@bp.get("/help/sent")
@public
def help_sent() -> Response:
    """Show the code and the PIN, once."""
    token = browser.pop(_TOKEN, None)
    sent = find_sent(token_digest(token), since=clock.now() - SHOWN_WITHIN) if token else None
    record = find_followed(sent.id) if sent is not None else None
    pin = pin_of(token, record.request.reference) if token and record is not None else None
    return _page("residents/help_sent.html", record=record, pin=pin, address=link_to("residents.follow_help"))


@bp.route("/help/follow", methods=["GET", "POST"])
@public
def follow_help() -> Response:
    """Ask for code and PIN; open the request they belong to."""
    form = forms.FollowForm()
    if not form.is_submitted() or not form.validate():
        return _page("residents/follow_help.html", 400 if form.is_submitted() else 200, form=form)
    try:
        request_id = asking.open_request(
            reference=form.reference.data, pin=form.pin.data, address=asking_network(), by=RESIDENT
        )
    except (Invalid, Throttled) as error:
        form.general_error = sentence_of(error)
        return _page("residents/follow_help.html", 429 if isinstance(error, Throttled) else 400, form=form)
    browser[_OPEN] = [request_id, int((clock.now() + STAYS_OPEN).timestamp())]
    return redirect(url_for("residents.help_request"), code=303)


def _opened() -> Record | None:
    """Return the request that this browser has opened, None when it has none or not any more."""
    request_id, until = browser.get(_OPEN) or (None, 0)
    if until < clock.now().timestamp():
        return None
    return find_followed(request_id)


def _to_the_door() -> Response:
    browser.pop(_OPEN, None)
    return redirect(url_for("residents.follow_help"), code=303)


@bp.get("/help/request")
@public
def help_request() -> Response:
    """Show where the request is, who has seen it, and what can be done."""
    record = _opened()
    if record is None:
        return _to_the_door()
    return _page(
        "residents/help_request.html",
        record=record,
        needs=forms.NEEDS,
        spoken=LANGUAGES,
        can_change=can_do(Step.CORRECT, record.request.state),
    )


@bp.route("/help/request/change", methods=["GET", "POST"])
@public
def change_help() -> Response:
    """Change what the request says."""
    record = _opened()
    if record is None:
        return _to_the_door()
    if not can_do(Step.CORRECT, record.request.state):
        return redirect(url_for("residents.help_request"), code=303)
    form = forms.WishForm(data=forms.values_of(record)).offer()
    if not form.is_submitted() or not form.validate():
        return _page("residents/change_help.html", 400 if form.is_submitted() else 200, form=form)
    try:
        asking.correct_request(request_id=record.request.id, contact=form.who(), wish=form.wish(), by=RESIDENT)
    except Invalid as error:
        form.take(error)
        return _page("residents/change_help.html", 400, form=form)
    except (Conflict, NotFound):
        return _changed_meanwhile()
    flash(_("Your changes are saved."), "success")
    return redirect(url_for("residents.help_request"), code=303)


def _changed_meanwhile() -> Response:
    flash(_("The request changed meanwhile. Nothing was saved. Please look at it again."), "warning")
    return redirect(url_for("residents.help_request"), code=303)


@bp.route("/help/request/withdraw", methods=["GET", "POST"])
@public
def withdraw_help() -> Response:
    """Take the request back."""
    record = _opened()
    if record is None:
        return _to_the_door()
    form = forms.SureForm()
    if not form.validate_on_submit():
        return _page("residents/withdraw_help.html", form=form, record=record)
    try:
        asking.withdraw_request(request_id=record.request.id, by=RESIDENT)
    except (Conflict, NotFound):
        return _changed_meanwhile()
    flash(_("You took the request back. Nobody has your name and contact from it any more."), "success")
    return redirect(url_for("residents.help_request"), code=303)


@bp.route("/help/request/erase", methods=["GET", "POST"])
@public
def erase_help() -> Response:
    """Erase what the request says; ask who keeps a household's record to erase that too."""
    record = _opened()
    if record is None:
        return _to_the_door()
    form = forms.SureForm()
    if not form.validate_on_submit():
        return _page("residents/erase_help.html", form=form, record=record)
    try:
        is_all = asking.erase_request(request_id=record.request.id, by=RESIDENT)
    except NotFound:
        return _to_the_door()
    if not is_all:
        flash(_("We asked the organization to erase your record. You see here when it is done."), "success")
        return redirect(url_for("residents.help_request"), code=303)
    flash(_("Everything you wrote is erased. Your code and PIN do not work any more."), "success")
    return _to_the_door()


@bp.post("/help/request/leave")
@public
def leave_help() -> Response:
    """Close the request in this browser."""
    flash(_("Closed. Nobody who uses this device after you sees your request."), "success")
    return _to_the_door()
