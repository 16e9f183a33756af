"""The ledger of a budget: what each kind of entry does to its sums, and when one is refused. Pure; whole cents.

Always: amount = committed + paid + free, and free is never negative.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ...foundation.kernel.dates import last_day, month_of
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.money import format_cents
from .grants import MOST_CENTS

BUDGET, COMMIT, RELEASE, PAY, RECOVER = "budget", "commit", "release", "pay", "recover"
KINDS = {
    BUDGET: _("Budget changed"),
    COMMIT: _("Promised"),
    RELEASE: _("Let go"),
    PAY: _("Approved for payment"),
    RECOVER: _("Not paid, or came back"),
}
# how one cent moves the sums: amount, committed, paid
_EFFECTS = {BUDGET: (1, 0, 0), COMMIT: (0, 1, 0), RELEASE: (0, -1, 0), PAY: (0, -1, 1), RECOVER: (0, 0, -1)}
# which entries are behind a figure
BEHIND = {
    "amount": (BUDGET,),
    "committed": (COMMIT, RELEASE, PAY),
    "paid": (PAY, RECOVER),
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What a budget holds, in cents."""

    amount: int = 0
    committed: int = 0
    paid: int = 0

    @property
    def free(self) -> int:
        """Return what can still be promised."""
        return self.amount - self.committed - self.paid


def sums_after(sums: Sums, entries: Iterable[tuple[str, int]]) -> Sums:
    """Return the sums after entries, each (kind, cents). Raises Invalid when less than nothing would be left."""
    amount, committed, paid = sums.amount, sums.committed, sums.paid
    for kind, cents in entries:
        of_amount, of_committed, of_paid = _EFFECTS[kind]
        amount, committed, paid = amount + of_amount * cents, committed + of_committed * cents, paid + of_paid * cents
    after = Sums(amount, committed, paid)
    if committed < 0 or paid < 0:
        raise ValueError("more let go or paid than was promised")
    if after.free < 0:
        raise Invalid(
            _("This needs %(needed)s; %(left)s is left in this budget."),
            needed=format_cents(sums.free - after.free),
            left=format_cents(sums.free),
        )
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetTerms:
    """What a budget says. A fund not yet known by its name is created. Days are widened to whole months."""

    fund: str
    name: str
    starts_on: date
    ends_on: date
    amount_cents: int

    @property
    def months(self) -> tuple[date, date]:
        """Return the first and the last day of the whole months it covers."""
        return month_of(self.starts_on), last_day(self.ends_on)


def check_budget(terms: BudgetTerms) -> None:
    """Raise Invalid naming every value that cannot be."""
    fields = {}
    if terms.ends_on < terms.starts_on:
        fields["last_month"] = _("The last month lies before the first.")
    if fault := _fault_of(terms.amount_cents):
        fields["amount"] = fault
    if fields:
        raise Invalid(fields=fields)


def check_amount(sums: Sums, amount_cents: int) -> int:
    """Return by how much the amount changes. Raises Invalid when it would be less than is promised and paid."""
    if fault := _fault_of(amount_cents):
        raise Invalid(fields={"amount": fault})
    bound = sums.committed + sums.paid
    if amount_cents < bound:
        sentence = _(
            "%(bound)s is promised or paid already. This is %(short)s too little: write at least %(bound)s, or stop "
            "vouchers first."
        )
        told = {"bound": format_cents(bound), "short": format_cents(bound - amount_cents)}
        raise Invalid(fields={"amount": sentence % told})
    if amount_cents == sums.amount:
        raise Invalid(fields={"amount": _("This is the amount it has already.")})
    return amount_cents - sums.amount


def _fault_of(amount_cents: int) -> str | None:
    if amount_cents <= 0:
        return _("Write an amount above zero.")
    return _("This amount is larger than any budget we can keep.") if amount_cents > MOST_CENTS else None
