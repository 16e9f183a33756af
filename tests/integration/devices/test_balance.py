"""The balance on real units: it closes, an independent recount agrees, and nobody sees another's."""

import csv
import io
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from digital_inclusion.casework.actions.correcting import end_thing
from digital_inclusion.devices.actions.moving import accept_devices, offer_devices
from digital_inclusion.devices.queries import balance as queries
from digital_inclusion.devices.rules.balance import Balance, Line, balance_of, carbon_of
from digital_inclusion.devices.schemas import read_factors
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from tests.factories.aftercare import goes_home, weighs
from tests.factories.devices import device, goes, is_ready, takes_in
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text

PAGE = "/devices/balance"
_RECOUNT = """
SELECT COALESCE(SUM(CASE WHEN weight_g IS NOT NULL THEN weight_g WHEN kind = 'laptop' THEN 1600
  WHEN kind = 'tablet' THEN 700 WHEN kind = 'monitor' THEN 5700 ELSE 0 END), 0) FROM devices WHERE state IN (%s)
"""


def balance(**asked: object) -> Balance:
    session().rollback()
    use_scope(EVERYTHING)
    factors, wanted = read_factors(), queries.Asked(**asked)  # type: ignore[arg-type]
    return balance_of(queries.list_came(wanted), factors, came=queries.weigh_in(wanted, factors.weights_g))


def recounted(*states: str) -> int:
    return session().execute(text(_RECOUNT % ", ".join(f"'{one}'" for one in states))).scalar_one()


@pytest.fixture
def house(world: World) -> dict[str, str]:
    """Units in every line: one weighed with parts, one in a home, one recycled, one lost, one of unknown weight."""
    codes = {name: takes_in(world, f"{name.upper()}1234X9") for name in ("stock", "home", "recycled", "lost", "apart")}
    codes["router"] = takes_in(world, "ROUTER1234X9", kind="router")
    codes["monitor"] = takes_in(world, "MONITOR1234X9", kind="monitor")
    weighs(world, codes["apart"], 1900, 250, None)
    weighs(world, codes["stock"], 1475)
    for name in ("home", "recycled", "apart"):
        is_ready(world, codes[name])
    goes(world, codes["recycled"], "testing", "recycled")
    goes(world, codes["apart"], "testing", "harvested")
    goes(world, codes["lost"], "lost")
    goes_home(world, codes["home"])
    return codes


def test_balance_closes_and_the_recount_agrees(world: World, house: dict[str, str]) -> None:
    found = balance()
    assert found.difference_g == 0 and found.missing_units == 0
    lines = {line: share.grams for line, share in found.lines.items()}
    assert lines == {
        Line.REUSED: 1600, Line.HARVESTED: 250, Line.RECYCLED: 1600, Line.DISPOSED: 0, Line.LOST: 1600,
        Line.STOCK: 1475 + (1900 - 250) + 5700, Line.PASSED_ON: 0,
    }  # fmt: skip
    assert lines[Line.REUSED] == recounted("handed_over") and lines[Line.LOST] == recounted("lost")
    assert lines[Line.STOCK] + lines[Line.HARVESTED] == recounted("quarantined", "harvested")
    assert found.came.grams == recounted("quarantined", "harvested", "handed_over", "lost", "recycled")
    assert (found.came.units, found.came.estimated, found.came.unknown) == (7, 4, 1)
    assert found.loose_parts == 1
    goes(world, house["apart"], "recycled")
    after = balance()
    assert after.lines[Line.RECYCLED].grams == 1600 + 1650 and after.lines[Line.HARVESTED].grams == 250
    assert after.difference_g == 0 and after.came.grams == found.came.grams


def test_days_narrow_the_balance(world: World, house: dict[str, str]) -> None:
    today = clock.today()
    assert balance(since=today, until=today).came.units == 7
    assert balance(until=today.replace(year=today.year - 1)).came.units == 0
    assert balance(since=today.replace(year=today.year + 1)).came.units == 0


def test_unit_passed_on_stands_in_its_own_line(world: World, house: dict[str, str]) -> None:
    for who, action in (("technician_a", offer_devices), ("technician_b", accept_devices)):
        by = world.actor(who)
        with write_transaction():
            more = {"partner_id": world.partners["b"]} if action is offer_devices else {}
            outcome = action(scanned=[house["stock"]], by=by, **more)  # type: ignore[operator]
        assert outcome.done and not outcome.refused
    ours, theirs, everyone = balance(partner_id=world.partners["a"]), balance(partner_id=world.partners["b"]), balance()
    assert ours.lines[Line.PASSED_ON].grams == 1475 == theirs.lines[Line.STOCK].grams == theirs.came.grams
    assert ours.difference_g == theirs.difference_g == everyone.difference_g == 0
    assert everyone.lines[Line.PASSED_ON].units == 0


