"""The household list: filtered, sorted, fifty at a time by key."""

import json
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache, partial
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import (
    ColumnElement,
    Dialect,
    ScalarSelect,
    Select,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    exists,
    func,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import aliased

from ...accounts.models import User
from ...foundation.access.identity import Actor
from ...foundation.database import Scope, current_scope, session
from ...foundation.kernel import clock
from ...foundation.reading import read_rows
from ...households.models import Enrollment, Household
from ...partners.models import Partner
from ...progress.models import PostingRow, Standing
from ..rules.status import Status, status_of

Value = TypeVar("Value")
Conditions = Callable[[], list[ColumnElement[bool]]]  # made when they are asked for: often all is kept
AsOf = tuple[Any, ...] | None
PAGE = 50
_SAID_WITH = ("item", "device_kind", "down_kbps", "up_kbps", "needed_down_kbps", "needed_up_kbps")  # details
SORTS = {"enrolled", "-enrolled", "name", "-name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """What the list shows. ``whose``: mine, team, all; ``navigator``: in whose caseload, 0 for nobody's."""

    whose: str = "all"
    navigator: int | None = None
    status: str | None = None
    reason: str | None = None
    batch: int | None = None  # those that came in with one file
    sort: str = "-enrolled"
    after: int | None = None
    before: int | None = None


class ListRow(NamedTuple):
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
    def why(self) -> tuple[object, ...]:
        """Return all that the sentence on the reason rests on: rows with the same have the same sentence."""
        return (self.reason, *map((self.details or {}).get, _SAID_WITH))

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
    conditions, as_of = partial(_conditions, wanted, by), _as_of(wanted)
    rows = _rows(wanted, conditions, as_of)
    backwards = wanted.before is not None
    more = len(rows) > PAGE
    shown = rows[:PAGE][::-1] if backwards else rows[:PAGE]
    has_next = more if not backwards else True
    has_previous = (wanted.after is not None) if not backwards else more
    return ListPage(
        rows=shown,
        total=_COUNTS.get(wanted, as_of, lambda: _counted(wanted, conditions())),
        next=shown[-1].id if shown and has_next else None,
        previous=shown[0].id if shown and has_previous else None,
    )


def rows_of(ids: Sequence[int]) -> list[ListRow]:
    """Return list rows for households, in the order of ``ids``; those one may not see are left out."""
    rows = read_rows(_select_by_id(len(ids)), {f"id_{place}": one for place, one in enumerate(ids)}) if ids else []
    found = {row.id: row for row in map(ListRow._make, rows)}
    return [found[one] for one in ids if one in found]


def _conditions(wanted: ListFilter, by: Actor) -> list[ColumnElement[bool]]:
    own = aliased(Standing)  # asked for apart from the joined one, so that households still lead the way
    found: list[ColumnElement[bool]] = [exists().where(own.record_id == Household.id)]
    if wanted.whose == "mine":
        found.append(Household.navigator_id == by.user_id)
    elif wanted.whose == "team":
        found.append(Household.team_id.in_(sorted(by.team_ids)))
    if wanted.navigator is not None:
        found.append(Household.navigator_id == (wanted.navigator or None))
    if wanted.status is not None:
        found += _with_status(wanted.status)
    if wanted.reason is not None:
        found.append(Standing.reason == wanted.reason)
    if wanted.batch is not None:
        found.append(Household.import_batch_id == wanted.batch)
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


def _rows(wanted: ListFilter, conditions: Conditions, as_of: AsOf) -> list[ListRow]:
    """Return the rows from the key on, one more than a page; before a key they come backwards."""
    down = wanted.sort.startswith("-") != (wanted.before is not None)
    key = wanted.before if wanted.before is not None else wanted.after
    if wanted.sort.lstrip("-") == "enrolled":
        return rows_of(_by_day(wanted, conditions, as_of).page(key, down=down))
    statement = _select().where(*conditions())
    if key is not None:
        statement = statement.where(_beyond(key, down=down))
    columns: list[Any] = [Household.head_name, Household.id]
    ordered = [column.desc() if down else column.asc() for column in columns]
    return [ListRow._make(row) for row in session().execute(statement.order_by(*ordered).limit(PAGE + 1))]


def _beyond(key: int, *, down: bool) -> ColumnElement[bool]:
    """Return the condition for rows after the household ``key``; its name is looked up, never told in a URL."""
    name = session().scalar(select(Household.head_name).where(Household.id == key)) or ""
    here, there = tuple_(Household.head_name, Household.id), tuple_(name, key)
    return here < there if down else here > there


class Order:
    """Ids of households in the order of a list, and where each of them stands in it: 16 bytes a household."""

    def __init__(self, ids: Iterable[int]) -> None:
        self._ids = array("q", ids)
        self._by_id = array("q", sorted(range(len(self._ids)), key=self._ids.__getitem__))  # places, by their ids

    def page(self, key: int | None, *, down: bool) -> list[int]:
        """Return the ids that follow ``key``, read upward or down; the first ones when it is not among them."""
        place = None if key is None else self._place(key)
        if down:
            end = len(self._ids) if place is None else place
            return list(reversed(self._ids[max(0, end - PAGE - 1) : end]))
        start = 0 if place is None else place + 1
        return list(self._ids[start : start + PAGE + 1])

    def _place(self, key: int) -> int | None:
        found = bisect_left(self._by_id, key, key=self._ids.__getitem__)
        return self._by_id[found] if found < len(self._by_id) and self._ids[self._by_id[found]] == key else None


def _by_day(wanted: ListFilter, conditions: Conditions, as_of: AsOf) -> Order:
    """Return the ids of all households asked for, by day of enrollment and then by id.

    No index tells the day of a household, so sorting reads all of them; kept until the next posting, like the counts.
    """

    def read() -> Order:
        statement = select(Household.id).where(*conditions()).order_by(_enrolled_on().asc().nulls_first(), Household.id)
        if wanted.status is not None or wanted.reason is not None:
            statement = statement.join(Standing, Standing.record_id == Household.id)
        return Order(session().scalars(statement))

    return _ORDERS.get(wanted, as_of, read)


def _enrolled_on() -> ScalarSelect[date]:
    return select(func.min(Enrollment.enrolled_on)).where(Enrollment.household_id == Household.id).scalar_subquery()


class _Details(TypeDecorator[dict[str, object]]):
    """The details of a standing. Most of a list's are the same few: each is made once, and nobody changes them."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, object] | None:
        """Return what the text holds."""
        return None if value is None else _details(value)


@lru_cache(maxsize=1024)
def _details(text: str) -> dict[str, object] | None:
    found: dict[str, object] | None = json.loads(text)
    return found


@cache
def _select() -> Select[Any]:
    columns: list[Any] = [
        Household.id,
        Household.code,
        Household.head_name,
        Household.erased_at.is_not(None),
        Partner.name,
        User.name,
        _enrolled_on(),
        Standing.connected_verified_on,
        Standing.connected_pending_on,
        Standing.connected_until,
        Standing.connected_open,
        Standing.reason,
        Standing.owed_by,
        Standing.since,
        type_coerce(cast(Standing.details, Text), _Details()),
        Standing.district,
    ]
    return (
        select(*columns)
        .join(Partner, Partner.id == Household.partner_id)
        .outerjoin(Standing, Standing.record_id == Household.id)
        .outerjoin(User, User.id == Household.navigator_id)
    )


@lru_cache(maxsize=2 * PAGE)
def _select_by_id(count: int) -> Select[Any]:
    ids = [bindparam(f"id_{place}", type_=Household.id.type) for place in range(count)]
    return _select().where(Household.id.in_(ids)).order_by(Household.id)


class Kept(Generic[Value]):
    """What reading every household told about a list, by what was asked for, until the next posting."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[tuple[Scope, str | None, str | None], tuple[AsOf, Value]] = {}

    def get(self, wanted: ListFilter, as_of: AsOf, read: Callable[[], Value]) -> Value:
        """Return what is kept, else what ``read`` returns; nothing is kept without ``as_of``, the last posting."""
        if as_of is None:
            return read()
        key = (current_scope(), wanted.status, wanted.reason)
        held = self._held.get(key)
        if held is None or held[0] != as_of:
            held = as_of, read()
            if len(self._held) >= self._most:
                self._held.clear()
            self._held[key] = held
        return held[1]


_COUNTS: Kept[int] = Kept(most=500)
_ORDERS: Kept[Order] = Kept(most=20)  # up to a megabyte each


def _as_of(wanted: ListFilter) -> AsOf:
    """Return the last posting; None for lists that are not kept: they are short, and change without a posting."""
    if wanted.whose != "all" or wanted.navigator is not None or wanted.batch is not None:
        return None
    rows = read_rows(_last_posting())
    return tuple(rows[0]) if rows else None


@cache
def _last_posting() -> Select[int, datetime]:
    return select(PostingRow.number, PostingRow.recorded_at).order_by(PostingRow.number.desc()).limit(1)


def _counted(wanted: ListFilter, conditions: list[ColumnElement[bool]]) -> int:
    statement = select(func.count()).select_from(Household).where(*conditions)
    if wanted.status is not None or wanted.reason is not None:
        statement = statement.join(Standing, Standing.record_id == Household.id)
    return session().scalar(statement) or 0
