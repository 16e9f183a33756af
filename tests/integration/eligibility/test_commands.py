"""``flask eligibility``: mistakes named with file and line, what is due, case files; and the refusal to start."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.support.shared import shared_file

ROOT = Path(__file__).resolve().parents[3]
BOOK = ROOT / "rulebooks" / "2026-11"


def _run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["eligibility", *arguments])


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Return a copy of the rulebook with two mistakes in one file."""
    folder = tmp_path / "broken"
    shutil.copytree(BOOK, folder)
    path = folder / "programs" / "verizon-forward.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("kind: offer", "kind: ofer").replace("order: 43", "order: many"), encoding="utf-8")
    return folder


def test_the_rulebook_in_use_has_no_mistake(app: Flask) -> None:
    done = _run(app, "lint")
    assert done.exit_code == 0, done.output
    assert "no mistakes" in done.output


def test_lint_names_every_mistake_with_file_and_line(app: Flask, broken: Path) -> None:
    done = _run(app, "lint", "--rulebook", str(broken))
    assert done.exit_code == 1
    assert "programs/verizon-forward.yaml:4: kind:" in done.output
    assert "programs/verizon-forward.yaml:5: order:" in done.output


@pytest.mark.parametrize("start", [("-c", "import wsgi"), ("-m", "digital_inclusion.worker")])
def test_nothing_starts_on_a_rulebook_with_mistakes(broken: Path, tmp_path: Path, start: tuple[str, str]) -> None:
    env = {**os.environ, "RULEBOOK_DIR": str(broken), "DATA_DIR": str(tmp_path / "var")}
    done = subprocess.run([sys.executable, *start], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Not started." in done.stderr
    assert "programs/verizon-forward.yaml:4: kind:" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_due_is_listed_by_day(app: Flask) -> None:
    due = json.loads(_run(app, "due", "--days", "3650", "--json").output)
    assert due
    assert [one["on"] for one in due] == sorted(one["on"] for one in due)
    assert {"on", "file", "line", "what", "why"} == set(due[0])
    assert f"{len(due)} values are due" in _run(app, "due", "--days", "3650").output


def test_a_difference_is_told_and_leaves_with_one(app: Flask, tmp_path: Path) -> None:
    case = {"id": "C1", "as_of": "2026-11-22", "household": {"size": 1, "annual_income": 1}, "expected": {}}
    case["expected"] = {"lifeline_federal": False, "acp": False, "moon": True}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [case]}))
    done = _run(app, "check", str(file))
    assert done.exit_code == 1
    assert "failed  C1  lifeline_federal: expected false, decided true (likely)" in done.output
    assert "unsupported  C1  moon" in done.output
    assert "1 passed, 1 failed, 1 unsupported" in done.output


@pytest.mark.parametrize("text", ["[]", "{}", "no json", '{"cases": [{"id": 1}]}', '{"cases": 3}'])
def test_a_file_that_holds_no_cases_is_refused_in_a_sentence(app: Flask, tmp_path: Path, text: str) -> None:
    file = tmp_path / "cases.json"
    file.write_text(text)
    done = _run(app, "check", str(file))
    assert done.exit_code == 1
    assert "cases.json is not a file of cases" in done.output


@pytest.mark.parametrize("name", ["eligibility_cases.json", "policyengine_cases.json"])
def test_every_shared_case_is_decided_as_expected(app: Flask, name: str) -> None:
    done = _run(app, "check", str(shared_file(f"../cases/{name}")), "--json")
    found = json.loads(done.output)
    assert done.exit_code == 0, [one for one in found["outcomes"] if one["state"] == "failed"]
    unsupported = {one["key"] for one in found["outcomes"] if one["state"] == "unsupported"}
    assert unsupported <= {"lifeline_action", "deadline", "deenrol_by_business_days"}
