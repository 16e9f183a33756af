"""Correct what was recorded: each page shows its effect on the count before it happens."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...devices.queries.allowances import get_loan_due
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.web.confirming import ConfirmedForm
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.transactions import roll_back_request
from ...foundation.web.viewing import note_household
from ...households.models import HouseholdAddress
from ...households.rules import CLOSE_REASONS, CONSENT_PURPOSES
from ...progress.actions.posting import Posting
from ...progress.queries.deliveries import get_fact
from ...progress.queries.effects import tell_changes
from ...progress.queries.program import get_program
from ...progress.queries.served import Served, get_served
from ...progress.rules.facts import Item, Kind
from ..actions import changing, correcting, erasing
from ..forms.correcting import (
    AddressForm,
    CloseForm,
    EndForm,
    EraseForm,
    ExtendForm,
    ProofForm,
    ReasonForm,
    WithdrawForm,
)
from ..forms.prefill import delivery_from, form_for
from ..queries.corrections import find_home, find_home_instead
from ..queries.household import get_page
from ..rules import correcting as rules
from ..rules.differences import Difference, home_differences
from . import bp

URL = "/households/<code:code>"


def walk(
    form: ConfirmedForm,
    do: Callable[[], Posting | None],
    *,
    template: str,
    household: Served,
    said: str,
    meanwhile: Callable[[], list[Difference]] = list,
    **context: Any,
) -> Any:
    """Show the form; the first sending shows what would happen, the second does it.

    The first one runs the very use case and takes everything back, so that what is shown is what will happen.
    Where somebody else was faster nothing is written, what was typed stays, and ``meanwhile`` tells what differs now.
    """
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    changes, changed, status = None, list[Difference](), 400
    if form.validate_on_submit():
        try:
            posting = do()
        except Invalid as error:
            form.take(error)
        except Conflict as error:
            roll_back_request()
            form.general_error, status, changed = sentence_of(error), 409, meanwhile()
        else:
            if form.is_confirmed():
                flash(said, "success")
                return redirect(way_back(url_for("casework.household", code=household.code)), code=303)
            roll_back_request()
            changes = tell_changes(posting.effect.changes if posting else {})
            form.mark_seen()
    failed = form.is_submitted() and changes is None
    page = render_template(template, form=form, household=household, changes=changes, changed=changed, **context)
    return page, status if failed else 200


@bp.get(f"{URL}/correct")
@requires("household:correct")
def correct_start(code: str) -> str:
    """Show everything about the record that can be corrected."""
    page = get_page(code, today=clock.today())
    seen = page.household
    note_household(seen.id, partner_id=seen.partner_id, by=current_actor())
    return render_template("casework/correct_start.html", page=page, household=seen)


@bp.route(f"{URL}/facts/<int:number>/void", methods=["GET", "POST"])
@requires("household:correct")
def void_delivery(code: str, number: int) -> Any:
    """Say that something was never so."""
    household = get_served(code)
    fact = get_fact(number, record_id=household.id)
    reasons = {code: label for code, label in rules.VOID_REASONS.items() if code != "corrected"}
    form = ReasonForm().offer(reasons)

    def do() -> Posting:
        return correcting.void_fact(
            household_id=household.id, number=number, reason=form.reason.data, note=form.note.data, by=current_actor()
        )

    said = _("It is taken back. The count is what it would have been without it.")
    return walk(form, do, template="casework/void_delivery.html", household=household, said=said, fact=fact)


@bp.route(f"{URL}/facts/<int:number>/correct", methods=["GET", "POST"])
@requires("household:correct")
def correct_delivery(code: str, number: int) -> Any:
    """Enter a delivery or something already had as it really was."""
    household = get_served(code)
    fact = get_fact(number, record_id=household.id)
    standard = get_program().counting.standard_on(fact.occurred_on)
    form = form_for(fact, members=list(household.members), assessments=sorted(standard.assessments if standard else ()))

    def do() -> Posting:
        by = current_actor()
        return correcting.correct_delivery(
            household_id=household.id,
            number=number,
            delivery=delivery_from(form, fact, seen_by=by.name),
            note=form.note.data,
            by=by,
        )

    said = _("It is corrected. If the evidence has to be looked at again, a verifier will.")
    return walk(form, do, template="casework/correct_delivery.html", household=household, said=said, fact=fact)


@bp.route(f"{URL}/facts/<int:number>/proof", methods=["GET", "POST"])
@requires("household:correct")
def add_proof(code: str, number: int) -> Any:
    """Add what proves a delivery or something already had that was recorded without proof."""
    household = get_served(code)
    fact = get_fact(number, record_id=household.id)
    form = ProofForm().offer("belonging" if fact.kind == Kind.ALREADY_HAD else str(fact.item))

    def do() -> Posting | None:
        by = current_actor()
        evidence = form.evidence(by.name)
        if evidence is None:
            return None
        return correcting.add_evidence(household_id=household.id, number=number, evidence=evidence, by=by)

    said = _("The proof is added. A verifier looks at it next.")
    return walk(form, do, template="casework/add_proof.html", household=household, said=said, fact=fact)


@bp.route(f"{URL}/facts/<int:number>/end", methods=["GET", "POST"])
@requires("household:correct")
def end_delivery(code: str, number: int) -> Any:
    """Note that a device came back or was lost, or that a line ended."""
    household = get_served(code)
    fact = get_fact(number, record_id=household.id)
    form = EndForm().offer(rules.END_REASONS.get(Item(fact.item), {}) if fact.item else {})

    def do() -> Posting:
        return correcting.end_thing(
            household_id=household.id,
            number=number,
            ended_on=form.ended_on.data,
            reason=form.reason.data,
            note=form.note.data,
            by=current_actor(),
        )

    said = _("The end is recorded. What was reached before stays counted.")
    return walk(form, do, template="casework/end_delivery.html", household=household, said=said, fact=fact)


@bp.route(f"{URL}/facts/<int:number>/loan", methods=["GET", "POST"])
@requires("household:correct")
def extend_loan(code: str, number: int) -> Any:
    """Let the household keep a device on loan for longer."""
    household = get_served(code)
    fact = get_fact(number, record_id=household.id)
    form = ExtendForm(data={"due_on": get_loan_due(max(fact.loan_due_on or clock.today(), clock.today()))})

    def do() -> Posting:
        return correcting.extend_loan(
            household_id=household.id, number=number, due_on=form.due_on.data, by=current_actor()
        )

    said = _("The loan goes on. A verifier looks at the hand-over again.")
    return walk(form, do, template="casework/extend_loan.html", household=household, said=said, fact=fact)


@bp.route(f"{URL}/left", methods=["GET", "POST"])
@requires("household:correct")
def end_household(code: str) -> Any:
    """Note that the household left the city, broke up or joined another one."""
    household = get_served(code)
    form = EndForm().offer(rules.LEFT_REASONS)

    def do() -> Posting:
        return correcting.end_household(
            household_id=household.id,
            ended_on=form.ended_on.data,
            reason=form.reason.data,
            note=form.note.data,
            by=current_actor(),
        )

    said = _("The end of this household is recorded. What it reached before stays counted.")
    return walk(form, do, template="casework/end_household.html", household=household, said=said)


def _districts() -> list[tuple[str, str]]:
    return [(district.code, district.name) for district in get_program().districts_on(clock.today())]


@bp.route(f"{URL}/move", methods=["GET", "POST"])
@requires("household:correct")
def move_household(code: str) -> Any:
    """Note a new home from a day on."""
    household = get_served(code)
    form = AddressForm(data={"number": _home(household, None).get("number")}).offer(_districts())

    def do() -> Posting:
        return changing.move_household(
            household_id=household.id,
            address=form.address(),
            from_on=form.from_on.data,
            seen=form.number.data or 0,
            by=current_actor(),
        )

    said = _("The new address is recorded. What is counted already stays with the old district.")
    told = partial(_home_meanwhile, form, household)
    return walk(form, do, template="casework/move_household.html", household=household, said=said, meanwhile=told)


def _home_meanwhile(form: AddressForm, household: Served, number: int | None = None) -> list[Difference]:
    """Return what differs between the address on record now and the typed one; the form stands on the former."""
    stands = _home_values(find_home_instead(household.id, number))
    form.stand_on(stands.get("number"))
    return home_differences(stands, form.data, form.words())


@bp.route(f"{URL}/address", methods=["GET", "POST"])
@requires("household:correct")
def correct_address(code: str) -> Any:
    """Replace an address by the right one: they never lived at the other. ``?home=`` names its fact; else the last."""
    household = get_served(code)
    form = AddressForm(data=_home(household, request.args.get("home", type=int))).offer(_districts())

    def do() -> Posting:
        return changing.correct_address(
            household_id=household.id,
            number=form.number.data,
            address=form.address(),
            from_on=form.from_on.data,
            note=form.note.data,
            by=current_actor(),
        )

    said = _("The address is corrected, and the count with it.")
    told = partial(_home_meanwhile, form, household, form.number.data)
    return walk(form, do, template="casework/correct_address.html", household=household, said=said, meanwhile=told)


def _home(household: Served, number: int | None) -> dict[str, Any]:
    return _home_values(find_home(household.id, number))


def _home_values(home: HouseholdAddress | None) -> dict[str, Any]:
    if home is None:
        return {"home": "fixed"}
    return {
        "number": home.fact_number,
        "home": "fixed" if home.fixed else "no_fixed",
        "line": home.line,
        "unit": home.unit,
        "city": home.city,
        "zip_code": home.zip_code,
        "district": home.district or "",
        "description": home.description,
        "in_city": {True: "yes", False: "no"}.get(home.in_city) if home.in_city is not None else None,
        "from_on": home.from_on,
    }


@bp.route(f"{URL}/consent/withdraw", methods=["GET", "POST"])
@requires("household:correct")
def withdraw_consent(code: str) -> Any:
    """Note what they no longer agree to; it stops the same day."""
    household = get_served(code)
    form = WithdrawForm().offer(CONSENT_PURPOSES)

    def do() -> Posting | None:
        return changing.withdraw_consent(household_id=household.id, purposes=form.purposes.data, by=current_actor())

    said = _("Recorded. From today on we no longer do this for them.")
    return walk(form, do, template="casework/withdraw_consent.html", household=household, said=said)


@bp.route(f"{URL}/close", methods=["GET", "POST"])
@requires("household:correct")
def close_enrollment(code: str) -> Any:
    """Close an enrollment."""
    household = get_served(code)
    form = CloseForm().offer(CLOSE_REASONS).offer_open(household.enrollments)

    def do() -> None:
        changing.close_enrollment(
            household_id=household.id,
            enrollment_id=form.enrollment.data,
            closed_on=form.closed_on.data,
            reason=form.reason.data,
            by=current_actor(),
        )

    said = _("The enrollment is closed. What the household reached stays counted.")
    return walk(form, do, template="casework/close_enrollment.html", household=household, said=said)


@bp.route(f"{URL}/erase", methods=["GET", "POST"])
@requires("household:erase")
def erase_household(code: str) -> Any:
    """Erase the personal data of a household; its numbers stay."""
    household = get_served(code, even_undone=True)
    form = EraseForm().offer(erasing.ERASE_REASONS)

    def do() -> None:
        erasing.erase_household(household_id=household.id, reason=form.reason.data, by=current_actor())

    said = _("The personal data are erased. What happened stays counted without a name.")
    return walk(form, do, template="casework/erase_household.html", household=household, said=said)
