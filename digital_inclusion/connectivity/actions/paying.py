"""Make a month's payment batch: one statement for all vouchers whose line stood on the month's first day."""

from collections import defaultdict
from datetime import date

from sqlalchemy import insert

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from ...funding.actions.ledger import NewEntry, post_entries
from ...funding.actions.payments import open_batch
from ...funding.models import Payment, PaymentBatch
from ...funding.queries.budgets import hold_budgets
from ..queries import vouchers as queries
from ..rules.vouchers import LINE_ENDED, LINE_VOID, gone_since
from .vouchers import let_go

_COLUMNS = ["budget_id", "partner_id", "voucher", "month", "payee", "amount_cents", "batch_id", "state"]


def make_batch(*, month: date, by: Actor) -> PaymentBatch:
    """Make the batch of a month, and stop the vouchers whose line is gone; raise Conflict where nothing is due."""
    policy.check(by, "payment:make")
    batch = open_batch(month, by=by)
    due = insert(Payment).from_select(_COLUMNS, queries.payments_of(batch.id, month))
    made = session().execute(due, execution_options={"preserve_rowcount": True})
    count: int = made.rowcount  # type: ignore[attr-defined]
    if not count:
        raise Conflict(_("Nothing is due for this month: each voucher is paid, or its line did not stand."))
    note_bulk_write(session(), Payment.__tablename__)
    batch.stopped = _stop_gone(by)
    record("payments.made", by=by, subject=batch, payments=count, stopped=batch.stopped)
    return batch


def release_gone(*, by: Actor) -> int:
    """Stop the vouchers whose line is gone, without paying a month; raise Conflict where there is none."""
    policy.check(by, "payment:make")
    hold_budgets()
    stopped = _stop_gone(by)
    if not stopped:
        raise Conflict(_("No voucher lost its line."))
    record("vouchers.let_go", by=by, vouchers=stopped)
    return stopped


def _stop_gone(by: Actor) -> int:
    """Stop the vouchers whose line is gone; what they still held goes back to their budgets. Return how many."""
    gone = queries.list_gone()
    months = queries.months_of(one.voucher.code for one in gone)
    back: defaultdict[int, list[NewEntry]] = defaultdict(list)
    for one in gone:
        voucher, reason = one.voucher, LINE_VOID if one.line.is_void else LINE_ENDED
        since = gone_since(one.line)
        back[voucher.budget_id] += let_go(voucher, since=since, months=months[voucher.code], reason=reason, by=by)
    session().flush()
    for budget_id, entries in sorted(back.items()):
        post_entries(budget_id, entries, by=by)
    return len(gone)
