"""An import against the bare minimum: writing its rows, parsing its file, normalizing each distinct value once."""

import csv
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median

from email_validator import validate_email
from flask_migrate import upgrade
from phonenumbers import PhoneNumberFormat, format_number, is_possible_number, parse
from scourgify import normalize_address_record
from sqlalchemy import Engine

from bench import figure
from bench.people import write_people
from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.exchange.actions.committing import run_import
from digital_inclusion.exchange.actions.starting import Terms, start_import
from digital_inclusion.exchange.actions.uploading import upload_file
from digital_inclusion.foundation import normalize
from digital_inclusion.foundation.access.identity import system_actor
from digital_inclusion.foundation.database import (
    Base,
    Scope,
    _prepare_sqlite,
    db,
    session,
    use_scope,
    write_transaction,
)
from tests.factories.world import build_world

ROWS = 50_000
TIMES = 3
BAR = 2.0


def run(rows: int = ROWS, times: int = TIMES) -> Iterator[dict[str, object]]:
    """Yield the figure: seconds of the import, of the baseline, and their ratio (medians of ``times``)."""
    took, bare = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = write_people(folder / "people.csv", rows)
        empty = folder / "empty.db"
        for _time in range(times):
            finished = folder / "finished.db"
            took.append(_import(folder, file, empty, finished))
            bare.append(_bare(file, empty, finished, folder / "bare.db"))
    yield figure(f"import of {rows} rows, seconds", round(median(took), 2), round(median(bare), 2), BAR)


def _import(folder: Path, file: Path, empty: Path, finished: Path) -> float:
    """Import the file into a new database; keep it before and after; return the seconds."""
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    settings = Settings.from_env({"DATA_DIR": str(data), "SECRET_KEY": "x" * 40})
    app = create_app(replace(settings, immediate_jobs=True))
    with app.app_context():
        upgrade()
        partner_id = build_world().partners["a"]
        db.session.remove()
        _copy(db.engine, empty)
        batch_id = _start(file, partner_id)
        for cached in (normalize.normalize_phone, normalize.normalize_email, normalize.normalize_address):
            cached.cache_clear()
        begun = time.perf_counter()
        run_import(batch_id=batch_id, partner_id=partner_id)
        seconds = time.perf_counter() - begun
        db.session.remove()
        _copy(db.engine, finished)
        db.engine.dispose()
    return seconds


def _start(file: Path, partner_id: int) -> int:
    by = system_actor("bench", partner_id=partner_id)
    with write_transaction(), file.open("rb") as stream:
        use_scope(Scope(partner_id=partner_id))
        batch = upload_file(stream=stream, filename=file.name, partner_id=partner_id, limit=2**30, by=by)
        start_import(batch=batch, terms=Terms(), in_background=False, by=by)
        session().flush()
        return batch.id


def _copy(engine: Engine, target: Path) -> None:
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(str(engine.url.database))) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _bare(file: Path, empty: Path, finished: Path, target: Path) -> float:
    """Return the seconds of: the rows by executemany, the file by csv, each distinct value by its library."""
    return _write_rows(empty, finished, target) + _timed(lambda: _parse(file)) + _timed_normalizing(file)


def _write_rows(empty: Path, finished: Path, target: Path) -> float:
    """Write every row the import left, table by table, into a copy of the database as it was before."""
    shutil.copyfile(empty, target)
    for suffix in ("-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    with closing(sqlite3.connect(finished)) as source, closing(sqlite3.connect(target, isolation_level=None)) as bare:
        _prepare_sqlite(bare, None)  # the very same pragmas
        work = []
        for table in Base.metadata.sorted_tables:
            known = set(bare.execute(f"SELECT {_key(table)} FROM {table.name}"))
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            places = [place for place, column in enumerate(table.columns) if column.primary_key]
            rows = source.execute(f"SELECT {columns} FROM {table.name}").fetchall()
            new = [row for row in rows if tuple(row[place] for place in places) not in known]
            if new:
                marks = ", ".join("?" * len(table.columns))
                work.append((f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", new))

        def write() -> None:
            bare.execute("BEGIN IMMEDIATE")
            for statement, new in work:
                bare.executemany(statement, new)
            bare.execute("COMMIT")

        return _timed(write)


def _key(table: object) -> str:
    return ", ".join(f'"{column.name}"' for column in table.primary_key.columns)  # type: ignore[attr-defined]


def _parse(file: Path) -> None:
    with file.open(newline="", encoding="utf-8") as source:
        for _row in csv.reader(source):
            pass


def _timed_normalizing(file: Path) -> float:
    with file.open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    phones = {row["Phone"] for row in rows}
    emails = {row["Email"] for row in rows}
    addresses = {f"{row['Address']} {'# ' + row['Apt'] if row['Apt'] else ''}".strip() for row in rows}

    def normalize_all() -> None:
        for phone in phones:
            number = parse(phone, "US")
            is_possible_number(number)
            format_number(number, PhoneNumberFormat.E164)
        for email in emails:
            validate_email(email, check_deliverability=False)
        for address in addresses:
            normalize_address_record(address)

    return _timed(normalize_all)


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
