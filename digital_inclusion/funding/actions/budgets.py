"""Set money of a fund aside for vouchers, and change how much."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...partners.queries import find_city_partner
from ..models import Budget
from ..queries.budgets import find_budget_named, get_budget, hold_budget
from ..rules.money import BUDGET, BudgetTerms, check_amount, check_budget
from .grants import fund_named
from .ledger import NewEntry, post_entries, sums_of


def create_budget(*, terms: BudgetTerms, by: Actor) -> Budget:
    """Make a budget; raise Invalid naming every mistake."""
    policy.check(by, "budget:manage")
    check_budget(terms)
    fund = fund_named(terms.fund, by)
    session().flush()
    if find_budget_named(fund.id, terms.name) is not None:
        raise Invalid(fields={"name": _("This fund has a budget with this name.")})
    first, last = terms.months
    budget = Budget(
        code=new_code(), fund=fund, name=terms.name, starts_on=first, ends_on=last, amount_cents=0, committed_cents=0,
        paid_cents=0, created_at=clock.now(), created_by=by.user_id,
    )  # fmt: skip
    session().add(budget)
    session().flush()
    post_entries(budget.id, [_changed(terms.amount_cents, by)], by=by)
    record("budget.created", by=by, subject=budget, cents=terms.amount_cents)
    return budget


def change_budget(*, code: str, amount_cents: int, by: Actor) -> Budget:
    """Change how much there is; raise Invalid when less than what is promised and paid would be left."""
    policy.check(by, "budget:manage")
    budget = hold_budget(get_budget(code, by=by).id)
    difference = check_amount(sums_of(budget), amount_cents)
    post_entries(budget.id, [_changed(difference, by)], by=by)
    record("budget.changed", by=by, subject=budget, cents=difference)
    return budget


def _changed(cents: int, by: Actor) -> NewEntry:
    city = find_city_partner()
    owner = by.partner_id or (city.id if city is not None else 0)
    return NewEntry(kind=BUDGET, cents=cents, partner_id=owner)
