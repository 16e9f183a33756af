"""Pages of vouchers: give one, see them, stop one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.kernel.dates import months_from
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.money import typed_cents
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_household, note_households
from ...funding.queries.budgets import list_running_budgets
from ...partners.queries import partner_names
from ...progress.queries.served import get_served
from ..actions import vouchers as actions
from ..forms.vouchers import GiveForm, StopForm
from ..models import Voucher
from ..queries import vouchers as queries
from ..queries.voucher_months import list_story
from ..rules.vouchers import REASONS, STATES, first_month, least_net
from . import bp

URL = "/vouchers/<code:voucher>"


@bp.get("/vouchers")
@requires("voucher:read")
def list_vouchers() -> str:
    """Show the vouchers, the last given first."""
    by, state = current_actor(), request.args.get("state", "")
    wanted = state if state in STATES else None
    rows = queries.list_vouchers(state=wanted, before=request.args.get("before", type=int))
    shown = rows[: queries.PAGE]
    if policy.allows(by, "household:read"):
        note_households(len(shown), by=by)
    return render_template(
        "connectivity/list_vouchers.html",
        rows=shown,
        next=shown[-1].id if len(rows) > queries.PAGE else None,
        counts=queries.count_vouchers(),
        state=wanted,
        states=STATES,
        names=partner_names() if by.city_wide else None,
    )


@bp.route("/households/<code:code>/vouchers/new", methods=["GET", "POST"])
@requires("voucher:give")
def give_voucher(code: str) -> ResponseReturnValue:
    """Give a voucher to one of the household's lines."""
    household, by, today = get_served(code), current_actor(), clock.today()
    note_household(household.id, partner_id=household.partner_id, by=by)
    lines, budgets = queries.list_standing_lines(household.id, today), list_running_budgets(today)
    form = GiveForm(data=_proposed(lines)).offer(lines, budgets)
    if form.validate_on_submit():
        try:
            made = actions.give_voucher(household=household, wanted=_wanted(form), by=by)
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            flash(_("The voucher is given. Its money is set aside."), "success")
            return redirect(url_for("connectivity.show_voucher", voucher=made.code), code=303)
    page = render_template(
        "connectivity/give_voucher.html", form=form, household=household, lines=lines, budgets=budgets,
        nets=_nets(lines), given=queries.list_of_household(household.id), states=STATES,
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


def _nets(lines: Any) -> dict[str, int | None]:
    """Return what the household would pay in the first month of a voucher, by line."""
    known = {str(one.fact_number): queries.line_of(one) for one in lines}
    return {number: line.net_on(first_month(line, clock.today())) for number, line in known.items()}


def _proposed(lines: Any) -> dict[str, Any]:
    """Return what the form begins with: the next months of the newest line, all that the household would pay."""
    if not lines:
        return {}
    line = queries.line_of(lines[0])
    begin = first_month(line, clock.today())
    net = least_net(line, months_from(begin, 12))
    return {"from_month": begin, "months": "12", "amount": typed_cents(net) if net else None}


def _wanted(form: GiveForm) -> actions.NewVoucher:
    return actions.NewVoucher(line=int(form.line.data), budget=form.budget.data or None, terms=form.terms())


@bp.get(URL)
@requires("voucher:read")
def show_voucher(voucher: str) -> str:
    """Show a voucher with each of its months."""
    found, by = queries.get_voucher(voucher), current_actor()
    _note(found, by)
    return render_template(
        "connectivity/show_voucher.html",
        voucher=found,
        story=list_story(found),
        states=STATES,
        reasons=REASONS,
        partner_name=partner_names()[found.partner_id],
        is_own=found.partner_id == by.partner_id,
    )


@bp.route(f"{URL}/stop", methods=["GET", "POST"])
@requires("voucher:give")
def stop_voucher(voucher: str) -> ResponseReturnValue:
    """Stop a voucher early."""
    found, by = queries.get_voucher(voucher), current_actor()
    _note(found, by)
    left = [one.month for one in list_story(found) if one.can_be_let_go]
    form = StopForm().offer(left)
    if form.validate_on_submit():
        try:
            actions.stop_voucher(code=voucher, since=form.since(), reason=form.reason.data, by=by)
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            flash(_("The voucher is stopped. What it still held can be given to others."), "success")
            return redirect(url_for("connectivity.show_voucher", voucher=voucher), code=303)
    page = render_template("connectivity/stop_voucher.html", form=form, voucher=found, left=left)
    return page, 400 if form.is_submitted() else 200


def _note(voucher: Voucher, by: Actor) -> None:
    if policy.allows(by, "household:read"):
        note_household(voucher.household_id, partner_id=voucher.partner_id, by=by)
