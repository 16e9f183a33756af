"""Complain, appeal, have data corrected, and follow it. Code and PIN travel in the body, never in an address."""

from datetime import timedelta
from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask import session as browser
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...casework.actions import grieving
from ...casework.actions.grieving import RESIDENT
from ...casework.queries.grievances import Followed, find_followed, find_sent, organizations
from ...casework.rules.grievances import Step, can_do
from ...foundation.credentials import pin_of
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound, Throttled
from ...foundation.kernel.ids import new_token, token_digest
from ...foundation.mail import link_to
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import public
from ...foundation.web.network import asking_network
from ...progress.queries.program import find_program
from ...progress.schemas import Grievances
from ..forms import complaints as forms
from . import bp

_TOKEN, _OPEN = "complaint_token", "complaint_open"
SHOWN_WITHIN = timedelta(minutes=10)  # of sending: the page with code and PIN; others may use this device next
STAYS_OPEN = timedelta(minutes=20)


def _page(template: str, status: int = 200, **context: Any) -> Response:
    """Return a page that no browser or proxy keeps."""
    program = find_program()
    settings = program.file.grievances if program is not None else Grievances()
    phone = program.file.city.contact_phone if program is not None else ""
    response = make_response(render_template(template, settings=settings, phone=phone, **context), status)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/complaints", methods=["GET", "POST"])
@public
def complain() -> Response:
    """Show the form; take it."""
    form = forms.ComplaintForm().offer(organizations())
    if not form.is_submitted():
        browser[_TOKEN] = new_token()  # who wrote here before is not shown to who writes next
    token = browser.setdefault(_TOKEN, new_token())
    if not form.is_submitted() or not form.validate():
        return _page("residents/complain.html", 400 if form.is_submitted() else 200, form=form)
    try:
        grieving.send_grievance(new=form.new(), token=token, address=asking_network(), by=RESIDENT)
    except (Invalid, Throttled) as error:
        form.take(error)
        return _page("residents/complain.html", 429 if isinstance(error, Throttled) else 400, form=form)
    return redirect(url_for("residents.complaint_sent"), code=303)


@bp.get("/complaints/sent")
@public
def complaint_sent() -> Response:
    """Show the code and the PIN, once."""
    token = browser.pop(_TOKEN, None)
    sent = find_sent(token_digest(token), since=clock.now() - SHOWN_WITHIN) if token else None
    record = find_followed(sent.id) if sent is not None else None
    pin = pin_of(token, record.grievance.reference) if token and record is not None else None
    address = link_to("residents.follow_complaint")
    return _page("residents/complaint_sent.html", record=record, pin=pin, address=address)


@bp.route("/complaints/follow", methods=["GET", "POST"])
@public
def follow_complaint() -> Response:
    """Ask for code and PIN; open what they belong to."""
    form = forms.FollowForm()
    if not form.is_submitted() or not form.validate():
        return _page("residents/follow_complaint.html", 400 if form.is_submitted() else 200, form=form)
    try:
        found = grieving.open_grievance(
            reference=form.reference.data, pin=form.pin.data, address=asking_network(), by=RESIDENT
        )
    except (Invalid, Throttled) as error:
        form.general_error = sentence_of(error)
        return _page("residents/follow_complaint.html", 429 if isinstance(error, Throttled) else 400, form=form)
    browser[_OPEN] = [found, int((clock.now() + STAYS_OPEN).timestamp())]
    return redirect(url_for("residents.complaint"), code=303)


def _opened() -> Followed | None:
    """Return what this browser has opened, None when it has nothing open or not any more."""
    found, until = browser.get(_OPEN) or (None, 0)
    if until < clock.now().timestamp():
        return None
    return find_followed(found)


def _to_the_door() -> Response:
    browser.pop(_OPEN, None)
    return redirect(url_for("residents.follow_complaint"), code=303)


def _back(said: str, tone: str = "success") -> Response:
    flash(said, tone)
    return redirect(url_for("residents.complaint"), code=303)


@bp.get("/complaints/yours")
@public
def complaint() -> Response:
    """Show where it stands, the answer, and what can be done."""
    record = _opened()
    if record is None:
        return _to_the_door()
    steps = {step.value for step in Step if can_do(step, record.grievance.state)}
    return _page("residents/complaint.html", record=record, kinds=forms.KINDS, steps=steps, today=clock.today())


@bp.route("/complaints/yours/disagree", methods=["GET", "POST"])
@public
def disagree_complaint() -> Response:
    """Say once that the answer is not right."""
    record, form = _opened(), forms.DisagreeForm()
    if record is None:
        return _to_the_door()
    if not can_do(Step.DISAGREE, record.grievance.state):
        return redirect(url_for("residents.complaint"), code=303)
    if not form.validate_on_submit():
        status = 400 if form.is_submitted() else 200
        return _page("residents/disagree_complaint.html", status, form=form, record=record)
    try:
        grieving.disagree(grievance_id=record.grievance.id, text=form.text.data, by=RESIDENT)
    except Invalid as error:
        form.take(error)
        return _page("residents/disagree_complaint.html", 400, form=form, record=record)
    except (Conflict, NotFound):
        return _changed_meanwhile()
    return _back(_("Thank you. Somebody else looks at it now."))


def _changed_meanwhile() -> Response:
    return _back(_("It changed meanwhile. Nothing was saved. Please look at it again."), "warning")


@bp.route("/complaints/yours/withdraw", methods=["GET", "POST"])
@public
def withdraw_complaint() -> Response:
    """Take it back."""
    record, form = _opened(), forms.SureForm()
    if record is None:
        return _to_the_door()
    if not form.validate_on_submit():
        return _page("residents/withdraw_complaint.html", form=form, record=record)
    try:
        grieving.withdraw_grievance(grievance_id=record.grievance.id, by=RESIDENT)
    except (Conflict, NotFound):
        return _changed_meanwhile()
    return _back(_("You took it back. Nobody looks at it any more."))


@bp.route("/complaints/yours/erase", methods=["GET", "POST"])
@public
def erase_complaint() -> Response:
    """Erase what was written and answered."""
    record, form = _opened(), forms.SureForm()
    if record is None:
        return _to_the_door()
    if not form.validate_on_submit():
        return _page("residents/erase_complaint.html", form=form, record=record)
    try:
        grieving.erase_grievance(grievance_id=record.grievance.id, by=RESIDENT)
    except NotFound:
        return _to_the_door()
    flash(_("Everything you wrote is erased. Your code and PIN do not work any more."), "success")
    return _to_the_door()


@bp.post("/complaints/yours/leave")
@public
def leave_complaint() -> Response:
    """Close it in this browser."""
    flash(_("Closed. Nobody who uses this device after you sees what you wrote."), "success")
    return _to_the_door()
