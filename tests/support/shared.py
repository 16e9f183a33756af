"""Real files nobody on this project wrote. They lie beside the repository, not in it: skip where they are absent."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SHARED_DIR") or Path(__file__).parents[2] / ".." / "shared")
DATA = SHARED / "data"


def shared_file(name: str) -> Path:
    """Return the path of a file below shared/data, or skip the test."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside the repository")
    return path


def shared_files(pattern: str) -> list[Path]:
    """Return the files below shared/data that match; an empty list where they are absent."""
    return sorted(DATA.glob(pattern))
