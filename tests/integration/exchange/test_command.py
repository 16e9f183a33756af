"""``flask import``: what it prints, and the files of others."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from digital_inclusion.exchange.models import ImportBatch
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.households.models import Household
from tests.factories.world import World
from tests.support.files import DEVICE, ROW, csv_of

TERMS = ("--consent-attested-on", "2026-01-05", "--enrolled-on", "2026-01-05")


def _run(app: Flask, file: Path, *options: str, partner: str = "A") -> Result:
    session().rollback()
    result = app.test_cli_runner().invoke(args=["import", str(file), "--partner", partner, *options])
    use_scope(EVERYTHING)
    session().rollback()
    return result


def _json(app: Flask, file: Path, *options: str) -> dict[str, Any]:
    result = _run(app, file, *options, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def _written(tmp_path: Path, *rows: dict[str, str]) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes(csv_of(rows))
    return path


def _households() -> int:
    return session().scalar(select(func.count()).select_from(Household)) or 0


def test_import_twice_creates_nothing_the_second_time(app: Flask, world: World, tmp_path: Path) -> None:
    file = _written(tmp_path, ROW | DEVICE, ROW | {"Client ID": "C2", "Birth date": "31/02/2026"})
    first, second = _json(app, file), _json(app, file)
    assert (first["created_households"], first["refused_rows"], first["created_deliveries"]) == (1, 1, 1)
    assert (second["created_households"], second["updated_households"], second["unchanged_rows"]) == (0, 0, 1)
    assert first["problems"][0] == {
        "row": 3,
        "column": "Birth date",
        "code": "date_does_not_exist",
        "severity": "error",
        "message": "This day does not exist.",
    }


def test_dry_run_writes_nothing(app: Flask, world: World, tmp_path: Path) -> None:
    found = _json(
        app, _written(tmp_path, ROW | {"Consent date": ""}), "--dry-run", "--consent-attested-on", "2026-01-05"
    )
    assert found["counts"]["new"] == 1
    assert _households() == 0
    assert session().scalar(select(func.count()).select_from(ImportBatch)) == 0


def test_mapping_file_overrides_what_was_matched(app: Flask, world: World, tmp_path: Path) -> None:
    file = _written(tmp_path, {"Who": "Ana Tester", "Day": "2026-01-05", "X": "(408) 555-0101"})
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"Who": "head_name", "Day": "enrolled_on", "X": "phone"}))
    found = _json(app, file, "--mapping", str(mapping), "--consent-attested-on", "2026-01-05")
    assert found["created_households"] == 1
    mapping.write_text(json.dumps({"Nobody": "head_name"}))
    refused = _run(app, file, "--mapping", str(mapping), "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.output) == {"error": "The file has no such column: Nobody."}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--grant", "G-B"), "no grant G-B"),
        (("--consent-attested-on", "2999-01-01"), "Please check what you entered"),
        (("--worksheet", "People"), "people.csv"),
    ],
)
def test_wrong_option_is_named(
    app: Flask, world: World, tmp_path: Path, options: tuple[str, str], sentence: str
) -> None:
    result = _run(app, _written(tmp_path, ROW), *options)
    assert result.exit_code != 0 or options[0] == "--worksheet", result.output
    assert sentence in result.output or options[0] == "--worksheet"


def test_unknown_partner_is_named(app: Flask, world: World, tmp_path: Path) -> None:
    result = _run(app, _written(tmp_path, ROW), partner="ZZ")
    assert result.exit_code == 2
    assert "there is no partner with code ZZ" in result.output


@pytest.mark.parametrize(
    ("name", "created", "refused"),
    [
        ("rdi_import_50_hh_50_ind.xlsx", 35, 15),
        ("invalid_rows.xlsx", 19, 1),
        ("bom_test_Client.csv", 3, 0),
        ("ensure_households_Client.csv", 8, 0),
    ],
)
def test_files_of_others(app: Flask, world: World, shared: Path, name: str, created: int, refused: int) -> None:
    file = shared / "data" / "uploads" / name
    first, second = _json(app, file, *TERMS), _json(app, file, *TERMS)
    assert (first["created_households"], first["refused_rows"]) == (created, refused)
    assert (second["created_households"], second["updated_households"], second["unchanged_rows"]) == (0, 0, created)
    assert first["dropped_columns"]
    assert _households() == created
