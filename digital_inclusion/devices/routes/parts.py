"""Pages of parts: take one out, the shelf, put one into another unit."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.kernel.errors import DomainError
from ...foundation.web.gate import current_actor, requires
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import harvesting
from ..actions.harvesting import NewPart
from ..forms.workshop import PartForm, UsePartForm
from ..queries import parts, units
from ..rules.parts import PARTS
from ..rules.specs import read_weight
from ..rules.states import STATES
from . import bp


def _part(form: PartForm) -> NewPart:
    grams = read_weight(form.weight.data) if form.weight.data else None
    return NewPart(kind=form.kind.data, description=form.description.data, weight_g=grams)


@bp.route("/devices/<code:code>/parts", methods=["GET", "POST"])
@requires("device:work")
def take_part(code: str) -> ResponseReturnValue:
    """Show the unit's parts; take one out."""
    by = current_actor()
    device = units.get_device(code, by=by)
    form = PartForm().offer()
    if form.validate_on_submit():
        try:
            part = harvesting.take_part(code=code, new=_part(form), by=by)
            flash(_("On the shelf: %(part)s.", part=_(PARTS[part.kind])), "success")
            return redirect(url_for("devices.take_part", code=code), code=303)
        except DomainError as error:
            form.take(error)
    page = render_template(
        "devices/take_part.html", form=form, device=device, rows=parts.list_parts(device), part_kinds=PARTS,
        states=STATES, own=by.partner_id,
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


@bp.get("/devices/parts")
@requires("device:work")
def list_shelf() -> str:
    """Show the parts on the shelf."""
    by, kind = current_actor(), request.args.get("kind")
    rows = parts.list_shelf(by=by, kind=kind if kind in PARTS else None, after=request.args.get("after", type=int))
    return render_template(
        "devices/list_shelf.html",
        rows=rows[: parts.PAGE],
        next=rows[parts.PAGE - 1].part.id if len(rows) > parts.PAGE else None,
        counts=parts.count_shelf(by=by),
        kind=kind,
        part_kinds=PARTS,
        kinds=DEVICE_KINDS,
    )


@bp.route("/devices/parts/<code:part>/use", methods=["GET", "POST"])
@requires("device:work")
def use_part(part: str) -> ResponseReturnValue:
    """Put a part into a scanned unit."""
    by, form = current_actor(), UsePartForm()
    row = parts.get_part(part, by=by)
    if form.validate_on_submit():
        try:
            _part_, device = harvesting.use_part(code=part, scanned=form.scanned.data, by=by)
            flash(_("It is in device %(code)s now.", code=device.code), "success")
            return redirect(url_for("devices.take_part", code=device.code), code=303)
        except DomainError as error:
            form.take(error)
    page = render_template("devices/use_part.html", form=form, row=row, part_kinds=PARTS, kinds=DEVICE_KINDS)
    return page, 400 if form.is_submitted() else 200


@bp.route("/devices/parts/<code:part>/change", methods=["GET", "POST"])
@requires("device:work")
def change_part(part: str) -> ResponseReturnValue:
    """Describe a part on the shelf anew."""
    by = current_actor()
    row = parts.get_part(part, by=by)
    weight = f"{row.part.weight_g} g" if row.part.weight_g else None
    form = PartForm(obj=row.part, weight=weight, data=None).offer()
    if request.method == "GET":
        form.weight.data = weight
    if form.validate_on_submit():
        try:
            harvesting.change_part(code=part, new=_part(form), by=by)
            flash(_("Corrected."), "success")
            return redirect(url_for("devices.list_shelf"), code=303)
        except DomainError as error:
            form.take(error)
    page = render_template("devices/change_part.html", form=form, row=row, part_kinds=PARTS)
    return page, 400 if form.is_submitted() else 200


@bp.post("/devices/parts/<code:part>/shelve")
@requires("device:work")
def shelve_part(part: str) -> ResponseReturnValue:
    """Take a part out of the unit it works in, back to the shelf."""
    harvesting.shelve_part(code=part, by=current_actor())
    flash(_("It is on the shelf again."), "success")
    return redirect(url_for("devices.list_shelf"), code=303)
