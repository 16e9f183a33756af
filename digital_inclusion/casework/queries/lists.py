"""The household list: filtered, sorted, fifty at a time by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.orm import aliased

from ...accounts.models import User
from ...foundation.access.identity import Actor
from ...foundation.database import Scope, current_scope, session
from ...foundation.kernel import clock
from ...households.models import Enrollment, Household
from ...partners.models import Partner
from ...progress.models import PostingRow, Standing
from ..rules.status import Status, status_of

PAGE = 50
SORTS = {"enrolled", "-enrolled", "name", "-name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """What the list shows. ``whose``: mine, team, all."""

    whose: str = "all"
    status: str | None = None
    reason: str | None = None
    sort: str = "-enrolled"
    after: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class ListRow:
    """One household in a list."""

    id: int
    code: str
    head_name: str
    erased: bool
    partner: str
    navigator: str | None
    enrolled_on: date | None
    verified_on: date | None
    pending_on: date | None
    until: date | None
    is_open: bool
    reason: str | None
    owed_by: str | None
    since: date | None
    details: dict[str, object] | None
    district: str | None

    @property
    def status(self) -> Status:
        """Return the word for where it stands."""
        return status_of(
            verified_on=self.verified_on,
            pending_on=self.pending_on,
            until=self.until,
            is_open=bool(self.is_open),
            reason=self.reason,
            today=clock.today(),
        )


@dataclass(frozen=True, slots=True)
class ListPage:
    """Fifty rows, how many there are in all, and the keys of the pages beside this one."""

    rows: Sequence[ListRow]
    total: int
    next: int | None
    previous: int | None


def list_households(wanted: ListFilter, *, by: Actor) -> ListPage:
    """Return one page of the households ``by`` sees; those of an undone import stand nowhere and are left out."""
    conditions = _conditions(wanted, by)
    rows = _rows(wanted, conditions)
    backwards = wanted.before is not None
    more = len(rows) > PAGE
    shown = rows[:PAGE][::-1] if backwards else rows[:PAGE]
    has_next = more if not backwards else True
    has_previous = (wanted.after is not None) if not backwards else more
    return ListPage(
        rows=shown,
        total=_count(wanted, conditions),
        next=shown[-1].id if shown and has_next else None,
        previous=shown[0].id if shown and has_previous else None,
    )


def rows_of(ids: Sequence[int]) -> list[ListRow]:
    """Return list rows for households, in the order of ``ids``; those one may not see are left out."""
    found = {row.id: row for row in _read(_select().where(Household.id.in_(ids)).order_by(Household.id))}
    return [found[one] for one in ids if one in found]


def _conditions(wanted: ListFilter, by: Actor) -> list[ColumnElement[bool]]:
    own = aliased(Standing)  # asked for apart from the joined one, so that households still lead the way
    found: list[ColumnElement[bool]] = [exists().where(own.record_id == Household.id)]
    if wanted.whose == "mine":
        found.append(Household.navigator_id == by.user_id)
    elif wanted.whose == "team":
        found.append(Household.team_id.in_(sorted(by.team_ids)))
    if wanted.status is not None:
        found += _with_status(wanted.status)
    if wanted.reason is not None:
        found.append(Standing.reason == wanted.reason)
    return found


def _with_status(status: str) -> list[ColumnElement[bool]]:
    if status in (Status.COUNTED, Status.LAPSED):
        return [Standing.connected_verified_on.is_not(None)]
    if status == Status.QUESTIONED:
        return [Standing.reason == "questioned"]
    pending = Standing.connected_pending_on
    return [
        Standing.connected_verified_on.is_(None),
        pending.is_not(None) if status == Status.PENDING else pending.is_(None),
    ]


def _rows(wanted: ListFilter, conditions: list[ColumnElement[bool]]) -> list[ListRow]:
    down = wanted.sort.startswith("-") != (wanted.before is not None)
    by_name = wanted.sort.lstrip("-") == "name"
    key = wanted.before if wanted.before is not None else wanted.after
    statement = _select().where(*conditions)
    if key is not None:
        statement = statement.where(_beyond(key, by_name=by_name, down=down))
    columns: list[Any] = [Household.head_name, Household.id] if by_name else [Household.id]
    ordered = [column.desc() if down else column.asc() for column in columns]
    return _read(statement.order_by(*ordered).limit(PAGE + 1))


def _beyond(key: int, *, by_name: bool, down: bool) -> ColumnElement[bool]:
    """Return the condition for rows after the household ``key``; its name is looked up, never told in a URL."""
    if not by_name:
        return Household.id < key if down else Household.id > key
    name = session().scalar(select(Household.head_name).where(Household.id == key)) or ""
    here, there = tuple_(Household.head_name, Household.id), tuple_(name, key)
    return here < there if down else here > there


@cache
def _select() -> Select[Any]:
    enrolled_on = (
        select(func.min(Enrollment.enrolled_on)).where(Enrollment.household_id == Household.id).scalar_subquery()
    )
    columns: list[Any] = [
        Household.id,
        Household.code,
        Household.head_name,
        Household.erased_at.is_not(None),
        Partner.name,
        User.name,
        enrolled_on,
        Standing.connected_verified_on,
        Standing.connected_pending_on,
        Standing.connected_until,
        Standing.connected_open,
        Standing.reason,
        Standing.owed_by,
        Standing.since,
        Standing.details,
        Standing.district,
    ]
    return (
        select(*columns)
        .join(Partner, Partner.id == Household.partner_id)
        .outerjoin(Standing, Standing.record_id == Household.id)
        .outerjoin(User, User.id == Household.navigator_id)
    )


def _read(statement: Select[Any]) -> list[ListRow]:
    return [ListRow(*row) for row in session().execute(statement)]


def _count(wanted: ListFilter, conditions: list[ColumnElement[bool]]) -> int:
    """Return how many rows there are in all; kept until the next posting, for counting reads every one of them."""
    if wanted.whose != "all":
        return _counted(wanted, conditions)  # few, and a caseload changes hands without a posting
    key = (current_scope(), wanted.status, wanted.reason)
    as_of = session().execute(_last_posting()).first()
    held = _COUNTS.get(key)
    if as_of is None or held is None or held[0] != tuple(as_of):
        held = tuple(as_of or ()), _counted(wanted, conditions)
        if len(_COUNTS) >= MOST_COUNTS:
            _COUNTS.clear()
        _COUNTS[key] = held
    return held[1]


_COUNTS: dict[tuple[Scope, str | None, str | None], tuple[tuple[Any, ...], int]] = {}
MOST_COUNTS = 500


@cache
def _last_posting() -> Select[int, datetime]:
    return select(PostingRow.number, PostingRow.recorded_at).order_by(PostingRow.number.desc()).limit(1)


def _counted(wanted: ListFilter, conditions: list[ColumnElement[bool]]) -> int:
    statement = select(func.count()).select_from(Household).where(*conditions)
    if wanted.status is not None or wanted.reason is not None:
        statement = statement.join(Standing, Standing.record_id == Household.id)
    return session().scalar(statement) or 0
