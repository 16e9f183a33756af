"""Give a voucher to a household's line, and stop it early."""

from dataclasses import dataclass
from datetime import date

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.dates import month_of
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...funding.actions.ledger import NewEntry, post_entries
from ...funding.queries.budgets import find_budget, hold_budget, list_open_budgets
from ...funding.rules.money import COMMIT, RELEASE
from ...progress.actions.holding import hold_identity
from ...progress.queries.served import Served
from ..models import Subscription, Subsidy, Voucher
from ..queries import vouchers as queries
from ..rules import vouchers as rules
from ..rules.terms import VOUCHER
from ..rules.vouchers import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVoucher:
    """A voucher that somebody wants to give. ``line``: its fact's number; ``budget``: a code, None for the only one."""

    line: int
    budget: str | None
    terms: Terms


def give_voucher(*, household: Served, wanted: NewVoucher, by: Actor) -> Voucher:
    """Promise a line's months at once, or refuse with what is left in the budget."""
    policy.check(by, "voucher:give", household)
    hold_identity(household.id)  # the line may be ending, or a colleague gives one too
    today, terms = clock.today(), wanted.terms
    row = _line(household.id, wanted.line)
    rules.check_terms(terms, queries.line_of(row), today=today, taken=queries.list_months_taken(household.id))
    if row.provider is None:
        raise Invalid(_("Nobody wrote down which company this line is from. Note it first: it is who gets the money."))
    budget_id = _budget(wanted.budget, terms)
    voucher = Voucher(
        partner_id=household.partner_id, code=new_code(), household_id=household.id, fact_number=row.fact_number,
        budget_id=budget_id, provider=row.provider, monthly_cents=terms.monthly_cents, from_on=terms.from_on,
        until_on=terms.until_on, months=terms.months, state=rules.RUNNING, given_at=clock.now(), given_by=by.user_id,
        subsidy=_subsidy(row, terms, by),
    )  # fmt: skip
    _commit(voucher, terms, by)
    session().add(voucher)
    record("voucher.given", by=by, subject=voucher, months=terms.months, cents=terms.monthly_cents)
    return voucher


def stop_voucher(*, code: str, since: date, reason: str, by: Actor) -> Voucher:
    """Stop a voucher from a month on; the money of its months that are not paid goes back to the budget."""
    policy.check(by, "voucher:give")
    found = queries.get_voucher(code)
    policy.check(by, "voucher:give", found)
    hold_budget(found.budget_id)  # before the voucher, as a batch does
    voucher = queries.hold_voucher(found.id)
    rules.check_running(voucher.state)
    if reason not in rules.STOP_REASONS:
        raise Invalid(fields={"reason": _("Please choose why.")})
    months = queries.months_of([code])[code]
    rules.check_stop(month_of(since), first=voucher.from_on, last=voucher.until_on, paid=months.paid)
    entries = let_go(voucher, since=month_of(since), months=months, reason=reason, by=by)
    post_entries(voucher.budget_id, entries, by=by)
    record("voucher.stopped", by=by, subject=voucher, months=len(entries))
    return voucher


def let_go(voucher: Voucher, *, since: date, months: queries.Months, reason: str, by: Actor) -> list[NewEntry]:
    """Stop a held voucher and its subsidy; return the entries that let its money go. Whoever asks posts them.

    Of a voucher that was stopped before, the first reason stays.
    """
    stop = rules.stop_from(months.held, since, first=voucher.from_on, paid=months.paid)
    voucher.until_on = stop.until_on
    if voucher.state == rules.RUNNING:
        voucher.state, voucher.stop_reason = rules.STOPPED, reason
        voucher.stopped_at, voucher.stopped_by = clock.now(), by.user_id
    _end_subsidy(voucher, voucher.stop_reason or reason)
    return [_entry(RELEASE, voucher, month) for month in stop.released]


def _end_subsidy(voucher: Voucher, reason: str) -> None:
    subsidy = voucher.subsidy
    if subsidy is None:
        return
    if voucher.until_on >= subsidy.from_on:
        subsidy.until_on, subsidy.end_reason = voucher.until_on, reason
        return
    voucher.subsidy = None  # it never lowered a price; the voucher and its entries stay
    session().flush()
    session().delete(subsidy)


def _line(household_id: int, number: int) -> Subscription:
    lines = queries.list_standing_lines(household_id, clock.today())
    found = next((one for one in lines if one.fact_number == number), None)
    if found is None:
        raise Conflict(_("This household does not have this line any more."))
    return found


def _budget(code: str | None, terms: Terms) -> int:
    fitting = list_open_budgets(terms.from_on, terms.until_on)
    chosen = find_budget(code) if code else (fitting[0] if len(fitting) == 1 else None)
    if chosen is None and fitting:
        raise Invalid(fields={"budget": _("Please choose the budget that pays.")})
    if chosen is None or all(one.id != chosen.id for one in fitting):
        raise Invalid(fields={"months": _("No budget covers all these months. Choose fewer, or another first month.")})
    return chosen.id


def _subsidy(row: Subscription, terms: Terms, by: Actor) -> Subsidy:
    return Subsidy(
        partner_id=row.partner_id, fact_number=row.fact_number, program=VOUCHER, amount_cents=terms.monthly_cents,
        from_on=terms.from_on, until_on=terms.until_on, recorded_at=clock.now(), recorded_by=by.user_id,
    )  # fmt: skip


def _commit(voucher: Voucher, terms: Terms, by: Actor) -> None:
    try:
        post_entries(voucher.budget_id, [_entry(COMMIT, voucher, month) for month in terms.all_months], by=by)
    except Invalid as error:
        raise Invalid(fields={"amount": error.sentence}) from error


def _entry(kind: str, voucher: Voucher, month: date) -> NewEntry:
    return NewEntry(
        kind=kind, cents=voucher.monthly_cents, partner_id=voucher.partner_id, voucher=voucher.code, month=month
    )
