"""``flask settings …`` and ``flask progress …``. Their outputs are described in docs/commands.md."""

import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, program_session, read_transaction, use_scope, write_transaction
from ..foundation.kernel import clock
from ..foundation.kernel.errors import Conflict, DomainError
from .actions.posting import Effect
from .actions.publishing import publish_closed_months
from .actions.settings import apply_settings, preview_settings
from .queries import figures
from .queries.names import partner_names
from .queries.program import find_version, get_program, get_program_in_zone
from .queries.verification import Report, verify
from .schemas import LoadedProgram, parse_program

settings_group = AppGroup("settings", help="The program settings: check a file, load it, show what is in force.")
progress_group = AppGroup("progress", help="The figures: show them, verify them, publish closed months.")

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, as described in docs/commands.md.")


def init_cli(app: Flask) -> None:
    """Register both groups."""
    app.cli.add_command(settings_group)
    app.cli.add_command(progress_group)


@settings_group.command("check")
@FILE
def check_settings(file: Path) -> None:
    """Name every mistake in FILE, or say what loading it would change. Changes nothing."""
    use_scope(EVERYTHING)
    text = file.read_text(encoding="utf-8")
    program = _parsed(text, file)
    click.echo(f"{file.name} is valid.")
    _mention_unconfirmed(program)
    with read_transaction():
        version = find_version()
        if version is None:
            click.echo("No settings are loaded yet.")
        elif version.fingerprint == program.fingerprint:
            click.echo("It is the version in force.")
        else:
            _show_effect(preview_settings(text))


@settings_group.command("apply")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def apply_file(file: Path | None, yes: bool) -> None:
    """Load FILE (default: the installation's settings file) after showing its effect on the figures."""
    use_scope(EVERYTHING)
    file = file or Path(current_app.config["PROGRAM_FILE"])
    text = file.read_text(encoding="utf-8")
    program = _parsed(text, file)
    version = find_version()
    if version is not None and version.fingerprint == program.fingerprint:
        click.echo("Nothing to do: these settings are already the version in force.")
        return
    _show_effect(preview_settings(text))
    if not yes and not click.confirm("Load these settings?"):
        click.echo("Nothing was changed.")
        return
    try:
        with write_transaction():
            use_scope(EVERYTHING)
            posting = apply_settings(text, by=system_actor("flask settings apply"))
    except Conflict as already:
        click.echo(already.sentence)
        return
    click.echo(f"Loaded in posting {posting.number}, with {posting.entries:,} entries.")
    _mention_unconfirmed(program)


@settings_group.command("show")
def show_settings() -> None:
    """Print the settings in force, as they were loaded."""
    use_scope(EVERYTHING)
    version = find_version()
    if version is None:
        raise click.ClickException("No settings are loaded yet. Run: flask settings apply")
    loaded = clock.local(version.loaded_at)
    click.echo(f"# version of posting {version.posting}, loaded {loaded:%Y-%m-%d %H:%M} by {version.loaded_by}")
    click.echo(f"# fingerprint {version.fingerprint}")
    click.echo(version.text.rstrip())


def _parsed(text: str, file: Path) -> LoadedProgram:
    """Return the parsed settings, or name every mistake and leave with 1."""
    try:
        return parse_program(text)
    except DomainError as error:
        click.echo(f"{file.name} cannot be loaded:", err=True)
        for mistake in error.sentence.splitlines():
            click.echo(f"  {mistake.replace('%%', '%')}", err=True)
        sys.exit(1)


def _mention_unconfirmed(program: LoadedProgram) -> None:
    if program.file.unconfirmed:
        click.echo(f"To be confirmed by the city: {', '.join(program.file.unconfirmed)}.")


def _show_effect(effect: Effect) -> None:
    """Print each figure that changes, as it is and as it will be: "verified connected 12,431 → 12,402"."""
    now = figures.figures()
    if not effect.changes:
        click.echo("No figure of today changes.")
    for (milestone, aspect), change in sorted(effect.changes.items()):
        before = now.of(milestone, aspect)
        click.echo(f"{aspect} {milestone} {before:,} → {before + change:,}")


@progress_group.command("show")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The figures on this day. Default: today.")
@click.option("--as-known-at", "known", metavar="TIME|POSTING", help="As known then. Default: now.")
@click.option("--by", type=click.Choice(["partner", "district", "month"]), help="One row for each.")
@AS_JSON
def show(on: datetime | None, known: str | None, by: figures.Panel | None, as_json: bool) -> None:
    """Show the figures on a day, as known at a posting."""
    use_scope(EVERYTHING)
    try:
        with read_transaction():
            program = get_program_in_zone()
            answer = _answer(program, _knowledge(known), on.date() if on else clock.today(), by)
    except DomainError as error:
        raise click.ClickException(error.sentence) from error
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False) if as_json else _as_text(answer))


