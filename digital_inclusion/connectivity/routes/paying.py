"""Pages of connectivity: make a month's payment batch."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...foundation.kernel import clock
from ...foundation.kernel.dates import month_of, read_month
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.web.gate import current_actor, requires
from ...partners.queries import partner_names
from ..actions import paying as actions
from ..forms.vouchers import BatchForm
from ..queries import vouchers as queries
from . import bp


@bp.route("/payments/new", methods=["GET", "POST"])
@requires("payment:make")
def make_batch() -> ResponseReturnValue:
    """Show what is due for a month, then make its batch."""
    month = read_month(request.args.get("month")) or month_of(clock.today())
    form = BatchForm(data={"month": month})
    if form.validate_on_submit():
        try:
            made = actions.make_batch(month=form.month.data, by=current_actor())
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            flash(_("The batch is made. Somebody else has to approve it."), "success")
            return redirect(url_for("funding.show_batch", pay_batch=made.code), code=303)
    shown = form.month.data or month
    page = render_template(
        "connectivity/make_batch.html", form=form, month=shown, due=queries.sum_due(shown), gone=queries.count_gone(),
        twins=queries.list_twins(shown), names=partner_names(),
        this_month=month_of(clock.today()),
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


@bp.post("/payments/let-go")
@requires("payment:make")
def release_gone() -> ResponseReturnValue:
    """Let the money go of vouchers whose line is gone."""
    count = actions.release_gone(by=current_actor())
    flash(ngettext("%(num)s voucher is stopped.", "%(num)s vouchers are stopped.", count), "success")
    return redirect(url_for("connectivity.make_batch"), code=303)
