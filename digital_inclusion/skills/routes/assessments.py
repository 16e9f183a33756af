"""What a household's members reached in assessments, and one more."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.viewing import note_household
from ...progress.queries.program import get_program
from ...progress.queries.served import Served, get_served
from ..actions.assessments import Proof, note_assessment
from ..forms.assessments import AssessmentForm
from ..models import Assessment
from ..queries import assessments as queries
from ..queries.sustaining import find_standing
from ..rules.assessments import FOLLOW_UP, STAGES, Result, gains
from . import bp


@bp.route("/households/<code:code>/assessments", methods=["GET", "POST"])
@requires("class:work")
def list_assessments(code: str) -> ResponseReturnValue:
    """Show what was reached so far, and take one more result."""
    household, by = get_served(code), current_actor()
    note_household(household.id, partner_id=household.partner_id, by=by)
    form = _form(household)
    if form.validate_on_submit() and _note(form, household):
        return redirect(way_back(url_for("skills.list_assessments", code=code)), code=303)
    rows = queries.list_assessments(household.id)
    results = [Result(r.member_id, r.name, r.stage, r.taken_on, r.score) for r in rows if r.voided_at is None]
    page = render_template(
        "skills/list_assessments.html", form=form, household=household, rows=rows, stages=STAGES,
        gains=gains(results), names=dict(household.members),
        follows=find_standing(household.id, None, clock.today()),
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


def _form(household: Served) -> AssessmentForm:
    standard = get_program().counting.standard_on(clock.today())
    named = sorted(standard.assessments) if standard else []
    return AssessmentForm(data={"stage": _asked()}).offer(household.members, named)


def _note(form: AssessmentForm, household: Served) -> bool:
    by, new = current_actor(), form.result()
    proof = Proof(form.evidence(by.name), household.grant_on(new.taken_on))
    try:
        made = note_assessment(household=household, new=new, proof=proof, again=form.again.data, by=by)
    except Invalid as error:
        form.take(error)
        return False
    flash(_told(made), "success")
    return True


def _asked() -> str | None:
    """Return which moment is chosen already, for who comes from the list of whom to ask."""
    return FOLLOW_UP if request.args.get("stage") == FOLLOW_UP else None


def _told(made: Assessment) -> str:
    """Return what became of the result; of a follow-up that came too early, from which day it would have counted."""
    if made.fact_number is not None:
        return str(_("The result is recorded. It counts when a verifier has confirmed the proof."))
    day = find_standing(made.household_id, made.member_id, made.taken_on).counts_from
    if made.stage == FOLLOW_UP and made.passed and day is not None:
        return str(
            _("The result is kept. A follow-up counts from %(day)s on; please repeat it then.", day=format_date(day))
        )
    if made.stage == FOLLOW_UP and made.passed is False:
        return str(_("The result is kept. It changes no figure: a failed test does not say that skills are gone."))
    return str(_("The result is recorded."))
