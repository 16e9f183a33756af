"""Reading vouchers. They are narrowed to the reader's partner by the session's scope."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, not_, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from ...foundation.database import session
from ...foundation.kernel.dates import months
from ...foundation.kernel.errors import NotFound
from ...funding.models import MoneyEntry, Payment
from ...funding.rules.money import COMMIT, RELEASE
from ...funding.rules.payments import DUE, VOID
from ...households.models import Household
from ...progress.models import Standing
from ..models import Subscription, Subsidy, Voucher
from ..rules.terms import VOUCHER
from ..rules.vouchers import Line, Support

PAGE = 50


def get_voucher(code: str) -> Voucher:
    """Return the voucher with its household, line and budget; raise NotFound also for another partner's."""
    statement = select(Voucher).where(Voucher.code == code)
    found = session().scalars(
        statement.options(joinedload(Voucher.household), joinedload(Voucher.line), joinedload(Voucher.budget))
    )
    voucher = found.one_or_none()
    if voucher is None:
        raise NotFound
    return voucher


def hold_voucher(voucher_id: int) -> Voucher:
    """Return the voucher as it stands, held until the commit."""
    held = select(Voucher).where(Voucher.id == voucher_id).with_for_update().execution_options(populate_existing=True)
    return session().scalars(held).one()


def list_vouchers(*, state: str | None = None, before: int | None = None) -> Sequence[Voucher]:
    """Return vouchers, the last given first, one more than a page."""
    statement = select(Voucher).options(joinedload(Voucher.household), joinedload(Voucher.budget))
    if state is not None:
        statement = statement.where(Voucher.state == state)
    if before is not None:
        statement = statement.where(Voucher.id < before)
    return session().scalars(statement.order_by(Voucher.id.desc()).limit(PAGE + 1)).all()


def count_vouchers() -> dict[str, int]:
    """Return how many vouchers there are, by state."""
    statement = select(Voucher.state, func.count(Voucher.id)).group_by(Voucher.state).order_by(Voucher.state)
    return dict(session().execute(statement).all())


def list_of_household(household_id: int) -> Sequence[Voucher]:
    """Return the vouchers of a household, the latest first."""
    statement = select(Voucher).where(Voucher.household_id == household_id).options(joinedload(Voucher.budget))
    return session().scalars(statement.order_by(Voucher.from_on.desc(), Voucher.id.desc())).all()


def list_months_taken(household_id: int) -> set[date]:
    """Return the months that vouchers of the household pay."""
    statement = select(Voucher.from_on, Voucher.until_on).where(Voucher.household_id == household_id)
    return {
        month
        for first, last in session().execute(statement.order_by(Voucher.id))
        if first <= last
        for month in months(first, last)
    }


def list_standing_lines(household_id: int, day: date) -> Sequence[Subscription]:
    """Return the lines that a household has or is about to have as they stand, the latest first, with their subsidies.

    What was read before the household was held is read anew.
    """
    statement = (
        select(Subscription)
        .where(
            Subscription.household_id == household_id,
            not_(Subscription.is_void),
            or_(Subscription.ended_on.is_(None), Subscription.ended_on > day),
        )
        .options(selectinload(Subscription.subsidies))
        .order_by(Subscription.starts_on.desc(), Subscription.fact_number.desc())
        .execution_options(populate_existing=True)
    )
    return session().scalars(statement).all()


def list_costly_lines(partner_id: int, month: date, *, most: int) -> list[tuple[str, int, int]]:
    """Return lines that stood on the first of a month and cost something, one for each household: its code, the line's
    number, its price in cents before subsidies."""
    statement = (
        select(Household.code, Subscription.fact_number, Subscription.price_cents)
        .join(Household, Household.id == Subscription.household_id)
        .where(
            Subscription.partner_id == partner_id,
            Household.erased_at.is_(None),
            not_(Subscription.is_void),
            Subscription.provider.is_not(None),
            Subscription.price_cents > 0,
            Subscription.starts_on <= month,
            Subscription.ended_on.is_(None),
            ~exists().where(Subsidy.fact_number == Subscription.fact_number),
        )
        .order_by(Subscription.starts_on.desc(), Subscription.fact_number)
        .limit(4 * most)
    )
    found: dict[str, tuple[str, int, int]] = {}
    for code, number, cents in session().execute(statement):
        found.setdefault(code, (code, number, cents or 0))
    return list(found.values())[:most]


def line_of(row: Subscription) -> Line:
    """Return a line as the rules read it."""
    return Line(
        starts_on=row.starts_on,
        ended_on=row.ended_on,
        is_void=row.is_void,
        provider=row.provider,
        price_cents=row.price_cents,
        promo_until_on=row.promo_until_on,
        price_after_cents=row.price_after_cents,
        supports=[
            Support(one.amount_cents, one.from_on, one.until_on) for one in row.subsidies if one.program != VOUCHER
        ],
    )


@dataclass(slots=True)
class Months:
    """The months of a voucher: those it was promised and did not let go, and those for which a payment stands."""

    held: set[date] = field(default_factory=set)
    paid: set[date] = field(default_factory=set)


def months_of(codes: Iterable[str]) -> dict[str, Months]:
    """Return the months of vouchers by their codes."""
    found: defaultdict[str, Months] = defaultdict(Months)
    asked = list(codes)
    for begin in range(0, len(asked), 500):  # no database takes any number of parameters
        some = asked[begin : begin + 500]
        held: Any = select(MoneyEntry.voucher, MoneyEntry.month).where(MoneyEntry.voucher.in_(some), _is_held())
        for voucher, month in session().execute(held.order_by(MoneyEntry.id)):
            found[voucher].held.add(month)
        paid = select(Payment.voucher, Payment.month).where(Payment.voucher.in_(some), Payment.state != VOID)
        for voucher, month in session().execute(paid.order_by(Payment.id)):
            found[voucher].paid.add(month)
    return found


