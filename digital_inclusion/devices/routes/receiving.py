"""Pages at the receiving table: scan what comes, correct a description."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.access.identity import Actor
from ...foundation.kernel.errors import Conflict, DomainError, Invalid
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import receiving
from ..actions.moving import Place
from ..actions.taking_in import Described, change_device
from ..forms.receiving import DescriptionForm, ReceiveForm
from ..models import Device, Donation
from ..queries import lots, units
from ..rules.states import STATES
from . import bp

LATEST = 10


@bp.route("/devices/lots/<code:lot>/receive", methods=["GET", "POST"])
@requires("device:work")
def receive(lot: str) -> ResponseReturnValue:
    """Take in what comes, one scan after the other; site and shelf stay as typed last."""
    by, found = current_actor(), lots.get_lot(lot)
    form = ReceiveForm(data={name: request.args.get(name) for name in ("site", "shelf")}).offer()
    refused: tuple[str, str] | None = None
    ask = False
    if form.validate_on_submit():
        try:
            if (came := _scanned(form, found, by)) is not None:
                flash(came, "success")
                kept = {name: form[name].data for name in ("site", "shelf") if form[name].data}
                return redirect(url_for("devices.receive", lot=lot, **kept), code=303)
            ask = True
        except DomainError as error:
            refused = (form.scanned.data or "", _why(error))
            form.scanned.data = form.without.data = None  # the next scan begins with an empty field
    page = render_template(
        "devices/receive.html",
        lot=found,
        form=form,
        ask=ask,
        refused=refused,
        counts=lots.count_lot(found),
        latest=lots.list_latest(found, LATEST),
        kinds=DEVICE_KINDS,
        states=STATES,
    )
    return page, 400 if refused or form.errors else 200


def _scanned(form: ReceiveForm, lot: Donation, by: Actor) -> str | None:
    """Take the unit in and return what to say; None when somebody must first say what it is."""
    word, kind = form.word(), form.kind.data
    unit = Described(kind=kind, serial=word, maker=form.maker.data, model=form.model.data) if kind else None
    place = Place(site=form.site.data, shelf=form.shelf.data)
    came = receiving.scan_unit(lot=lot, word=word, unit=unit, place=place, by=by)
    if came.device is None:
        return None
    told: str = _("%(code)s is taken in: %(device)s.", code=came.device.code, device=_called(came.device))
    return told + (" " + _("Another lot had promised it, and it is counted there.") if came.elsewhere else "")


def _called(device: Device) -> str:
    return " ".join(part for part in (_(DEVICE_KINDS[device.kind]), device.maker, device.model) if part)


def _why(error: DomainError) -> str:
    """Return the error's sentence; a field's sentence says more than the general one."""
    fields = list(error.fields.values()) if isinstance(error, Invalid) else []
    return _(fields[0]) if fields else sentence_of(error)


@bp.route("/devices/<code:code>/change", methods=["GET", "POST"])
@requires("device:work")
def change(code: str) -> ResponseReturnValue:
    """Correct what a unit is said to be."""
    by, device = current_actor(), units.get_device(code, by=current_actor())
    form = DescriptionForm(obj=device).offer()
    if form.validate_on_submit():
        told = {name: form[name].data for name in ("kind", "maker", "model", "serial")}
        try:
            change_device(device=device, unit=Described(**told), by=by)
            flash(_("The description is corrected."), "success")
            return redirect(url_for("devices.show_device", code=code), code=303)
        except (Invalid, Conflict) as error:
            form.take(error)
    page = render_template("devices/change.html", form=form, device=device, kinds=DEVICE_KINDS)
    return page, 400 if form.is_submitted() else 200
