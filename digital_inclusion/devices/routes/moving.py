"""Pages of units: the stock, one unit's passport, moving one or many."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.kernel.errors import DomainError
from ...foundation.kernel.text import without_controls
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...partners.queries import list_all_partners
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import moving
from ..forms.moving import GradeForm, MoveForm, PlaceForm, ScanForm
from ..queries import units
from ..queries.checks import proposal_for, results_of
from ..rules.checklists import CHECKLISTS, failed
from ..rules.states import FUNCTIONAL, STATES, moves_from, needs_reason
from ..rules.stock import AGES, span_of
from . import bp
from .workshop import workshop_of


@bp.get("/devices")
@requires("device:read")
def list_devices() -> str:
    """Show units: what is in the house, by state."""
    by = current_actor()
    wanted = _filter()
    rows = units.list_devices(wanted, by=by)
    return render_template(
        "devices/list_devices.html",
        rows=rows[: units.PAGE],
        next=rows[units.PAGE - 1].device.id if len(rows) > units.PAGE else None,
        total=units.count_devices(wanted, by=by),
        counts=units.count_by_state(by=by),
        wanted=wanted,
        states=STATES,
        kinds=DEVICE_KINDS,
        grades=FUNCTIONAL,
        ages=AGES,
        age=request.args.get("age"),
        own=by.partner_id,
    )


def _filter() -> units.DeviceFilter:
    """Return what the address asks for; what it asks wrongly is left out."""
    args = request.args
    state, kind, grade, age = (args.get(name, "") for name in ("state", "kind", "grade", "age"))
    return units.DeviceFilter(
        state=state if state in STATES or state in units.GROUPS or state == "all" else "stock",
        kind=kind if kind in DEVICE_KINDS else None,
        grade=grade if grade in FUNCTIONAL else None,
        site=without_controls(args["site"]) if "site" in args else None,
        ready=span_of(age, clock.now()) if age in AGES else None,
        after=args.get("after", type=int),
    )


@bp.get("/devices/<code:code>")
@requires("device:read")
def show_device(code: str) -> str:
    """Show the unit's passport: where it is, its media and how they were wiped, where it has been."""
    by = current_actor()
    device = units.get_device(code, by=by)
    ours = device.holder_id == by.partner_id
    return render_template(
        "devices/show_device.html",
        device=device,
        unit=units.unit_of(device),
        media=units.media_in(device),
        certificate_of=units.certificate_of,
        name_of=units.name_of,
        steps=units.list_steps(device.id),
        home=units.find_home(device),
        ours=ours,
        moves=moves_from(device.state) if ours else [],
        states=STATES,
        kinds=DEVICE_KINDS,
        workshop=workshop_of(device),
    )


@bp.route("/devices/<code:code>/move", methods=["GET", "POST"])
@requires("device:work")
def move_device(code: str) -> ResponseReturnValue:
    """Move one unit."""
    by = current_actor()
    device = units.get_device(code, by=by)
    form = MoveForm().offer([(to, STATES[to]) for to in moves_from(device.state)])
    if form.validate_on_submit():
        outcome = moving.move_devices(scanned=[device.code], to=form.to.data, place=_place(form), by=by)
        if not outcome.refused:
            flash(_("Moved. It is now: %(state)s.", state=_(STATES[form.to.data])), "success")
            return redirect(url_for("devices.show_device", code=code), code=303)
        form.take(outcome.refused[0][1])
    reasons = [to for to in moves_from(device.state) if needs_reason(device.state, to)]
    page = render_template("devices/move_device.html", form=form, device=device, states=STATES, reasons=reasons)
    return page, 400 if form.is_submitted() else 200


@bp.route("/devices/<code:code>/grade", methods=["GET", "POST"])
@requires("device:work")
def grade_device(code: str) -> ResponseReturnValue:
    """Grade one unit."""
    by = current_actor()
    device = units.get_device(code, by=by)
    proposal = proposal_for(device)
    known = {"functional": device.functional or proposal.functional, "cosmetic": device.cosmetic}
    form = GradeForm(data=known | {"reason": device.grade_reason}).offer()
    if form.validate_on_submit():
        try:
            moving.grade_device(
                device_id=device.id,
                functional=form.functional.data,
                cosmetic=form.cosmetic.data,
                reason=form.reason.data,
                by=by,
            )
        except DomainError as error:
            form.take(error)
        else:
            flash(_("Graded."), "success")
            return redirect(url_for("devices.bench", unit=code), code=303)
    bad = [_(CHECKLISTS[device.kind][item].label) for item in failed(device.kind, results_of(device))]
    page = render_template(
        "devices/grade_device.html", form=form, device=device, states=STATES, proposal=proposal, bad=bad
    )
    return page, 400 if form.is_submitted() else 200


@bp.route("/devices/scan", methods=["GET", "POST"])
@requires("device:work")
def move_many() -> ResponseReturnValue:
    """Move every scanned unit to one state, or send them to another organization."""
    by = current_actor()
    form = ScanForm().offer(_targets(by))
    refused: list[tuple[str, str]] = []
    if form.validate_on_submit():
        try:
            outcome = _scanned(form, by)
        except DomainError as error:
            form.take(error)
        else:
            refused = [(word, sentence_of(error)) for word, error in outcome.refused]
            if outcome.done:
                flash(ngettext("%(num)s device moved.", "%(num)s devices moved.", len(outcome.done)), "success")
            if not refused:
                return redirect(url_for("devices.move_many"), code=303)
            form.scanned.data = "\n".join(word for word, _why in refused)
    return render_template("devices/move_many.html", form=form, refused=refused), 400 if form.errors else 200


def _targets(by: Actor) -> list[tuple[str, str]]:
    """Return where many units can go at once: states, and organizations as ``to:`` and their number."""
    states = [(state, label) for state, label in STATES.items() if any(state in moves_from(one) for one in STATES)]
    others = [(f"to:{one.id}", one.name) for one in list_all_partners() if one.id != by.partner_id]
    return [*states, *others]


def _scanned(form: ScanForm, by: Actor) -> Any:
    kind, _colon, partner_id = form.to.data.partition(":")
    if partner_id:
        return moving.offer_devices(scanned=form.words(), partner_id=int(partner_id), by=by)
    return moving.move_devices(scanned=form.words(), to=kind, place=_place(form), by=by)


@bp.post("/devices/accept")
@requires("device:read")
def accept_devices() -> ResponseReturnValue:
    """Take over units that are on their way to the own organization."""
    outcome = moving.accept_devices(scanned=request.form.getlist("code"), by=current_actor())
    if outcome.done:
        flash(ngettext("%(num)s device is yours now.", "%(num)s devices are yours now.", len(outcome.done)), "success")
    for word, error in outcome.refused:
        flash(f"{word}: {sentence_of(error)}", "warning")
    return redirect(url_for("devices.list_devices"), code=303)


def _place(form: PlaceForm) -> moving.Place:
    return moving.Place(site=form.site.data or None, shelf=form.shelf.data or None, reason=form.reason.data or None)