def test_carbon_needs_a_verified_hand_over_that_has_not_ended(world: World, house: dict[str, str]) -> None:
    carbon = carbon_of(queries.list_in_homes(queries.Asked()), read_factors())
    assert (carbon.units, carbon.unproven) == (1, 0) and carbon.low_g == 88_050 and carbon.most_g == 281_600
    on_paper = is_ready(world, takes_in(world, "PAPER1234X9"))
    home, number = goes_home(world, on_paper, how="paper")
    carbon = carbon_of(queries.list_in_homes(queries.Asked()), read_factors())
    assert (carbon.units, carbon.unproven) == (1, 1)
    signed = device(house["home"]).fact_number
    assert signed is not None and number != signed
    by = world.actor("navigator_a")
    owner = session().execute(text("SELECT record_id FROM facts WHERE number = :n"), {"n": signed}).scalar_one()
    with write_transaction():
        end_thing(household_id=owner, number=signed, ended_on=clock.today(), reason="broken", by=by)
    carbon = carbon_of(queries.list_in_homes(queries.Asked()), read_factors())
    assert (carbon.units, carbon.unproven) == (0, 2)  # it stays with them, and nobody uses it
    assert balance().lines[Line.REUSED].units == 2


def test_balance_page_and_its_lines(client: FlaskClient, world: World, house: dict[str, str]) -> None:
    signed_in(client, world, "program_manager")
    page = client.get(PAGE)
    check_page(page)
    shown = page_text(page)
    assert "It closes" in shown and "13.875 kg" in shown and "To be confirmed by the city" in shown
    assert "0.09 to 0.14 t" in shown and "up to 0.28 t" in shown and "Boavizta 2023-1" in shown
    for line in ("reused", "harvested", "recycled", "disposed", "stock", "lost", "passed_on"):
        check_page(client.get(f"{PAGE}/{line}"))
    stock = page_text(client.get(f"{PAGE}/stock"))
    assert house["monitor"] in stock and "unknown" in stock and house["home"] not in stock
    assert client.get(f"{PAGE}/nothing").status_code == 404
    wrong = client.get(f"{PAGE}?since=2026-02-31")
    check_page(wrong)
    assert wrong.status_code == 400 and "February 2026 has 28 days" in page_text(wrong)
    turned = client.get(f"{PAGE}?since=2026-03-02&until=2026-03-01")
    assert turned.status_code == 400 and "The last day lies before the first." in page_text(turned)
    for odd in ("partner=x", "partner=99999999999999", "after=x"):
        assert client.get(f"{PAGE}?{odd}").status_code == 200


def test_balance_as_a_file(client: FlaskClient, world: World, house: dict[str, str]) -> None:
    signed_in(client, world, "auditor")
    answer = client.get(f"{PAGE}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    told = {row["line"]: row for row in rows}
    assert told["came_in"]["grams"] == "13875" and told["difference"]["grams"] == "0"
    assert sum(int(told[line]["grams"]) for line in Line) == 13875 and told["reused"]["factor_set"] == "Boavizta 2023-1"


def test_lead_sees_the_own_organization_alone(client: FlaskClient, world: World, house: dict[str, str]) -> None:
    signed_in(client, world, "partner_lead_b")
    for path in (PAGE, f"{PAGE}?partner={world.partners['a']}"):
        shown = page_text(client.get(path))
        assert "13.875" not in shown and "0 kg" in shown
    assert house["stock"] not in page_text(client.get(f"{PAGE}/stock?partner={world.partners['a']}"))
    for who in ("navigator_a", "technician_a", "verifier"):
        assert signed_in(client, world, who).get(PAGE).status_code == 403


def test_command_prints_the_balance(app: Flask, world: World, house: dict[str, str]) -> None:
    session().rollback()
    result = app.test_cli_runner().invoke(args=["devices", "balance", "--json"])
    told = json.loads(result.output)
    assert result.exit_code == 0 and told["closes"] and told["came_in"]["grams"] == 13875
    plain = app.test_cli_runner().invoke(args=["devices", "balance", "--since", "2030-01-01"])
    assert plain.exit_code == 0 and "Came in: 0 kg, 0 devices" in plain.output
