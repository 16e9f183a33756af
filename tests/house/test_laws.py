"""Laws that read the code: audit names, ordered queries, templates, jobs."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from digital_inclusion.foundation.audit.rules import NAMES
from digital_inclusion.foundation.jobs import HANDLERS, PERIODS

ROOT = Path(__file__).resolve().parents[2]
CODE = {
    path: path.read_text()
    for path in sorted((ROOT / "digital_inclusion").glob("**/*.py"))
    if path.name != "rules.py" or path.parent.name != "audit"
}
TEMPLATES = ROOT / "templates"
PAGES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.glob("**/*.html"))
NOT_PAGES = {"layouts", "components", "errors"}


def _words(path: Path) -> set[str]:
    tree = ast.parse(CODE[path])
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_audit_name_is_used() -> None:
    used = set().union(*map(_words, CODE))
    assert not NAMES - used


def test_every_recorded_name_is_on_the_list() -> None:
    unknown = []
    for path, text in CODE.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record", "note_view"} and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and name.value not in NAMES:
                    unknown.append((str(path), name.value))
    assert not unknown


def _lists() -> list[tuple[str, str, str]]:
    """Return every query that returns several rows: where, its own source, its module's."""
    found = []
    for path, text in CODE.items():
        if "queries" in path.parts or path.name == "queries.py":
            for node in ast.parse(text).body:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("list_"):
                    source = ast.get_source_segment(text, node) or ""
                    found.append((f"{path.relative_to(ROOT)}:{node.name}", source, text))
    return found


@pytest.mark.parametrize(("name", "source", "module"), _lists(), ids=lambda value: value if "\n" not in value else "")
def test_list_is_ordered(name: str, source: str, module: str) -> None:
    """It orders itself, or asks a function of its module that does."""
    helpers = re.findall(r"\n(?:def|class) (\w+)[^\n]*((?:\n(?:[ \t][^\n]*)?)+)", module)
    ordered = {helper for helper, body in helpers if "order_by" in body}
    for _depth in range(3):
        ordered |= {helper for helper, body in helpers if any(f"{known}(" in body for known in ordered)}
    asks = {helper for helper in ordered if f"{helper}(" in source}
    elsewhere = "order_by" in source or asks or "list_" in source.split("\n", 1)[1]
    assert elsewhere or "select(" not in source, name


@pytest.mark.parametrize("name", PAGES)
def test_template_loads(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


def _used_templates() -> set[str]:
    texts = [*CODE.values(), *((TEMPLATES / name).read_text() for name in PAGES)]
    return set(re.findall(r"""["']([\w-]+/[\w/.-]+\.html)["']""", "\n".join(texts)))


def _is_asked_by_pattern(name: str) -> bool:
    """Tell whether the name is put together where it is used: an error's status, a consent's language."""
    return re.fullmatch(r"errors/\d{3}\.html|casework/consent/\w\w\.html", name) is not None


def test_every_template_is_used() -> None:
    unused = [name for name in PAGES if name not in _used_templates() and not _is_asked_by_pattern(name)]
    assert not unused


def test_pages_lie_where_their_endpoint_says(app: Flask) -> None:
    """A page is templates/<room>/<endpoint>.html; a part of a page is included by one."""
    endpoints = {endpoint.replace(".", "/") + ".html" for endpoint in app.view_functions}
    parts = {
        found
        for name in PAGES
        for found in re.findall(
            r"""(?:include|extends|from|import) ["']([\w/.-]+)["']""", (TEMPLATES / name).read_text()
        )
    }
    stray = [
        name
        for name in PAGES
        if name.split("/")[0] not in NOT_PAGES
        and name not in endpoints | parts
        and not _is_asked_by_pattern(name)
        and name not in SECOND_PAGES
    ]
    assert not stray


# What a view shows instead of its own page.
SECOND_PAGES = {"accounts/link_gone.html"}


def test_every_job_asked_for_has_a_handler(app: Flask) -> None:
    names = {word for path in CODE for word in _words(path) if re.fullmatch(r"[a-z]+\.[a-z_]+", word)}
    asked = set()
    for text in CODE.values():
        constants = {
            target.id: node.value.value
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in re.findall(r"(?<!def )\benqueue\(\s*([\w\".]+)", text):
            asked.add(call.strip('"') if call.startswith('"') else constants.get(call, ""))
    assert {name for name in asked if name in names} <= HANDLERS.keys()
    assert PERIODS.keys() <= HANDLERS.keys()


def test_skips_say_why() -> None:
    silent = []
    for path in sorted((ROOT / "tests").glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or node.args or node.keywords:
                continue
            if ast.unparse(node.func) in {"pytest.skip", "pytest.mark.skip", "pytest.xfail", "Mock", "MagicMock"}:
                silent.append(f"{path.name}:{node.lineno}")
    assert not silent
