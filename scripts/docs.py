"""Write the generated documents anew: permissions, data model, states (``python scripts/docs.py``)."""

import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import Settings  # noqa: E402 - the line above makes it importable
from digital_inclusion.app import create_app  # noqa: E402
from digital_inclusion.connectivity.rules import applications  # noqa: E402
from digital_inclusion.connectivity.rules.deadlines import RULES  # noqa: E402
from digital_inclusion.devices.rules.states import MOVES, STATES, Guard  # noqa: E402
from digital_inclusion.foundation.access.permissions import PERMISSIONS  # noqa: E402
from digital_inclusion.foundation.access.roles import ROLES  # noqa: E402
from digital_inclusion.foundation.database import Base, PartnerOwned  # noqa: E402
from digital_inclusion.foundation.web.gate import PUBLIC, access_of  # noqa: E402

WRITTEN_BY = "Written by `python scripts/docs.py`; a test fails when it is out of date.\n"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def privacy() -> dict[str, Any]:
    """Return what was decided about every column (docs/privacy.toml)."""
    return tomllib.loads((ROOT / "docs" / "privacy.toml").read_text(encoding="utf-8"))


def permissions_page(app: Flask) -> str:
    """Return roles × permissions, and every address with the permission it asks for."""
    roles = [role for role in ROLES.values() if role.assignable]
    lines = ["# Who may do what", "", WRITTEN_BY]
    for role in roles:
        marks = [word for word, holds in (("city", role.city), ("time-boxed", role.time_boxed)) if holds]
        kind = f" ({', '.join(marks)})" if marks else ""
        lines.append(f"- **{role.label}**{kind}: {role.sentence}")
    lines += ["", "City roles see every partner's rows and need a second factor; the others see their partner's.", ""]
    lines += ["| permission | meaning | " + " | ".join(role.label for role in roles) + " |"]
    lines += ["|---|---|" + ":-:|" * len(roles)]
    for name, meaning in PERMISSIONS.items():
        held = ["yes" if name in role.permissions else "" for role in roles]
        lines.append(f"| `{name}` | {meaning} | " + " | ".join(held) + " |")
    lines += ["", "## Addresses", "", "| address | methods | asks for |", "|---|---|---|"]
    return "\n".join([*lines, *_addresses(app)]) + "\n"


def _addresses(app: Flask) -> Iterator[str]:
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        access = access_of(app, rule.endpoint)
        methods = ", ".join(name for name in METHODS if name in (rule.methods or set()))
        found.append((rule.rule, methods, "anybody" if access == PUBLIC else f"`{access}`"))
    for address, methods, access in sorted(found):
        yield f"| `{address}` | {methods} | {access} |"


def data_model_page() -> str:
    """Return every table with its columns: type, whether it tells something about a person, how long, to whom."""
    decided = privacy()
    owned = {str(m.local_table.description) for m in Base.registry.mappers if issubclass(m.class_, PartnerOwned)}
    lines = ["# Data model", "", WRITTEN_BY, "What each column holds is decided in `docs/privacy.toml`.", ""]
    for name, table in sorted(Base.metadata.tables.items()):
        about = decided.get(name, {})
        whose = "one partner's rows, invisible to the others" if name in owned else "the program's rows"
        lines += [f"## {name}", "", f"{whose[0].upper()}{whose[1:]}."]
        if about:
            lines += [f"Shown to: {about['shown']}. Kept: {about['kept']}."]
        lines += ["", "| column | type | |", "|---|---|---|"]
        for column in table.columns:
            marks = [f"→ {key.column.table.name}" for key in column.foreign_keys]
            marks += ["may be empty"] if column.nullable else []
            told = about.get("personal", {}).get(column.name)
            marks += [f"**personal**: {told}"] if told else []
            lines.append(f"| {column.name} | {_kind(column.type)} | {'; '.join(marks)} |")
        lines.append("")
    return "\n".join(lines)


def _kind(column_type: Any) -> str:
    length = getattr(column_type, "length", None)
    name = type(column_type).__name__.lower()
    return f"{name}({length})" if length else name


def device_states_page() -> str:
    """Return the moves of a unit as a drawing and as a table, from devices/rules/states.py."""
    needs = {Guard.CLEAN: "a certificate for every data medium", Guard.GOOD: "F4 or better", Guard.REASON: "a reason",
             Guard.GRADE: "by grading alone",
             Guard.HOME: "by hand-over or return alone", Guard.REQUEST: "for a household's request alone",
             Guard.BATCH: "by voiding its batch alone",
             Guard.SYSTEM: "an operating system, if it is a computer"}  # fmt: skip
    lines = ["# Where a device is, and which moves there are", "", WRITTEN_BY, "```mermaid", "stateDiagram-v2"]
    lines += [f"    {state.value}: {label}" for state, label in STATES.items()]
    lines += ["    [*] --> pledged", "    [*] --> received"]
    lines += [f"    {here.value} --> {to.value}" for here, moves in MOVES.items() for to in moves]
    lines += [f"    {here.value} --> [*]" for here, moves in MOVES.items() if not moves]
    lines += ["```", "", "| from | to | needs |", "|---|---|---|"]
    for here, moves in MOVES.items():
        for to, guards in moves.items():
            lines.append(f"| {STATES[here]} | {STATES[to]} | {'; '.join(needs[one] for one in guards)} |")
    return "\n".join(lines) + "\n"


def application_states_page() -> str:
    """Return the moves of an application as a drawing, its problems and its deadlines, from connectivity/rules/."""
    lines = ["# How an application goes, and by when", "", WRITTEN_BY, "```mermaid", "stateDiagram-v2"]
    lines += [f"    {state.value}: {label}" for state, label in applications.STATES.items()]
    lines += ["    [*] --> prepared"]
    lines += [f"    {here.value} --> {to.value}" for here, ways in applications.MOVES.items() for to in ways]
    lines += ["    ended --> [*]", "```", "", "## Problems", "", "| problem | next step | deadline |", "|---|---|---|"]
    for problem in applications.PROBLEMS.values():
        lines.append(f"| {problem.label} | {problem.next_step} | {RULES[problem.rule].says if problem.rule else ''} |")
    lines += ["", "## Deadlines", "", "| rule | counted in | source | |", "|---|---|---|---|"]
    for rule in RULES.values():
        counted = "years" if rule.counting.value == "years" else f"{rule.counting.value} days"
        lines.append(f"| {rule.says} | {counted} | {rule.source} | {'' if rule.sure else 'number to be confirmed'} |")
    lines += ["", "## Ends", "", *(f"- {label}" for label in applications.END_REASONS.values())]
    return "\n".join(lines) + "\n"


def pages(app: Flask) -> dict[Path, str]:
    """Return every generated document by its path."""
    docs = ROOT / "docs"
    return {
        docs / "permissions.md": permissions_page(app),
        docs / "data-model.md": data_model_page(),
        docs / "device-states.md": device_states_page(),
        docs / "application-states.md": application_states_page(),
    }


def main() -> int:
    """Write them all."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"DATA_DIR": folder, "SECRET_KEY": "only to read the routes" * 2, "DATABASE_URL": "sqlite://"}
        for path, text in pages(create_app(Settings.from_env(env))).items():
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
