"""Approve a batch, take it back, and note what was really paid. Making one needs the lines: see connectivity."""

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

from sqlalchemy import update

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...foundation.kernel.money import format_cents
from ...foundation.sheets import open_sheet
from ..models import Payment, PaymentBatch
from ..queries import payments as queries
from ..queries.budgets import hold_budgets
from ..rules import payments as rules
from ..rules.money import RECOVER
from ..rules.payments import Answer, BatchState, Settled
from .files import digest_of
from .ledger import NewEntry, pay_batch, post_entries

MOST_ROWS = 100_000


def open_batch(month: date, *, by: Actor) -> PaymentBatch:
    """Return a new batch of the month, the budgets held until the commit; its payments are written by whoever asked."""
    policy.check(by, "payment:make")
    rules.check_month(month, clock.today())
    hold_budgets()
    batch = PaymentBatch(
        code=new_code(),
        month=month,
        state=BatchState.MADE,
        made_at=clock.now(),
        made_by=by.user_id,
        made_name=by.name,
        stopped=0,
    )
    session().add(batch)
    session().flush()
    return batch


def approve_batch(*, code: str, by: Actor) -> PaymentBatch:
    """Approve a batch that somebody else made; of two who do so at once the second hears who was first."""
    policy.check(by, "payment:approve")
    batch = _held(code, by)
    if batch.approved_at is not None:
        raise Conflict(
            _("%(who)s approved this batch on %(day)s. It is approved once."),
            who=batch.approved_name,
            day=clock.local(batch.approved_at).strftime("%m/%d/%Y %H:%M"),
        )
    if rules.is_maker(batch.made_by, by.user_id):
        raise Conflict(_("You made this batch. Somebody else has to approve it."))
    rules.check_move(batch.state, BatchState.APPROVED)
    pay_batch(batch.id, queries.totals_by_budget(batch.id), by=by)
    batch.state, batch.approved_at = BatchState.APPROVED, clock.now()
    batch.approved_by, batch.approved_name = by.user_id, by.name
    session().flush()
    batch.csv_digest = digest_of(batch)
    record("payments.approved", by=by, subject=batch)
    return batch


def void_batch(*, code: str, by: Actor) -> PaymentBatch:
    """Take a batch back before anybody approved it; its months can be paid by another."""
    policy.check(by, "payment:make")
    batch = _held(code, by)
    rules.check_move(batch.state, BatchState.VOID)
    batch.state, batch.voided_at, batch.voided_by = BatchState.VOID, clock.now(), by.user_id
    session().flush()
    session().execute(update(Payment).where(Payment.batch_id == batch.id).values(state=rules.VOID))
    record("payments.voided", by=by, subject=batch)
    return batch


def settle_payment(*, code: str, number: int, told: Settled, by: Actor) -> Payment:
    """Note what was paid for one payment. What came back after it was paid in full is noted the same way."""
    policy.check(by, "payment:approve")
    batch = _approved(code, by)
    payment = queries.get_payment(batch.id, number)
    if not rules.can_settle(payment.state, paid=payment.paid_cents, approved=payment.amount_cents):
        raise Conflict(_("What was paid is noted already."))
    if payment.state == rules.PAID and told.paid_cents == payment.paid_cents:
        raise Conflict(_("It is noted as paid in full already."))
    rules.check_settled(told, approved=payment.amount_cents)
    _settle(batch, [(payment, told)], by)
    record("payments.settled", by=by, subject=batch, payments=1, rest=False)
    return payment


def settle_rest(*, code: str, by: Actor) -> int:
    """Note that everything of a batch that is not settled yet was paid as approved; return how many."""
    policy.check(by, "payment:approve")
    batch = _approved(code, by)
    done = update(Payment).where(Payment.batch_id == batch.id, Payment.state == rules.DUE)
    values = {"state": rules.PAID, "settled_on": clock.today(), "settled_by": by.user_id}
    found = session().execute(done.values(paid_cents=Payment.amount_cents, **values))
    count: int = found.rowcount  # type: ignore[attr-defined]
    if not count:
        raise Conflict(_("Every payment of this batch is settled."))
    note_bulk_write(session(), Payment.__tablename__)
    _close_if_settled(batch)
    record("payments.settled", by=by, subject=batch, payments=count, rest=True)
    return count


