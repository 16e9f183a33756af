"""Pages for checks and for what a household already had."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.viewing import note_household
from ...progress.queries.deliveries import list_standing
from ...progress.queries.program import get_program
from ...progress.queries.served import Served, get_served
from ...progress.rules.facts import Item, Kind
from ..actions import recording
from ..forms.recording import SKILLS, BelongingForm, CheckForm
from . import bp


@bp.route("/households/<code:code>/checks/new", methods=["GET", "POST"])
@requires("delivery:record")
def record_check(code: str) -> Any:
    """Record whether a line is still on, or skills still used."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    asked = SKILLS if request.args.get("about") == SKILLS else None  # from the list of whom to ask about skills
    form = CheckForm(data={"about": asked}).offer(_lines(household))
    if form.validate_on_submit() and _record_check(form, household):
        flash(_("The answer is recorded."), "success")
        if form.answer.data == "no" and form.about.data != SKILLS:
            flash(_("If the line is off, please also record its end, so that the count is right."), "info")
        return redirect(way_back(url_for("casework.household", code=code)), code=303)
    standard = get_program().counting.standard_on(clock.today())
    page = render_template("casework/record_check.html", form=form, household=household, standard=standard)
    return page, 400 if form.is_submitted() else 200


@bp.route("/households/<code:code>/belongings/new", methods=["GET", "POST"])
@requires("delivery:record")
def record_belonging(code: str) -> Any:
    """Record a device or line the household already had."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    form = BelongingForm().offer()
    if form.validate_on_submit() and _record_belonging(form, household):
        flash(
            _("Recorded. It is nobody's result, but it can complete a household that gets the rest from us."), "success"
        )
        return redirect(way_back(url_for("casework.household", code=code)), code=303)
    standard = get_program().counting.standard_on(clock.today())
    page = render_template("casework/record_belonging.html", form=form, household=household, standard=standard)
    return page, 400 if form.is_submitted() else 200


def _lines(household: Served) -> list[tuple[int, str]]:
    lines = list_standing(household.id, [Kind.DELIVERY, Kind.ALREADY_HAD], Item.LINE)
    return [
        (
            line.number,
            _(
                "Internet by %(provider)s, since %(day)s, still on",
                provider=line.provider or _("an unnamed company"),
                day=format_date(line.occurred_on),
            ),
        )
        for line in lines
    ]


def _record_check(form: CheckForm, household: Served) -> bool:
    by = current_actor()
    try:
        check = form.check(seen_by=by.name)
        recording.record_check(household_id=household.id, check=check, again=form.again.data, by=by)
    except Invalid as error:
        form.take(error)
        return False
    return True


def _record_belonging(form: BelongingForm, household: Served) -> bool:
    by = current_actor()
    try:
        owned = form.owned(seen_by=by.name)
        recording.record_belonging(household_id=household.id, owned=owned, again=form.again.data, by=by)
    except Invalid as error:
        form.take(error)
        return False
    return True
