"""A real background worker in a process of its own, to be killed at any moment."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def start_worker(data_dir: Path, database_url: str) -> subprocess.Popen[bytes]:
    """Start ``python -m digital_inclusion.worker`` on the database."""
    env = os.environ | {"DATA_DIR": str(data_dir), "DATABASE_URL": database_url, "SECRET_KEY": "x" * 40}
    with (data_dir / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "digital_inclusion.worker"], cwd=REPOSITORY, env=env, stdout=log, stderr=log
        )


@contextmanager
def running_worker(data_dir: Path, database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker; kill it at the end if it still runs."""
    worker = start_worker(data_dir, database_url)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()
