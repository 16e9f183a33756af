"""``flask devices …``. The output is described in docs/commands.md."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from ..foundation.database import EVERYTHING, read_transaction, use_scope
from ..foundation.kernel.errors import DomainError
from ..progress.queries.program import get_program_in_zone
from .queries import balance as queries
from .rules.balance import LINES, Balance, Factors, Share, balance_of, carbon_of
from .rules.weighing import kilograms
from .schemas import read_factors

devices_group = AppGroup("devices", help="Devices: the balance of kilograms.")
DAY = click.DateTime(["%Y-%m-%d"])


def init_cli(app: Flask) -> None:
    """Register the group."""
    app.cli.add_command(devices_group)


@devices_group.command("balance")
@click.option("--since", type=DAY, help="First day on which units came, 2026-01-31.")
@click.option("--until", type=DAY, help="Last day.")
@click.option("--partner", "partner_id", type=int, help="Number of the organization.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as described in docs/commands.md.")
def show_balance(since: datetime | None, until: datetime | None, partner_id: int | None, as_json: bool) -> None:
    """Show what came in by weight and where it is. Ends with 1 when the balance does not close."""
    use_scope(EVERYTHING)
    asked = queries.Asked(
        since=since.date() if since else None, until=until.date() if until else None, partner_id=partner_id
    )
    factors = read_factors()
    with read_transaction():
        _use_city_clock()
        found = balance_of(queries.list_came(asked), factors, came=queries.weigh_in(asked, factors.weights_g))
        carbon = carbon_of(queries.list_in_homes(asked), factors)
    closes = found.difference_g == 0 and found.missing_units == 0
    if as_json:
        told = {**_told(found, factors), "closes": closes, "carbon_g": asdict(carbon)}
        click.echo(json.dumps(told, indent=2))
    else:
        _print(found, factors)
    raise SystemExit(0 if closes else 1)


def _use_city_clock() -> None:
    try:
        get_program_in_zone()
    except DomainError as error:
        raise click.ClickException(error.sentence) from error


def _told(found: Balance, factors: Factors) -> dict[str, Any]:
    return {
        "factor_set": factors.name,
        "came_in": asdict(found.came),
        "lines": {line.value: asdict(share) for line, share in found.lines.items()},
        "difference_g": found.difference_g,
        "missing_units": found.missing_units,
        "parts_not_weighed": found.loose_parts,
    }


def _print(found: Balance, factors: Factors) -> None:
    _line("Came in", found.came)
    for line, share in found.lines.items():
        _line(f"  {LINES[line]}", share)
    click.echo(
        f"Difference: {kilograms(found.difference_g)} kg, {found.missing_units} devices. Factors: {factors.name}."
    )


def _line(name: str, share: Share) -> None:
    unknown = f", {share.unknown} of unknown weight" if share.unknown else ""
    click.echo(f"{name}: {kilograms(share.grams)} kg, {share.units} devices ({share.estimated} estimated{unknown})")
