"""Pages of connectivity: activate a line."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
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
from ...progress.rules.codes import Code
from ..actions.activating import activate_line
from ..forms.activating import NewLineForm
from ..forms.terms import values_of_plan
from ..queries.lines import list_hotspots
from ..queries.offers import find_plan, plans_on
from . import bp


@bp.route("/households/<code:code>/lines/new", methods=["GET", "POST"])
@requires("delivery:record")
def activate(code: str) -> Any:
    """Record a line that was activated."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    today = clock.today()
    plan, plans = find_plan(request.args.get("offer"), today), plans_on(today)
    form = NewLineForm(data=values_of_plan(plan) if plan else None)
    form.offer_line(plans=plans, hotspots=list_hotspots(household.id))
    if form.validate_on_submit() and (number := _record(form, household)):
        flash(*_said(number, household, form))
        return redirect(way_back(url_for("casework.household", code=code)), code=303)
    standard = get_program().counting.standard_on(today)
    page = render_template(
        "connectivity/activate.html", form=form, household=household, standard=standard, plans=plans,
        chosen=plan,
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


def _record(form: NewLineForm, household: Served) -> int | None:
    by = current_actor()
    delivery = form.delivery(grant_id=household.grant_on(form.occurred_on.data), seen_by=by.name)
    terms = replace(form.terms(), measured_on=form.measured_day())
    try:
        return activate_line(household_id=household.id, delivery=delivery, terms=terms, again=form.again.data, by=by)
    except Invalid as error:
        form.take(error)
        return None


def _said(number: int, household: Served, form: NewLineForm) -> tuple[str, str]:
    why = find_obstacle(number, record_id=household.id)
    standard = get_program().counting.standard_on(form.occurred_on.data)
    if why is None:
        return _("The line is recorded. It counts as verified when a verifier has confirmed the evidence."), "success"
    if why.code is not Code.BELOW_STANDARD or standard is None:
        return _(why.sentence, day=format_date(why.day)), "warning"
    sentence = _(
        "The line is recorded. It does not count yet: on that day the program counts lines from %(down)s/%(up)s Mbps.",
        down=f"{standard.down_kbps / 1000:g}",
        up=f"{standard.up_kbps / 1000:g}",
    )
    return sentence, "warning"
