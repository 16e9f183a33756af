"""GET changes nothing: every page is opened by everybody who may, and the database is as it was."""

import pytest
from flask import Flask

from digital_inclusion.foundation.access.roles import ROLES
from digital_inclusion.foundation.web.gate import PUBLIC, access_of
from tests.factories.world import World
from tests.support.asking import Somebody, address_of, every_route
from tests.support.contents import contents
from tests.support.things import Things

pytestmark = pytest.mark.only_sqlite


@pytest.mark.parametrize("who", ["partner_lead_a", "program_manager", "verifier", "auditor", "administrator"])
def test_reading_every_page_changes_nothing(app: Flask, world: World, who: str, things: dict[str, Things]) -> None:
    mine = things["a"]
    role = next(code for code in ROLES if who.startswith(code))
    person, before, opened = Somebody(app, world.users[who]), contents(), 0
    for rule, method in every_route(app):
        access = access_of(app, rule.endpoint)
        if method != "GET" or (access != PUBLIC and access not in ROLES[role].permissions):
            continue
        url = address_of(rule, mine.named_by(rule))
        opened += person.ask("GET", url).status_code == 200
        person.ask("HEAD", url)
        if contents() != before:
            changed = [table for table, rows in contents().items() if rows != before[table]]
            pytest.fail(f"GET {rule} changed {changed}")
    assert opened >= 10
