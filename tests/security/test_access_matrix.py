"""Every route × every role, with real requests: who may gets in, everybody else is turned away."""

import pytest
from flask import Flask

from digital_inclusion.foundation.access.roles import ROLES
from digital_inclusion.foundation.web.gate import PUBLIC, SIGNING_IN, access_of
from tests.factories.world import World
from tests.support.accounts import give_app
from tests.support.asking import NOBODYS, Somebody, address_of, every_route

pytestmark = pytest.mark.only_sqlite  # what a role may is the same on every database
SIGN_IN = {302, 303}
MACHINES = {"agenda.take_messages"}  # asked with a secret by no browser: tests/integration/agenda/test_receiving.py


@pytest.mark.parametrize("role", [role.code for role in ROLES.values() if role.assignable])
def test_role_reaches_exactly_what_it_may(app: Flask, world: World, role: str) -> None:
    person = Somebody(app, world.users[role if role in world.users else f"{role}_a"])
    wrong = []
    for rule, method in every_route(app):
        access = access_of(app, rule.endpoint)
        may = access == PUBLIC or access in ROLES[role].permissions
        status = person.ask(method, address_of(rule)).status_code
        if status >= 500 or (status == 403) is may:
            wrong.append((method, str(rule), access, status))
    assert not wrong


def test_nobody_reaches_only_public_pages(app: Flask, world: World) -> None:
    nobody = Somebody(app)
    wrong = []
    for rule, method in every_route(app):
        access = access_of(app, rule.endpoint)
        response = nobody.ask(method, address_of(rule))
        turned_away = response.status_code in SIGN_IN and "/sign-in" in (response.location or "")
        if response.status_code >= 500 or (access != PUBLIC and not turned_away):
            wrong.append((method, str(rule), access, response.status_code))
    assert not wrong


@pytest.mark.parametrize("who", ["program_manager", "partner_lead_a"])
def test_owed_second_factor_lets_nobody_past_signing_in(app: Flask, world: World, who: str) -> None:
    give_app(world.users[who])  # a lead need not have one, but who set one up is asked for it
    person = Somebody(app, world.users[who], second_factor=False)
    wrong = []
    for rule, method in every_route(app):
        if access_of(app, rule.endpoint) in {PUBLIC, SIGNING_IN}:
            continue
        response = person.ask(method, address_of(rule))
        if response.status_code not in SIGN_IN or "second-factor" not in (response.location or ""):
            wrong.append((method, str(rule), response.status_code))
    assert not wrong


def test_unsafe_request_without_token_is_refused(app: Flask, world: World) -> None:
    person = Somebody(app, world.users["partner_lead_a"])
    wrong = []
    for rule, method in every_route(app):
        if method == "GET" or rule.endpoint in MACHINES:
            continue
        for token in ("", "not-the-token"):
            status = person.browser().open(address_of(rule), method=method, data={"csrf_token": token}).status_code
            if status != 400:
                wrong.append((method, str(rule), status))
    assert not wrong


def test_method_override_is_not_understood(app: Flask, world: World) -> None:
    person = Somebody(app, world.users["navigator_a"])
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "DELETE"}):
        assert person.browser().get("/sign-out?_method=POST", headers=headers).status_code == 405
    assert person.ask("GET", "/account").status_code == 200  # still signed in


def test_url_parameters_are_typed(app: Flask) -> None:
    loose = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for converter in rule._converters.values()
        if type(converter).__name__ not in {*NOBODYS, "AnyConverter"}
    ]
    assert not loose
