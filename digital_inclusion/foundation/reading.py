"""Statements that pages ask all the time: put into the database's words once, then sent as they are.

SQLAlchemy prepares a statement whenever it is executed, also one that it has prepared before; that takes several times
as long as SQLite needs to answer. Here the words are kept beside the statement, for each scope.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from sqlite3 import Error
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select
from sqlalchemy.engine import Connection, Dialect

from .database import Scope, current_scope, scoped, session

Change = Callable[[Any], Any]


def read_rows(statement: Select[*tuple[Any, ...]], values: Mapping[str, Any] | None = None) -> list[Any]:
    """Read columns, never entities, within the session's scope and transaction; rows are named tuples.

    ``values``: of the statement's parameters, always the same ones, no lists. For statements that are made once and
    asked often: the same rows as ``session().execute`` for a fraction of its cost.
    """
    target, scope = session(), current_scope()
    target.flush()
    connection = target.connection()
    kept = _PREPARED.get(statement)
    if kept is None:
        kept = _PREPARED[statement] = {}
    prepared = kept.get((connection.dialect, scope))
    if prepared is None:
        asked = _Prepared(scoped(statement, scope), connection.dialect, values or {})
        prepared = kept[connection.dialect, scope] = asked
    return prepared.read(connection, values or {})


class _Prepared:
    """A statement in one database's words: what it wants where, and how its answers become ours."""

    def __init__(self, statement: Select[*tuple[Any, ...]], dialect: Dialect, values: Mapping[str, Any]) -> None:
        compiled = statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(dict(values))
        self._words: str = state.statement
        self._in_order: bool = state.positiontup is not None
        self._fixed: dict[str, Any] = {
            name: state.processors[name](value) if name in state.processors else value
            for name, value in state.parameters.items()
        }
        self._names: Sequence[str] = state.positiontup or list(state.parameters)
        self._given = [(name, state.processors.get(name)) for name in self._fixed if name in values]
        columns = list(statement.selected_columns)
        self._make = _row_of([column.key or "" for column in columns])
        self._types = [column.type.dialect_impl(dialect) for column in columns]
        self._dialect = dialect
        self._changes: list[tuple[int, Change]] | None = None  # of the places of columns whose values become others

    def read(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Ask the database, and return its rows."""
        told = self._fixed.copy()
        for name, change in self._given:
            told[name] = values[name] if change is None else change(values[name])
        sent = tuple([told[name] for name in self._names]) if self._in_order else told
        cursor = self._send(connection, sent)
        if self._changes is None:
            self._changes = list(self._find_changes(cursor.description))
        rows = cursor.fetchall()
        cursor.close()
        return [self._make(self._changed(row)) for row in rows] if self._changes else [*map(self._make, rows)]

    def _send(self, connection: Connection, sent: Any) -> Any:
        """Return the driver's cursor with the answer.

        On SQLite the driver itself is asked, since half of the time is SQLAlchemy's way about it. The long way is left
        to those who listen to statements, and to what the driver refuses: it tells why in SQLAlchemy's words.
        """
        if connection.dialect.name == "sqlite" and not connection.engine.dispatch.before_cursor_execute:
            with suppress(Error):
                return connection.connection.cursor().execute(self._words, sent)
        return connection.exec_driver_sql(self._words, sent).cursor

    def _find_changes(self, description: Sequence[Sequence[Any]]) -> list[tuple[int, Change]]:
        found = [
            kind.result_processor(self._dialect, told[1]) for kind, told in zip(self._types, description, strict=True)
        ]
        return [(place, change) for place, change in enumerate(found) if change is not None]

    def _changed(self, row: Sequence[Any]) -> list[Any]:
        cells = list(row)
        for place, change in self._changes or ():
            cells[place] = change(cells[place])
        return cells


def _row_of(names: Sequence[str]) -> Change:
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    make: Change = row._make
    return make


_PREPARED: WeakKeyDictionary[Select[*tuple[Any, ...]], dict[tuple[Dialect, Scope], _Prepared]] = WeakKeyDictionary()
