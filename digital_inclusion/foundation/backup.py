"""Backups: one archive with every row and every stored file, from one snapshot; the same on both databases.

The archive is a zip: ``manifest.json``, ``tables/<name>.jsonl`` (one row a line) and ``files/<path>``. It is read
back into an empty, migrated database of either kind, so it also moves an installation from SQLite to PostgreSQL.
"""

import base64
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, Table, func, insert, inspect, select, text

from .database import Base, Instant, db, see_one_state
from .files import folder
from .kernel import clock
from .kernel.errors import Conflict, Invalid
from .kernel.messages import _

FORMAT = 1
_BATCH = 1000
# Nothing of a signed-in browser, a throttle or a queue is carried to another machine.
LEFT_OUT = frozenset({"user_sessions", "throttles", "used_forms"})
_MAX_LINE = 16 * 1024 * 1024


def _tables() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.as_utc(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _rows(connection: Connection, table: Table) -> Iterator[bytes]:
    statement = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=_BATCH).execute(statement).mappings():
        yield json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False).encode() + b"\n"


def _snapshot(connection: Connection) -> None:
    """Make the connection see one state of everything, whatever is written meanwhile."""
    see_one_state(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config('app.partner', 'all', true)"))
    else:
        connection.execute(text("SELECT 1 FROM alembic_version"))  # the first read fixes SQLite's snapshot


def _version(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def write_backup(path: Path, *, describe: Callable[[Connection], Mapping[str, str]] | None = None) -> dict[str, Any]:
    """Write the archive to ``path`` (private, never half-written) and return its manifest.

    ``describe`` adds what it reads from the same snapshot to the manifest (the ledger's fingerprint).
    """
    partial = path.with_name(path.name + ".partial")
    counts: dict[str, int] = {}
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
            db.engine.connect() as connection,
        ):
            _snapshot(connection)
            for table in _tables():
                with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as target:
                    counts[table.name] = sum(1 for line in _rows(connection, table) if target.write(line))
            manifest = {
                "format": FORMAT,
                "made_at": clock.now().isoformat(),
                "migration": _version(connection),
                "rows": counts,
                "files": _write_files(archive),
                **(describe(connection) if describe is not None else {}),
            }
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
            connection.rollback()
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _write_files(archive: zipfile.ZipFile) -> int:
    paths = sorted(path for path in folder().iterdir() if path.is_file())
    for path in paths:
        archive.write(path, f"files/{path.name}")
    return len(paths)


def read_backup(path: Path) -> dict[str, Any]:
    """Fill the empty, migrated database and the file folder from the archive; all of it or nothing.

    Raises Invalid for a file that is no backup of ours or of another version, Conflict when the database is not empty.
    """
    try:
        archive = zipfile.ZipFile(path)
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Invalid(_("This file is not a backup made by “flask backup”.")) from error
    with archive, db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.partner', 'all', true)"))
        _check_fits(connection, manifest)
        for table in _tables():
            connection.execute(table.delete()) if table.name == "ledger_head" else None
            restored = _restore_table(connection, archive, table)
            if restored != manifest["rows"].get(table.name):
                raise Invalid(_("The backup is damaged: table %(table)s is not whole."), table=table.name)
        _restart_numbers(connection)
        _read_files(archive)
    return manifest


def _check_fits(connection: Connection, manifest: Mapping[str, Any]) -> None:
    if manifest.get("format") != FORMAT or manifest.get("migration") != _version(connection):
        raise Invalid(
            _("The backup was made at version %(theirs)s, this database is at %(ours)s. Bring both to the same first."),
            theirs=str(manifest.get("migration")),
            ours=_version(connection),
        )
    for table in _tables():
        if table.name != "ledger_head" and connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise Conflict(
                _("The database is not empty. Restore only into a new one (flask db upgrade, then restore).")
            )


def _restore_table(connection: Connection, archive: zipfile.ZipFile, table: Table) -> int:
    done, batch = 0, []
    with archive.open(f"tables/{table.name}.jsonl") as lines:
        while line := lines.readline(_MAX_LINE):
            batch.append(_typed(table, json.loads(line)))
            if len(batch) == _BATCH:
                connection.execute(insert(table), batch)
                done, batch = done + len(batch), []
    if batch:
        connection.execute(insert(table), batch)
    return done + len(batch)


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with instants and days as the columns want them."""
    for column in table.columns:
        value = row.get(column.name)
        if isinstance(value, str) and isinstance(column.type, Instant):
            row[column.name] = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(column.type, Date):
            row[column.name] = date.fromisoformat(value)
    return row


def _restart_numbers(connection: Connection) -> None:
    """Let PostgreSQL's sequences go on after the restored keys; SQLite looks for itself."""
    if connection.dialect.name != "postgresql":
        return
    inspector = inspect(connection)
    for table in _tables():
        for column in inspector.get_columns(table.name):
            if "nextval" in str(column.get("default") or ""):
                connection.execute(
                    text("SELECT setval(pg_get_serial_sequence(:table, :column), greatest(:last, 1), :last > 0)"),
                    {
                        "table": table.name,
                        "column": column["name"],
                        "last": connection.execute(select(func.max(table.c[column["name"]]))).scalar_one() or 0,
                    },
                )


def _read_files(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        if name.startswith("files/"):
            target = folder() / Path(name).name
            with archive.open(name) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out)
            target.chmod(0o600)
