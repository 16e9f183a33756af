"""Pages of connectivity: activate a line."""

from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from ..foundation.kernel import clock
from ..foundation.kernel.errors import Invalid
from ..foundation.web.gate import current_actor, requires
from ..foundation.web.viewing import note_household
from ..progress.queries.program import get_program
from ..progress.queries.served import Served, get_served
from .actions import activate_line
from .forms import ActivateForm
from .rules import parse_speed

bp = Blueprint("connectivity", __name__)


@bp.route("/households/<code:code>/lines/new", methods=["GET", "POST"])
@requires("delivery:record")
def activate(code: str) -> Any:
    """Record a line that was activated."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    form = ActivateForm().offer()
    if form.validate_on_submit() and _record(form, household):
        flash(*_said(form))
        return redirect(url_for("casework.household", code=code), code=303)
    standard = get_program().counting.standard_on(clock.today())
    page = render_template("connectivity/activate.html", form=form, household=household, standard=standard)
    return page, 400 if form.is_submitted() else 200


def _record(form: ActivateForm, household: Served) -> bool:
    by = current_actor()
    delivery = form.delivery(grant_id=household.grant_on(form.occurred_on.data), seen_by=by.name)
    try:
        activate_line(household_id=household.id, delivery=delivery, again=form.again.data, by=by)
    except Invalid as error:
        form.take(error)
        return False
    return True


def _said(form: ActivateForm) -> tuple[str, str]:
    standard = get_program().counting.standard_on(form.occurred_on.data)
    if standard is None or standard.is_met_by(*parse_speed(form.speed.data)):
        return _("The line is recorded. It counts as verified when a verifier has confirmed the evidence."), "success"
    sentence = _(
        "The line is recorded. It does not count yet: on that day the program counts lines from %(down)s/%(up)s Mbps.",
        down=f"{standard.down_kbps / 1000:g}",
        up=f"{standard.up_kbps / 1000:g}",
    )
    return sentence, "warning"


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(bp)
