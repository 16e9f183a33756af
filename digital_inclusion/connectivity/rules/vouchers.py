"""City vouchers: for which months one can be given, how much, and what is let go when it stops. Pure.

A voucher pays whole months. A month is paid for when the line stood on its first day: that day's price and subsidies
say how much can be paid at most, so that no voucher pays more than the household would.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ...foundation.kernel.dates import last_day, month_of, months_from, next_month
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.money import format_cents
from .prices import net_on

RUNNING, STOPPED = "running", "stopped"
STATES = {RUNNING: _("Running"), STOPPED: _("Stopped")}
MOST_MONTHS = 24
STOP_REASONS = {
    "not_needed": _("They do not need it any more"),
    "other_help": _("Another program pays now"),
    "left": _("They left, or cannot be reached"),
    "mistake": _("It was given by mistake"),
}
LINE_ENDED, LINE_VOID = "line_ended", "line_void"
REASONS = {**STOP_REASONS, LINE_ENDED: _("The line ended"), LINE_VOID: _("The line never was")}


@dataclass(frozen=True, slots=True)
class Support:
    """What a program pays toward a line: cents a month, from a day up to and with a day (None: no end known)."""

    amount_cents: int
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is known of a line, as vouchers need it. Prices in cents a month, before subsidies."""

    starts_on: date
    ended_on: date | None = None
    is_void: bool = False
    provider: str | None = None
    price_cents: int | None = None
    promo_until_on: date | None = None
    price_after_cents: int | None = None
    supports: Sequence[Support] = ()

    def stands_on(self, day: date) -> bool:
        """Tell whether the household has the line on that day."""
        return not self.is_void and self.starts_on <= day and (self.ended_on is None or day < self.ended_on)

    def net_on(self, day: date) -> int | None:
        """Return what the household pays a month on that day, never below zero; None where no price is known."""
        return net_on(self, self.supports, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A voucher that somebody wants to give."""

    monthly_cents: int
    from_on: date  # the first day of its first month
    months: int

    @property
    def all_months(self) -> list[date]:
        """Return the first days of its months."""
        return months_from(self.from_on, self.months)

    @property
    def until_on(self) -> date:
        """Return the last day of its last month."""
        return last_day(self.all_months[-1])


def first_month(line: Line, today: date) -> date:
    """Return the first month that a voucher given today is meant for: the present one where the line stood already."""
    month = month_of(today)
    return month if line.stands_on(month) else next_month(max(today, line.starts_on))


def earliest_month(today: date) -> date:
    """Return the first month that can still be given: the one before the present one."""
    return month_of(month_of(today) - timedelta(days=1))


def least_net(line: Line, wanted: Iterable[date]) -> int | None:
    """Return the least that the household pays on the first day of one of the months; None where no price is known."""
    found = [line.net_on(month) for month in wanted]
    known = [net for net in found if net is not None]
    return min(known) if known and len(known) == len(found) else None


def check_terms(terms: Terms, line: Line, *, today: date, taken: Collection[date]) -> None:
    """Raise Invalid naming every value that cannot be. ``taken``: months that a voucher of the household pays."""
    fields = {}
    if not 1 <= terms.months <= MOST_MONTHS:
        raise Invalid(fields={"months": _("Write a number of months from 1 to 24.")})
    if fault := _fault_of_month(terms.from_on, line, today):
        fields["from_month"] = fault
    twice = sorted(set(terms.all_months) & set(taken))
    if twice:
        sentence = _("A voucher of this household pays %(month)s already. Choose another first month or fewer months.")
        fields["from_month"] = sentence % {"month": f"{twice[0]:%m/%Y}"}
    if fault := _fault_of_amount(terms, line):
        fields["amount"] = fault
    if fields:
        raise Invalid(fields=fields)


def _fault_of_month(month: date, line: Line, today: date) -> str | None:
    if month < earliest_month(today):
        return _("A voucher can begin last month at the earliest.")
    if line.is_void or (line.ended_on is not None and line.ended_on <= month):
        return _("The line does not stand any more in this month.")
    if line.starts_on > month:
        sentence = _("The line began on %(day)s. The first month that can be paid is %(month)s.")
        return sentence % {"day": f"{line.starts_on:%m/%d/%Y}", "month": f"{next_month(line.starts_on):%m/%Y}"}
    return None


def _fault_of_amount(terms: Terms, line: Line) -> str | None:
    if terms.monthly_cents <= 0:
        return _("Write an amount above zero.")
    net = least_net(line, terms.all_months)
    if net is None:
        return _("Nobody wrote down what this line costs. Note its price first.")
    if terms.monthly_cents > net:
        sentence = _("With its other subsidies the line costs the household %(net)s a month. Write that or less.")
        return sentence % {"net": format_cents(net)}
    return None


def gone_since(line: Line) -> date:
    """Return the first month that the line did not begin with any more; the last of all days while it stands."""
    if line.is_void:
        return date.min
    if line.ended_on is None:
        return date.max
    return line.ended_on if line.ended_on.day == 1 else next_month(line.ended_on)


@dataclass(frozen=True, slots=True)
class Stop:
    """What a voucher's end lets go: the months; and the last day that it still pays (before its first: none)."""

    released: list[date]
    until_on: date


def stop_from(held: Collection[date], since: date, *, first: date, paid: Collection[date]) -> Stop:
    """Return what is let go of the months that a voucher holds from ``since`` on, what is paid left aside.

    ``first``: the first month that it was given for.
    """
    released = sorted(month for month in held if month >= since and month not in paid)
    kept = set(held) - set(released)
    return Stop(released, last_day(max(kept)) if kept else first - timedelta(days=1))


def check_stop(since: date, *, first: date, last: date, paid: Collection[date]) -> None:
    """Raise Invalid unless a voucher may be stopped from the month ``since`` on."""
    if not month_of(first) <= since <= last:
        raise Invalid(fields={"from_month": _("The voucher does not pay this month. Choose one of its months.")})
    later = sorted(month for month in paid if month >= since)
    if later:
        sentence = _("%(month)s is in a payment batch already. Stop it from %(next)s on.")
        told = {"month": f"{later[-1]:%m/%Y}", "next": f"{next_month(later[-1]):%m/%Y}"}
        raise Invalid(fields={"from_month": sentence % told})


def check_running(state: str) -> None:
    """Raise Conflict for a voucher that was stopped."""
    if state != RUNNING:
        raise Conflict(_("This voucher is stopped already."))
