"""Pages of lots: the list, a new one with the donor's list, promised against came, closing, forgetting the donor."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...agenda.forms.slots import told_time
from ...agenda.queries.slots import find_booking
from ...foundation.access.identity import Actor
from ...foundation.kernel.errors import DomainError, Invalid
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import pledging, receiving
from ..forms.receiving import LotForm
from ..queries import lots
from ..rules.manifest import LABELS
from ..rules.states import STATES
from . import bp

REFUSED_SHOWN = 100


@bp.get("/devices/lots")
@requires("donor:read")
def list_lots() -> str:
    """Show the lots, the newest first."""
    rows = lots.list_lots(after=request.args.get("after", type=int))
    following = rows[lots.PAGE - 1].lot.id if len(rows) > lots.PAGE else None
    return render_template("devices/list_lots.html", rows=rows[: lots.PAGE], next=following, told_time=told_time)


@bp.route("/devices/lots/new", methods=["GET", "POST"])
@requires("device:work")
def new_lot() -> ResponseReturnValue:
    """Note a lot; what its list would bring is shown first."""
    by, form = current_actor(), LotForm()
    seen = None
    if form.validate_on_submit():
        try:
            seen = _preview(form, by)
            if form.is_confirmed() or not form.lines.data:
                return _noted(form, by)
            form.mark_seen()
        except DomainError as error:
            form.take(error)
    page = render_template(
        "devices/new_lot.html",
        form=form,
        seen=seen,
        kinds=DEVICE_KINDS,
        columns_named=LABELS,
        shown=REFUSED_SHOWN,
        limit=current_app.config["MAX_UPLOAD_BYTES"],
    )
    return page, 400 if form.is_submitted() and seen is None else 200


def _preview(form: LotForm, by: Actor) -> pledging.Preview:
    """Return what the list would bring; words that nobody explained yet are asked about in the form."""
    given = form.file.data
    if given:
        try:
            form.take_lines(pledging.read_file(stream=given.stream, filename=given.filename, by=by), given.filename)
        except Invalid as error:
            raise Invalid(fields={"file": sentence_of(error)}) from error
    form.file.data = None
    seen = pledging.preview_list(lines=form.lines.data or "", chosen=form.chosen(), by=by)
    if form.ask(seen.manifest.unknown):
        seen = pledging.preview_list(lines=form.lines.data or "", chosen=form.chosen(), by=by)
    return seen


def _noted(form: LotForm, by: Actor) -> ResponseReturnValue:
    lot = pledging.NewLot(
        donor=form.donor.data or "",
        contact=form.contact.data,
        received_on=form.received_on.data,
        note=form.note.data,
        manifest_name=form.manifest_name.data or None,
        again=form.again.data,
    )
    made = pledging.note_lot(lot=lot, lines=form.lines.data or "", chosen=form.chosen(), by=by)
    flash(_("The lot is noted as %(code)s.", code=made.code), "success")
    return redirect(url_for("devices.show_lot", lot=made.code), code=303)


@bp.get("/devices/lots/<code:lot>")
@requires("donor:read")
def show_lot(lot: str) -> str:
    """Show what was promised against what came."""
    by, found = current_actor(), lots.get_lot(lot)
    counts = lots.count_lot(found)
    shown = request.args.get("show", "")
    if shown not in lots.SHOWN:
        shown = "missing" if counts["missing"] else "came"
    rows = lots.list_units(found, shown, after=request.args.get("after", type=int), by=by)
    return render_template(
        "devices/show_lot.html",
        lot=found,
        counts=counts,
        shown=shown,
        rows=rows[: lots.PAGE],
        next=rows[lots.PAGE - 1].device.id if len(rows) > lots.PAGE else None,
        own=found.partner_id == by.partner_id,
        kinds=DEVICE_KINDS,
        states=STATES,
        slot=booking.slot if (booking := find_booking(found.code)) is not None else None,
        told_time=told_time,
    )


@bp.route("/devices/lots/<code:lot>/close", methods=["GET", "POST"])
@requires("device:work")
def close_lot(lot: str) -> ResponseReturnValue:
    """Say that all that came is taken in."""
    found = lots.get_lot(lot)
    if request.method == "POST":
        receiving.close_lot(lot=found, by=current_actor())
        missing = lots.count_lot(found)["missing"]
        told = ngettext("%(num)s device did not come.", "%(num)s devices did not come.", missing)
        flash(_("The lot is closed.") + (f" {told}" if missing else ""), "success")
        return redirect(url_for("devices.show_lot", lot=lot), code=303)
    return render_template("devices/close_lot.html", lot=found, counts=lots.count_lot(found))


@bp.route("/devices/lots/<code:lot>/erase-donor", methods=["GET", "POST"])
@requires("donor:erase")
def erase_donor(lot: str) -> ResponseReturnValue:
    """Forget who gave it."""
    found = lots.get_lot(lot)
    if request.method == "POST":
        receiving.erase_donor(lot=found, by=current_actor())
        flash(_("What was kept about the donor is erased."), "success")
        return redirect(url_for("devices.show_lot", lot=lot), code=303)
    return render_template("devices/erase_donor.html", lot=found)


@bp.get("/devices/same-serials")
@requires("audit:read")
def list_doubles() -> str:
    """Show the city which serial numbers two organizations have. No organization hears of another's."""
    return render_template("devices/list_doubles.html", rows=lots.list_doubles(), kinds=DEVICE_KINDS, states=STATES)
