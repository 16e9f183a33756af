"""The database itself refuses every way to change the ledger (rule 19), whoever asks and however."""

# ruff: noqa: S608 - the statements name our own tables
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, inspect, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.kernel.errors import Unavailable
from digital_inclusion.progress.actions import deadline
from digital_inclusion.progress.actions.publishing import publish_closed_months
from digital_inclusion.progress.models import EntryRow, FactRow, PostingRow
from tests.factories.book import Entry
from tests.factories.facts import Facts, program
from tests.factories.stored import BY, StoredBook

KEYS = {
    "facts": "number",
    "postings": "number",
    "entries": "id",
    "program_versions": "id",
    "audit_events": "id",
    "published_figures": "id",
}
COLUMNS = {
    "facts": "occurred_on",
    "postings": "cause",
    "entries": "sign",
    "program_versions": "text",
    "audit_events": "name",
    "published_figures": "value",
}


@pytest.fixture
def told(app: Flask) -> StoredBook:
    """A book with something in every guarded table."""
    facts, book = Facts(), StoredBook(program())
    book.post(facts.enrolled(1, "01-05"), facts.laptop(1, "01-10", self_verified=True), facts.line(1, "01-12"))
    with write_transaction():
        assert publish_closed_months(by=BY)
    return book


def _refused(change: Callable[[Session], Any]) -> None:
    with pytest.raises(DBAPIError, match="append-only|TRUNCATE|permission|owner"), write_transaction() as target:
        change(target)
        target.flush()


def _same(table: str) -> str:
    """Return an INSERT of a row that is there already, as the database holds it."""
    columns = ", ".join(column["name"] for column in inspect(session().connection()).get_columns(table))
    return f"INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE {KEYS[table]} IS NOT NULL"


@pytest.mark.parametrize("table", KEYS)
def test_table_refuses_update_and_delete_of_any_rows(told: StoredBook, table: str) -> None:
    key, column = KEYS[table], COLUMNS[table]
    other = {"sign": "-sign", "value": "value + 1", "occurred_on": "'2020-01-01'"}.get(column, "'x'")
    _refused(lambda target: target.execute(text(f"UPDATE {table} SET {column} = {other}")))
    _refused(lambda target: target.execute(text(f"UPDATE {table} SET {key} = {key} + 1000")))
    _refused(lambda target: target.execute(text(f"DELETE FROM {table}")))
    _refused(lambda target: target.execute(text(f"DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})")))


@pytest.mark.only_sqlite
@pytest.mark.parametrize("table", KEYS)
def test_table_refuses_replace_on_sqlite(told: StoredBook, table: str) -> None:
    _refused(lambda target: target.execute(text(f"INSERT OR REPLACE {_same(table)}")))
    _refused(lambda target: target.execute(text(f"REPLACE {_same(table)}")))
    upsert = f"INSERT {_same(table)} ON CONFLICT ({KEYS[table]}) DO UPDATE SET {COLUMNS[table]} = 0"
    _refused(lambda target: target.execute(text(upsert)))


@pytest.mark.only_sqlite
def test_entries_refuse_replace_without_recursive_triggers(told: StoredBook) -> None:
    def change(target: Session) -> None:
        target.connection().exec_driver_sql("PRAGMA recursive_triggers=OFF")
        try:
            target.execute(text(f"INSERT OR REPLACE {_same('entries')}"))
        finally:
            target.connection().exec_driver_sql("PRAGMA recursive_triggers=ON")

    _refused(change)


@pytest.mark.only_postgresql
@pytest.mark.parametrize("table", KEYS)
def test_table_refuses_truncate_and_upsert_on_postgresql(told: StoredBook, table: str) -> None:
    _refused(lambda target: target.execute(text(f"TRUNCATE {table} CASCADE")))
    upsert = (
        f"INSERT {_same(table)} ON CONFLICT ({KEYS[table]}) DO UPDATE SET {KEYS[table]} = {table}.{KEYS[table]} + 1"
    )
    _refused(lambda target: target.execute(text(upsert)))


@pytest.mark.only_postgresql
def test_triggers_cannot_be_skipped_by_the_session(told: StoredBook) -> None:
    _refused(lambda target: target.execute(text("SET session_replication_role = replica")))


def test_rows_refuse_change_through_the_orm(told: StoredBook) -> None:
    def change_fact(target: Session) -> None:
        target.get_one(FactRow, 1).occurred_on = date(2020, 1, 1)

    def change_posting(target: Session) -> None:
        target.get_one(PostingRow, 1).cause = "another"

    def delete_entry(target: Session) -> None:
        target.delete(target.get_one(EntryRow, 1))

    for change in (change_fact, change_posting, delete_entry):
        _refused(change)
    _refused(lambda target: target.execute(update(EntryRow).values(sign=-EntryRow.sign)))
    _refused(lambda target: target.execute(delete(FactRow)))


def test_facts_let_personal_columns_be_blanked_only(app: Flask) -> None:
    facts, book = Facts(), StoredBook(program())
    book.post(facts.enrolled(1, "01-05"))
    _refused(lambda target: target.execute(text("UPDATE facts SET note = 'x'")))
    with write_transaction() as target:
        target.execute(text("UPDATE facts SET note = NULL, evidence_reference = NULL"))


def test_post_that_takes_too_long_rolls_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    facts, book = Facts(), StoredBook(program())
    before: list[Entry] = book.entries
    monkeypatch.setattr(deadline, "LONGEST", -1.0)
    with pytest.raises(Unavailable):
        book.post(facts.enrolled(1, "01-05"), facts.laptop(1, "01-10"))
    monkeypatch.undo()
    assert book.entries == before
    book.post(facts.enrolled(1, "01-05"), facts.laptop(1, "01-10"))
    assert len(book.entries) == 1
