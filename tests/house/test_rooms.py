"""Every file has a known name and keeps to what its name may import; every action asks the policy and names itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "digital_inclusion"
NO_ROOMS = {"foundation", "cli", "__pycache__"}  # below and above the rooms
ROOMS = sorted(path for path in ROOT.iterdir() if path.is_dir() and path.name not in NO_ROOMS)
NAMES = {"__init__", "routes", "forms", "schemas", "actions", "queries", "models", "rules", "jobs", "cli"}
EXTRA = {"progress": {"recount"}}  # independent of the rules on purpose

FORBIDDEN = {
    "routes": {"sqlalchemy"},
    "forms": {"sqlalchemy"},
    "actions": {"flask", "flask_login", "flask_wtf", "flask_babel"},
    "queries": {"flask", "flask_login", "flask_wtf", "flask_babel"},
    "models": {"flask"},
    "rules": {"flask", "sqlalchemy", "flask_babel"},
    "jobs": {"sqlalchemy", "flask"},
    "cli": {"sqlalchemy"},
}


def _parts(room: Path) -> list[Path]:
    return [path for path in room.iterdir() if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_room_has_only_known_names(room: Path) -> None:
    allowed = NAMES | EXTRA.get(room.name, set())
    assert not [part.name for part in _parts(room) if part.stem not in allowed]


def _files() -> list[tuple[str, Path]]:
    found = []
    for room in ROOMS:
        for part in _parts(room):
            files = [part] if part.is_file() else sorted(part.glob("**/*.py"))
            found += [(part.stem, file) for file in files]
    return found


@pytest.mark.parametrize(("part", "path"), _files(), ids=lambda value: str(value).removeprefix(str(ROOT)))
def test_file_imports_only_what_its_name_may(part: str, path: Path) -> None:
    used = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            used |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            used.add((node.module or "").split(".")[0])
    assert not used & FORBIDDEN.get(part, set())


def _actions() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for part, path in _files():
        if part == "actions":
            tree = ast.parse(path.read_text())
            found += [
                (f"{path.relative_to(ROOT)}:{node.name}", node)
                for node in tree.body
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _takes_by(node)
            ]
    return found


def _takes_by(node: ast.FunctionDef) -> bool:
    return any(argument.arg == "by" for argument in (*node.args.args, *node.args.kwonlyargs))


@pytest.mark.parametrize(("name", "node"), _actions(), ids=lambda value: value if isinstance(value, str) else "")
def test_action_takes_by_last(name: str, node: ast.FunctionDef) -> None:
    names = [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)]
    assert names[-1] == "by" or node.args.kwarg is not None or _rest_is_optional(node, names), name


def _rest_is_optional(node: ast.FunctionDef, names: list[str]) -> bool:
    after = names[names.index("by") + 1 :]
    optional = {
        argument.arg for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if default
    }
    return set(after) <= optional


def test_only_counting_and_matching_see_every_partner() -> None:
    allowed = {"progress", "matching"}
    users = {path.relative_to(ROOT).parts[0] for _part, path in _files() if "program_session(" in path.read_text()}
    assert users <= allowed


def test_only_five_rooms_see_through_another_partners_eyes() -> None:
    """A request for help is handed on to another partner; what a donor pledges to one is opened by reference and PIN,
    or by the donor's link; residents read every partner's open classes and ask for a seat in one; a household answers
    by the link that it was sent whether its line is on; a calendar reads its owner's appointments by its link; nothing
    else crosses that wall one partner at a time."""
    users = {path.relative_to(ROOT).parts[0] for _part, path in _files() if "scope_of(" in path.read_text()}
    assert users == {"agenda", "casework", "connectivity", "devices", "skills"}
