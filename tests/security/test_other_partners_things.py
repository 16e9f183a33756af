"""Whatever an address names of another partner is not there: not to be seen, not to be changed, not to be guessed."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from digital_inclusion.foundation.access.roles import ROLES
from digital_inclusion.foundation.web.gate import access_of
from tests.factories.world import World
from tests.support.asking import Noticing, NoticingRequest, Somebody, address_of, every_route
from tests.support.contents import contents
from tests.support.things import DRAFTS, OF_THE_WRITER, Things

pytestmark = pytest.mark.only_sqlite  # the scope's query shapes run on both databases in test_tenant_scope.py

# Everything a form may carry, so that no request fails before it looks at what it names.
TYPED: dict[str, Any] = {
    "reason": "entered_twice", "note": "", "sentence": "Which paper?", "name": "Changed", "role": "partner_lead",
    "ended_on": "2026-02-01", "closed_on": "2026-02-01", "from_on": "2026-02-01", "occurred_on": "2026-02-01",
    "home": "fixed", "line": "1 Main St", "city": "San José", "zip_code": "95113", "purposes": ["service"],
    "device_kind": "laptop", "source": "new", "unit": "S1", "provider": "P", "speed": "100/20", "hours": "2",
    "about": "skills", "answer": "yes", "item": "device", "move": "confirm", "members": [], "certain": "y",
}  # fmt: skip


SHARED = {"offer"}  # what addresses name of the program's own, shown to everybody who may read it


def _names_something(rule: Rule) -> bool:
    own = {name: type(one).__name__ for name, one in rule._converters.items() if name not in SHARED}
    return any(kind in {"CodeConverter", "NumberConverter"} for kind in own.values())


def _told(response: TestResponse, secrets: list[str], besides: str = "") -> list[str]:
    """Return the secrets that the answer tells; what the reader's own address says is not told."""
    return [word for word in secrets if word.encode() in response.data and word not in besides]


def _routes_for(app: Flask, role: str) -> list[tuple[Rule, str]]:
    mine = ROLES[role].permissions
    return [
        (rule, method)
        for rule, method in every_route(app)
        if _names_something(rule) and access_of(app, rule.endpoint) in mine
    ]


@pytest.mark.parametrize("role", ["navigator", "partner_lead", "technician"])
def test_what_is_named_of_another_partner_is_not_there(
    app: Flask, world: World, role: str, things: dict[str, Things]
) -> None:
    person = Somebody(app, world.users[f"{role}_a"])
    before, wrong = contents(), []
    for rule, method in _routes_for(app, role):
        for data in ({}, TYPED) if method == "POST" else ({},):
            url = address_of(rule, things["b"].named_by(rule))
            response = person.ask(method, url, data)
            told = _told(response, things["b"].secrets, besides=url)
            if response.status_code != 404 or told:
                wrong.append((method, str(rule), response.status_code, told))
    assert not wrong
    assert contents() == before


@pytest.mark.parametrize("role", ["navigator", "partner_lead", "technician"])
def test_what_is_named_of_the_own_partner_is_there(
    app: Flask, world: World, role: str, things: dict[str, Things]
) -> None:
    """The same requests about one's own things: otherwise the test above would prove nothing."""
    person = Somebody(app, world.users[f"{role}_a"])
    gone = []
    for rule, method in _routes_for(app, role):
        if rule.endpoint in DRAFTS | OF_THE_WRITER and role != "navigator":
            continue  # a draft is its author's alone, and a note is its writer's to change
        response = person.ask(method, address_of(rule, things["a"].named_by(rule)))
        if response.status_code in {403, 404} or response.status_code >= 500:
            gone.append((method, str(rule), response.status_code))
    assert not gone


@pytest.mark.parametrize("swapped", ["number", "assignment_id"])
def test_own_thing_with_a_part_of_another_partners(
    app: Flask, world: World, swapped: str, things: dict[str, Things]
) -> None:
    mixed = Things(values=things["a"].values | {swapped: things["b"].values[swapped]})
    person = Somebody(app, world.users["partner_lead_a"])
    before, wrong = contents(), []
    for rule, method in _routes_for(app, "partner_lead"):
        if swapped not in rule._converters:
            continue
        for data in ({}, TYPED) if method == "POST" else ({},):
            status = person.ask(method, address_of(rule, mixed.named_by(rule)), data).status_code
            if status not in {404, 409}:
                wrong.append((method, str(rule), status))
    assert not wrong
    assert contents() == before


def test_no_list_or_filter_shows_another_partners_things(
    app: Flask, world: World, things: dict[str, Things], monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = things["b"]
    asked = {
        "partner": theirs.values["partner_id"], "grant": theirs.values["grant_id"], "after": theirs.household_id + 1,
        "before": theirs.household_id - 1, "whose": "all", "draft": theirs.draft, "role": "navigator", "sort": "name",
        "reason": "questioned", "status": "questioned",
    }  # fmt: skip
    monkeypatch.setattr(app, "request_class", NoticingRequest)
    person = Somebody(app, world.users["partner_lead_a"])
    wrong = []
    for rule, method in every_route(app):
        if method != "GET" or access_of(app, rule.endpoint) not in ROLES["partner_lead"].permissions:
            continue
        own = things["a"].named_by(rule) if _names_something(rule) else {}
        wrong += _telling(person, address_of(rule, own), asked, theirs.secrets)
    assert not wrong


def _telling(person: Somebody, url: str, asked: Mapping[str, Any], secrets: list[str]) -> list[tuple[object, ...]]:
    """Ask a page without filters, with all, and with each one alone that it looks at; return what told or failed."""
    wrong: list[tuple[object, ...]] = []
    Noticing.read.clear()

    def ask(query: Mapping[str, Any]) -> None:
        response = person.ask("GET", url, query_string=query)
        told = _told(response, secrets)
        if response.status_code >= 500 or told:
            wrong.append((url, query, response.status_code, told))

    ask({})
    ask(asked)
    for name in asked.keys() & (set(asked) if "*" in Noticing.read else Noticing.read):
        ask({name: asked[name]})
    return wrong


@pytest.mark.parametrize("words", ["Theirfamily", "Bogdana", "code", "408 555 0123"])
def test_search_finds_no_other_partners_household(
    app: Flask, world: World, words: str, things: dict[str, Things]
) -> None:
    person = Somebody(app, world.users["partner_lead_a"])
    asked = things["b"].values["code"] if words == "code" else words
    place = person.ask("POST", "/households/find", {"words": asked}).location
    page = person.ask("GET", place).get_data(as_text=True)
    shown = page.replace(f'value="{asked}"', "")  # what was typed stands in the field again
    assert not [word for word in things["b"].secrets if word in shown]
