"""Pages of devices: hand one over."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from markupsafe import Markup

from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound
from ...foundation.kernel.ids import read_code
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import came_from, way_back
from ...foundation.web.viewing import note_household
from ...households.rules import CONSENT_LANGUAGES, LANGUAGES
from ...progress.queries.deliveries import get_fact, list_held
from ...progress.queries.obstacles import find_obstacle
from ...progress.queries.program import get_program
from ...progress.queries.served import Served, get_served
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions.handing_over import Signed, find_ready, hand_over_device
from ..actions.handing_over import hand_over_scanned as take_home
from ..forms.handing_over import HandOverForm, ScannedForm, SignedForm
from ..queries.allowances import get_allowed, get_loan_due
from ..queries.signatures import read_signature
from ..queries.units import find_by_fact, find_seen, proofs_of
from ..rules.handing_over import ON_SCREEN
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
        return redirect(way_back(url_for("casework.household", code=code)), code=303)
    standard = get_program().counting.standard_on(clock.today())
    counted = [label for kind, label in form.device_kind.choices if standard and kind in standard.device_kinds]
    page = render_template(
        "devices/hand_over.html", form=form, household=household, counted=counted, allowed=get_allowed(),
        held=list_held(household.id),
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


def _record(form: HandOverForm, household: Served) -> int | None:
    by = current_actor()
    delivery = form.delivery(grant_id=household.grant_on(form.occurred_on.data), seen_by=by.name)
    try:
        return hand_over_device(
            household_id=household.id, delivery=delivery, again=form.again.data, one_more=form.one_more(), by=by
        )
    except Invalid as error:
        form.take(error)
        return None


def _said(number: int, household: Served, *, is_proven: bool = False) -> tuple[str, str]:
    why = find_obstacle(number, record_id=household.id)
    if why is not None:
        return _(why.sentence, day=format_date(why.day)), "warning"
    if is_proven:
        return _("The device is recorded. The signature proves it: nobody has to check it again."), "success"
    return _("The device is recorded. It counts as verified when a verifier has confirmed the evidence."), "success"


@bp.route("/households/<code:code>/devices/scan", methods=["GET", "POST"])
@requires("delivery:record")
def hand_over_scanned(code: str) -> ResponseReturnValue:
    """Scan a unit of ours, show what the household gets, let it sign: delivery and evidence in one step."""
    household, by = get_served(code), current_actor()
    note_household(household.id, partner_id=household.partner_id, by=by)
    if not {"signed", "confirm"} & request.form.keys():
        return _scan(household, by)
    form = SignedForm()
    if form.validate_on_submit() and (number := _hand_over(form, household, by)):
        flash(*_said(number, household, is_proven=form.signed.data == ON_SCREEN))
        return redirect(url_for("devices.show_receipt", code=code, number=number, back=came_from()), code=303)
    return _agree(form, household, by), 400


def _scan(household: Served, by: Actor) -> ResponseReturnValue:
    """Ask for the label; once it is a unit that can go, show it with the agreement."""
    form = ScannedForm(data={"scanned": read_code(request.args.get("tag", ""))})
    if form.validate_on_submit():
        try:
            find_ready(form.scanned.data.strip(), household_id=household.id, by=by)
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            return _agree(SignedForm(formdata=None, scanned=form.scanned.data.strip()), household, by)
    page = render_template("devices/hand_over_scanned.html", form=form, household=household, agreement=None)
    return page, 400 if form.is_submitted() else 200


def _agree(form: SignedForm, household: Served, by: Actor) -> str:
    device = find_seen(form.scanned.data or "", by=by)
    if form.loan_due_on.data is None:
        form.loan_due_on.data = get_loan_due(clock.today())
    language = household.language if household.language in CONSENT_LANGUAGES else None
    return render_template(
        "devices/hand_over_scanned.html",
        form=form,
        household=household,
        device=device,
        kinds=DEVICE_KINDS,
        allowed=get_allowed(),
        held=[day for kind, day in list_held(household.id) if device is not None and kind == device.kind],
        certificates=proofs_of(device) if device is not None else [],
        language=language,
        spoken=LANGUAGES.get(household.language or ""),
        agreement=_in_language(language or "en", "components/device_agreement.html"),
    )


def _in_language(language: str, template: str, **words: Any) -> Markup:
    """Return what the household reads, in its language; the template has escaped what stands in it."""
    with force_locale(language):
        return Markup(render_template(template, city=get_program().file.city, **words))  # noqa: S704


def _hand_over(form: SignedForm, household: Served, by: Actor) -> int | None:
    signed = Signed(how=form.signed.data, seen_by=form.seen_by.data or by.name, strokes=form.strokes.data or "")
    try:
        return take_home(
            household_id=household.id,
            scanned=form.scanned.data.strip(),
            on=form.occurred_on.data,
            signed=signed,
            loan_due_on=form.due(),
            grant_id=household.grant_on(form.occurred_on.data),
            one_more=form.one_more(),
            by=by,
        )
    except (Conflict, Invalid) as error:
        form.take(error)
        return None


@bp.get("/households/<code:code>/devices/<int:number>/receipt")
@requires("household:read")
def show_receipt(code: str, number: int) -> str:
    """Show what the household got, to print and to take along, in its language."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    fact = get_fact(number, record_id=household.id)
    device = find_by_fact(number)
    if device is None:
        raise NotFound
    language = household.language if household.language in CONSENT_LANGUAGES else "en"
    receipt = _in_language(language, "components/device_receipt.html", household=household, fact=fact, device=device)
    return render_template(
        "devices/show_receipt.html", household=household, number=number, receipt=receipt, language=language,
        is_signed=fact.evidence_file_id is not None,
    )  # fmt: skip


@bp.get("/households/<code:code>/devices/<int:number>/signature")
@requires("certificate:read")
def show_signature(code: str, number: int) -> Response:
    """Show the signature the household gave on the screen."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    drawing = read_signature(get_fact(number, record_id=household.id))
    answer = Response(drawing, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "no-store"
    return answer
