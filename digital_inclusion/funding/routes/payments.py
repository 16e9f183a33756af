"""Pages of payments: the batches, one batch, its approval, its file, what was really paid."""

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.money import typed_cents
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_view
from ..actions import payments as actions
from ..actions.files import write_file
from ..forms.payments import SettleFileForm, SettleForm
from ..queries import payments as queries
from ..rules.payments import BATCH_STATES, PAYMENT_STATES, can_settle, check_file, is_maker
from . import bp

URL = "/payments/<code:pay_batch>"
_KINDS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@bp.get("/payments")
@requires("voucher:read")
def list_batches() -> str:
    """Show the payment batches, the last first."""
    rows = queries.list_batches(by=current_actor(), before=request.args.get("before", type=int))
    shown = rows[: queries.PAGE]
    following = shown[-1].batch.id if len(rows) > queries.PAGE else None
    return render_template("funding/list_batches.html", rows=shown, next=following, states=BATCH_STATES)


@bp.get(URL)
@requires("voucher:read")
def show_batch(pay_batch: str) -> str:
    """Show a batch: what it pays to whom, who approved it, what was really paid."""
    by = current_actor()
    batch = queries.get_batch(pay_batch, by=by)
    state = request.args.get("state", "")
    wanted = state if state in PAYMENT_STATES else None
    rows = queries.list_payments_page(batch.id, state=wanted, after=request.args.get("after", 0, type=int))
    shown = rows[: queries.PAGE]
    return render_template(
        "funding/show_batch.html",
        batch=batch,
        counted=queries.count_batch(batch),
        payees=queries.totals_by_payee(batch.id),
        rows=shown,
        next=shown[-1].id if len(rows) > queries.PAGE else None,
        state=wanted,
        states=BATCH_STATES,
        payment_states=PAYMENT_STATES,
        is_maker=is_maker(batch.made_by, by.user_id),
        can_settle=can_settle,
    )


@bp.post(f"{URL}/approve")
@requires("payment:approve")
def approve_batch(pay_batch: str) -> ResponseReturnValue:
    """Approve what somebody else made."""
    actions.approve_batch(code=pay_batch, by=current_actor())
    flash(_("Approved. Take the file for the finance system now."), "success")
    return redirect(url_for("funding.show_batch", pay_batch=pay_batch), code=303)


@bp.post(f"{URL}/void")
@requires("payment:make")
def void_batch(pay_batch: str) -> ResponseReturnValue:
    """Take a batch back before it is approved."""
    actions.void_batch(code=pay_batch, by=current_actor())
    flash(_("The batch is void. Its months can be paid by a new one."), "success")
    return redirect(url_for("funding.list_batches"), code=303)


@bp.get(f"{URL}/file/<any(csv, xlsx):kind>")
@requires("payment:approve")
def export_batch(pay_batch: str, kind: str) -> ResponseReturnValue:
    """Hand out the file for the finance system; the same bytes each time."""
    by = current_actor()
    batch = queries.get_batch(pay_batch, by=by)
    check_file(batch.state)
    content = io.BytesIO(write_file(batch, kind))
    note_view("export.made", by=by, subject_type="payment_batches", subject_id=batch.id)
    name = f"payments-{batch.month:%Y-%m}-{batch.code}.{kind}"
    return send_file(content, mimetype=_KINDS[kind], as_attachment=True, download_name=name)


@bp.route(f"{URL}/settle", methods=["GET", "POST"])
@requires("payment:approve")
def settle_batch(pay_batch: str) -> ResponseReturnValue:
    """Take the finance system's answer, as a file or for all that is left."""
    by, form = current_actor(), SettleFileForm()
    batch = queries.get_batch(pay_batch, by=by)
    if form.validate_on_submit():
        sent = form.file.data
        try:
            count = actions.settle_by_file(code=pay_batch, stream=sent.stream, filename=sent.filename or "", by=by)
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            flash(_settled(count), "success")
            return redirect(url_for("funding.show_batch", pay_batch=pay_batch), code=303)
    page = render_template("funding/settle_batch.html", form=form, batch=batch, counted=queries.count_batch(batch))
    return page, 400 if form.is_submitted() else 200


@bp.post(f"{URL}/settle/rest")
@requires("payment:approve")
def settle_rest(pay_batch: str) -> ResponseReturnValue:
    """Note that all that is left was paid as approved."""
    count = actions.settle_rest(code=pay_batch, by=current_actor())
    flash(_settled(count), "success")
    return redirect(url_for("funding.show_batch", pay_batch=pay_batch), code=303)


@bp.route(f"{URL}/<int:payment>", methods=["GET", "POST"])
@requires("payment:approve")
def settle_payment(pay_batch: str, payment: int) -> ResponseReturnValue:
    """Note what was really paid for one payment."""
    by = current_actor()
    batch = queries.get_batch(pay_batch, by=by)
    found = queries.get_payment(batch.id, payment)
    form = SettleForm(data={"paid": typed_cents(found.amount_cents)})
    if form.validate_on_submit():
        try:
            actions.settle_payment(code=pay_batch, number=payment, told=form.told(), by=by)
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            flash(_settled(1), "success")
            return redirect(url_for("funding.show_batch", pay_batch=pay_batch), code=303)
    page = render_template("funding/settle_payment.html", form=form, batch=batch, payment=found, states=PAYMENT_STATES)
    return page, 400 if form.is_submitted() else 200


def _settled(count: int) -> str:
    return str(ngettext("%(num)s payment is settled.", "%(num)s payments are settled.", count))
