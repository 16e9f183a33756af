"""``flask setup``: tables, program settings, the city, and a link for the first administrator."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask_migrate import upgrade

from ..accounts.actions.links import invite, withdraw_invitation
from ..accounts.queries.people import list_waiting_invitations
from ..accounts.queries.sessions import has_people, has_tables
from ..foundation.access.identity import system_actor
from ..foundation.audit.actions import record
from ..foundation.database import EVERYTHING, session, use_scope, write_transaction
from ..foundation.kernel.errors import DomainError
from ..foundation.mail import link_to
from ..partners.actions import create_partner
from ..partners.queries import find_city_partner
from ..progress.actions.settings import apply_settings
from ..progress.queries.program import find_program
from ..progress.schemas import LoadedProgram, parse_program


def init_cli(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(setup)


@click.command("setup")
@click.option("--city", help="The city's name, as in the program file.")
@click.option("--name", help="Name of the first administrator.")
@click.option("--email", help="E-mail address of the first administrator.")
@click.option(
    "--program-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The city's program file; default: PROGRAM_FILE of the environment.",
)
def setup(city: str | None, name: str | None, email: str | None, program_file: Path | None) -> None:
    """Set a new installation up: tables, program settings, the city, and a link for the first administrator.

    Asks for what is not given. May be run again until the first administrator has joined.
    """
    if not has_tables():
        session().rollback()
        upgrade()
    _refuse_when_set_up()
    path = program_file or Path(current_app.config["PROGRAM_FILE"])
    text, program = _read_program(path)
    _confirm_city(city, program, path)
    name = name or click.prompt("Name of the first administrator")
    email = email or click.prompt("E-mail address of the first administrator")
    try:
        token = _set_up(text, program, name=name.strip(), email=email.strip())
    except DomainError as error:
        raise click.ClickException("\n".join([error.sentence, *getattr(error, "fields", {}).values()])) from error
    click.echo(f"\n{program.file.city.program_name} is set up. {name} opens this link to choose a password:\n")
    click.echo(f"  {link_to('accounts.join', token=token)}\n")
    click.echo("It works once, for seven days. Lost it? Run this command again.")


def _refuse_when_set_up() -> None:
    use_scope(EVERYTHING)
    if has_people():
        raise click.ClickException(
            "This installation is set up already. Nothing was changed. Invite people in the pages."
        )


def _read_program(path: Path) -> tuple[str, LoadedProgram]:
    text = path.read_text(encoding="utf-8")
    try:
        return text, parse_program(text)
    except DomainError as error:
        raise click.ClickException(f"{path} cannot be used:\n{error.sentence}") from error


def _confirm_city(given: str | None, program: LoadedProgram, path: Path) -> None:
    known = program.file.city.name
    said = given if given is not None else click.prompt("Which city is this?", default=known)
    if said.strip().casefold() != known.casefold():
        raise click.ClickException(
            f"The program file is for {known}. For another city, copy {path.name}, change [city] and what follows, "
            "and name it with --program-file."
        )


def _set_up(text: str, program: LoadedProgram, *, name: str, email: str) -> str:
    by = system_actor("flask setup")
    with write_transaction():
        use_scope(EVERYTHING)
        if find_program() is None:
            apply_settings(text, by=by)
        partner = find_city_partner() or create_partner(code="CITY", name=program.file.city.name, kind="city", by=by)
        for invitation, _partner_name in list_waiting_invitations(by=by):
            withdraw_invitation(invitation.id, by=by)
        _invitation, token = invite(
            email=email, name=name, partner_id=partner.id, role="administrator", by_hand=True, by=by
        )
        record("program.set_up", by=by, subject=partner, partner_id=partner.id)
    return token