def _is_held() -> ColumnElement[bool]:
    """Return the condition: the entry promised a month that was not let go."""
    return and_(MoneyEntry.kind == COMMIT, ~_is_let_go(MoneyEntry.voucher, MoneyEntry.month))


def _covers(voucher: Any, line: Any, month: date) -> ColumnElement[bool]:
    """Return the condition: the voucher holds this month, and its line stood on the first day."""
    return and_(
        voucher.from_on <= month,
        voucher.until_on >= month,
        ~_is_let_go(voucher.code, month),
        not_(line.is_void),
        line.starts_on <= month,
        or_(line.ended_on.is_(None), line.ended_on > month),
    )


def _is_paid(code: Any, month: Any) -> ColumnElement[bool]:
    return exists().where(Payment.voucher == code, Payment.month == month, Payment.state != VOID)


def _is_let_go(code: Any, month: Any) -> ColumnElement[bool]:
    gone = aliased(MoneyEntry)
    return exists().where(gone.voucher == code, gone.month == month, gone.kind == RELEASE)


def _has_twin(month: date) -> ColumnElement[bool]:
    """Return the condition: another organization's voucher pays the month of the same household, or did so before.

    Only matching knows that two records are one household, often after both gave a voucher. The earlier one is paid.
    """
    twin, line, standing = aliased(Voucher), aliased(Subscription), aliased(Standing)
    earlier = and_(twin.id < Voucher.id, _covers(twin, line, month))
    other = (
        select(twin.id)
        .join(standing, standing.record_id == twin.household_id)
        .join(line, line.fact_number == twin.fact_number)
        .where(standing.identity == Standing.identity, twin.id != Voucher.id, or_(earlier, _is_paid(twin.code, month)))
    )
    return and_(Standing.linked, other.correlate(Voucher, Standing).exists())


def due_in(month: date) -> Select[int, int, str, date, str, int]:
    """Return the statement of what is to be paid for a month: vouchers whose line stood on its first day, unpaid,
    one for each household."""
    return (
        select(
            Voucher.budget_id, Voucher.partner_id, Voucher.code, literal(month), Voucher.provider, Voucher.monthly_cents
        )
        .join(Subscription, Subscription.fact_number == Voucher.fact_number)
        .join(Standing, Standing.record_id == Voucher.household_id)
        .where(_covers(Voucher, Subscription, month), ~_is_paid(Voucher.code, month), ~_has_twin(month))
        .order_by(Voucher.provider, Voucher.id)
    )


def list_twins(month: date) -> Sequence[Voucher]:
    """Return the vouchers that a batch of the month leaves out, because another pays the same household."""
    statement = (
        select(Voucher)
        .join(Subscription, Subscription.fact_number == Voucher.fact_number)
        .join(Standing, Standing.record_id == Voucher.household_id)
        .where(_covers(Voucher, Subscription, month), ~_is_paid(Voucher.code, month), _has_twin(month))
    )
    return session().scalars(statement.order_by(Voucher.id)).all()


def payments_of(batch_id: int, month: date) -> Select[int, int, str, date, str, int, int, str]:
    """Return the statement of the payments that a new batch has, in the order of the table's columns."""
    return due_in(month).add_columns(literal(batch_id), literal(DUE))


def sum_due(month: date) -> list[tuple[str, int, int]]:
    """Return payee, number and cents of what is to be paid for a month, by payee."""
    due = due_in(month).order_by(None).subquery()
    statement = select(due.c.provider, func.count(), func.sum(due.c.monthly_cents)).group_by(due.c.provider)
    return [(payee, count, int(cents)) for payee, count, cents in session().execute(statement.order_by(due.c.provider))]


@dataclass(frozen=True, slots=True)
class Gone:
    """A voucher whose line ended or never was, while months after that are still promised."""

    voucher: Voucher
    line: Line


def list_gone() -> list[Gone]:
    """Return the vouchers whose line is gone; which of their months are let go is for the rules."""
    statement = (
        select(Voucher, Subscription.starts_on, Subscription.ended_on, Subscription.is_void)
        .join(Subscription, Subscription.fact_number == Voucher.fact_number)
        .where(_is_gone())
        .options(joinedload(Voucher.subsidy))
        .order_by(Voucher.id)
    )
    return [
        Gone(voucher, Line(starts_on=starts_on, ended_on=ended_on, is_void=is_void))
        for voucher, starts_on, ended_on, is_void in session().execute(statement)
    ]


def count_gone() -> int:
    """Return how many vouchers still hold a month that their line did not begin with."""
    statement = select(func.count(Voucher.id)).join(Subscription, Subscription.fact_number == Voucher.fact_number)
    return session().scalar(statement.where(_is_gone())) or 0


def _is_gone() -> ColumnElement[bool]:
    """Return the condition: a month is promised and in no batch, and the line did not stand on its first day.

    Stopped vouchers too: a batch that is taken back gives them a month again.
    """
    late = or_(Subscription.is_void, MoneyEntry.month >= Subscription.ended_on)
    unpaid = ~_is_paid(MoneyEntry.voucher, MoneyEntry.month)
    over = or_(Subscription.is_void, Subscription.ended_on.is_not(None))
    return and_(over, exists().where(MoneyEntry.voucher == Voucher.code, late, _is_held(), unpaid))
