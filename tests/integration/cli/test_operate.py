"""``flask backup`` and ``flask restore``: one moment's state, and the ledger compared."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.progress.models import PostingRow
from digital_inclusion.progress.queries.fingerprint import ledger_fingerprint
from tests.conftest import Template
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.messages import tells, text_in

# Another process that enrolls until its input is closed; the tests' folder is on its path.
WRITER = """
import sys, threading
from pathlib import Path
from tests.conftest import test_settings
from digital_inclusion.app import create_app
from tests.factories.served import serve
from tests.factories.world import World
folder, url, partner, grant, user = sys.argv[1:]
app = create_app(test_settings(Path(folder), url))
closed = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), closed.set()), daemon=True).start()
world = World({"a": int(partner)}, {"a": int(grant)}, {"navigator_a": int(user)})
with app.app_context():
    while not closed.is_set():
        serve(world, name="Ana Ruiz")
        print("wrote", flush=True)
"""


def _run(app: Flask, *arguments: str) -> Result:
    session().rollback()
    done = app.test_cli_runner().invoke(args=list(arguments))
    session().rollback()
    use_scope(EVERYTHING)
    return done


def _empty(laid_out: Template) -> None:
    session().close()
    laid_out.lay_out()
    use_scope(EVERYTHING)


def _audited(name: str) -> int:
    return session().scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.name == name)) or 0


def test_restore_says_that_the_ledger_is_the_same(app: Flask, world: World, laid_out: Template, tmp_path: Path) -> None:
    serve(world)
    before = ledger_fingerprint(session().connection())
    file = str(tmp_path / "kept.zip")
    made = _run(app, "backup", file)
    assert made.exit_code == 0, made.output
    assert f"ledger fingerprint {before}" in made.output
    assert _audited("backup.made") == 1
    _empty(laid_out)
    done = _run(app, "restore", file)
    assert done.exit_code == 0, done.output
    assert "the ledger is the same" in done.output
    assert ledger_fingerprint(session().connection()) == before
    assert _audited("backup.restored") == 1


def test_restore_of_a_changed_ledger_leaves_with_1(
    app: Flask, world: World, laid_out: Template, tmp_path: Path
) -> None:
    serve(world)
    _run(app, "backup", str(tmp_path / "kept.zip"))
    with zipfile.ZipFile(tmp_path / "kept.zip") as good, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == "tables/entries.jsonl":
                rows = [json.loads(line) for line in content.splitlines()]
                rows[0]["district"] = "9"
                content = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
            bad.writestr(name, content)
    _empty(laid_out)
    done = _run(app, "restore", str(tmp_path / "bad.zip"))
    assert done.exit_code == 1
    assert "Do not use this database" in done.output


def test_restore_into_a_database_with_data_changes_nothing(app: Flask, world: World, tmp_path: Path) -> None:
    serve(world)
    _run(app, "backup", str(tmp_path / "kept.zip"))
    postings = session().scalar(select(func.count()).select_from(PostingRow))
    done = _run(app, "restore", str(tmp_path / "kept.zip"))
    assert done.exit_code == 1
    assert "not empty" in done.output
    assert session().scalar(select(func.count()).select_from(PostingRow)) == postings


def test_restore_with_another_secret_key_warns(app: Flask, world: World, laid_out: Template, tmp_path: Path) -> None:
    tells(text_in("STOP"))
    _run(app, "backup", str(tmp_path / "kept.zip"))
    _empty(laid_out)
    kept, app.config["SECRET_KEY"] = app.config["SECRET_KEY"], "y" * 40
    try:
        done = _run(app, "restore", str(tmp_path / "kept.zip"))
    finally:
        app.config["SECRET_KEY"] = kept
    assert done.exit_code == 0
    assert "SECRET_KEY is not the one of the backup" in done.output
    assert "nobody is recognized of the 1 addresses" in done.output and "NO MESSAGE IS SENT" in done.output


def test_backup_into_a_missing_folder_says_so(app: Flask, tmp_path: Path) -> None:
    done = _run(app, "backup", str(tmp_path / "nowhere" / "kept.zip"))
    assert done.exit_code == 1
    assert "There is no folder" in done.output


@contextmanager
def _writing(app: Flask, world: World, folder: Path) -> Iterator[subprocess.Popen[str]]:
    url = str(app.config["SQLALCHEMY_DATABASE_URI"])
    who = [str(number) for number in (world.partners["a"], world.grants["a"], world.users["navigator_a"])]
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), url, *who],
        cwd=Path(__file__).resolve().parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "wrote\n"
        yield process
    finally:
        process.communicate(timeout=60)
    assert process.returncode == 0


def _postings() -> int:
    session().rollback()
    return session().scalar(select(func.count()).select_from(PostingRow)) or 0


def _wait_for(postings: int) -> None:
    until = monotonic() + 30
    while _postings() < postings and monotonic() < until:
        sleep(0.02)


@pytest.mark.parametrize("times", [3])
def test_backup_while_another_process_writes_is_of_one_moment(
    app: Flask, world: World, laid_out: Template, tmp_path: Path, times: int
) -> None:
    serve(world)
    seen = []
    with _writing(app, world, tmp_path):
        for number in range(times):
            before = _postings()
            assert _run(app, "backup", str(tmp_path / f"{number}.zip")).exit_code == 0
            _wait_for(before + 1)
            seen.append((before, _postings()))
    for number, (before, after) in enumerate(seen):
        assert after > before  # it really wrote meanwhile
        _empty(laid_out)
        done = _run(app, "restore", str(tmp_path / f"{number}.zip"))
        assert done.exit_code == 0, done.output
        assert before <= _postings() <= after
        verified = _run(app, "progress", "verify")
        assert verified.exit_code == 0, verified.output
