"""Labels to print, and the public page that their QR code leads to."""

import io

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.access.identity import Actor
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.ids import read_code
from ...foundation.mail import link_to
from ...foundation.web.gate import current_actor, public, requires
from ...foundation.web.transactions import reads_only
from ...progress.queries.program import get_program
from ...progress.rules.deliveries import DEVICE_KINDS
from ..forms.receiving import LabelsForm
from ..models import Device
from ..queries import lots, units
from ..rules.labels import MOST_LABELS, SHEETS, check_start
from . import bp
from .sheet import Label, label_sheet

LONGEST = 30  # characters of the line that says what the device is


@bp.route("/devices/labels", methods=["GET", "POST"])
@requires("device:work")
@reads_only
def labels() -> ResponseReturnValue:
    """Print labels for scanned units, or for those of a lot."""
    by, form = current_actor(), LabelsForm().offer()
    if form.validate_on_submit():
        try:
            found = _found(form, by)
            return send_file(io.BytesIO(_sheet(form, found)), mimetype="application/pdf", download_name="labels.pdf")
        except Invalid as error:
            form.take(error)
    if request.method == "GET" and (code := read_code(request.args.get("lot", ""))):
        form.scanned.data = "\n".join(lots.list_tags(lots.get_lot(code), by=by, most=MOST_LABELS))
    return render_template("devices/labels.html", form=form), 400 if form.is_submitted() else 200


def _found(form: LabelsForm, by: Actor) -> list[Device]:
    words = form.tags()
    if len(words) > MOST_LABELS:
        raise Invalid(fields={"scanned": _("That is more than 1,000 labels. Please print them in two parts.")})
    found = units.find_scanned(words, by=by)
    unknown = [word for word in words if found[word] is None]
    if unknown:
        raise Invalid(fields={"scanned": _("We know no device with: %(words)s.", words=", ".join(unknown[:10]))})
    return list({device.id: device for device in found.values() if device is not None}.values())


def _sheet(form: LabelsForm, devices: list[Device]) -> bytes:
    sheet = SHEETS[form.sheet.data]
    check_start(sheet, form.start.data)
    told = [Label(one.code, _line(one), link_to("devices.labelled", code=one.code)) for one in devices]
    name = get_program().file.city.program_name
    return label_sheet(told, sheet, start=form.start.data, title=_("Device labels"), program=name)


def _line(device: Device) -> str:
    line = ", ".join(part for part in (_(DEVICE_KINDS[device.kind]), device.maker) if part)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


@bp.get("/d/<code:code>")
@public
def labelled(code: str) -> str:
    """Tell whoever scans a label whose device this is, how it was wiped, and whom to call."""
    device = lots.get_labelled(code)
    return render_template("devices/labelled.html", code=device.code, proofs=units.proofs_of(device))
