"""What the tests of asking for help share: the form as a resident fills it in, and the way to code and PIN."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.pages import page_text, post_form

NAME, CONTACT = "Zenobia Askswell", "(408) 555-0188"


def filled(**changes: Any) -> dict[str, Any]:
    """Return the form as a resident fills it in; None takes a field away."""
    values: dict[str, Any] = {
        "name": NAME, "contact": CONTACT, "language": "es", "needs": ["device", "connection"], "zip_code": "95113",
        "agree": "y",
    }  # fmt: skip
    return {name: value for name, value in (values | changes).items() if value is not None}


def send_help(client: FlaskClient, **changes: Any) -> TestResponse:
    """Open the form and send it."""
    return post_form(client, "/help", filled(**changes))


def code_and_pin(page: TestResponse) -> tuple[str, str]:
    """Return what the page after sending shows."""
    found = re.search(r"Code ?([0-9A-Z]{4}-[0-9A-Z]{4}) PIN ?(\d{3}) (\d{3})", page_text(page))
    assert found is not None, page_text(page)
    return found[1], found[2] + found[3]


def ask_for_help(client: FlaskClient, **changes: Any) -> tuple[str, str]:
    """Send a request and return its code and PIN."""
    sent = send_help(client, **changes)
    assert (sent.status_code, sent.location) == (303, "/help/sent"), page_text(sent)
    return code_and_pin(client.get("/help/sent"))


def follow(client: FlaskClient, reference: str, pin: str) -> TestResponse:
    """Type code and PIN."""
    return post_form(client, "/help/follow", {"reference": reference, "pin": pin})
