"""Pages of batches for a recycler: the list, a new one, filling it, sending it, its certificate, voiding it."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...foundation.files import path_of
from ...foundation.kernel.errors import DomainError
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import recycling
from ..forms.recycling import BatchForm, BatchScanForm, CertifyForm, SendForm, VoidBatchForm
from ..models import RecyclingBatch
from ..queries import recycling as queries
from ..rules.balance import weight_of
from ..rules.recycling import BATCH_STATES, CERTIFICATIONS, FILE_TYPES, LARGEST_FILE, file_kind
from ..schemas import read_factors
from . import bp

_WORDS = {"states": BATCH_STATES, "certifications": CERTIFICATIONS, "kinds": DEVICE_KINDS}


@bp.get("/devices/recycling")
@requires("device:read")
def list_batches() -> str:
    """Show the batches, the newest first."""
    rows = queries.list_batches(after=request.args.get("after", type=int))
    following = rows[queries.PAGE - 1].batch.id if len(rows) > queries.PAGE else None
    return render_template("devices/list_batches.html", rows=rows[: queries.PAGE], next=following, **_WORDS)


@bp.route("/devices/recycling/new", methods=["GET", "POST"])
@requires("device:work")
def new_batch() -> ResponseReturnValue:
    """Begin a batch."""
    form = BatchForm().offer()
    if form.validate_on_submit():
        try:
            batch = recycling.begin_batch(recycler=form.given(), by=current_actor())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The batch is begun. Scan what goes into it."), "success")
            return redirect(url_for("devices.show_batch", batch=batch.code), code=303)
    return render_template("devices/new_batch.html", form=form), 400 if form.is_submitted() else 200


@bp.route("/devices/recycling/<code:batch>", methods=["GET"])
@requires("device:read")
def show_batch(batch: str) -> str:
    """Show what is in the batch, and what it weighs."""
    return _batch_page(queries.get_batch(batch), BatchScanForm())


def _batch_page(found: RecyclingBatch, form: BatchScanForm, refused: list[tuple[str, str]] | None = None) -> str:
    factors = read_factors()
    return render_template(
        "devices/show_batch.html",
        batch=found,
        units=queries.units_in(found),
        weight_by_us=queries.weigh(found, factors),
        weight_of=lambda one: weight_of(one.kind, one.weight_g, factors),
        factors=factors,
        form=form,
        refused=refused or [],
        ours=found.partner_id == current_actor().partner_id,
        **_WORDS,
    )


@bp.post("/devices/recycling/<code:batch>/scan")
@requires("device:work")
def scan_into_batch(batch: str) -> ResponseReturnValue:
    """Put scanned units into the batch."""
    found, form = queries.get_batch(batch), BatchScanForm()
    if form.validate():
        try:
            outcome = recycling.scan_into_batch(code=batch, scanned=form.words(), by=current_actor())
        except DomainError as error:
            form.take(error)
        else:
            done = len(outcome.done)
            flash(ngettext("%(num)s device is in the batch.", "%(num)s devices are in the batch.", done), "success")
            for word, why in outcome.refused:
                flash(f"{word}: {sentence_of(why)}", "warning")
            return redirect(url_for("devices.show_batch", batch=batch), code=303)
    return _batch_page(found, form), 400


@bp.post("/devices/recycling/<code:batch>/units/<code:code>/out")
@requires("device:work")
def take_out_of_batch(batch: str, code: str) -> ResponseReturnValue:
    """Take a unit out again."""
    recycling.take_out_of_batch(code=batch, device_code=code, by=current_actor())
    flash(_("%(code)s is out of the batch.", code=code), "success")
    return redirect(url_for("devices.show_batch", batch=batch), code=303)


@bp.route("/devices/recycling/<code:batch>/send", methods=["GET", "POST"])
@requires("device:work")
def send_batch(batch: str) -> ResponseReturnValue:
    """Say that the recycler took the batch."""
    found, form = queries.get_batch(batch), SendForm()
    if form.validate_on_submit():
        try:
            sent = recycling.send_batch(code=batch, sent_on=form.sent_on.data, by=current_actor())
        except DomainError as error:
            form.take(error)
        else:
            flash(ngettext("Sent: %(num)s device is recycled.", "Sent: %(num)s devices are recycled.", sent), "success")
            return redirect(url_for("devices.show_batch", batch=batch), code=303)
    weight = queries.weigh(found, read_factors())
    page = render_template("devices/send_batch.html", form=form, batch=found, weight_by_us=weight, **_WORDS)
    return page, 400 if form.is_submitted() else 200


@bp.route("/devices/recycling/<code:batch>/certify", methods=["GET", "POST"])
@requires("device:work")
def certify_batch(batch: str) -> ResponseReturnValue:
    """Keep the recycler's weight and certificate."""
    found, form = queries.get_batch(batch), CertifyForm()
    if form.validate_on_submit():
        given = form.file.data
        try:
            recycling.certify_batch(
                code=batch, weight_g=form.grams(), number=form.number.data, stream=given.stream,
                filename=given.filename or "", by=current_actor(),
            )  # fmt: skip
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The certificate is kept."), "success")
            return redirect(url_for("devices.show_batch", batch=batch), code=303)
    weight = queries.weigh(found, read_factors())
    page = render_template(
        "devices/certify_batch.html", form=form, batch=found, weight_by_us=weight, limit=LARGEST_FILE
    )
    return page, 400 if form.is_submitted() else 200


@bp.route("/devices/recycling/<code:batch>/void", methods=["GET", "POST"])
@requires("device:work")
def void_batch(batch: str) -> ResponseReturnValue:
    """Say that the batch never reached its end."""
    found, form = queries.get_batch(batch), VoidBatchForm()
    if form.validate_on_submit():
        try:
            back = recycling.void_batch(code=batch, reason=form.reason.data, by=current_actor())
        except DomainError as error:
            form.take(error)
        else:
            told = ngettext("%(num)s device is in quarantine again.", "%(num)s devices are in quarantine again.", back)
            flash(_("The batch is void.") + (f" {told}" if back else ""), "success")
            return redirect(url_for("devices.show_batch", batch=batch), code=303)
    page = render_template("devices/void_batch.html", form=form, batch=found, units=queries.units_in(found))
    return page, 400 if form.is_submitted() else 200


@bp.get("/devices/recycling/<code:batch>/certificate")
@requires("device:read")
def batch_certificate(batch: str) -> Response:
    """Send the recycler's certificate as it came."""
    content = path_of(queries.get_certificate_file(queries.get_batch(batch))).read_bytes()
    kind = file_kind(content)
    answer = Response(content, mimetype=FILE_TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="recycling-{batch}.{kind}"'
    return answer
