"""Pages of appointments: the slots and how many places are taken, offer some, close one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ..actions import slots as actions
from ..forms.slots import OfferForm, told_time
from ..queries import slots as queries
from ..rules.slots import PURPOSES
from . import bp


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
