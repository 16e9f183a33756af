"""Households that learned what they wanted and are to be asked whether they still use it (rule 7)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from ...foundation.database import session
from ...households.models import Enrollment, Household, Member
from ...households.queries import agrees_to
from ...progress.models import FactRow, Standing
from ...progress.queries.deliveries import list_standing
from ...progress.queries.program import get_program
from ...progress.rules.facts import Item, Kind
from ..rules.assessments import Standing as Follows

PAGE = 50
PURPOSE = "follow_up"


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A household to ask, since when its skills are proven, and who of it was trained."""

    household: Household
    reached_on: date
    learned: tuple[str, ...]


def _to_ask(today: date, days: int) -> list[ColumnElement[bool]]:
    """Return the conditions: skills proven so long ago, still in service, agreed to be asked, not asked since."""
    return [
        Standing.skills_verified_on <= today - timedelta(days=days),
        Standing.skills_sustained_on.is_(None),
        Household.erased_at.is_(None),
        func.coalesce(Household.safe_contact, "") != "none",
        exists().where(Enrollment.household_id == Household.id, Enrollment.closed_on.is_(None)),
        agrees_to(PURPOSE, today),
        ~_asked(today, days),
    ]


def _asked(today: date, days: int) -> ColumnElement[bool]:
    """Return the condition: an answer stands that came late enough to count: a "yes", which a verifier has, or a "no"
    within the last so many days. One that came too early is asked for again."""
    check, void = aliased(FactRow), aliased(FactRow)
    return exists().where(
        check.record_id == Household.id,
        check.kind == Kind.CHECK.value,
        check.item == Item.TRAINING.value,
        ~exists().where(void.refers_to == check.number, void.kind == Kind.VOID.value),
        check.occurred_on >= _later(Standing.skills_verified_on, days),
        or_(check.positive.is_(True), check.occurred_on > today - timedelta(days=days)),
    )


def _later(day: Any, days: int) -> ColumnElement[date]:
    """Return the day so many days after the column's."""
    if session().get_bind().dialect.name == "sqlite":
        return func.date(day, f"+{days} days", type_=Date)
    return cast(day + literal(days, Integer), Date)


def list_to_ask(today: date, days: int, *, after: int | None = None) -> list[ToAsk]:
    """Return whom to ask today, in the order of their records; one more than a page tells of a next one."""
    statement = (
        select(Household, Standing.skills_verified_on)
        .join(Standing, Standing.record_id == Household.id)
        .where(*_to_ask(today, days), Household.id > (after or 0))
        .order_by(Household.id)
        .limit(PAGE + 1)
    )
    rows = session().execute(statement).all()
    names = _learned([household.id for household, _reached in rows])
    return [ToAsk(household, reached, tuple(names.get(household.id, ()))) for household, reached in rows if reached]


def count_to_ask(today: date, days: int) -> int:
    """Return how many there are to ask today."""
    counted: Any = select(func.count(Household.id)).join(Standing, Standing.record_id == Household.id)
    return session().scalar(counted.where(*_to_ask(today, days))) or 0


def _learned(household_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the names of those who were trained, by household."""
    trained = exists().where(
        FactRow.record_id == Member.household_id, FactRow.member_id == Member.id, FactRow.item == Item.TRAINING.value,
        FactRow.kind == Kind.DELIVERY.value,
    )  # fmt: skip
    statement = select(Member.household_id, Member.name).where(Member.household_id.in_(household_ids), trained)
    found: dict[int, list[str]] = {}
    for household, name in session().execute(statement.order_by(Member.household_id, Member.id)):
        found.setdefault(household, []).append(name)
    return found


def find_standing(household_id: int, member_id: int | None, day: date) -> Follows:
    """Return what decides whether a follow-up taken on ``day`` counts. Without a member: of anybody who was trained.
    A training that names nobody may have been anybody's."""
    standard = get_program().file.standard_on(day)
    reached = session().scalar(select(Standing.skills_verified_on).where(Standing.record_id == household_id))
    had = list_standing(household_id, [Kind.DELIVERY], Item.TRAINING)
    return Follows(
        reached_on=reached,
        trained=any(member_id is None or fact.member_id in (None, member_id) for fact in had),
        days=standard.sustained_days if standard else 0,
        allowed=standard is not None and standard.follow_up_counts,
    )
