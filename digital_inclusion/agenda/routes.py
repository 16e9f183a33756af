"""Pages of appointments (the slots and how many places are taken, offer some, close one) and of what is to be done."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ..foundation.kernel import clock
from ..foundation.kernel.errors import Conflict, Invalid
from ..foundation.web.errors import sentence_of
from ..foundation.web.gate import current_actor, requires
from ..foundation.web.viewing import note_households
from . import queries
from .actions import slots as actions
from .actions import tasks
from .forms import OfferForm, told_time
from .rules import KINDS, PURPOSES

bp = Blueprint("agenda", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp)


@bp.get("/appointments")
@requires("slot:read")
def list_slots() -> str:
    """Show the slots that come, or those that are over."""
    past, after = request.args.get("show") == "past", request.args.get("after")
    rows = queries.list_slots(now=clock.now(), past=past, after=after)
    return render_template(
        "agenda/list_slots.html",
        rows=rows[: queries.PAGE],
        next=rows[queries.PAGE - 1].slot.code if len(rows) > queries.PAGE else None,
        past=past,
        purposes=PURPOSES,
        told_time=told_time,
    )


@bp.route("/appointments/offer", methods=["GET", "POST"])
@requires("slot:offer")
def offer_slots() -> ResponseReturnValue:
    """Offer a slot, once or in some weeks in a row."""
    form = OfferForm().offer()
    if form.validate_on_submit():
        try:
            made = actions.offer_slots(new=form.slots(), by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(ngettext("%(num)s slot is offered.", "%(num)s slots are offered.", len(made)), "success")
            return redirect(url_for("agenda.list_slots"), code=303)
    return render_template("agenda/offer_slots.html", form=form), 400 if form.is_submitted() else 200


@bp.route("/appointments/<code:slot>/close", methods=["GET", "POST"])
@requires("slot:offer")
def close_slot(slot: str) -> ResponseReturnValue:
    """Offer a slot no longer."""
    found = queries.get_slot(slot)
    if request.method == "POST":
        actions.close_slot(slot=found, by=current_actor())
        flash(_("The slot is closed. Nobody else can book it."), "success")
        return redirect(url_for("agenda.list_slots"), code=303)
    things = queries.list_things(found)
    return render_template("agenda/close_slot.html", slot=found, things=things, when=told_time(found))


@bp.get("/tasks")
@requires("household:read")
def list_tasks() -> str:
    """Show what is to be done, due first: one's own and nobody's, or everybody's."""
    by, everybody = current_actor(), request.args.get("show") == "all"
    owner = None if everybody or by.partner_id is None else by.user_id
    rows, today = queries.list_tasks(owner_id=owner, after=request.args.get("after")), clock.today()
    shown = rows[: queries.PAGE]
    note_households(len(shown), by=by)
    return render_template(
        "agenda/list_tasks.html", rows=shown, next=shown[-1].task.code if len(rows) > queries.PAGE else None,
        counted=queries.count_tasks(today, owner_id=owner), everybody=everybody, today=today, kinds=KINDS,
        done=queries.find_done(request.args.get("done", ""), by_id=by.user_id),
    )  # fmt: skip


@bp.post("/tasks/<code:task>/finish")
@requires("task:work")
def finish_task(task: str) -> ResponseReturnValue:
    """Take a task off the list; the next view of the list offers to put it back."""
    try:
        done = tasks.finish_task(code=task, by=current_actor()).code
    except Conflict as error:
        done = None
        flash(sentence_of(error), "info")
    return redirect(_list_url(done=done), code=303)


@bp.post("/tasks/<code:task>/reopen")
@requires("task:work")
def reopen_task(task: str) -> ResponseReturnValue:
    """Put a task back on the list."""
    try:
        tasks.reopen_task(code=task, by=current_actor())
    except Conflict as error:
        flash(sentence_of(error), "info")
    else:
        flash(_("It is on the list again."), "success")
    return redirect(_list_url(), code=303)


def _list_url(*, done: str | None = None) -> str:
    """Return the list from which the button was pressed: that of the day, or that of tasks alone."""
    if request.form.get("from") == "today":
        whose = request.form.get("whose")
        return url_for("casework.today", whose=whose if whose in {"team", "all"} else None, done=done)
    return url_for("agenda.list_tasks", show="all" if request.form.get("show") == "all" else None, done=done)
