"""A donor's list of devices against the bare minimum: writing its rows, parsing its file."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

from flask_migrate import upgrade

from bench.imports import _copy, _parse, _timed, _write_rows
from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.devices.actions.pledging import NewLot, note_lot, read_file
from digital_inclusion.foundation.access.identity import Actor
from digital_inclusion.foundation.database import Scope, db, use_scope, write_transaction
from tests.factories.world import build_world

ROWS = 10_000
TIMES = 5
BAR = 2.0


def run(rows: int = ROWS, times: int = TIMES) -> Iterator[dict[str, object]]:
    """Yield the figure: seconds from the file to the commit, of the baseline, and their ratio (medians)."""
    took, bare = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = _write_list(folder / "devices.csv", rows)
        empty, finished = folder / "empty.db", folder / "finished.db"
        for _time in range(times):
            took.append(_note(folder, file, empty, finished))
            bare.append(_write_rows(empty, finished, folder / "bare.db") + _timed(lambda: _parse(file)))
    value, baseline = median(took), median(bare)
    yield {
        "name": f"list of {rows} devices, seconds",
        "value": round(value, 2),
        "baseline": round(baseline, 2),
        "ratio": round(median(one / other for one, other in zip(took, bare, strict=True)), 2),
        "bar": BAR,
        "ok": value <= BAR * baseline,
    }


def _write_list(path: Path, rows: int) -> Path:
    kinds = ("Notebook,Lenovo,ThinkPad T480", "Desktop,Dell,OptiPlex 7050", "Tablet,Apple,iPad Air", "Monitor,HP,E243")
    lines = [f"{kinds[number % 4]},SN{number:05}XK{number % 97:02}" for number in range(rows)]
    path.write_text("\n".join(["Type,Make,Model,Serial", *lines]) + "\n", encoding="utf-8")
    return path


def _note(folder: Path, file: Path, empty: Path, finished: Path) -> float:
    """Note the list in a new database; keep it before and after; return the seconds."""
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    settings = Settings.from_env({"DATA_DIR": str(data), "SECRET_KEY": "x" * 40})
    app = create_app(replace(settings, immediate_jobs=True))
    with app.app_context():
        upgrade()
        by = build_world().actor("technician_a")
        db.session.remove()
        _copy(db.engine, empty)
        took = _timed_note(file, by)
        db.session.remove()
        _copy(db.engine, finished)
        db.engine.dispose()
    return took


def _timed_note(file: Path, by: Actor) -> float:
    begun = perf_counter()
    with file.open("rb") as stream:
        lines = read_file(stream=stream, filename=file.name, by=by)
    with write_transaction():
        use_scope(Scope(partner_id=by.partner_id))
        note_lot(lot=NewLot(donor="A company"), lines=lines, chosen={}, by=by)
    return perf_counter() - begun
