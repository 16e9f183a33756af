"""Budgets, vouchers and payment batches made through the real use cases."""

from datetime import date
from typing import Any

from sqlalchemy import select

from digital_inclusion.connectivity.actions.paying import make_batch
from digital_inclusion.connectivity.actions.vouchers import NewVoucher, give_voucher
from digital_inclusion.connectivity.models import Subscription
from digital_inclusion.connectivity.rules.vouchers import Terms
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.dates import month_of
from digital_inclusion.funding.actions.budgets import create_budget
from digital_inclusion.funding.models import Budget
from digital_inclusion.funding.queries.budgets import find_wrong_sums
from digital_inclusion.funding.rules.money import BudgetTerms
from digital_inclusion.progress.queries.served import get_served
from tests.factories.aftercare import does
from tests.factories.households import new_line
from tests.factories.served import serve
from tests.factories.world import World

MANAGER, FINANCE = "program_manager", "finance"


def sets_up(world: World, cents: int = 1_000_000, *, name: str = "Vouchers of Testing") -> str:
    """Set up a budget over all years of the tests; return its code."""
    terms = BudgetTerms(
        fund="Fund of Testing", name=name, starts_on=date(2025, 1, 1), ends_on=date(2040, 12, 1), amount_cents=cents
    )
    code: str = does(world, create_budget, who=MANAGER, terms=terms).code
    return code


def has_line(world: World, partner: str = "a", *, name: str = "Rosa Delgado", **changes: Any) -> tuple[str, int]:
    """Enroll a household with a line of $30 since January 12, 2026; return its code and the line's number."""
    home = serve(world, partner, name=name, deliveries=(new_line(**{"price_cents": 3000} | changes),))
    use_scope(EVERYTHING)
    number = session().scalars(select(Subscription.fact_number).where(Subscription.household_id == home.id)).one()
    return home.code, number


def gives(world: World, home: tuple[str, int], *, who: str = "navigator_a", budget: str | None = None,
          cents: int = 1000, begin: date | None = None, months: int = 3) -> str:  # fmt: skip
    """Give a voucher from this month on; return its code."""
    terms = Terms(monthly_cents=cents, from_on=begin or month_of(clock.today()), months=months)
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    served = get_served(home[0])
    session().rollback()
    wanted = NewVoucher(line=home[1], budget=budget, terms=terms)
    code: str = does(world, give_voucher, who=who, household=served, wanted=wanted).code
    return code


def makes_batch(world: World, month: date | None = None, *, who: str = MANAGER) -> str:
    """Make the batch of a month, this one by default; return its code."""
    code: str = does(world, make_batch, who=who, month=month or month_of(clock.today())).code
    return code


def sums(code: str) -> tuple[int, int, int, int]:
    """Return amount, promised, paid and free of a budget; they are those of its entries."""
    session().rollback()
    use_scope(EVERYTHING)
    assert find_wrong_sums() == []
    budget = (
        session().scalars(select(Budget).where(Budget.code == code).execution_options(populate_existing=True)).one()
    )
    return budget.amount_cents, budget.committed_cents, budget.paid_cents, budget.free_cents
