"""Outreach events: the list, people reached, one event, writing it down, changing it, striking it out."""

import io

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.kernel.dates import read_month
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.text import read_whole
from ...foundation.sheets import write_csv
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.transactions import roll_back_request
from ...households.rules import LANGUAGES
from ...progress.queries.program import get_program
from ..actions import outreach as actions
from ..forms.outreach import EventFilterForm, EventForm, values_of
from ..models import OutreachEvent
from ..queries import outreach as queries
from ..rules.outreach import KINDS, WAYS
from . import bp

URL = "/outreach/<code:outreach>"
WORDS = {"kinds": KINDS, "ways": WAYS, "spoken": LANGUAGES}


def _districts() -> dict[str, str]:
    return {one.code: one.name for one in get_program().districts_on(clock.today())}


def _form(event: OutreachEvent | None = None) -> EventForm:
    return EventForm(data=values_of(event) if event is not None else None).offer(_districts().items())


def _wanted() -> queries.EventFilter:
    """Return what the address asks for; what it asks wrongly is left out."""
    kind, partner = request.args.get("kind"), request.args.get("partner", type=int)
    return queries.EventFilter(
        month=read_month(request.args.get("month")),
        kind=kind if kind in KINDS else None,
        partner_id=partner if sees_every_partner(current_actor().roles) else None,
        struck=request.args.get("struck") == "1",
    )


@bp.get("/outreach")
@requires("outreach:read")
def list_outreach() -> str:
    """Show events, the latest first."""
    wanted = _wanted()
    rows = queries.list_events(wanted, after=request.args.get("after"))
    return render_template(
        "casework/list_outreach.html",
        rows=rows[: queries.PAGE],
        next=rows[queries.PAGE - 1].event.code if len(rows) > queries.PAGE else None,
        total=queries.count_events(wanted),
        wanted=wanted,
        form=EventFilterForm(request.args).offer(),
        every_partner=sees_every_partner(current_actor().roles),
        words=WORDS,
    )


@bp.get("/outreach/reached")
@requires("outreach:read")
def show_reached() -> str:
    """Show how many people were reached, by month and organization."""
    every = sees_every_partner(current_actor().roles)
    return render_template("casework/show_reached.html", rows=queries.list_reached(), every_partner=every)


@bp.get("/outreach.csv")
@requires("outreach:read")
def outreach_file() -> Response:
    """Send the events as a table."""
    out = io.BytesIO()
    write_csv(queries.rows_of(_wanted()), out)
    out.seek(0)
    return send_file(out, mimetype="text/csv", as_attachment=True, download_name="outreach-events.csv")


@bp.route("/outreach/new", methods=["GET", "POST"])
@requires("outreach:work")
def write_outreach() -> ResponseReturnValue:
    """Write an event down."""
    form = _form()
    if form.validate_on_submit():
        try:
            made = actions.write_event(new=form.new(), by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(_("The event is saved."), "success")
            return redirect(url_for("casework.show_outreach", outreach=made.code), code=303)
    return render_template("casework/write_outreach.html", form=form), 400 if form.is_submitted() else 200


@bp.get(URL)
@requires("outreach:read")
def show_outreach(outreach: str) -> str:
    """Show an event with what was written before."""
    page = queries.get_event_page(outreach)
    return render_template("casework/show_outreach.html", page=page, words=WORDS, districts=_districts())


@bp.route(f"{URL}/edit", methods=["GET", "POST"])
@requires("outreach:work")
def change_outreach(outreach: str) -> ResponseReturnValue:
    """Change an event. Saved elsewhere meanwhile: the newer one stands beside what was typed."""
    event = queries.get_event(outreach)
    form, status = _form(event), 200
    if form.is_submitted():
        status = _change(form, outreach)
    if status == 303:
        flash(_("The event is changed. What was written before is kept."), "success")
        return redirect(url_for("casework.show_outreach", outreach=outreach), code=303)
    newer = queries.get_event(outreach) if status == 409 else None
    page = render_template("casework/change_outreach.html", form=form, event=event, newer=newer, words=WORDS)
    return page, status


def _change(form: EventForm, code: str) -> int:
    """Save; return 303, or 400 for what cannot be taken, or 409 where it was saved meanwhile."""
    if not form.validate():
        return 400
    version = read_whole(form.version.data)
    try:
        actions.change_event(code=code, version=version, new=form.new(), by=current_actor())
    except Invalid as error:
        form.take(error)
        return 400
    except Conflict as error:
        form.general_error = sentence_of(error)
        roll_back_request()
        form.version.data = str(queries.get_event(code).version)
        return 409
    return 303


@bp.post(f"{URL}/strike")
@requires("outreach:work")
def strike_outreach(outreach: str) -> ResponseReturnValue:
    """Strike an event out."""
    actions.strike_event(code=outreach, by=current_actor())
    flash(_("The event is struck out. It can still be read, and counts no more."), "success")
    return redirect(url_for("casework.show_outreach", outreach=outreach), code=303)
