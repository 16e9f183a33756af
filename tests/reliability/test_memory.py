"""However long a file is, importing it takes little memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from bench.people import write_people
from tests.factories.world import World

REPOSITORY = Path(__file__).resolve().parents[2]
MOST_MB = 300
# VmHWM, because getrusage would tell the peak of the process that started this one where that was higher
_RUN = """
import json, re, sys
from wsgi import app
outcome = app.test_cli_runner().invoke(args=sys.argv[1:])
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1024
print(json.dumps({"peak": peak, "exit": outcome.exit_code, "output": json.loads(outcome.output)}))
"""


@pytest.mark.only_sqlite
@pytest.mark.parametrize(("rows", "options"), [(200_000, ["--dry-run"]), (20_000, [])])
def test_long_file_takes_little_memory(app: Flask, world: World, tmp_path: Path, rows: int, options: list[str]) -> None:
    file = write_people(tmp_path / "long.csv", rows)
    env = os.environ | {
        "DATA_DIR": str(app.config["DATA_DIR"]),
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "SECRET_KEY": "x" * 40,
    }
    command = [sys.executable, "-c", _RUN, "import", str(file), "--partner", "A", "--json", *options]
    done = subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["exit"] == 0
    counts = told["output"].get("counts") or told["output"]
    assert counts["rows"] == rows
    assert told["peak"] < MOST_MB, f"{told['peak']:.0f} MB"
