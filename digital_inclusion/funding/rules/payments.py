"""Payments: how a batch goes from hand to hand, and what may be said of what was really paid. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ...foundation.kernel.dates import month_of
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import read_code
from ...foundation.kernel.messages import _
from ...foundation.kernel.money import format_cents, parse_cents
from ...foundation.kernel.text import fold


class BatchState(StrEnum):
    """How far a batch is."""

    MADE = "made"
    APPROVED = "approved"
    SETTLED = "settled"
    VOID = "void"


BATCH_STATES = {
    BatchState.MADE: _("Waits for approval"),
    BatchState.APPROVED: _("Approved"),
    BatchState.SETTLED: _("Settled"),
    BatchState.VOID: _("Void"),
}
DUE, PAID, REJECTED, VOID = "due", "paid", "rejected", "void"
PAYMENT_STATES = {DUE: _("To be paid"), PAID: _("Paid"), REJECTED: _("Rejected"), VOID: _("Void")}
MOVES: dict[BatchState, frozenset[BatchState]] = {
    BatchState.MADE: frozenset({BatchState.APPROVED, BatchState.VOID}),
    BatchState.APPROVED: frozenset({BatchState.SETTLED}),
    BatchState.SETTLED: frozenset(),
    BatchState.VOID: frozenset(),
}
COLUMNS = ("Batch", "Payee", "Voucher", "Month", "Amount", "Fund", "Budget")
LONGEST_REASON = 200


def check_move(state: str, to: BatchState) -> None:
    """Raise Conflict unless a batch in ``state`` may become ``to``."""
    if to not in MOVES[BatchState(state)]:
        raise Conflict(
            _("This batch is “%(state)s”. It cannot become “%(to)s”."),
            state=BATCH_STATES[BatchState(state)],
            to=BATCH_STATES[to],
        )


def check_file(state: str) -> None:
    """Raise Conflict unless a batch in ``state`` has a file: what nobody approved is not paid."""
    if state not in {BatchState.APPROVED, BatchState.SETTLED}:
        raise Conflict(_("This batch is not approved. There is no file for finance yet."))


def check_month(month: date, today: date) -> None:
    """Raise Invalid for a month that has not begun: nobody knows yet which lines will stand."""
    if month > month_of(today):
        raise Invalid(_("This month has not begun. A batch pays for lines that stood on the month's first day."))


@dataclass(frozen=True, slots=True)
class Settled:
    """What was really paid for one payment; a reason where it is less than approved."""

    paid_cents: int
    reason: str | None = None


def check_settled(told: Settled, *, approved: int) -> None:
    """Raise Invalid naming the field unless this may be what was paid."""
    if told.paid_cents > approved:
        sentence = _("Only %(approved)s was approved. Write that much or less.") % {"approved": format_cents(approved)}
        raise Invalid(fields={"paid": sentence})
    if told.paid_cents < approved and not told.reason:
        raise Invalid(fields={"reason": _("Write why it is less than approved.")})
    if told.reason and len(told.reason) > LONGEST_REASON:
        raise Invalid(fields={"reason": _("Please write at most 200 characters.")})


def can_settle(state: str, *, paid: int | None, approved: int) -> bool:
    """Tell whether what was paid may still be noted: for the first time, or because money came back later."""
    return state == DUE or (state == PAID and paid == approved)


def is_maker(made_by: int | None, user_id: int | None) -> bool:
    """Tell whether that user made the batch: then somebody else approves it."""
    return made_by is not None and made_by == user_id


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the finance system's file: its number, the payment it speaks of, what was paid."""

    row: int
    voucher: str
    settled: Settled


_NAMES = {
    "voucher": ("voucher", "voucher code"),
    "paid": ("paid", "paid amount", "amount paid"),
    "reason": ("reason", "note", "rejected because"),
}


def places_of(headers: Sequence[str]) -> Mapping[str, int]:
    """Return where the columns voucher, paid and reason are. Raises Invalid naming those that are missing."""
    folded = [fold(name) for name in headers]
    found = {
        ours: next(folded.index(name) for name in names if name in folded)
        for ours, names in _NAMES.items()
        if any(name in folded for name in names)
    }
    missing = [name for name in ("voucher", "paid") if name not in found]
    if missing:
        raise Invalid(
            _("The file has no column “%(missing)s”. It needs Voucher and Paid, and Reason where less was paid."),
            missing=missing[0].capitalize(),
        )
    return found


def read_answer(row: int, cells: Sequence[str], places: Mapping[str, int]) -> Answer:
    """Return what a row says. Raises Invalid with a sentence that names the row."""
    voucher = read_code(cells[places["voucher"]])
    if voucher is None:
        raise Invalid(
            _("Row %(row)s: “%(text)s” is no voucher's code."), row=row, text=cells[places["voucher"]].strip()[:20]
        )
    paid = cells[places["paid"]].strip()
    try:
        cents = parse_cents(paid)
    except Invalid as error:
        raise Invalid(
            _("Row %(row)s: “%(text)s” is no amount. Write one like 1,234.50, and 0 where nothing was paid."),
            row=row,
            text=paid[:20],
        ) from error
    reason = cells[places["reason"]].strip() or None if "reason" in places else None
    return Answer(row, voucher, Settled(cents, reason))
