"""``flask messages receive FILE``: what a gateway told, from a file. Described in docs/messages.md."""

import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.kernel.errors import Invalid
from ..progress.queries.program import get_program_in_zone
from .actions.keys import accept_key
from .actions.receiving import Counted, receive
from .queries.keys import count_open_blocks, is_key_known
from .schemas import Told, read_told

group = AppGroup("messages", help="Messages to households: take in what gateways tell.")
MOST_AT_ONCE = 500


@group.command("receive")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def receive_file(file: Path) -> None:
    """Take in FILE: one JSON object a line, a report or a text. The same file again changes nothing."""
    told, wrong = _read(file)
    counted, by = Counted(), system_actor("flask messages receive")
    for start in range(0, len(told), MOST_AT_ONCE):
        use_scope(EVERYTHING)
        with write_transaction():
            get_program_in_zone()
            one = receive(told=told[start : start + MOST_AT_ONCE], by=by)
        counted = Counted(
            counted.new + one.new, counted.repeated + one.repeated, counted.unknown_number + one.unknown_number
        )
    click.echo(
        f"{counted.new:,} new, {counted.repeated:,} told before, "
        f"{counted.unknown_number:,} texts from numbers that nobody knows (not kept)."
    )
    if wrong:
        sys.exit(1)


@group.command("key")
@click.option("--accept", is_flag=True, help="Go on with the present SECRET_KEY.")
def show_key(accept: bool) -> None:
    """Say whether the present SECRET_KEY knows who asked us to stop; with --accept, go on with it if it does not."""
    use_scope(EVERYTHING)
    with write_transaction():
        if is_key_known():
            click.echo("SECRET_KEY is the one under which people's STOP was noted. Messages go out.")
            return
        if not accept:
            click.echo(
                f"SECRET_KEY is not the one under which people's STOP was noted, and no message is sent. "
                f'{count_open_blocks():,} addresses get nothing.\nBest: set the old key again. If it is lost, "flask '
                'messages key --accept" goes on with this one. Households on record that stopped us stay stopped; '
                "numbers that stopped us and are in no household any more would be written to if somebody enrolls them."
            )
            sys.exit(1)
        carried = accept_key(by=system_actor("flask messages key"))
    click.echo(
        f"{carried.kept:,} addresses stay stopped, {carried.lost:,} are not recognized any more. Messages go out."
    )


def _read(file: Path) -> tuple[list[Told], int]:
    """Return what the lines tell, and how many tell nothing; those are named by their number."""
    told, wrong = [], 0
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            told.append(read_told(line))
        except Invalid as error:
            wrong += 1
            click.echo(f"Line {number} was left out: {error.sentence}", err=True)
    return told, wrong


def init_cli(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(group)
