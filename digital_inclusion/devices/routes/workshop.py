"""Pages of one unit in the workshop: test it, say what it is made of, take over what a snapshot found."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.kernel.errors import DomainError
from ...foundation.web.gate import current_actor, requires
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import describing, testing
from ..forms.workshop import SpecsForm, checks_form, typed_specs
from ..models import Device
from ..queries import bench, checks, parts, units
from ..rules import specs as rules
from ..rules.bench import VERBS
from ..rules.checklists import CHECKLISTS, RESULTS
from ..rules.parts import PARTS
from ..rules.states import STATES
from . import bp


def workshop_of(device: Device) -> dict[str, Any]:
    """Return what the workshop knows of the unit, with the words to say it."""
    return {
        "specs": {name: getattr(device, name) for name in rules.FIELDS[device.kind]},
        "labels": rules.LABELS,
        "licences": rules.LICENCES,
        "keyboards": rules.KEYBOARDS,
        "checklist": CHECKLISTS[device.kind],
        "tested": checks.list_tested(device),
        "results": RESULTS,
        "parts": parts.list_parts(device),
        "part_kinds": PARTS,
        "step": bench.step_of(device),
        "verbs": VERBS,
        "who": bench.find_name(device.assigned_to),
    }


@bp.route("/devices/<code:code>/test", methods=["GET", "POST"])
@requires("device:work")
def test_device(code: str) -> ResponseReturnValue:
    """Note what a test showed, item by item."""
    by = current_actor()
    device = units.get_device(code, by=by)
    fresh = bench.step_of(device) == "test"  # what an earlier test showed is no answer to this one
    form = checks_form(device.kind, {} if fresh else checks.results_of(device))
    if form.validate_on_submit():
        try:
            marked = {item: form[item].data for item in CHECKLISTS[device.kind] if form[item].data}
            testing.note_checks(code=code, results=marked, rest_works="rest" in request.form, by=by)
            flash(_("Noted."), "success")
            return redirect(url_for("devices.bench", unit=code), code=303)
        except DomainError as error:
            form.take(error)
    page = render_template(
        "devices/test_device.html", form=form, device=device, states=STATES, items=CHECKLISTS[device.kind]
    )
    return page, 400 if form.is_submitted() else 200


@bp.route("/devices/<code:code>/specs", methods=["GET", "POST"])
@requires("device:work")
def describe_device(code: str) -> ResponseReturnValue:
    """Say what a unit is made of, and which system is on it."""
    by = current_actor()
    device = units.get_device(code, by=by)
    known = describing.specs_of(device)
    form = SpecsForm(data=typed_specs(known) | {"looked": rules.print_of(known)}).offer(device.kind)
    if form.validate_on_submit():
        try:
            attested = "attested" in form and form.attested.data
            describing.note_specs(
                code=code, values=form.values(), seen=form.looked.data or "", attested=attested, by=by
            )
            flash(_("Saved."), "success")
            return redirect(url_for("devices.bench", unit=code), code=303)
        except DomainError as error:
            form.take(error)
            form.looked.data = rules.print_of(known)
    page = render_template(
        "devices/describe_device.html", form=form, device=device, states=STATES, kinds=DEVICE_KINDS,
        different=describing.differences(device), words=workshop_of(device),
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


@bp.post("/devices/<code:code>/specs/found")
@requires("device:work")
def take_over(code: str) -> ResponseReturnValue:
    """Take over what the last snapshot found."""
    describing.take_over(code=code, names=request.form.getlist("names"), by=current_actor())
    flash(_("Taken over."), "success")
    return redirect(url_for("devices.describe_device", code=code), code=303)
