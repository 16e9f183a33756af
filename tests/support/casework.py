"""What the tests of casework's pages share: a filled-in form, and households to look at."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from digital_inclusion.casework.actions.enrolling import EnrolledHousehold, NewHousehold, enroll_households
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.households.models import Household
from tests.factories.world import World, sign_in
from tests.support.pages import hidden_fields

ENROLL = "/households/enroll"


def signed_in(client: FlaskClient, world: World, who: str) -> FlaskClient:
    """Return the client signed in as ``navigator_a`` or another user of the world."""
    return sign_in(client, world.users[who])


def enrolled(world: World, new: NewHousehold, partner: str = "a") -> EnrolledHousehold:
    """Enroll a household the short way."""
    use_scope(Scope(partner_id=world.partners[partner]))
    with write_transaction():
        by = world.actor(f"navigator_{partner}")
        made = enroll_households([new], partner_id=world.partners[partner], cause="household.enrolled", by=by)
    use_scope(EVERYTHING)
    assert made.households[0] is not None, made.problems
    return made.households[0]


def typed(**changes: Any) -> dict[str, Any]:
    """Return a whole form as a navigator fills it in; None takes a field away."""
    values: dict[str, Any] = {
        "members-0-name": "Rosa Delgado",
        "members-0-birth_date": ["4", "23", "1980"],
        "home": "fixed",
        "line": "200 E Santa Clara St",
        "city": "San José",
        "zip_code": "95113",
        "phone": "(408) 555-0123",
        "safe_contact": "text",
        "language": "es",
        "needs": ["device", "line"],
        "consent_language": "es",
        "consent_purposes": ["service", "follow_up"],
        "consent_way": "spoken",
        "enrolled_on": "2026-01-05",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def send(client: FlaskClient, data: dict[str, Any], hidden: dict[str, str] | None = None) -> TestResponse:
    """Open the form and send it; ``hidden`` are the hidden fields of a form opened before."""
    fields = hidden if hidden is not None else hidden_fields(client.get(ENROLL), ENROLL)
    return client.post(ENROLL, data={**fields, **data})


def households() -> list[Household]:
    """Return all households, oldest first."""
    session().rollback()  # see what requests have committed since
    use_scope(EVERYTHING)
    return list(session().scalars(select(Household).order_by(Household.id)))