def _knowledge(known: str | None) -> figures.Knowledge:
    """Return the posting meant by a number or an instant (the city's clock, where it names no zone)."""
    if known is None:
        return figures.last_posting()
    if known.isdecimal():
        return figures.get_posting(int(known))
    try:
        at = datetime.fromisoformat(known)
    except ValueError as error:
        raise click.BadParameter("Write a time like 2026-03-31T17:00 or the number of a posting.") from error
    zone = clock.local(clock.now()).tzinfo
    return figures.posting_known_at(at if at.tzinfo else at.replace(tzinfo=zone))


def _answer(
    program: LoadedProgram, knowledge: figures.Knowledge, day: date, by: figures.Panel | None
) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "city": program.file.city.name,
        "on": day.isoformat(),
        "posting": knowledge.posting,
        "recorded_at": knowledge.recorded_at.isoformat() if knowledge.recorded_at else None,
        "goals": {"connected": program.file.goals.connected, "skills_sustained": program.file.goals.skills_sustained},
        "figures": _nested(figures.figures_known_at(knowledge.posting, on=day)),
    }
    if by:
        names = {str(key): name for key, name in partner_names().items()} if by == "partner" else {}
        rows = figures.known_at_by(by, knowledge.posting, on=day)
        answer["by"] = by
        answer["rows"] = [
            {by: names.get(key, (key,))[0]}
            | ({"name": names[key][1]} if key in names else {})
            | {"figures": _nested(its)}
            for key, its in rows.items()
        ]
    return answer


def _nested(found: figures.Figures) -> dict[str, dict[str, int]]:
    """Return every figure there is, zeros too, so that the shape never changes."""
    return {
        milestone: {aspect: found.of(milestone, aspect) for aspect in aspects}
        for milestone, aspects in figures.ASPECTS.items()
    }


def _as_text(answer: Mapping[str, Any]) -> str:
    lines = [f"{answer['city']}, {answer['on']}, as known at posting {answer['posting']} ({answer['recorded_at']})"]
    lines += _table(answer["figures"])
    for row in answer.get("rows", []):
        lines += ["", f"{answer['by']} {row.get('name') or row[answer['by']]}", *_table(row["figures"])]
    return "\n".join(lines)


def _table(found: Mapping[str, Mapping[str, int]]) -> list[str]:
    lines = [f"  {'':20}{'verified':>12}{'pending':>12}{'current':>12}"]
    for milestone, its in found.items():
        cells = (f"{its[aspect]:,}" if aspect in its else "" for aspect in ("verified", "pending", "current"))
        lines.append(f"  {milestone:20}" + "".join(f"{cell:>12}" for cell in cells))
    return lines


@progress_group.command("verify")
@click.option("--every-posting", is_flag=True, help="Recount at every posting, on a large book too.")
@AS_JSON
def verify_book(every_posting: bool, as_json: bool) -> None:
    """Recount everything independently; leave with 1 and name the differences if anything disagrees."""
    use_scope(EVERYTHING)
    try:
        with read_transaction(), program_session("verify") as city:
            get_program_in_zone()
            report = verify(city, every_posting=every_posting)
    except DomainError as error:
        raise click.ClickException(error.sentence) from error
    click.echo(json.dumps(_report(report), indent=2) if as_json else _report_text(report))
    if not report.holds:
        sys.exit(1)


def _report(report: Report) -> dict[str, Any]:
    return {
        "holds": report.holds,
        "posting": report.posting,
        "recounted_at": report.recounted_at,
        "checks": [
            {"name": check.name, "holds": check.holds, "differences": check.differences, "more": check.more}
            for check in report.checks
        ],
    }


def _report_text(report: Report) -> str:
    lines = [f"Posting {report.posting}; recounted at {report.recounted_at}."]
    for check in report.checks:
        lines.append(f"{'ok  ' if check.holds else 'FAIL'} {check.name}")
        lines += [f"     {difference}" for difference in check.differences]
        lines += [f"     and {check.more:,} more"] if check.more else []
    return "\n".join(lines)


@progress_group.command("publish")
def publish() -> None:
    """Publish the figures of every month that is over and not published yet. Doing it again changes nothing."""
    try:
        with write_transaction():
            use_scope(EVERYTHING)
            get_program()
            months = publish_closed_months(by=system_actor("flask progress publish"))
    except DomainError as error:
        raise click.ClickException(error.sentence) from error
    names = ", ".join(f"{month:%Y-%m}" for month in months)
    click.echo(f"Published: {names}." if names else "Nothing to publish: every month that is over is published.")
