"""The bench: scan a unit, do what comes next, see what is on whose table; the same for many scanned units."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...foundation.access.identity import Actor
from ...foundation.kernel.errors import DomainError, Invalid, NotFound
from ...foundation.kernel.ids import read_code
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import bench as actions
from ..actions.moving import Outcome
from ..forms.workshop import BenchForm, ManyForm
from ..models import Device
from ..queries import bench as queries
from ..queries.units import find_seen, get_device
from ..rules.bench import BY_KEY, NEXT, Next
from ..rules.scanning import check_scan
from ..rules.states import STATES
from . import bp
from .workshop import workshop_of

PAGES = {  # where a step leads that is not done at once
    Next.LIST: "devices.list_media",
    Next.WIPE: "devices.list_media",
    Next.VERIFY: "devices.list_media",
    Next.VALIDATE: "devices.list_media",
    Next.TEST: "devices.test_device",
    Next.SYSTEM: "devices.describe_device",
    Next.GRADE: "devices.grade_device",
    Next.BELOW: "devices.move_device",
    Next.START: "devices.test_device",
}


@bp.route("/devices/bench", methods=["GET", "POST"])
@requires("device:work")
def bench() -> ResponseReturnValue:
    """Show what is on the table; look a scanned unit up, or do its next step."""
    by, form, refused = current_actor(), BenchForm(formdata=request.form), None
    if form.is_submitted() and form.validate():
        try:
            return redirect(_lead_on(form, by), code=303)
        except DomainError as error:
            refused = (form.scanned.data or "", _why(error))
    unit = _shown(form.unit.data if refused and not refused[0] else request.args.get("unit"), by)
    form.scanned.data = None  # the next scan begins with an empty field
    counts = queries.count_bench(by=by)
    whose = request.args.get("whose")
    whose = whose if whose in queries.WHOSE else "mine" if counts["mine"] else "nobody"
    page = render_template(
        "devices/bench.html", form=form, refused=refused, unit=unit, counts=counts, whose=whose, states=STATES,
        workshop=workshop_of(unit) if unit is not None else None, groups=queries.list_bench(whose, by=by),
        steps=NEXT, kinds=DEVICE_KINDS, people=_colleagues(by), me=by.user_id, own=by.partner_id,
    )  # fmt: skip
    return page, 400 if refused or form.errors else 200


def _lead_on(form: BenchForm, by: Actor) -> str:
    """Return where a scan leads; an empty one does the next step of the unit that is shown."""
    if form.scanned.data:
        check_scan(form.scanned.data)
        found = find_seen(form.scanned.data, by=by)
        if found is None:
            raise Invalid(fields={"scanned": _("We know no device with this tag or serial number here.")})
        return url_for("devices.bench", unit=found.code)
    if not form.unit.data:
        raise Invalid(fields={"scanned": _("Scan a label, or type a tag or serial number.")})
    device, done = actions.go_on(code=form.unit.data, shown=form.step.data or "", by=by)
    if done in BY_KEY:
        flash(_("Done. It is now: %(state)s.", state=_(STATES[device.state])), "success")
    return url_for(PAGES[done], code=device.code) if done in PAGES else url_for("devices.bench", unit=device.code)


def _shown(word: str | None, by: Actor) -> Device | None:
    code = read_code(word or "")
    try:
        return get_device(code, by=by) if code else None
    except NotFound:
        return None


def _why(error: DomainError) -> str:
    """Return the error's sentence; a field's sentence says more than the general one."""
    fields = list(error.fields.values()) if isinstance(error, Invalid) else []
    return _(fields[0]) if fields else sentence_of(error)


def _colleagues(by: Actor) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in queries.list_technicians(by=by) if one.id != by.user_id]


@bp.post("/devices/bench/assign")
@requires("device:work")
def assign() -> ResponseReturnValue:
    """Take units, give them back, or hand them to a colleague."""
    by, to = current_actor(), request.form.get("to", "")
    to = request.form.get("colleague", "") if to == "colleague" else to
    words, instead_of = request.form.getlist("scanned"), request.form.get("instead_of", type=int)
    try:
        outcome = actions.assign_devices(scanned=words, to=_person(to, by), instead_of=instead_of, by=by)
    except Invalid as error:
        flash(_("Tick at least one device.") if "scanned" in error.fields else _why(error), "warning")
    else:
        _tell(outcome)
    unit, whose = request.form.get("unit") or None, request.form.get("whose") or None
    return redirect(url_for("devices.bench", unit=unit, whose=whose), code=303)


def _person(to: str, by: Actor) -> int | None:
    """Return whom the form names: oneself, nobody (None) or a colleague; 0 for what is nobody's number."""
    if to == "nobody":
        return None
    return by.user_id if to == "me" else int(to) if to.isascii() and to.isdigit() and len(to) < 10 else 0


def _tell(outcome: Outcome) -> None:
    if outcome.done:
        flash(ngettext("%(num)s device changed.", "%(num)s devices changed.", len(outcome.done)), "success")
    for word, error in outcome.refused:
        flash(f"{word}: {_why(error)}", "warning")


@bp.route("/devices/bench/many", methods=["GET", "POST"])
@requires("device:work")
def work_many() -> ResponseReturnValue:
    """Do the same with many scanned units: with all of them, or, when the person agrees, with those that can."""
    by = current_actor()
    people = [("me", _("I do")), ("nobody", _("Nobody"))]
    form = ManyForm().allow([*people, *_colleagues(by)])
    refused: list[tuple[str, str]] = []
    if form.validate_on_submit():
        try:
            outcome = _alike(form, despite=form.is_confirmed(), by=by)
        except DomainError as error:
            form.take(error)
        else:
            if not outcome.refused or form.is_confirmed():
                _tell(outcome)
                return redirect(url_for("devices.work_many"), code=303)
            refused = [(word, _why(error)) for word, error in outcome.refused]
            form.mark_seen()
    able = len({word.strip() for word in form.words() if word.strip()}) - len(refused)
    page = render_template("devices/work_many.html", form=form, refused=refused, able=able)
    return page, 400 if refused or form.is_submitted() else 200


def _alike(form: ManyForm, *, despite: bool, by: Actor) -> Outcome:
    words, told = form.words(), form.task.data
    if told == "assign":
        return actions.assign_devices(scanned=words, to=_person(form.to.data or "", by), despite=despite, by=by)
    if told == "specify":
        values = {name: value for name, value in form.values().items() if value is not None}
        attested = bool(form.attested.data)
        return actions.specify_devices(scanned=words, values=values, attested=attested, despite=despite, by=by)
    return actions.grade_devices(
        scanned=words, functional=form.functional.data or "", cosmetic=form.cosmetic.data or "",
        reason=form.reason.data, despite=despite, by=by,
    )  # fmt: skip
