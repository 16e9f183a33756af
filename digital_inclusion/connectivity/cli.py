"""``flask offers …``. The output is described in docs/commands.md."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.kernel.errors import DomainError, Invalid
from ..progress.queries.program import get_program_in_zone
from .actions.offers import load_offer
from .schemas import OffersFileError, read_offers

offers_group = AppGroup("offers", help="Offers of internet companies.")


def init_cli(app: Flask) -> None:
    """Register the group."""
    app.cli.add_command(offers_group)


@offers_group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Load a file of offers: new ones are written down, changed ones get new terms, the others stay as they are."""
    use_scope(EVERYTHING)
    counts = {"new": 0, "changed": 0, "same": 0}
    try:
        offers = read_offers(file)
        with write_transaction():
            get_program_in_zone()
            for one in offers:
                try:
                    counts[load_offer(new=one, by=system_actor("offers"))] += 1
                except Invalid as error:
                    said = " ".join(error.fields.values()) or error.sentence
                    raise click.ClickException(f"{one.provider}, {one.plan}: {said}") from error
    except OffersFileError as error:
        raise click.ClickException("\n".join(error.mistakes)) from error
    except DomainError as error:
        raise click.ClickException(error.sentence) from error
    click.echo(f"{counts['new']} new, {counts['changed']} changed, {counts['same']} as they were.")
