"""What the tests of giving devices share: the form as a donor fills it in, and the way to reference and PIN."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from digital_inclusion.devices.actions.donors import change_workshop
from digital_inclusion.foundation.database import EVERYTHING, use_scope, write_transaction
from tests.factories.world import World
from tests.support.pages import hidden_fields, page_text, parse, post_form

DONATE, NAME, CONTACT = "/donate", "Quentin Giverling", "quentin@giver.example"


def opens_workshop(world: World, partner: str = "a", **changes: Any) -> None:
    """Let a partner take devices."""
    values = {"takes_devices": True, "fetches": True, "address": f"{partner} Depot Way", "phone": "408-555-0101"}
    use_scope(EVERYTHING)
    with write_transaction():
        change_workshop(partner_id=world.partners[partner], by=world.actor("program_manager"), **(values | changes))
    use_scope(EVERYTHING)


def filled(world: World, partner: str = "a", **changes: Any) -> dict[str, Any]:
    """Return the form as a donor fills it in; None takes a field away."""
    values: dict[str, Any] = {
        "laptop": "2", "kind": "person", "name": NAME, "contact": CONTACT, "taker": str(world.partners[partner]),
        "way": "call",
    }  # fmt: skip
    return {name: value for name, value in (values | changes).items() if value is not None}


def shows(client: FlaskClient, typed: dict[str, Any]) -> TestResponse:
    """Open the form and send it the first time."""
    return post_form(client, DONATE, typed)


def confirms(client: FlaskClient, shown: TestResponse, typed: dict[str, Any]) -> TestResponse:
    """Send the form that shows its effect once more, with what stands in it."""
    return client.post(DONATE, data=standing(shown) | typed | hidden_fields(shown, DONATE))


def standing(shown: TestResponse) -> dict[str, Any]:
    """Return the lines and the choices that stand in the form."""
    page = parse(shown)
    found: dict[str, Any] = {
        one.get("name", ""): one.text or "" for one in page.iter("textarea") if one.get("name") == "lines"
    }
    for select in page.iter("select"):
        chosen = [one.get("value") for one in select.iter("option") if one.get("selected") is not None]
        found[select.get("name", "")] = chosen[0] if chosen else ""
    return found


def reference_and_pin(page: TestResponse) -> tuple[str, str]:
    """Return what the page after sending shows."""
    found = re.search(r"Reference ?([0-9A-Z]{4}-[0-9A-Z]{4}) PIN ?(\d{3}) (\d{3})", page_text(page))
    assert found is not None, page_text(page)
    return found[1], found[2] + found[3]


def gives(client: FlaskClient, world: World, **changes: Any) -> tuple[str, str]:
    """Give devices; return reference and PIN."""
    typed = filled(world, **changes)
    shown = shows(client, typed)
    sent = confirms(client, shown, typed)
    assert (sent.status_code, sent.location) == (303, "/donate/sent"), page_text(sent)
    return reference_and_pin(client.get("/donate/sent"))


def follows(client: FlaskClient, reference: str, pin: str) -> TestResponse:
    """Type reference and PIN."""
    return post_form(client, "/donate/follow", {"reference": reference, "pin": pin})
