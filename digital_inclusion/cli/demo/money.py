"""The demo's city money: a budget, vouchers of the last months, and their batches as far as each has come. Invented."""

from datetime import date, timedelta

from ...connectivity.actions.paying import make_batch
from ...connectivity.actions.vouchers import NewVoucher, give_voucher, stop_voucher
from ...connectivity.models import Voucher
from ...connectivity.queries.vouchers import list_costly_lines, sum_due
from ...connectivity.rules.vouchers import Terms
from ...foundation.database import session
from ...foundation.kernel.dates import month_of, months, next_month
from ...funding.actions.budgets import create_budget
from ...funding.actions.payments import approve_batch, settle_payment, settle_rest
from ...funding.queries.payments import list_payments_page
from ...funding.rules.money import BudgetTerms
from ...funding.rules.payments import Settled
from ...progress.queries.served import get_served
from .doing import Desk

_AGO = 110  # days before the plan's last day on which the first vouchers were given
_EACH = 6  # vouchers of an organization
_CENTS = 2_000_000


def fill_money(desk: Desk) -> None:
    """Set up a budget, give vouchers, and pay the months since; the present month's batch waits for approval."""
    begin = month_of(desk.plan.until - timedelta(days=_AGO))
    last = month_of(desk.plan.until)
    with desk.at(begin):
        terms = BudgetTerms(
            fund="Digital Inclusion Fund", name="Internet vouchers", starts_on=begin,
            ends_on=begin + timedelta(days=600), amount_cents=_CENTS,
        )  # fmt: skip
        create_budget(terms=terms, by=desk.world.manager)
        given = _give(desk, begin)
    for number, month in enumerate(months(begin, last)):
        _pay(desk, month, number, is_last=month == last)
    for voucher in given[:2]:
        with desk.at(desk.plan.until):
            stop_voucher(code=voucher.code, since=next_month(last), reason="other_help",
                         by=desk.world.staff_of(voucher.partner_id))  # fmt: skip


def _give(desk: Desk, month: date) -> list[Voucher]:
    given = []
    for code, staff in desk.world.staff.items():
        for place, (household, line, cents) in enumerate(
            list_costly_lines(desk.world.partners[code], month, most=_EACH if staff else 0)
        ):
            wanted = NewVoucher(
                line=line,
                budget=None,
                terms=Terms(monthly_cents=min(cents, 1500), from_on=month, months=6 + 3 * (place % 3)),
            )
            given.append(give_voucher(household=get_served(household), wanted=wanted, by=staff[place % len(staff)]))
    session().flush()
    return given


def _pay(desk: Desk, month: date, number: int, *, is_last: bool) -> None:
    """Make the batch of a month; all but the last are approved, the earlier ones settled, one payment not in full."""
    if not sum_due(month):
        return  # a small demo may have no line that costs its household anything
    day = min(month + timedelta(days=2), desk.plan.until)
    with desk.at(day):
        batch = make_batch(month=month, by=desk.world.manager)
    if is_last:
        return
    with desk.at(day + timedelta(days=1)):
        approve_batch(code=batch.code, by=desk.world.finance)
    with desk.at(day + timedelta(days=12)):
        first = list_payments_page(batch.id)[number % 3]
        told = Settled(0, "Account closed") if number % 2 else Settled(first.amount_cents - 100, "Billed for less")
        settle_payment(code=batch.code, number=first.id, told=told, by=desk.world.finance)
        if next_month(next_month(month)) <= month_of(desk.plan.until):
            settle_rest(code=batch.code, by=desk.world.finance)
