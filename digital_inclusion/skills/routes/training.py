"""Record training of one person, or an assessment."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.viewing import note_household
from ...progress.queries.obstacles import find_obstacle
from ...progress.queries.program import get_program
from ...progress.queries.served import Served, get_served
from ..actions import training as actions
from ..forms.training import TrainingForm
from . import bp


@bp.route("/households/<code:code>/training/new", methods=["GET", "POST"])
@requires("delivery:record")
def record_training(code: str) -> Any:
    """Record training or an assessment."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    standard = get_program().counting.standard_on(clock.today())
    form = TrainingForm().offer(household.members, sorted(standard.assessments) if standard else [])
    if form.validate_on_submit() and (number := _record(form, household)):
        flash(*_said(number, household))
        return redirect(way_back(url_for("casework.household", code=code)), code=303)
    page = render_template("skills/record_training.html", form=form, household=household, standard=standard)
    return page, 400 if form.is_submitted() else 200


def _record(form: TrainingForm, household: Served) -> int | None:
    by = current_actor()
    delivery = form.delivery(grant_id=household.grant_on(form.occurred_on.data), seen_by=by.name)
    try:
        return actions.record_training(household_id=household.id, delivery=delivery, again=form.again.data, by=by)
    except Invalid as error:
        form.take(error)
        return None


def _said(number: int, household: Served) -> tuple[str, str]:
    why = find_obstacle(number, record_id=household.id)
    if why is not None:
        return _(why.sentence, day=format_date(why.day)), "warning"
    return _("The training is recorded. It counts as verified when a verifier has confirmed the evidence."), "success"
