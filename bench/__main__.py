"""Run every benchmark, each in a process of its own; leave with 1 when one misses its bar. ``python -m bench imports``
runs one.
"""

import importlib
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run_one(name: str) -> int:
    """Run one benchmark here and print its figures as they come."""
    missed = 0
    for figure in importlib.import_module(f"bench.{name}").run():
        print(json.dumps(figure), flush=True)
        missed += not figure["ok"]
    return 1 if missed else 0


def run_all() -> int:
    """Run the modules beside this one that have a ``run``, by name."""
    found = [path.stem for path in sorted(HERE.glob("[a-z]*.py")) if "\ndef run(" in path.read_text(encoding="utf-8")]
    missed = [name for name in found if subprocess.run([sys.executable, "-m", "bench", name]).returncode]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(run_one(sys.argv[1]) if len(sys.argv) > 1 else run_all())
