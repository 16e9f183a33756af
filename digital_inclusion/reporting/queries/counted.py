"""The households behind a figure: fifty at a time, by the number of their identity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.dates import last_day
from ...households.models import Household
from ...partners.models import Partner
from ...progress.models import EntryRow, Standing
from ...progress.queries.figures import Filter, figures, series_by_month

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Which figure is opened. ``month`` (its first day): only what arose in it."""

    milestone: str
    aspect: str
    where: Filter
    month: date | None = None


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One counted household: the record one may open, the day it counts from, and whose result it is."""

    code: str
    head_name: str
    erased: bool
    partner: str
    linked: bool
    counted_on: date
    credited_id: int
    district: str


@dataclass(frozen=True, slots=True)
class CountedPage:
    """Fifty rows, the figure itself, and the key of the next page."""

    rows: Sequence[CountedRow]
    total: int
    next: int | None


def list_counted(wanted: Figure, *, after: int | None = None) -> CountedPage:
    """Return one page of the households that make up a figure of today."""
    found = _identities(wanted, after or 0)
    page = found[:PAGE]
    credits, records = _credits(wanted, page), _records(page)
    rows = [_row(credits[one], records[one]) for one in page if one in credits and one in records]
    return CountedPage(rows, total(wanted), page[-1] if len(found) > PAGE else None)


def total(wanted: Figure) -> int:
    """Return the figure, read from the sums."""
    if wanted.month is None:
        return figures(wanted.where).of(wanted.milestone, wanted.aspect)
    months = series_by_month(wanted.where, first=wanted.month, last=wanted.month)
    found = next((one for one in months if one.month == wanted.month), None)
    return found.added.of(wanted.milestone, wanted.aspect) if found else 0


def _identities(wanted: Figure, after: int) -> list[int]:
    statement = (
        select(EntryRow.identity)
        .where(EntryRow.identity > after, *_conditions(wanted))
        .group_by(EntryRow.identity)
        .having(func.sum(EntryRow.sign) > 0)
        .order_by(EntryRow.identity)
        .limit(PAGE + 1)
    )
    if wanted.where.partner_id is not None:  # whoever is credited has a record of its own in the identity
        own = select(Standing.identity).where(Standing.partner_id == wanted.where.partner_id)
        statement = statement.where(EntryRow.identity.in_(own))
    return list(session().scalars(statement))


def _conditions(wanted: Figure) -> list[ColumnElement[bool]]:
    """Return the figure's conditions; without a month the walk goes along the identities and stops after a page."""
    milestone: Any = EntryRow.milestone
    if wanted.month is None:
        milestone = func.coalesce(EntryRow.milestone, "")  # keeps the planner from reading the whole milestone first
        days = EntryRow.occurred_on <= clock.today()
    else:
        days = EntryRow.occurred_on.between(wanted.month, min(last_day(wanted.month), clock.today()))
    found: list[ColumnElement[bool]] = [milestone == wanted.milestone, EntryRow.aspect == wanted.aspect, days]
    if wanted.where.partner_id is not None:
        found.append(EntryRow.partner_id == wanted.where.partner_id)
    if wanted.where.district is not None:
        found.append(EntryRow.district == wanted.where.district)
    return found


def _credits(wanted: Figure, page: Sequence[int]) -> dict[int, tuple[date, int, str]]:
    """Return for each identity the day it counts from, the partner credited, and the district."""
    what = (EntryRow.identity, EntryRow.occurred_on, EntryRow.partner_id, EntryRow.district)
    statement = (
        select(*what)
        .where(EntryRow.identity.in_(page), *_conditions(wanted))
        .group_by(*what)
        .having(func.sum(EntryRow.sign) > 0)
        .order_by(*what)
    )
    return {identity: (day, partner, district) for identity, day, partner, district in session().execute(statement)}


def _records(page: Sequence[int]) -> dict[int, list[Any]]:
    """Return the records of each identity that one may see."""
    columns = (
        Standing.identity, Standing.linked, Household.partner_id, Household.code, Household.head_name,
        Household.erased_at, Partner.name,
    )  # fmt: skip
    statement = (
        select(*columns)
        .join(Household, Household.id == Standing.record_id)
        .join(Partner, Partner.id == Household.partner_id)
        .where(Standing.identity.in_(page))
        .order_by(Standing.identity, Household.id)
    )
    found: dict[int, list[Any]] = {}
    for row in session().execute(statement):
        found.setdefault(row.identity, []).append(row)
    return found


def _row(credit: tuple[date, int, str], records: Sequence[Any]) -> CountedRow:
    """Return the row of the credited partner's record; else the first record."""
    day, credited, district = credit
    shown = next((row for row in records if row.partner_id == credited), records[0])
    return CountedRow(
        shown.code, shown.head_name, shown.erased_at is not None, shown.name, shown.linked, day, credited, district
    )
