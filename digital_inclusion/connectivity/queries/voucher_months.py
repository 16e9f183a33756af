"""A voucher month by month: promised, in a batch, paid, let go; each read from the ledger and the payments."""

from dataclasses import dataclass
from datetime import date

from ...funding.queries.budgets import list_of_voucher as list_entries
from ...funding.queries.payments import list_batch_codes
from ...funding.queries.payments import list_of_voucher as list_payments
from ...funding.rules.money import COMMIT, RELEASE
from ...funding.rules.payments import DUE, PAID, REJECTED, VOID
from ..models import Voucher

PROMISED, IN_BATCH, LET_GO = "promised", "in_batch", "let_go"


@dataclass(frozen=True, slots=True)
class MonthTold:
    """How one month stands: a state, its money in cents, and the batch that has it."""

    month: date
    state: str
    cents: int
    batch: str | None = None
    reason: str | None = None

    @property
    def can_be_let_go(self) -> bool:
        """Tell whether its money is still only promised."""
        return self.state == PROMISED


def list_story(voucher: Voucher) -> list[MonthTold]:
    """Return every month of a voucher, as given, in order."""
    entries = list_entries(voucher.code)
    promised = {one.month: one.cents for one in entries if one.kind == COMMIT and one.month is not None}
    gone = {one.month for one in entries if one.kind == RELEASE}
    payments = {one.month: one for one in list_payments(voucher.code) if one.state != VOID}
    codes = list_batch_codes({one.batch_id for one in payments.values()})
    told = []
    for month, cents in promised.items():
        payment = payments.get(month)
        if payment is None:
            told.append(MonthTold(month, LET_GO if month in gone else PROMISED, cents))
            continue
        state = {DUE: IN_BATCH, PAID: PAID, REJECTED: REJECTED}[payment.state]
        paid = payment.amount_cents if payment.paid_cents is None else payment.paid_cents
        told.append(MonthTold(month, state, paid, codes[payment.batch_id], payment.reason))
    return told
