"""The day of people of the city: what waits, of each kind only what the role may act on."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.models import HelpRequest
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from tests.factories.help import asks, takes
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text
from tests.support.statements import count_statements


def _waits_since(world: World, reference: str, days: int) -> None:
    use_scope(EVERYTHING)
    with write_transaction():
        one = session().scalars(select(HelpRequest).where(HelpRequest.reference == reference)).one()
        one.with_since = clock.now() - timedelta(days=days)
        record("caseload.handed_over", by=world.actor("partner_lead_a"))


def test_what_waits_for_a_program_manager(client: FlaskClient, world: World) -> None:
    asks("With The City")
    takes(world)
    late, _pin = asks("At A Partner", address="10.1.0.2")
    signed_in(client, world, "program_manager")
    text = page_text(client.get("/today/city"))
    assert "Requests for help that are with the city" in text and "answered in time" not in text
    _waits_since(world, late, 40)
    client.get("/today/city")
    with count_statements() as sent:
        page = client.get("/today/city")
    assert len(sent) <= 15, sent
    check_page(page)
    text = page_text(page)
    assert text.index("answered in time") < text.index("that are with the city")  # what is late comes first
    assert "Begin with what is late." in text and "At A Partner" not in text
    assert "/requests?whose=all" in page.get_data(as_text=True)


@pytest.mark.parametrize("who", ["verifier", "finance"])
def test_others_see_what_they_may_act_on(client: FlaskClient, world: World, who: str) -> None:
    asks("With The City")
    signed_in(client, world, who)
    text = page_text(client.get("/today/city"))
    assert "Nothing is waiting" in text and "Requests" not in text


@pytest.mark.parametrize("who", ["navigator_a", "partner_lead_a", "auditor", "administrator"])
def test_only_for_people_of_the_city_who_act(client: FlaskClient, world: World, who: str) -> None:
    signed_in(client, world, who)
    assert client.get("/today/city").status_code == 403
