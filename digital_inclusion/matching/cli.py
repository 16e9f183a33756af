"""``flask matching find``: look through all records for likely same households."""

import json

import click
from flask import Flask
from flask.cli import AppGroup

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from .actions.finding import find_pairs

group = AppGroup("matching", help="Likely same households.")


@group.command("find")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def find(as_json: bool) -> None:
    """Put likely pairs on the city's list. Running it again changes nothing."""
    use_scope(EVERYTHING)
    by = system_actor("flask matching find")
    records = opened = reopened = 0
    after: int | None = 0
    while after is not None:
        with write_transaction():
            found = find_pairs(after=after, by=by)
        records, opened, reopened = records + found.records, opened + found.opened, reopened + found.reopened
        after = found.next_after
    if as_json:
        click.echo(json.dumps({"records": records, "new_pairs": opened, "reopened": reopened}))
        return
    click.echo(f"Looked at {records:,} records: {opened:,} new likely pairs, {reopened:,} asked again.")


def init_cli(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(group)
