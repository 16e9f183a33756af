"""Pages of appointments with households: plan one, my list, one with what can be done, move it, say how it went."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...agenda.actions.messages import ready_reach
from ...agenda.forms.slots import told_time
from ...agenda.queries import appointments as queries
from ...agenda.rules.appointments import ENDINGS, PLACES, PURPOSES, STATES, State, Step, word_of
from ...agenda.rules.messages import REASONS
from ...agenda.rules.messages import STATES as MESSAGE_STATES
from ...agenda.rules.reminding import due_from
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, DomainError
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import came_from
from ...foundation.web.viewing import note_household, note_households
from ...progress.queries.served import get_served
from ..actions import appointments as actions
from ..forms.appointments import AppointmentForm, typed
from ..queries.people import list_colleagues
from . import bp

URL = "/my-appointments/<code:appointment>"
WORDS = {
    "purposes": PURPOSES, "places": PLACES, "states": STATES, "endings": ENDINGS, "word_of": word_of,
    "reasons": REASONS, "message_states": MESSAGE_STATES,
}  # fmt: skip
STEPS = {"kept": Step.KEEP, "missed": Step.MISS, "cancel": Step.CANCEL}


@bp.route("/households/<code:code>/appointments/new", methods=["GET", "POST"])
@requires("appointment:plan")
def plan_appointment(code: str) -> ResponseReturnValue:
    """Plan an appointment with the household."""
    by, home = current_actor(), get_served(code)
    note_household(home.id, partner_id=home.partner_id, by=by)
    begun = {"owner": str(by.user_id), "purpose": request.args.get("purpose")}
    form = AppointmentForm(data=begun).offer(list_colleagues(home.partner_id))
    made = _do(form, lambda: actions.plan_appointment(
        household_id=home.id, new=form.appointment(), even_so=form.even_so.data, by=by
    ))  # fmt: skip
    if made is not None:
        flash(_("The appointment is planned: %(when)s.", when=told_time(made)), "success")
        return redirect(url_for("casework.show_appointment", appointment=made.code, back=came_from()), code=303)
    page = render_template("casework/plan_appointment.html", form=form, home=home)
    return page, 400 if form.is_submitted() else 200


def _do(form: AppointmentForm, act: Callable[[], Any]) -> Any:
    """Return what the action made of the form; None where it is not sent, or is shown again with what is wrong."""
    if not form.validate_on_submit():
        return None
    try:
        return act()
    except DomainError as error:
        form.take(error)
        form.general_target = "even_so" if isinstance(error, actions.Clash) else None
        return None


@bp.get("/my-appointments")
@requires("appointment:plan")
def list_appointments() -> str:
    """Show what is planned, or what was: one's own, the team's, everybody's."""
    by, past = current_actor(), request.args.get("show") == "past"
    may_see = _whose(by)
    whose = request.args.get("whose", "")
    whose = whose if whose in may_see else "mine"
    people: dict[str, Any] = {
        "owner_id": by.user_id if whose == "mine" else None, "team_ids": by.team_ids if whose == "team" else None,
    }  # fmt: skip
    rows = queries.list_appointments(**people, past=past, after=request.args.get("after"))
    shown = rows[: queries.PAGE]
    note_households(len(shown), by=by)
    return render_template(
        "casework/list_appointments.html", rows=shown, whose=whose, may_see=may_see, past=past, words=WORDS,
        next=shown[-1].appointment.code if len(rows) > queries.PAGE else None, told_time=told_time,
        total=queries.count_appointments(**people, past=past), today=clock.today(),
        settled=queries.find_appointment(request.args.get("settled")),
    )  # fmt: skip


def _whose(by: Actor) -> list[str]:
    team = ["team"] if by.team_ids else []
    return ["mine", *team, *(["all"] if policy.allows(by, "household:hand_over") else [])]


@bp.get(URL)
@requires("appointment:plan")
def show_appointment(appointment: str) -> str:
    """Show when and where, what for, and when it was before; how it went is said here in one tap."""
    row = _seen(appointment)
    moves = queries.list_moves(row.appointment.id)
    return render_template(
        "casework/show_appointment.html", row=row, moves=moves, words=WORDS, told_time=told_time,
        names=dict(list_colleagues(row.appointment.partner_id)), is_planned=row.appointment.state == State.PLANNED,
        coming=_coming_reminder(row),
    )  # fmt: skip


def _coming_reminder(row: queries.AppointmentRow) -> str | None:
    """Return whether a reminder goes out, and when, as it stands now; None where it is too late to say so."""
    one, now = row.appointment, clock.now()
    if one.state != State.PLANNED or row.has_begun:
        return None
    refusal = ready_reach(row.household).refusal
    if refusal is not None:
        told = _("None can be sent: %(why)s", why=_(REASONS[refusal]))
    elif due_from(one.starts_at) > now:
        told = _("Goes out the day before, after 9 AM")
    elif clock.local(one.starts_at).date() > clock.today():
        told = _("Goes out today if the appointment was not planned or moved in the last 12 hours")
    else:
        told = _("None was sent: it was planned or moved too shortly before")
    return str(told)


def _seen(code: str) -> queries.AppointmentRow:
    row = queries.get_appointment(code)
    note_household(row.household.id, partner_id=row.household.partner_id, by=current_actor())
    return row


@bp.route(f"{URL}/move", methods=["GET", "POST"])
@requires("appointment:plan")
def move_appointment(appointment: str) -> ResponseReturnValue:
    """Move an appointment; when it was before stays to be read."""
    by, row = current_actor(), _seen(appointment)
    form = AppointmentForm(data=typed(row.appointment)).offer(list_colleagues(row.appointment.partner_id))
    moved = _do(form, lambda: actions.move_appointment(
        code=appointment, sequence=form.seen, new=form.appointment(), even_so=form.even_so.data, by=by
    ))  # fmt: skip
    if moved is not None:
        flash(_("The appointment is changed: %(when)s.", when=told_time(moved)), "success")
        return redirect(url_for("casework.show_appointment", appointment=appointment, back=came_from()), code=303)
    page = render_template("casework/move_appointment.html", form=form, row=row, when=told_time(row.appointment))
    return page, 400 if form.is_submitted() else 200


@bp.post(f"{URL}/<any('kept','missed','cancel'):how>")
@requires("appointment:plan")
def settle_appointment(appointment: str, how: str) -> ResponseReturnValue:
    """Say how it went, or that it is off; it can be put back."""
    try:
        actions.settle_appointment(code=appointment, step=STEPS[how], by=current_actor())
    except Conflict as error:
        flash(sentence_of(error), "info")
    return redirect(_back(appointment), code=303)


@bp.post(f"{URL}/put-back")
@requires("appointment:plan")
def put_back_appointment(appointment: str) -> ResponseReturnValue:
    """Take back how it went."""
    try:
        actions.put_back_appointment(code=appointment, by=current_actor())
    except Conflict as error:
        flash(sentence_of(error), "info")
    else:
        flash(_("It is planned again."), "success")
    return redirect(_back(None if request.form.get("from") == "list" else appointment), code=303)


def _back(code: str | None) -> str:
    """Return the list from which the button was pressed, which offers to put it back; else the appointment."""
    if request.form.get("from") == "list":
        whose = request.form.get("whose")
        return url_for("casework.list_appointments", whose=whose if whose in {"team", "all"} else None, settled=code)
    return url_for("casework.show_appointment", appointment=code, back=came_from())
