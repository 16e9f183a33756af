"""``flask demo …``: invented people and three years of their work, to look at and to try things on."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from ...accounts.queries.sessions import demo_code, find_user_by_email, has_tables
from ...foundation.access.roles import ROLES, needs_second_factor
from ...foundation.database import EVERYTHING, session, use_scope
from ...foundation.kernel import clock
from ...foundation.kernel.errors import DomainError
from ...progress.queries.program import find_version
from .partners import PASSWORD, SIGN_INS

HOUSEHOLDS = 3000
group = AppGroup("demo", help="Invented people and three years of work, for a first look.")


def init_cli(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(group)


@group.command("fill")
@click.option("--households", default=HOUSEHOLDS, hidden=True, type=click.IntRange(min=100))
def fill_demo(households: int) -> None:
    """Fill an empty database; does nothing where the demo is there already, and refuses one with other data."""
    from .filling import is_filled  # here, so that no other command loads three years of invented work

    _need_tables()
    use_scope(EVERYTHING)
    try:
        if is_filled():
            click.echo("The demo is already there.")
        else:
            _fill(households)
    except DomainError as error:
        raise click.ClickException(error.sentence) from error
    _show_sign_ins()
    _show_request()


def _fill(households: int) -> None:
    from .filling import fill

    session().rollback()
    file = Path(current_app.root_path).parent / "programs" / "san-jose.toml"
    with click.progressbar(length=1, label="Filling the demo: three years of work", show_pos=False) as bar:
        for done, days in fill(file, number=households):
            bar.length = days
            bar.update(done - bar.pos)
    session().rollback()


def _show_sign_ins() -> None:
    click.echo(f"\nSign in as anybody below. Password for all: {PASSWORD}\n")
    for person in SIGN_INS:
        code = " + a code, shown on the page" if needs_second_factor(frozenset({person.role})) else ""
        click.echo(f"  {person.email:27}{ROLES[person.role].label}{code}")
    click.echo("\nAll people and households are invented.")


def _show_request() -> None:
    from .filling import request_to_follow

    found = request_to_follow()
    if found is not None:
        click.echo(f"Follow a request for help at /help/follow: code {found[0]}, PIN {found[1]}")


@group.command("code")
@click.argument("email")
def show_code(email: str) -> None:
    """Print the present second-factor code of one of the demo's people."""
    _need_tables()
    version, user = find_version(), find_user_by_email(email)
    if version is None or not version.is_demo:
        raise click.ClickException("This is not a demo: only the person's own app knows the code.")
    code = demo_code(user.id, at=clock.now()) if user is not None else None
    if code is None:
        raise click.ClickException("Nobody with this address has a second factor.")
    click.echo(code)


def _need_tables() -> None:
    found = has_tables()
    session().rollback()
    if not found:
        raise click.ClickException("The database has no tables yet. Run first: flask db upgrade")
