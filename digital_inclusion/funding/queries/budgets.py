"""Reading budgets and the ledger of money. Entries are narrowed to the reader's partner by the session's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import joinedload

from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ..models import Budget, MoneyEntry
from ..rules.money import COMMIT, PAY, RECOVER, RELEASE

PAGE = 50


def list_budgets(*, by: Actor) -> Sequence[Budget]:
    """Return the budgets, latest first; of a partner those that its vouchers are paid from."""
    statement = select(Budget).options(joinedload(Budget.fund)).order_by(Budget.ends_on.desc(), Budget.id.desc())
    return session().scalars(statement.where(*_seen(by))).all()


def list_open_budgets(first: date, last: date) -> Sequence[Budget]:
    """Return the budgets whose period covers the days from ``first`` to ``last``, the one that ends first before."""
    statement = select(Budget).where(Budget.starts_on <= first, Budget.ends_on >= last)
    return session().scalars(statement.order_by(Budget.ends_on, Budget.id)).all()


def list_running_budgets(day: date) -> Sequence[Budget]:
    """Return the budgets that are not over on ``day``, the one that ends first before."""
    return session().scalars(select(Budget).where(Budget.ends_on >= day).order_by(Budget.ends_on, Budget.id)).all()


def _seen(by: Actor) -> list[ColumnElement[bool]]:
    """Return the condition: the city sees all, a partner those with entries of its own (the scope narrows them)."""
    if sees_every_partner(by.roles):
        return []
    mine = exists().where(MoneyEntry.budget_id == Budget.id, MoneyEntry.partner_id == by.partner_id)
    return [mine]


def get_budget(code: str, *, by: Actor) -> Budget:
    """Return the budget; raise NotFound also for one that pays nothing of the reader's organization."""
    found = session().scalars(select(Budget).where(Budget.code == code, *_seen(by))).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_budget(code: str) -> Budget | None:
    """Return the budget with this code, for whoever gives a voucher."""
    return session().scalars(select(Budget).where(Budget.code == code)).one_or_none()


def find_budget_named(fund_id: int, name: str) -> Budget | None:
    """Return the budget of the fund with this name."""
    return session().scalars(select(Budget).where(Budget.fund_id == fund_id, Budget.name == name)).one_or_none()


def hold_budget(budget_id: int) -> Budget:
    """Return the budget as it stands, held until the commit: of two who move its money one waits for the other."""
    held = select(Budget).where(Budget.id == budget_id).with_for_update().execution_options(populate_existing=True)
    return session().scalars(held).one()


def hold_budgets() -> Sequence[Budget]:
    """Return all budgets, held until the commit, always in the same order."""
    held = select(Budget).order_by(Budget.id).with_for_update().execution_options(populate_existing=True)
    return session().scalars(held).all()


@dataclass(frozen=True, slots=True)
class MonthOf:
    """What a month still costs and has cost, in cents."""

    month: date
    committed: int
    paid: int
    vouchers: int


_COMMITTED = case(
    (MoneyEntry.kind == COMMIT, MoneyEntry.cents), (MoneyEntry.kind.in_([RELEASE, PAY]), -MoneyEntry.cents)
)
_KEPT = case((MoneyEntry.kind == COMMIT, 1), (MoneyEntry.kind == RELEASE, -1))
_PAID = case((MoneyEntry.kind == PAY, MoneyEntry.cents), (MoneyEntry.kind == RECOVER, -MoneyEntry.cents))


def list_months(budget_id: int) -> list[MonthOf]:
    """Return the months of a budget in order: promised, paid, and how many vouchers were not let go."""
    statement = (
        select(
            MoneyEntry.month,
            func.coalesce(func.sum(_COMMITTED), 0),
            func.coalesce(func.sum(_PAID), 0),
            func.coalesce(func.sum(_KEPT), 0),
        )
        .where(MoneyEntry.budget_id == budget_id, MoneyEntry.month.is_not(None))
        .group_by(MoneyEntry.month)
        .order_by(MoneyEntry.month)
    )
    return [
        MonthOf(month, int(left), int(paid), int(count)) for month, left, paid, count in session().execute(statement)
    ]


def list_entries(
    budget_id: int, *, kinds: Sequence[str] = (), voucher: str | None = None, month: date | None = None,
    before: int | None = None,
) -> Sequence[MoneyEntry]:  # fmt: skip
    """Return entries, the last first, one more than a page."""
    conditions = [MoneyEntry.budget_id == budget_id]
    if kinds:
        conditions.append(MoneyEntry.kind.in_(kinds))
    if voucher is not None:
        conditions.append(MoneyEntry.voucher == voucher)
    if month is not None:
        conditions.append(MoneyEntry.month == month)
    if before is not None:
        conditions.append(MoneyEntry.id < before)
    statement = select(MoneyEntry).where(*conditions).order_by(MoneyEntry.id.desc()).limit(PAGE + 1)
    return session().scalars(statement).all()


def list_of_voucher(voucher: str) -> Sequence[MoneyEntry]:
    """Return every entry of a voucher, by month and in the order in which they were written."""
    statement = select(MoneyEntry).where(MoneyEntry.voucher == voucher)
    return session().scalars(statement.order_by(MoneyEntry.month, MoneyEntry.id)).all()


def sums_by_partner(budget_id: int) -> list[tuple[int, int, int]]:
    """Return, by partner, what is promised and what is paid, in cents; the largest first."""
    committed, paid = func.coalesce(func.sum(_COMMITTED), 0), func.coalesce(func.sum(_PAID), 0)
    statement = (
        select(MoneyEntry.partner_id, committed, paid)
        .where(MoneyEntry.budget_id == budget_id, MoneyEntry.voucher.is_not(None))
        .group_by(MoneyEntry.partner_id)
        .order_by((committed + paid).desc(), MoneyEntry.partner_id)
    )
    return [(partner, int(left), int(gone)) for partner, left, gone in session().execute(statement)]


def find_wrong_sums() -> list[int]:
    """Return the budgets whose kept sums are not those of their entries: none, or something is broken."""
    amount = case((MoneyEntry.kind == "budget", MoneyEntry.cents))
    of_entries = (
        select(
            MoneyEntry.budget_id,
            func.coalesce(func.sum(amount), 0).label("amount"),
            func.coalesce(func.sum(_COMMITTED), 0).label("committed"),
            func.coalesce(func.sum(_PAID), 0).label("paid"),
        )
        .group_by(MoneyEntry.budget_id)
        .subquery()
    )
    statement = (
        select(Budget.id)
        .outerjoin(of_entries, of_entries.c.budget_id == Budget.id)
        .where(
            (func.coalesce(of_entries.c.amount, 0) != Budget.amount_cents)
            | (func.coalesce(of_entries.c.committed, 0) != Budget.committed_cents)
            | (func.coalesce(of_entries.c.paid, 0) != Budget.paid_cents)
        )
        .order_by(Budget.id)
    )
    return list(session().scalars(statement))
