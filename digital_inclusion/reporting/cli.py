"""``flask audit …``: samples that anybody can draw again. ``flask eligibility impact``: what another rulebook changes.

Described in docs/commands.md.
"""

import json
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from ..eligibility.cli import FOLDER, decider, group
from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.kernel.errors import DomainError
from ..households.queries import last_decisions
from ..progress.queries.program import get_program_in_zone
from .actions import note_sample
from .queries.impact import FlipRow, list_flips
from .queries.samples import Sample, draw_sample
from .queries.trail import seals
from .rules.impact import Impact

audit_group = AppGroup("audit", help="For auditors: draw a sample, check the seals of the audit trail.")


def init_cli(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(audit_group)
    group.add_command(impact)


@audit_group.command("sample")
@click.option("--seed", required=True, help="Any words or numbers, best drawn in public.")
@click.option("--size", type=int, required=True, help="How many households, 1 to 500.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Verified as connected on this day.")
@click.option("--as-known-at", "posting", type=int, help="As known at this posting. Default: the last.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def sample(seed: str, size: int, on: datetime, posting: int | None, as_json: bool) -> None:
    """Draw a sample of verified households: the same seed, day and posting always draw the same ones."""
    use_scope(EVERYTHING)
    try:
        get_program_in_zone()
        with write_transaction():
            use_scope(EVERYTHING)
            drawn = draw_sample(seed=seed.strip(), size=size, on=on.date(), posting=posting)
            note_sample(drawn, by=system_actor("flask audit sample"))
    except DomainError as error:
        raise click.ClickException(" ".join([error.sentence, *getattr(error, "fields", {}).values()])) from error
    click.echo(json.dumps(_answer(drawn), indent=2) if as_json else _text(drawn))


def _answer(drawn: Sample) -> dict[str, Any]:
    return {
        "seed": drawn.seed,
        "size": drawn.size,
        "on": drawn.on.isoformat(),
        "posting": drawn.posting,
        "population": drawn.population,
        "method": "lowest SHA-256 of 'seed|identity'",
        "households": [{"identity": one.identity, "code": one.code, "digest": one.digest} for one in drawn.drawn],
    }


def _text(drawn: Sample) -> str:
    head = (
        f"{len(drawn.drawn)} of {drawn.population:,} households verified as connected on {drawn.on}, "
        f"as known at posting {drawn.posting}, by the lowest SHA-256 of '{drawn.seed}|identity':"
    )
    return "\n".join([head, *(f"  {one.code}  {one.identity:>8}  {one.digest[:16]}" for one in drawn.drawn)])


@audit_group.command("seals")
def check_seals() -> None:
    """Work out every seal of the audit trail again; leave with 1 when one no longer fits."""
    found = seals(check=True)
    if not found.holds:
        raise click.ClickException(f"Seal {found.broken} does not fit its events.")
    click.echo(f"Every seal holds: events 1 to {found.sealed}; {found.open_events} are not sealed yet.")


@click.command("impact")
@click.option("--from", "from_folder", type=FOLDER, required=True, help="The rulebook's folder before the change.")
@click.option("--to", "to_folder", type=FOLDER, required=True, help="The rulebook's folder after it.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Ask about this day. Default: each decision's own day.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def impact(from_folder: Path, to_folder: Path, on: datetime | None, as_json: bool) -> None:
    """List how many stored households would hear another answer, by program and partner."""
    before, after = decider(from_folder), decider(to_folder)
    use_scope(EVERYTHING)
    found = Impact(before, after, on=on.date() if on else None).take_all(last_decisions())
    rows = list_flips([{**flip._asdict(), "households": count} for flip, count in found.flips.items()])
    if as_json:
        books = {"from": before.book, "to": after.book}
        head = {name: {"version": book.version, "fingerprint": book.fingerprint} for name, book in books.items()}
        answer = {**head, "on": on.date().isoformat() if on else None, "households": found.households}
        click.echo(json.dumps({**answer, "flipped": found.flipped, "flips": [asdict(row) for row in rows]}, indent=2))
        return
    click.echo(_impact_text(found, rows, before.book.version, after.book.version))


def _impact_text(found: Impact, rows: list[FlipRow], before: str, after: str) -> str:
    lines = [f"{before} -> {after}: {found.flipped:,} of {found.households:,} households would hear another answer."]
    for title, of_program in groupby(rows, key=lambda row: row.title):
        lines.append(title)
        lines += [f"  {row.partner}: {row.before} -> {row.after}: {row.households:,}" for row in of_program]
    return "\n".join(lines)
