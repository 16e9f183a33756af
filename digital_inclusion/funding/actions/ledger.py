"""Write the ledger of money: entries and a budget's sums together, the budget locked first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from ...foundation.access.identity import Actor
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ..models import Budget, MoneyEntry, Payment
from ..queries.budgets import hold_budget, hold_budgets
from ..rules import payments as states
from ..rules.money import PAY, Sums, sums_after


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """A movement to be written; ``cents`` above zero, but for a change of the budget itself."""

    kind: str
    cents: int
    partner_id: int
    voucher: str | None = None
    month: date | None = None
    batch_id: int | None = None


def sums_of(budget: Budget) -> Sums:
    """Return the sums of a budget."""
    return Sums(budget.amount_cents, budget.committed_cents, budget.paid_cents)


def post_entries(budget_id: int, entries: Sequence[NewEntry], *, by: Actor) -> Budget:
    """Write entries of one budget, and return it; raise Invalid when less than nothing would be left.

    For the use cases of this room and those above, which have asked the policy and record the event.
    """
    budget = hold_budget(budget_id)
    _take(budget, sums_after(sums_of(budget), ((one.kind, one.cents) for one in entries)))
    if entries:
        now, today = clock.now(), clock.today()
        rows: list[dict[str, Any]] = [
            {
                "budget_id": budget.id, "kind": one.kind, "cents": one.cents, "partner_id": one.partner_id,
                "voucher": one.voucher, "month": one.month, "batch_id": one.batch_id, "happened_on": today,
                "posted_at": now, "posted_by": by.user_id,
            }
            for one in entries
        ]  # fmt: skip
        session().flush()
        session().execute(insert(MoneyEntry), rows)
        note_bulk_write(session(), MoneyEntry.__tablename__)
    return budget


def pay_batch(batch_id: int, totals: Sequence[tuple[int, int]], *, by: Actor) -> None:
    """Move what a batch pays from promised to paid: one entry for each payment; ``totals``: budget and cents."""
    budgets = {budget.id: budget for budget in hold_budgets()}
    for budget_id, cents in totals:
        _take(budgets[budget_id], sums_after(sums_of(budgets[budget_id]), [(PAY, cents)]))
    target: Session = session()
    target.flush()
    columns = ["budget_id", "partner_id", "voucher", "month", "batch_id", "cents", "kind", "happened_on", "posted_at",
               "posted_by"]  # fmt: skip
    paid = (
        select(
            Payment.budget_id,
            Payment.partner_id,
            Payment.voucher,
            Payment.month,
            Payment.batch_id,
            Payment.amount_cents,
            literal(PAY),
            literal(clock.today()),
            literal(clock.now(), MoneyEntry.__table__.c.posted_at.type),
            literal(by.user_id, MoneyEntry.__table__.c.posted_by.type),
        )
        .where(Payment.batch_id == batch_id, Payment.state == states.DUE)
        .order_by(Payment.id)
    )
    target.execute(insert(MoneyEntry).from_select(columns, paid))
    note_bulk_write(target, MoneyEntry.__tablename__)


def _take(budget: Budget, sums: Sums) -> None:
    budget.amount_cents, budget.committed_cents, budget.paid_cents = sums.amount, sums.committed, sums.paid
