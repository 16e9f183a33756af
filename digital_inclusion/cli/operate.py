"""``flask backup FILE`` and ``flask restore FILE``: everything in one file, and back, with the ledger compared."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext

from ..accounts.queries.sessions import has_tables
from ..agenda.actions.keys import note_restored
from ..agenda.queries.keys import count_open_blocks, is_key_known
from ..foundation.access.identity import system_actor
from ..foundation.audit.actions import record
from ..foundation.backup import read_backup, write_backup
from ..foundation.database import EVERYTHING, session, use_scope, write_transaction
from ..foundation.kernel.errors import DomainError
from ..foundation.throttle import key_check
from ..progress.queries.fingerprint import ledger_fingerprint

LEDGER, KEY = "ledger_fingerprint", "key_check"


def init_cli(app: Flask) -> None:
    """Register both commands."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write every row and stored file to FILE, as of one moment, while the program goes on serving."""
    if not file.resolve().parent.is_dir():
        raise click.ClickException(f"There is no folder {file.resolve().parent}.")
    _need_tables()
    manifest = write_backup(
        file, describe=lambda connection: {LEDGER: ledger_fingerprint(connection), KEY: key_check()}
    )
    rows = sum(manifest["rows"].values())
    _record("backup.made", "flask backup", manifest)
    click.echo(f"{file}: {rows:,} rows, {manifest['files']:,} files, {file.stat().st_size / 1e6:,.1f} MB")
    click.echo(f"ledger fingerprint {manifest[LEDGER]}")
    click.echo("The file holds people's data. Keep it safe, and keep SECRET_KEY apart from it: both are needed.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Fill a new, empty database from FILE (run "flask db upgrade" first); leave with 1 if the ledger differs."""
    _need_tables()
    try:
        manifest = read_backup(file)
    except DomainError as error:
        raise click.ClickException(error.sentence) from error
    use_scope(EVERYTHING)
    found = ledger_fingerprint(session().connection())
    session().rollback()
    _record("backup.restored", "flask restore", manifest)
    _hold_back(manifest)
    click.echo(f"{sum(manifest['rows'].values()):,} rows and {manifest['files']:,} files of {manifest['made_at']}")
    click.echo(f"ledger fingerprint {found}")
    _compare(manifest, found)


def _hold_back(manifest: Mapping[str, Any]) -> None:
    """Say what becomes of messages: what waited may have gone since, and another key knows nobody who stopped us."""
    use_scope(EVERYTHING)
    with write_transaction():
        waited = note_restored(key=manifest.get(KEY), by=system_actor("flask restore"))
        is_known, stopped = is_key_known(), count_open_blocks()
    use_scope(EVERYTHING)
    if waited:
        click.echo(
            f"{waited:,} messages to households waited when the backup was made. They may have gone since, so none is "
            'sent by itself: somebody decides under Messages, "Did not arrive".'
        )
    if not is_known:
        click.echo(
            f"WARNING: with this SECRET_KEY nobody is recognized of the {stopped:,} addresses that get nothing: people "
            'who asked us to stop. NO MESSAGE IS SENT TO ANYBODY until you set the old key again, or run "flask '
            'messages key", which says what going on with the new one means.',
            err=True,
        )


def _compare(manifest: Mapping[str, Any], found: str) -> None:
    if manifest.get(KEY, key_check()) != key_check():
        click.echo(
            "Warning: SECRET_KEY is not the one of the backup. Second factors and the keys by which likely same "
            "households are found work only with that one.",
            err=True,
        )
    if manifest.get(LEDGER) != found:
        raise click.ClickException(
            f"The ledger is not the one that was backed up ({manifest.get(LEDGER, 'no fingerprint in the file')}). "
            "Do not use this database."
        )
    click.echo("It is the fingerprint written at the backup: the ledger is the same.")


def _need_tables() -> None:
    found = has_tables()
    session().rollback()
    if not found:
        raise click.ClickException("The database has no tables yet. Run first: flask db upgrade")


def _record(name: str, actor: str, manifest: Mapping[str, Any]) -> None:
    with write_transaction():
        use_scope(EVERYTHING)
        record(
            name,
            by=system_actor(actor),
            rows=sum(manifest["rows"].values()),
            files=int(manifest["files"]),
            ledger=str(manifest.get(LEDGER, "")),
        )
