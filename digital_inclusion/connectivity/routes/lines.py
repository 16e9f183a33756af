"""Pages about a household's lines: where they stand, their terms, and what lowers their price."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from ...eligibility.rules.book import ProgramKind
from ...foundation.kernel import clock
from ...foundation.kernel.errors import DomainError
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_household
from ...progress.queries.program import get_program
from ...progress.queries.served import Served, get_served
from ..actions import terms as acting
from ..forms.terms import EndSubsidyForm, SubsidyForm, TermsForm, values_of_line
from ..queries import lines as queries
from ..queries.applications import list_applications_of
from ..queries.offers import plans_on
from ..queries.programs import subsidy_titles, titles
from ..queries.vouchers import list_of_household
from ..rules.applications import STATES, next_step
from ..rules.terms import LINE_KINDS, Hotspot
from ..rules.vouchers import STATES as VOUCHER_STATES
from . import bp

URL = "/households/<code:code>"
LINE = f"{URL}/lines/<int:number>"


@bp.get(f"{URL}/internet")
@requires("household:read")
def internet(code: str) -> str:
    """Show whether the household is connected, what it pays, and what is next."""
    household, standing = queries.get_home(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    today = clock.today()
    return render_template(
        "connectivity/internet.html",
        household=household,
        standing=standing,
        lines=queries.list_lines(household.id, today=today),
        standard=get_program().counting.standard_on(today),
        titles=subsidy_titles(),
        kinds=LINE_KINDS,
        today=today,
        applied=list_applications_of(household.id), states=STATES, next_step=next_step,
        vouchers=list_of_household(household.id), voucher_states=VOUCHER_STATES,
    )  # fmt: skip


def _served(code: str) -> Served:
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    return household


@bp.route(f"{LINE}/terms", methods=["GET", "POST"])
@requires("delivery:record")
def note_terms(code: str, number: int) -> Any:
    """Write down the terms of a line on record."""
    household = _served(code)
    line = queries.get_line(number, household_id=household.id)
    form = TermsForm(data=values_of_line(line))
    form.offer(
        plans=plans_on(clock.today()),
        hotspots=_hotspots(household.id, line.device_fact),
    )
    if form.validate_on_submit():
        try:
            acting.note_terms(
                household_id=household.id, number=number, terms=form.terms(), again=form.again.data, by=current_actor()
            )
        except DomainError as error:
            form.take(error)
        else:
            return _back(code, _("The terms are written down."))
    page = render_template("connectivity/note_terms.html", form=form, household=household, line=line)
    return page, 400 if form.is_submitted() else 200


def _hotspots(household_id: int, kept: int | None) -> list[Hotspot]:
    """Return the hotspots that may be chosen, also the one that the line had and that is back by now."""
    found = queries.list_hotspots(household_id)
    is_among = kept is None or any(number == kept for number, _unit, _day in found)
    return found if is_among else [*found, queries.get_hotspot(kept or 0)]


@bp.route(f"{LINE}/subsidies/new", methods=["GET", "POST"])
@requires("delivery:record")
def note_subsidy(code: str, number: int) -> Any:
    """Write down what a program pays toward the line already."""
    household = _served(code)
    line = queries.get_line(number, household_id=household.id)
    offered = titles(ProgramKind.SUBSIDY)  # the city's vouchers are given, not written down
    form = SubsidyForm().offer({program: _(title) for program, title in offered.items()})
    if form.validate_on_submit():
        try:
            acting.note_subsidy(
                household_id=household.id, number=number, subsidy=form.subsidy(), programs=offered.keys(),
                by=current_actor(),
            )  # fmt: skip
        except DomainError as error:
            form.take(error)
        else:
            return _back(code, _("The subsidy is written down."))
    page = render_template("connectivity/note_subsidy.html", form=form, household=household, line=line)
    return page, 400 if form.is_submitted() else 200


@bp.route(f"{LINE}/subsidies/<int:subsidy_id>/end", methods=["GET", "POST"])
@requires("delivery:record")
def end_subsidy(code: str, number: int, subsidy_id: int) -> Any:
    """Say when a program pays toward the line for the last time."""
    household = _served(code)
    line = queries.get_line(number, household_id=household.id)
    subsidy = queries.get_subsidy(subsidy_id, number=line.fact_number)
    form = EndSubsidyForm().offer()
    if form.validate_on_submit():
        try:
            acting.end_subsidy(
                household_id=household.id, number=number, subsidy_id=subsidy_id, until_on=form.until_on.data,
                reason=form.reason.data, by=current_actor(),
            )  # fmt: skip
        except DomainError as error:
            form.take(error)
        else:
            return _back(code, _("The end of the subsidy is written down."))
    page = render_template(
        "connectivity/end_subsidy.html", form=form, household=household, line=line, subsidy=subsidy,
        title=_(subsidy_titles().get(subsidy.program, subsidy.program)),
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


def _back(code: str, said: str) -> Any:
    flash(said, "success")
    return redirect(url_for("connectivity.internet", code=code), code=303)
