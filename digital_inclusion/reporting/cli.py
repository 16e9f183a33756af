"""``flask audit …``: samples that anybody can draw again. Described in docs/commands.md."""

import json
from datetime import datetime
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.kernel.errors import DomainError
from ..progress.queries.program import get_program_in_zone
from .actions import note_sample
from .queries.samples import Sample, draw_sample
from .queries.trail import seals

audit_group = AppGroup("audit", help="For auditors: draw a sample, check the seals of the audit trail.")


def init_cli(app: Flask) -> None:
    """Register the group."""
    app.cli.add_command(audit_group)


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
