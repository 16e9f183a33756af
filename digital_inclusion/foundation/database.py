"""Sessions, tables' common base, the tenant scope, and "audit or roll back"."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, Executable, ForeignKey, MetaData, event, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.types import TypeDecorator

from .kernel import clock

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An instant: stored as UTC, handed back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; SQLite keeps no zone, so it gets the naive UTC instant."""
        if value is None:
            return None
        utc = clock.as_utc(value)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand back an aware UTC instant."""
        return None if value is None else clock.as_utc(value)


class Base(DeclarativeBase):
    """Every table. ``__exempt__`` tables may change without an audit event (sessions, throttles, outbox, drafts)."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant()}
    __exempt__: ClassVar[bool] = False


class PartnerOwned:
    """Rows that belong to one partner, never change hands, and are invisible to the others."""

    @declared_attr
    def partner_id(cls) -> Mapped[int]:
        """Return the owner's column."""
        return mapped_column(ForeignKey("partners.id"), index=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows a session sees: one partner's, everybody's (``everything``), or, by default, nobody's."""

    partner_id: int | None = None
    everything: bool = False


NOTHING = Scope()
EVERYTHING = Scope(everything=True)

db = SQLAlchemy(metadata=Base.metadata, session_options={"autoflush": True})
migrate = Migrate()
AFTER_COMMIT: list[Callable[[], None]] = []  # what leaves only after the commit (jobs)
writing: ContextVar[bool] = ContextVar("writing", default=False)


def session() -> Session:
    """Return the session of this request, command or job."""
    return db.session()


def use_scope(scope: Scope, target: Session | None = None) -> None:
    """Say whose rows the session sees from now on."""
    target = target or session()
    target.info["scope"] = scope
    if target.in_transaction():
        _tell_the_second_wall(scope, target.connection())


def _tell_the_second_wall(scope: Scope, connection: Connection) -> None:
    """Tell PostgreSQL's row-level security the same scope, for the present transaction."""
    if connection.dialect.name == "postgresql":
        owner = "all" if scope.everything else str(scope.partner_id or "")
        connection.execute(text("SELECT set_config('app.partner', :owner, true)"), {"owner": owner})


def see_one_state(connection: Connection) -> None:
    """Let all statements of the transaction that begins here see the database of one instant, and write nothing.

    On PostgreSQL each statement would else see whatever was committed before it; on SQLite a transaction never does.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


@event.listens_for(Session, "after_begin")
def _begin(target: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Each transaction of a reader sees one state; each transaction starts with the session's scope."""
    if target.info.get("reading") and not transaction.nested:
        see_one_state(connection)
    _tell_the_second_wall(current_scope(target), connection)


def current_scope(target: Session | None = None) -> Scope:
    """Return whose rows the session sees."""
    scope: Scope = (target or session()).info.get("scope", NOTHING)
    return scope


@contextmanager
def program_session(reason: str) -> Iterator[Session]:
    """A second session on the same connection and transaction that sees every partner's rows.

    Only counting and matching may call it (an import contract holds that); they hand back states and numbers,
    never rows. ``reason`` is kept on the session for whoever debugs it.
    """
    outer = session()
    outer.flush()
    # "rollback_only": inside a savepoint of the outer session, closing would else take back what was written here
    inner = Session(
        bind=outer.connection(), info={"scope": EVERYTHING, "reason": reason}, join_transaction_mode="rollback_only"
    )
    try:
        yield inner
        inner.flush()
        outer.info.setdefault("touched", set()).update(inner.info.get("touched", ()))
        _tell_the_second_wall(current_scope(outer), outer.connection())
    finally:
        inner.close()


@contextmanager
def scope_of(partner_id: int) -> Iterator[None]:
    """See one partner's rows alone inside the block, whoever asks: what is handed on to it, what a PIN opens there."""
    target, before = session(), current_scope()
    target.flush()
    use_scope(Scope(partner_id=partner_id))
    try:
        yield
        target.flush()
    finally:
        target.info["scope"] = before
        if target.is_active:  # else the transaction is lost, and the next one begins with the scope
            use_scope(before)


class OutOfScope(RuntimeError):
    """A programming mistake: a row outside the session's scope was about to be written."""


@event.listens_for(Session, "do_orm_execute")
def _filter_by_scope(state: ORMExecuteState) -> None:
    """Add the owner's condition to every occurrence of every partner-owned table, in every statement."""
    scope = current_scope(state.session)
    if scope.everything or not (state.is_select or state.is_update or state.is_delete):
        return
    state.statement = scoped(state.statement, scope)


def scoped(statement: Any, scope: Scope) -> Any:
    """Return the statement with the condition for the scope's rows; kept as long as the statement itself."""
    if scope.everything:
        return statement
    owner = scope.partner_id if scope.partner_id is not None else -1
    kept = _SCOPED.setdefault(statement, {})
    if owner not in kept:
        kept[owner] = statement.options(_owned_by(owner))
    return kept[owner]


_SCOPED: WeakKeyDictionary[Executable, dict[int, Any]] = WeakKeyDictionary()


@lru_cache(maxsize=1024)
def _owned_by(owner: int) -> ExecutableOption:
    """Return the condition for one partner's rows; made once, because every statement carries it."""
    return with_loader_criteria(
        PartnerOwned,
        lambda cls: cls.partner_id == owner,
        include_aliases=True,
        track_closure_variables=True,
    )


@event.listens_for(Session, "before_flush")
def _refuse_rows_outside(target: Session, _context: UOWTransaction, _instances: object) -> None:
    """Refuse new, changed, moved or deleted rows outside the scope; note which tables change."""
    scope = current_scope(target)
    touched: set[str] = target.info.setdefault("touched", set())
    for row in (*target.new, *target.dirty, *target.deleted):
        if row in target.dirty and not target.is_modified(row):
            continue
        if not row.__exempt__:
            touched.add(row.__tablename__)
        if isinstance(row, PartnerOwned) and not scope.everything and row.partner_id != scope.partner_id:
            raise OutOfScope(f"{type(row).__name__} of partner {row.partner_id} under {scope}")


def note_bulk_write(target: Session, *tables: str) -> None:
    """Say that Core statements changed these tables, so that the audit rule sees it."""
    target.info.setdefault("touched", set()).update(tables)


class Unaudited(RuntimeError):
    """A programming mistake: data changed and nobody recorded why."""


@event.listens_for(Session, "before_commit")
def _audit_or_roll_back(target: Session) -> None:
    """A change without an audit event rolls back; a savepoint is no commit."""
    if target.in_nested_transaction():
        return
    target.flush()
    touched = target.info.get("touched", set()) - {"audit_events"}
    if touched and not target.info.get("audited"):
        raise Unaudited(f"no audit event for a change of {sorted(touched)}")


@event.listens_for(Session, "after_transaction_end")
def _forget_the_transaction(target: Session, transaction: Any) -> None:
    """Start the next transaction with a clean slate."""
    if transaction.parent is None:
        target.info.pop("touched", None)
        target.info.pop("audited", None)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL, full sync, foreign keys, triggers that see REPLACE, and transactions that we begin ourselves."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "busy_timeout=20000",
        "secure_delete=ON",
        "cache_size=-65536",
        "wal_autocheckpoint=32000",  # pages: a big import would else copy the same pages back again and again
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once where a write is coming; readers never wait for it."""
    connection.connection.cursor().execute("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


def prepare_engine(engine: Engine) -> None:
    """Set the engine up once: pragmas on SQLite, nothing to do on PostgreSQL."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "begin", _begin_sqlite):
        os.umask(0o077)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def let_go() -> None:
    """End the present transaction before slow work on a file, so that nobody waits for it; nothing may be pending."""
    session().rollback()


def only_read(target: Session) -> None:
    """Say that the session only reads from now on: what it reads in one transaction fits together, whoever writes."""
    target.info["reading"] = True


@contextmanager
def read_transaction() -> Iterator[Session]:
    """One look for commands: whatever is read inside is of one instant. Nothing can be written."""
    target = session()
    target.rollback()
    only_read(target)
    try:
        yield target
    finally:
        target.rollback()
        target.info.pop("reading")


@contextmanager
def write_transaction() -> Iterator[Session]:
    """One unit of work for commands and jobs: takes the write lock, commits at the end, rolls back on any error.

    A reading request may have one too: what it read before belongs to another instant.
    """
    token = writing.set(True)
    target = session()
    if target.in_transaction():
        target.rollback()
    was_reading = target.info.pop("reading", False)
    try:
        yield target
        target.commit()
        for follow in AFTER_COMMIT:
            follow()
    except BaseException:
        target.rollback()
        raise
    finally:
        writing.reset(token)
        target.info["reading"] = was_reading
