"""Enrolled households that do not count: why, whose turn it is, since when; a page at a time by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...households.models import Household
from ...partners.models import Partner
from ...progress.models import Standing
from ...progress.queries.figures import Filter
from ...progress.rules.codes import OWNERS, Code
from ..rules.words import reasons_of
from .reasons import by_reason, reason_cells

PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which of them: a reason, whose turn it is, where, and whose households: mine, team, all."""

    where: Filter
    reason: str | None = None
    owner: str | None = None
    whose: str = "all"

    @property
    def reasons(self) -> list[str] | None:
        """Return the reasons meant; None: all."""
        if self.reason is not None:
            return [self.reason]
        return reasons_of(self.owner) if self.owner is not None else None


@dataclass(frozen=True, slots=True)
class UncountedRow:
    """One household, in the words of ``components/reason.html``."""

    id: int
    code: str
    head_name: str
    erased: bool
    partner: str
    reason: str
    owed_by: str
    since: date | None
    details: dict[str, object] | None
    elsewhere: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UncountedPage:
    """One page of rows, counts by reason and by whose turn it is, and the key of the next page."""

    rows: Sequence[UncountedRow]
    total: int
    by_reason: Sequence[tuple[str, int]]
    by_owner: Sequence[tuple[str, int]]
    next: int | None


def list_uncounted(wanted: Asked, *, by: Actor, after: int | None = None) -> UncountedPage:
    """Return one page; the counts are those of the partner, district and caseload asked for, whatever the reason."""
    counts = by_reason(reason_cells(wanted.where)) if wanted.whose == "all" else _count_held(wanted, by)
    owners: dict[str, int] = {}
    for reason, households in counts:
        owner = OWNERS[Code(reason)].value
        owners[owner] = owners.get(owner, 0) + households
    chosen = wanted.reasons
    rows = _rows(wanted, after or 0, by)
    return UncountedPage(
        rows=rows[:PAGE],
        total=sum(households for reason, households in counts if chosen is None or reason in chosen),
        by_reason=counts,
        by_owner=sorted(owners.items(), key=lambda item: (-item[1], item[0])),
        next=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )


def _rows(wanted: Asked, after: int, by: Actor) -> list[UncountedRow]:
    columns: list[Any] = [
        Standing.record_id,
        Household.code,
        Household.head_name,
        Household.erased_at.is_not(None),
        Partner.name,
        Standing.reason,
        Standing.owed_by,
        Standing.since,
        Standing.details,
        Standing.partner_id,
    ]
    statement = (
        select(*columns)
        .join(Household, Household.id == Standing.record_id)
        .join(Partner, Partner.id == Standing.partner_id)
        .where(Standing.record_id > after, Standing.reason.is_not(None))
        .order_by(Standing.record_id)
        .limit(PAGE + 1)
    )
    if wanted.reasons is not None:
        statement = statement.where(Standing.reason.in_(wanted.reasons))
    return [_row(row, by) for row in session().execute(statement.where(*_asked(wanted, by)))]


def _asked(wanted: Asked, by: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions of place and caseload."""
    found: list[ColumnElement[bool]] = []
    if wanted.where.partner_id is not None:
        found.append(Standing.partner_id == wanted.where.partner_id)
    if wanted.where.district is not None:
        found.append(Standing.district == wanted.where.district)
    if wanted.whose == "mine":
        found.append(Household.navigator_id == by.user_id)
    elif wanted.whose == "team":
        found.append(Household.team_id.in_(sorted(by.team_ids)))
    return found


def _count_held(wanted: Asked, by: Actor) -> list[tuple[str, int]]:
    """Return (reason, households) for a caseload, most first: few enough to count one by one."""
    statement = (
        select(Standing.reason, func.count())
        .join(Household, Household.id == Standing.record_id)
        .where(Standing.reason.is_not(None), *_asked(wanted, by))
        .group_by(Standing.reason)
        .order_by(func.count().desc(), Standing.reason)
    )
    return [(str(reason), households) for reason, households in session().execute(statement)]


def _row(row: Any, by: Actor) -> UncountedRow:
    shown: list[Any] = list(row)
    partner_id = shown.pop()
    elsewhere = partner_id != by.partner_id or bool((shown[-1] or {}).get("elsewhere"))
    return UncountedRow(*[*shown, elsewhere])
