"""The menu around every page: which line a page lies under, and that what is kept of it is nobody else's."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from digital_inclusion.chrome import MENU, Entry
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import signed_in


def _current(client: FlaskClient, path: str) -> set[str]:
    page = client.get(path).get_data(as_text=True)
    menu = page.split('<nav aria-label="Main">')[1].split("</nav>")[0]
    return set(re.findall(r'href="([^"]*)" aria-current="page"', menu))


def test_every_page_lies_under_the_nearest_line_of_the_menu(client: FlaskClient, world: World) -> None:
    home = serve(world, name="Rosa Delgado", deliveries=())
    signed_in(client, world, "navigator_a")
    assert _current(client, "/households") == {"/households"}
    assert _current(client, "/households/find") == {"/households/find"}
    assert _current(client, f"/households/{home.code}") == {"/households"}
    assert _current(client, f"/households/{home.code}/tasks/new") == {"/households"}
    assert _current(client, "/account") == set()


def test_a_menu_kept_for_one_person_is_not_shown_to_another(app: Flask, world: World) -> None:
    for _round in range(2):
        for who, sees in (("navigator_a", True), ("administrator", False), ("partner_lead_a", True)):
            client = app.test_client()
            signed_in(client, world, who)
            page = client.get("/account").get_data(as_text=True)
            assert ('href="/households"' in page) == sees, who


@pytest.mark.parametrize("entry", MENU, ids=lambda entry: entry.endpoint)
def test_addresses_of_the_menu_end_without_a_slash(app: Flask, entry: Entry) -> None:
    """The line of a page is found by cutting its path at slashes."""
    (rule,) = app.url_map.iter_rules(entry.endpoint)
    assert not rule.rule.endswith("/")
