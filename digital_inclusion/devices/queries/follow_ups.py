"""Devices in homes whose household is to be asked whether they are still used; what was answered so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ...progress.models import FactRow, Standing
from ...progress.rules.facts import Item, Kind
from ..models import Device, FollowUp
from ..rules.follow_ups import AGAIN_AFTER, MOST_TRIES, NO_ANSWER, Term, terms_on

PAGE = 50
UNREACHED = "unreached"


@dataclass(frozen=True, slots=True)
class Due:
    """A hand-over whose household is to be asked now. ``tries``: how often nobody answered."""

    fact: FactRow
    household: Household
    device: Device | None
    term_days: int
    tries: int


def _stands() -> list[ColumnElement[bool]]:
    """Return the conditions under which a device is in a home by what stands on record."""
    void, end, taken_back = aliased(FactRow), aliased(FactRow), aliased(FactRow)
    ended = exists().where(
        end.record_id == FactRow.record_id, end.kind == Kind.END.value,
        or_(end.refers_to == FactRow.number, and_(end.refers_to.is_(None), end.occurred_on >= FactRow.occurred_on)),
        ~exists().where(taken_back.refers_to == end.number, taken_back.kind == Kind.VOID.value),
    )  # fmt: skip
    return [
        FactRow.kind == Kind.DELIVERY.value,
        FactRow.item == Item.DEVICE.value,
        ~exists().where(void.refers_to == FactRow.number, void.kind == Kind.VOID.value),
        ~ended,
        Household.erased_at.is_(None),
        exists().where(Standing.record_id == Household.id),
    ]


def _tries(term: ColumnElement[int]) -> list[ColumnElement[bool]]:
    return [FollowUp.fact_number == FactRow.number, FollowUp.term_days == term]


def list_due(today: date, follow_up_days: Sequence[int], *, after: int | None = None) -> list[Due]:
    """Return what is to be asked today, by number; one more than a page tells of a next one."""
    terms = terms_on(today, follow_up_days)
    if not terms:
        return []
    statement = _asked(terms, today).where(FactRow.number > (after or 0)).order_by(FactRow.number).limit(PAGE + 1)
    return [Due(*row) for row in session().execute(statement)]


def count_due(today: date, follow_up_days: Sequence[int]) -> int:
    """Return how many are to be asked today."""
    terms = terms_on(today, follow_up_days)
    if not terms:
        return 0
    return session().scalar(select(func.count()).select_from(_asked(terms, today).subquery())) or 0


def _asked(terms: Sequence[Term], today: date) -> Select[*tuple[Any, ...]]:
    windows = [FactRow.occurred_on.between(one.first, one.last) for one in terms]
    term = case(*((window, one.days) for window, one in zip(windows, terms, strict=True)), else_=0)
    said = _tries(term)
    tries = select(func.count(FollowUp.id)).where(*said).scalar_subquery()
    answered = exists().where(*said, FollowUp.answer != NO_ANSWER)
    lately = exists().where(*said, FollowUp.asked_on > today - AGAIN_AFTER)
    return (
        select(FactRow, Household, Device, term, tries)
        .join(Household, Household.id == FactRow.record_id)
        .outerjoin(Device, Device.fact_number == FactRow.number)
        .where(*_stands(), or_(*windows), ~answered, ~lately, tries < MOST_TRIES)
    )


def devices_due(terms: Sequence[Term], today: date) -> Select[*tuple[Any, ...]]:
    """Return the statement that finds what is to be asked in some terms (at least one), the oldest first."""
    return _asked(terms, today).order_by(FactRow.occurred_on, FactRow.number)


def get_asked(number: int, *, code: str) -> tuple[FactRow, Household, Device | None]:
    """Return a hand-over of a device that stands, with its household; NotFound for any other."""
    statement = (
        select(FactRow, Household, Device)
        .join(Household, Household.id == FactRow.record_id)
        .outerjoin(Device, Device.fact_number == FactRow.number)
        .where(FactRow.number == number, Household.code == code, *_stands())
    )
    row = session().execute(statement).first()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


def list_tries(number: int, term_days: int) -> Sequence[FollowUp]:
    """Return what was noted about a question so far, in order."""
    statement = select(FollowUp).where(FollowUp.fact_number == number, FollowUp.term_days == term_days)
    return session().scalars(statement.order_by(FollowUp.try_number)).all()


def count_answers() -> dict[int, dict[str, int]]:
    """Return for each term how many hand-overs had which answer; ``unreached``: three tries and no answer."""
    final = func.max(case((FollowUp.answer == NO_ANSWER, ""), else_=FollowUp.answer))
    one = (
        select(FollowUp.term_days, final.label("answer"), func.count(FollowUp.id).label("tries"))
        .group_by(FollowUp.fact_number, FollowUp.term_days)
        .subquery()
    )
    kind = case((one.c.answer != "", one.c.answer), (one.c.tries >= MOST_TRIES, UNREACHED), else_="again")
    statement = select(one.c.term_days, kind, func.count()).group_by(one.c.term_days, kind)
    found: dict[int, dict[str, int]] = {}
    for term, answer, count in session().execute(statement.order_by(one.c.term_days, kind)):
        found.setdefault(term, {})[answer] = count
    return found
