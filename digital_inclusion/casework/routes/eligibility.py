"""What a household may qualify for: every stored decision, and what they tell now."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from ...eligibility.schemas import decider_in_use
from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_household
from ...progress.queries.served import get_served
from ..actions.deciding import update_known
from ..forms.knowing import KnownForm, values_of
from ..queries.eligibility import find_known, list_told
from ..queries.grievances import list_because
from ..queries.references import member_ids_of
from ..rules.knowing import FACTS
from . import bp


@bp.get("/households/<code:code>/eligibility")
@requires("household:read")
def list_decisions(code: str) -> str:
    """Show what was decided about the household, when, by which rules, and on what it rests."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    return render_template(
        "casework/list_decisions.html",
        household=household,
        decisions=list_told(household.id, today=clock.today()),
        facts=FACTS,
        benefits=decider_in_use().book.benefits,
        because=list_because(household.id, what="eligibility.decided"),
    )


@bp.route("/households/<code:code>/eligibility/update", methods=["GET", "POST"])
@requires("household:correct")
def update_eligibility(code: str) -> Any:
    """Take over what they tell now, and decide by today's rules."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    facts, known = find_known(household.id, today=clock.today())
    members = len(member_ids_of([household.id])[household.id])
    form = KnownForm(data=values_of(facts, known, members=members)).offer(clock.today())
    if form.validate_on_submit():
        update_known(household_id=household.id, told=form.told(), by=current_actor())
        flash(_("Decided by today's rules and kept. No count changes."), "success")
        return redirect(url_for("casework.household", code=code) + "#eligibility", code=303)
    page = render_template("casework/update_eligibility.html", form=form, household=household, known=known)
    return page, 400 if form.is_submitted() else 200
