"""Backups carry everything from one database to an empty one, of either kind, or nothing at all."""

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from digital_inclusion.foundation.backup import read_backup, write_backup
from digital_inclusion.foundation.database import Base, session
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid
from digital_inclusion.progress.models import EntryRow, PostingRow
from tests.conftest import Template
from tests.factories.world import World
from tests.integration.progress.test_posting import _scenario_1


def _counts() -> dict[str, int]:
    session().rollback()
    return {
        table.name: session().scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
        if table.name not in {"user_sessions", "throttles", "used_forms"}
    }


def _empty(laid_out: Template) -> None:
    session().close()
    laid_out.lay_out()


def test_restore_brings_back_every_row(world: World, laid_out: Template, tmp_path: Path) -> None:
    _scenario_1(world)
    before = _counts()
    entries = session().execute(select(EntryRow.identity, EntryRow.sign, EntryRow.occurred_on)).all()
    write_backup(tmp_path / "kept.zip")
    _empty(laid_out)
    read_backup(tmp_path / "kept.zip")
    assert _counts() == before
    assert session().execute(select(EntryRow.identity, EntryRow.sign, EntryRow.occurred_on)).all() == entries


def test_restored_database_goes_on_numbering(world: World, laid_out: Template, tmp_path: Path) -> None:
    write_backup(tmp_path / "kept.zip")
    _empty(laid_out)
    read_backup(tmp_path / "kept.zip")
    _scenario_1(world)
    assert session().scalars(select(PostingRow.number).order_by(PostingRow.number)).all() == [1, 2]


def test_restore_refuses_a_database_with_data(world: World, tmp_path: Path) -> None:
    write_backup(tmp_path / "kept.zip")
    session().close()
    with pytest.raises(Conflict):
        read_backup(tmp_path / "kept.zip")


def test_restore_refuses_another_file(app: object, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all")
    with pytest.raises(Invalid):
        read_backup(tmp_path / "letter.txt")


def test_restore_of_a_damaged_backup_changes_nothing(world: World, laid_out: Template, tmp_path: Path) -> None:
    _scenario_1(world)
    write_backup(tmp_path / "kept.zip")
    with zipfile.ZipFile(tmp_path / "kept.zip") as good, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, b"" if name == "tables/entries.jsonl" else content)
    _empty(laid_out)
    with pytest.raises(Invalid, match="entries"):
        read_backup(tmp_path / "bad.zip")
    assert sum(_counts().values()) == 1  # the ledger's head alone


def test_backup_is_private_and_names_its_rows(world: World, tmp_path: Path) -> None:
    manifest = write_backup(tmp_path / "kept.zip")
    assert (tmp_path / "kept.zip").stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(tmp_path / "kept.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["rows"] == manifest["rows"]
