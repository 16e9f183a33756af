"""Reading payment batches. Payments are narrowed to the reader's partner by the session's scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, exists, func, select

from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ..models import Budget, Fund, Payment, PaymentBatch
from ..rules.payments import DUE, REJECTED

PAGE = 50


@dataclass(frozen=True, slots=True)
class Counted:
    """A batch with what its payments add up to, in cents; ``due``: payments that nobody settled yet."""

    batch: PaymentBatch
    payments: int
    cents: int
    due: int
    paid_cents: int
    rejected: int


def _counted() -> tuple[Any, ...]:
    return (
        PaymentBatch,
        func.count(Payment.id),
        func.coalesce(func.sum(Payment.amount_cents), 0),
        func.coalesce(func.sum(case((Payment.state == DUE, 1), else_=0)), 0),
        func.coalesce(func.sum(Payment.paid_cents), 0),
        func.coalesce(func.sum(case((Payment.state == REJECTED, 1), else_=0)), 0),
    )


def list_batches(*, by: Actor, before: int | None = None) -> list[Counted]:
    """Return the batches, the last first, one more than a page; of a partner those that pay vouchers of its own."""
    statement = (
        select(*_counted())
        .outerjoin(Payment, Payment.batch_id == PaymentBatch.id)
        .group_by(PaymentBatch.id)
        .order_by(PaymentBatch.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(PaymentBatch.id < before)
    if not sees_every_partner(by.roles):
        statement = statement.having(func.count(Payment.id) > 0)
    return [_read(row) for row in session().execute(statement)]


def _read(row: Any) -> Counted:
    batch, payments, cents, due, paid, rejected = row
    return Counted(batch, int(payments), int(cents), int(due), int(paid), int(rejected))


def get_batch(code: str, *, by: Actor) -> PaymentBatch:
    """Return the batch; raise NotFound also for one that pays nothing of the reader's organization."""
    statement = select(PaymentBatch).where(PaymentBatch.code == code)
    if not sees_every_partner(by.roles):
        own = exists().where(Payment.batch_id == PaymentBatch.id, Payment.partner_id == by.partner_id)
        statement = statement.where(own)
    found = session().scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def count_batch(batch: PaymentBatch) -> Counted:
    """Return the batch with its sums."""
    statement = (
        select(*_counted())
        .outerjoin(Payment, Payment.batch_id == PaymentBatch.id)
        .where(PaymentBatch.id == batch.id)
        .group_by(PaymentBatch.id)
    )
    return _read(session().execute(statement).one())


def hold_batch(batch_id: int) -> PaymentBatch:
    """Return the batch as it stands, held until the commit."""
    held = select(PaymentBatch).where(PaymentBatch.id == batch_id).with_for_update()
    return session().scalars(held.execution_options(populate_existing=True)).one()


def totals_by_budget(batch_id: int) -> list[tuple[int, int]]:
    """Return budget and cents of what a batch pays, by budget."""
    statement = (
        select(Payment.budget_id, func.sum(Payment.amount_cents))
        .where(Payment.batch_id == batch_id, Payment.state == DUE)
        .group_by(Payment.budget_id)
        .order_by(Payment.budget_id)
    )
    return [(budget, int(cents)) for budget, cents in session().execute(statement)]


def totals_by_payee(batch_id: int) -> list[tuple[str, int, int]]:
    """Return payee, number of payments and cents, by payee."""
    statement = (
        select(Payment.payee, func.count(Payment.id), func.sum(Payment.amount_cents))
        .where(Payment.batch_id == batch_id)
        .group_by(Payment.payee)
        .order_by(Payment.payee)
    )
    return [(payee, count, int(cents)) for payee, count, cents in session().execute(statement)]


def count_due(batch_id: int) -> int:
    """Return how many payments of a batch are not settled."""
    statement = select(func.count(Payment.id)).where(Payment.batch_id == batch_id, Payment.state == DUE)
    return session().scalar(statement) or 0


def payments_of(batch_id: int, vouchers: Iterable[str]) -> dict[str, Payment]:
    """Return those payments of a batch that pay one of the vouchers, by its code."""
    asked, found = sorted(vouchers), dict[str, Payment]()
    for begin in range(0, len(asked), 500):  # no database takes any number of parameters
        some = asked[begin : begin + 500]
        statement = select(Payment).where(Payment.batch_id == batch_id, Payment.voucher.in_(some)).order_by(Payment.id)
        found |= {one.voucher: one for one in session().scalars(statement)}
    return found


def list_payments_page(batch_id: int, *, state: str | None = None, after: int = 0) -> Sequence[Payment]:
    """Return payments of a batch in the order of the file, one more than a page."""
    statement = select(Payment).where(Payment.batch_id == batch_id, Payment.id > after)
    if state is not None:
        statement = statement.where(Payment.state == state)
    return session().scalars(statement.order_by(Payment.id).limit(PAGE + 1)).all()


def get_payment(batch_id: int, number: int) -> Payment:
    """Return a payment of the batch as it stands, whatever was read before; raise NotFound for any other."""
    statement = select(Payment).where(Payment.batch_id == batch_id, Payment.id == number)
    found = session().scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_of_voucher(voucher: str) -> Sequence[Payment]:
    """Return the payments of a voucher, by month; void ones too."""
    return (
        session().scalars(select(Payment).where(Payment.voucher == voucher).order_by(Payment.month, Payment.id)).all()
    )


def list_batch_codes(ids: Iterable[int]) -> dict[int, str]:
    """Return the codes of batches by their ids."""
    statement = select(PaymentBatch.id, PaymentBatch.code).where(PaymentBatch.id.in_(list(ids)))
    return dict(session().execute(statement.order_by(PaymentBatch.id)).all())


def iterate_for_file(batch_id: int) -> Iterable[tuple[str, str, date, int, str, str]]:
    """Yield payee, voucher, month, cents, fund and budget of each payment, by payee and voucher."""
    statement = (
        select(Payment.payee, Payment.voucher, Payment.month, Payment.amount_cents, Fund.name, Budget.name)
        .join(Budget, Budget.id == Payment.budget_id)
        .join(Fund, Fund.id == Budget.fund_id)
        .where(Payment.batch_id == batch_id)
        .order_by(Payment.payee, Payment.voucher, Payment.id)
    )
    return (tuple(row) for row in session().execute(statement))  # type: ignore[misc]
