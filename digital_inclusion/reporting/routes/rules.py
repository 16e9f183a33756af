"""For program managers: which values of the eligibility rules are due, and what another rulebook would change."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...eligibility.rules.lint import list_due
from ...eligibility.schemas import decider_in_use, name_in_use, shipped
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ..actions import ask_impact
from ..forms import DUE_DAYS, DueFilters, ImpactForm, offer
from ..queries import impact
from . import bp
from .wording import _


@bp.get("/eligibility/due")
@requires("rules:preview")
def list_rules_due() -> str:
    """Show the values that lapse, should be renewed, or were not looked at for long."""
    asked = request.args.get("days", "")
    days = int(asked) if asked in {str(one) for one in DUE_DAYS} else DUE_DAYS[1]
    filters = DueFilters(formdata=None)
    offer(filters.days, [(str(one), _("the next %(days)s days", days=one)) for one in DUE_DAYS], str(days))
    book = decider_in_use().book
    due = list_due(book, today=clock.today(), days=days)
    return render_template("reporting/list_rules_due.html", due=due, book=book, filters=filters, today=clock.today())


@bp.route("/eligibility/impact", methods=["GET", "POST"])
@requires("rules:preview")
def preview_impact() -> ResponseReturnValue:
    """Ask what another rulebook would change, and show what was asked lately."""
    form = ImpactForm().offer(list(shipped()), name_in_use())
    if form.validate_on_submit():
        try:
            preview = ask_impact(
                from_book=form.from_book.data, to_book=form.to_book.data, on=form.on_day.data, by=current_actor()
            )
        except Invalid as error:
            form.take(error)
        else:
            return redirect(url_for("reporting.show_impact", code=preview.code), code=303)
    page = render_template("reporting/preview_impact.html", form=form, previews=impact.list_previews())
    return page, 400 if form.is_submitted() else 200


@bp.get("/eligibility/impact/<code:code>")
@requires("rules:preview")
def show_impact(code: str) -> str:
    """Show how many households would hear another answer, by program and partner."""
    preview = impact.get_preview(code)
    rows = impact.list_flips(preview.flips or [])
    return render_template("reporting/show_impact.html", preview=preview, rows=rows)