def settle_by_file(*, code: str, stream: BinaryIO, filename: str, by: Actor) -> int:
    """Note what the finance system's file says, all of it or nothing; return how many payments it settled.

    What is noted already with the same amount is passed over, so that a file may come twice.
    """
    policy.check(by, "payment:approve")
    answers = _read(stream, filename)  # before the budgets are held: meanwhile others give vouchers
    batch = _approved(code, by)
    payments = queries.payments_of(batch.id, {answer.voucher for answer in answers})
    told: dict[str, tuple[Payment, Settled]] = {}
    for answer in answers:
        payment = payments.get(answer.voucher)
        if payment is None:
            raise Invalid(_("Row %(row)s: %(code)s is not in this batch."), row=answer.row, code=answer.voucher)
        if answer.voucher in told:
            raise Invalid(_("Row %(row)s: %(code)s is there twice."), row=answer.row, code=answer.voucher)
        _check_row(answer, payment)
        told[answer.voucher] = payment, answer.settled
    fresh = [(payment, settled) for payment, settled in told.values() if payment.state == rules.DUE]
    if not fresh:
        raise Conflict(_("Everything in this file is noted already."))
    _settle(batch, fresh, by)
    record("payments.settled", by=by, subject=batch, payments=len(fresh), rest=False)
    return len(fresh)


def _check_row(answer: Answer, payment: Payment) -> None:
    if payment.state != rules.DUE and payment.paid_cents != answer.settled.paid_cents:
        raise Conflict(
            _("Row %(row)s: %(paid)s is noted for %(code)s already. Nothing of the file was taken."),
            row=answer.row, paid=format_cents(payment.paid_cents or 0), code=answer.voucher,
        )  # fmt: skip
    try:
        rules.check_settled(answer.settled, approved=payment.amount_cents)
    except Invalid as error:
        sentence = next(iter(error.fields.values()))
        raise Invalid(
            _("Row %(row)s, %(code)s: %(sentence)s"), row=answer.row, code=answer.voucher, sentence=sentence
        ) from error


def _read(stream: BinaryIO, filename: str) -> list[Answer]:
    answers: list[Answer] = []
    with open_sheet(stream, filename) as sheet:
        places = rules.places_of(sheet.headers)
        for row in sheet:
            if len(answers) == MOST_ROWS:
                raise Invalid(_("The file has more than 100,000 rows."))
            answers.append(rules.read_answer(row.number, row.cells, places))
    if not answers:
        raise Invalid(_("The file has no rows below its heading."))
    return answers


def _held(code: str, by: Actor) -> PaymentBatch:
    hold_budgets()  # first, as everybody who moves money does
    return queries.hold_batch(queries.get_batch(code, by=by).id)


def _approved(code: str, by: Actor) -> PaymentBatch:
    batch = _held(code, by)
    if batch.approved_at is None:
        raise Conflict(_("This batch is not approved. Nothing can have been paid."))
    return batch


def _settle(batch: PaymentBatch, told: Sequence[tuple[Payment, Settled]], by: Actor) -> None:
    back: dict[int, list[NewEntry]] = {}
    for payment, settled in told:
        short = payment.amount_cents - settled.paid_cents
        payment.state = rules.PAID if settled.paid_cents else rules.REJECTED
        payment.paid_cents, payment.reason = settled.paid_cents, settled.reason
        payment.settled_on, payment.settled_by = clock.today(), by.user_id
        if short:
            back.setdefault(payment.budget_id, []).append(
                NewEntry(
                    kind=RECOVER, cents=short, partner_id=payment.partner_id, voucher=payment.voucher,
                    month=payment.month, batch_id=batch.id,
                )
            )  # fmt: skip
    session().flush()
    for budget_id, entries in sorted(back.items()):
        post_entries(budget_id, entries, by=by)
    _close_if_settled(batch)


def _close_if_settled(batch: PaymentBatch) -> None:
    session().flush()
    if batch.state == BatchState.APPROVED and not queries.count_due(batch.id):
        batch.state = BatchState.SETTLED
