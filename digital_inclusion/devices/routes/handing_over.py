"""Pages of devices: hand one over."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_household
from ...progress.queries.obstacles import find_obstacle
from ...progress.queries.program import get_program
from ...progress.queries.served import Served, get_served
from ..actions.handing_over import hand_over_device
from ..forms.handing_over import HandOverForm
from . import bp


@bp.route("/households/<code:code>/devices/new", methods=["GET", "POST"])
@requires("delivery:record")
def hand_over(code: str) -> Any:
    """Record a device that was handed over."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    form = HandOverForm().offer()
    if form.validate_on_submit() and (number := _record(form, household)):
        flash(*_said(number, household))
        return redirect(url_for("casework.household", code=code), code=303)
    standard = get_program().counting.standard_on(clock.today())
    counted = [label for kind, label in form.device_kind.choices if standard and kind in standard.device_kinds]
    page = render_template("devices/hand_over.html", form=form, household=household, counted=counted)
    return page, 400 if form.is_submitted() else 200


def _record(form: HandOverForm, household: Served) -> int | None:
    by = current_actor()
    delivery = form.delivery(grant_id=household.grant_on(form.occurred_on.data), seen_by=by.name)
    try:
        return hand_over_device(household_id=household.id, delivery=delivery, again=form.again.data, by=by)
    except Invalid as error:
        form.take(error)
        return None


def _said(number: int, household: Served) -> tuple[str, str]:
    why = find_obstacle(number, record_id=household.id)
    if why is not None:
        return _(why.sentence, day=format_date(why.day)), "warning"
    return _("The device is recorded. It counts as verified when a verifier has confirmed the evidence."), "success"
