"""Devices on loan: those a household has to bring back, by the day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from ...foundation.database import session
from ...households.models import Household
from ...progress.models import FactRow
from ...progress.rules.facts import Item, Kind
from ..models import Device

PAGE = 50


@dataclass(frozen=True, slots=True)
class Loan:
    """A device that is out on loan. ``tag``: of a unit that we follow."""

    fact: FactRow
    household: str
    household_code: str
    tag: str | None

    def days_over(self, today: date) -> int:
        """Return how many days it is overdue; 0 when it is not."""
        due = self.fact.loan_due_on
        return max((today - due).days, 0) if due is not None else 0


def _out() -> list[ColumnElement[bool]]:
    """Return the conditions of a loan that stands: neither void nor ended."""
    void, end, undone = aliased(FactRow), aliased(FactRow), aliased(FactRow)
    return [
        FactRow.loan_due_on.is_not(None),
        FactRow.kind == Kind.DELIVERY.value,
        FactRow.item == Item.DEVICE.value,
        ~exists().where(void.refers_to == FactRow.number, void.kind == Kind.VOID.value),
        ~exists().where(
            end.refers_to == FactRow.number,
            end.kind == Kind.END.value,
            ~exists().where(undone.refers_to == end.number, undone.kind == Kind.VOID.value),
        ),
    ]


def _loans() -> Select[FactRow, str, str, str]:
    return (
        select(FactRow, Household.head_name, Household.code, Device.code)
        .join(Household, Household.id == FactRow.record_id)
        .outerjoin(Device, Device.fact_number == FactRow.number)
        .where(*_out())
        .order_by(FactRow.loan_due_on, FactRow.number)
    )


def loans_until(day: date) -> Select[FactRow, str, str, str]:
    """Return the statement that finds loans due by the day, the longest overdue first."""
    return _loans().where(FactRow.loan_due_on <= day)


def list_loans(*, after: int | None = None) -> list[Loan]:
    """Return loans, the longest overdue first; ``after``: the hand-over that the page before ended with.

    One more than a page tells of a next one.
    """
    statement = _loans().limit(PAGE + 1)
    last = session().get(FactRow, after) if after is not None else None
    if last is not None and last.loan_due_on is not None:
        same_day = and_(FactRow.loan_due_on == last.loan_due_on, FactRow.number > last.number)
        statement = statement.where(or_(FactRow.loan_due_on > last.loan_due_on, same_day))
    return [Loan(*row) for row in session().execute(statement)]


def count_loans(today: date) -> tuple[int, int]:
    """Return how many loans stand, and how many of them are overdue."""
    overdue = func.count(FactRow.number).filter(FactRow.loan_due_on < today)
    row = session().execute(select(func.count(FactRow.number), overdue).where(*_out())).one()
    return row[0], row[1]
