"""A second rulebook beside the one in use."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

BOOK = Path(__file__).resolve().parents[3] / "rulebooks" / "2026-11"


@pytest.fixture
def other_book(tmp_path: Path) -> Callable[[str], Path]:
    """Return what makes a copy of the shipped rulebook in which Lifeline's limit is another percentage."""

    def make(percent: str) -> Path:
        shelf = tmp_path / "rulebooks"
        if not shelf.exists():
            shutil.copytree(BOOK, shelf / BOOK.name)
        folder = shelf / f"lifeline-{percent}"
        shutil.copytree(BOOK, folder)
        path = folder / "programs" / "lifeline-federal.yaml"
        text = path.read_text(encoding="utf-8")
        assert text.count("percent: 135}") == 1
        path.write_text(text.replace("percent: 135}", f"percent: {percent}}}"), encoding="utf-8")
        return folder

    return make
