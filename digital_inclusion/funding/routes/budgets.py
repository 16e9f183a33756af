"""Pages of budgets: what is promised, paid and left, and every entry behind it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.dates import month_of, read_month
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.ids import read_code
from ...foundation.web.gate import current_actor, requires
from ...partners.queries import partner_names
from ..actions import budgets as actions
from ..forms.budgets import AmountForm, BudgetForm
from ..queries import budgets as queries
from ..queries import list_funds
from ..queries.payments import list_batch_codes
from ..rules.money import BEHIND, KINDS
from . import bp


@bp.get("/budgets")
@requires("voucher:read")
def list_budgets() -> str:
    """Show the budgets with what is left of each."""
    rows = queries.list_budgets(by=current_actor())
    return render_template("funding/list_budgets.html", rows=rows)


@bp.route("/budgets/new", methods=["GET", "POST"])
@requires("budget:manage")
def create_budget() -> ResponseReturnValue:
    """Set money aside for vouchers."""
    form = BudgetForm()
    if form.validate_on_submit():
        try:
            made = actions.create_budget(terms=form.terms(), by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(_("The budget is set up. Vouchers can be given from it now."), "success")
            return redirect(url_for("funding.show_budget", budget=made.code), code=303)
    page = render_template("funding/create_budget.html", form=form, funds=list_funds())
    return page, 400 if form.is_submitted() else 200


@bp.get("/budgets/<code:budget>")
@requires("voucher:read")
def show_budget(budget: str) -> str:
    """Show a budget: its bar, its months, and whose vouchers it pays."""
    found = queries.get_budget(budget, by=current_actor())
    return render_template(
        "funding/show_budget.html",
        budget=found,
        months=queries.list_months(found.id),
        this_month=month_of(clock.today()),
        partners=queries.sums_by_partner(found.id),
        names=partner_names(),
    )


@bp.route("/budgets/<code:budget>/amount", methods=["GET", "POST"])
@requires("budget:manage")
def change_budget(budget: str) -> ResponseReturnValue:
    """Change how much a budget holds."""
    by = current_actor()
    found = queries.get_budget(budget, by=by)
    form = AmountForm(data=AmountForm.typed(found.amount_cents))
    if form.validate_on_submit():
        try:
            actions.change_budget(code=budget, amount_cents=form.cents(), by=by)
        except Invalid as error:
            form.take(error)
        else:
            flash(_("The amount is changed."), "success")
            return redirect(url_for("funding.show_budget", budget=budget), code=303)
    page = render_template("funding/change_budget.html", form=form, budget=found)
    return page, 400 if form.is_submitted() else 200


@bp.get("/budgets/<code:budget>/entries")
@requires("voucher:read")
def list_entries(budget: str) -> str:
    """Show the entries behind a figure of a budget, the last first."""
    found = queries.get_budget(budget, by=current_actor())
    asked, month = request.args.get("of", ""), read_month(request.args.get("month"))
    voucher = read_code(request.args.get("voucher", ""))
    rows = queries.list_entries(
        found.id, kinds=BEHIND.get(asked, ()), voucher=voucher, month=month, before=request.args.get("before", type=int)
    )
    shown = rows[: queries.PAGE]
    return render_template(
        "funding/list_entries.html",
        budget=found,
        rows=shown,
        next=shown[-1].id if len(rows) > queries.PAGE else None,
        of=asked if asked in BEHIND else None,
        month=month,
        voucher=voucher,
        kinds=KINDS,
        names=partner_names(),
        batches=list_batch_codes({row.batch_id for row in shown if row.batch_id is not None}),
    )
