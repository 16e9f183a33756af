"""Write a posting: heading, facts, entries, and the sums that pages read. Core statements, one per table."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, Date, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from ...foundation.access.identity import Actor
from ...foundation.database import Instant
from ...foundation.kernel import clock
from ...foundation.kernel.dates import month_of
from ..models import CubeCell, EntryRow, FactRow, LedgerHead, MarginCell, PostingRow
from ..rules.ledger import Key
from ..schemas import LoadedProgram

Row = dict[str, Any]


def heading(
    head: LedgerHead, *, cause: str, program: LoadedProgram, facts: int, change: Mapping[Key, int], by: Actor
) -> Row:
    """Return the heading of the next posting; its instant never lies before the previous one's."""
    return {
        "number": head.posting + 1,
        "recorded_at": max(clock.now(), clock.as_utc(head.recorded_at)),
        "recorded_by": by.user_id,
        "cause": cause,
        "settings_fingerprint": program.fingerprint,
        "facts": facts,
        "entries": sum(abs(net) for net in change.values()),
    }


def write_posting(city: Session, made: Row, facts: Sequence[Row], change: Mapping[Key, int]) -> None:
    """Write heading, facts and entries, and add the entries to the cube and the margins."""
    bulk_insert(city, _table(PostingRow), [made])
    bulk_insert(city, _table(FactRow), facts)
    bulk_insert(city, _table(EntryRow), [entry for key, net in change.items() for entry in _entries(made, key, net)])
    if change:
        add_to_sums(city, change, open_month=month_of(clock.local(made["recorded_at"]).date()))


def batched(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    """Yield the ids in batches that fit into one statement: databases take only so many parameters."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def bulk_insert(city: Session, table: Table, rows: Sequence[Row], *, tail: str = "") -> None:
    """Insert rows that all name the same columns, past the ORM: one prepared statement, values only once converted.

    ``tail`` is what follows VALUES, for upserts.
    """
    if not rows:
        return
    connection = city.connection()
    names = tuple(rows[0])
    statement, processors = _prepared(table, names, connection.dialect)
    lines = list(map(itemgetter(*names), rows)) if len(names) > 1 else [(row[names[0]],) for row in rows]
    if processors:
        columns: list[Iterable[Any]] = list(zip(*lines, strict=True))
        for place, process in processors:
            columns[place] = map(process, columns[place])
        lines = list(zip(*columns, strict=True))
    connection.exec_driver_sql(statement + tail, lines)


@lru_cache(maxsize=64)
def _prepared(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, list[tuple[int, Any]]]:
    """Return the INSERT in the driver's own words, and how the columns that need it are converted."""
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    columns = ", ".join(dialect.identifier_preparer.quote(name) for name in names)
    marks = ", ".join([mark] * len(names))
    processors = [
        (place, process)
        for place, name in enumerate(names)
        if (process := _processor(table.c[name].type, dialect)) is not None
    ]
    return f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", processors  # noqa: S608 - names of our own columns


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return how a value of a column's type becomes the driver's; days and truths as the library does, only faster."""
    if isinstance(kind, Boolean):
        return None  # both drivers take True and False
    if isinstance(kind, Date) and dialect.name == "sqlite":
        return _iso_day
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(maxsize=1000)(process) if isinstance(kind, Instant) and process is not None else process


@lru_cache(maxsize=50_000)
def _iso_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _table(model: type) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def _entries(made: Row, key: Key, net: int) -> Iterable[Row]:
    row = {
        "posting": made["number"],
        "identity": key.identity,
        "milestone": key.milestone.value,
        "aspect": key.aspect.value,
        "sign": 1 if net > 0 else -1,
        "occurred_on": key.occurred_on,
        "partner_id": key.partner_id,
        "grant_id": key.grant_id,
        "district": key.district,
    }
    return [row] * abs(net)


def add_to_sums(city: Session, change: Mapping[Key, int], *, open_month: date) -> None:
    """Add net entries to the cube and to one margin per panel: by month, and by day from the open month on.

    A page adds the months before the open one and the open one's days; nothing asks for the days of older months.
    """
    cells: Counter[tuple[Any, ...]] = Counter()
    for key, net in change.items():
        what = (key.milestone.value, key.aspect.value, key.partner_id, key.district)
        cells["month", month_of(key.occurred_on), *what] += net
        if key.occurred_on >= open_month:
            cells["day", key.occurred_on, *what] += net
    margins: Counter[tuple[Any, ...]] = Counter()
    for (grain, starts_on, milestone, aspect, partner_id, district), net in cells.items():
        for panel, value in (("total", ""), ("partner", str(partner_id)), ("district", district)):
            margins[panel, grain, starts_on, milestone, aspect, value] += net
    _upsert(city, _table(CubeCell), ("grain", "starts_on", "milestone", "aspect", "partner_id", "district"), cells)
    _upsert(city, _table(MarginCell), ("panel", "grain", "starts_on", "milestone", "aspect", "key"), margins)


def _upsert(city: Session, table: Table, key: tuple[str, ...], cells: Counter[tuple[Any, ...]]) -> None:
    """Add to the cells, ascending so that two writers never wait for each other crosswise."""
    rows = [dict(zip(key, cell, strict=True), net=net) for cell, net in sorted(cells.items()) if net]
    tail = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET net = {table.name}.net + excluded.net"
    bulk_insert(city, table, rows, tail=tail)


def upserting(city: Session, table: Table) -> Any:
    """Return the dialect's INSERT that knows ON CONFLICT."""
    if city.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
