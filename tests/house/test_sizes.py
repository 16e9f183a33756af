"""A house is as clean as its largest room."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(ROOT.glob("digital_inclusion/**/*.py"))
TESTS = sorted(ROOT.glob("tests/**/*.py"))


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_and_its_functions_are_small(path: Path) -> None:
    text = path.read_text()
    lines = text.count("\n")
    assert lines <= 400, f"{lines} lines"
    large = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 40
    ]
    assert not large


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_test_file_is_small(path: Path) -> None:
    assert path.read_text().count("\n") <= 500


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_left_to_do(path: Path) -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "lorem " + "ipsum")
    assert not [mark for mark in marks if mark in path.read_text()]
