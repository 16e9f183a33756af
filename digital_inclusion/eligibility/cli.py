"""``flask eligibility …``: check case files, name mistakes, list what is due. Outputs: docs/commands.md."""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click

from ..foundation.kernel import clock
from .rules.cases import Outcome, check_case
from .rules.deciding import Decider
from .rules.lint import list_due
from .schemas import RulebookError, load_rulebook

group = click.Group("eligibility", help="The rulebook: check cases against it, name its mistakes, list what is due.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, as described in docs/commands.md.")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
RULEBOOK = click.option(
    "--rulebook",
    type=FOLDER,
    help="The rulebook's folder; without it the one in use.",
)


def init_cli(app: Any) -> None:
    """Register the commands. Of the web application this module knows only where its rulebook lies."""
    app.cli.add_command(group)
    group.context_settings["obj"] = app.config["RULEBOOK_DIR"]


def decider(folder: Path | None) -> Decider:
    """Return the folder's rulebook made ready, without one the rulebook in use; leave naming every mistake in it."""
    try:
        return Decider(load_rulebook(folder or click.get_current_context().obj))
    except RulebookError as error:
        raise click.ClickException(str(error)) from error


@group.command("lint")
@RULEBOOK
def lint(rulebook: Path | None) -> None:
    """Name every mistake in the rulebook with its file and line; leave with 1 when there is one."""
    book = decider(rulebook).book
    click.echo(f"{book.version}: {len(book.programs)} programs and measures, {len(book.tables)} tables, no mistakes.")


@group.command("due")
@RULEBOOK
@click.option("--days", type=click.IntRange(0, 3650), default=90, show_default=True, help="Look ahead so many days.")
@AS_JSON
def due(rulebook: Path | None, days: int, as_json: bool) -> None:
    """List the values that lapse, should be renewed, or were not looked at for long."""
    found = list_due(decider(rulebook).book, today=clock.today(), days=days)
    if as_json:
        click.echo(json.dumps([_due(one.on, one.file, one.line, one.what, one.why) for one in found], indent=2))
        return
    for one in found:
        click.echo(f"{one.on}  {one.file}:{one.line}  {one.what}: {one.why}")
    click.echo(f"{len(found)} values are due within {days} days.")


def _due(on: date, file: str, line: int, what: str, why: str) -> dict[str, Any]:
    return {"on": on.isoformat(), "file": file, "line": line, "what": what, "why": why}


@group.command("check")
@click.argument("cases", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@RULEBOOK
@AS_JSON
def check(cases: Path, rulebook: Path | None, as_json: bool) -> None:
    """Decide every case of CASES and compare; leave with 1 on any difference."""
    ready = decider(rulebook)
    try:
        listed = json.loads(cases.read_text(encoding="utf-8"))["cases"]
        outcomes = [outcome for case in listed for outcome in check_case(ready, case)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise click.ClickException(f"{cases.name} is not a file of cases: {error}") from error
    totals = Counter(outcome.state for outcome in outcomes)
    if as_json:
        click.echo(json.dumps({"totals": _totals(totals), "outcomes": [_outcome(one) for one in outcomes]}, indent=2))
    else:
        for outcome in outcomes:
            if outcome.state != "passed":
                click.echo(_line(outcome))
        click.echo(", ".join(f"{count} {state}" for state, count in _totals(totals).items()))
    sys.exit(1 if totals["failed"] else 0)


def _totals(totals: Counter[str]) -> dict[str, int]:
    return {state: totals[state] for state in ("passed", "failed", "unsupported")}


def _line(one: Outcome) -> str:
    told = f"expected {json.dumps(one.expected)}, decided {json.dumps(one.decided)}"
    return f"{one.state}  {one.case}  {one.key}: {told}{f' ({one.why})' if one.why else ''}"


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "case": one.case,
        "key": one.key,
        "state": one.state,
        "expected": one.expected,
        "decided": one.decided,
        "why": one.why,
    }
