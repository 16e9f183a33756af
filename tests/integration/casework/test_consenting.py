"""A household agrees anew: the day on which it did, what it agrees to, and what stays of before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.changing import withdraw_consent
from digital_inclusion.casework.actions.consenting import give_consent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Invalid, NotFound
from digital_inclusion.households.models import Consent
from tests.factories.aftercare import does
from tests.factories.households import ENROLLED_ON, new_consent
from tests.factories.served import confirm, serve
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form


def consents() -> list[tuple[str, bool]]:
    """Return day and whether something was taken back, of each consent, the oldest first."""
    session().rollback()
    use_scope(EVERYTHING)
    rows = session().scalars(select(Consent).order_by(Consent.id))
    return [(one.given_on.isoformat(), one.withdrawn_on is not None) for one in rows]


def test_after_withdrawing_everything_a_new_consent_opens_again(app: Flask, world: World) -> None:
    made = serve(world)
    confirm(world, *made.delivery_facts)
    does(world, withdraw_consent, who="navigator_a", household_id=made.id, purposes=["service"])
    today = clock.today()
    does(world, give_consent, who="navigator_a", household_id=made.id, new=new_consent(today))
    assert consents() == [(ENROLLED_ON.isoformat(), True), (today.isoformat(), False)]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"given_on": ENROLLED_ON - timedelta(days=1)}, "given_on"),  # an older paper does not replace a newer one
        ({"given_on": ENROLLED_ON + timedelta(days=9999)}, "given_on"),
        ({"purposes": ["follow_up"]}, "purposes"),
        ({"purposes": ["service", "party"]}, "purposes"),
        ({"way": "telepathy"}, "way"),
    ],
)
def test_what_cannot_be_a_consent(world: World, changed: dict[str, object], field: str) -> None:
    made = serve(world, deliveries=())
    with pytest.raises(Invalid) as refused:
        does(world, give_consent, who="navigator_a", household_id=made.id, new=replace(new_consent(), **changed))
    assert field in refused.value.fields and len(consents()) == 1


def test_others_households_cannot_agree_through_us(world: World) -> None:
    made = serve(world, deliveries=())
    with pytest.raises(NotFound):
        does(world, give_consent, who="navigator_b", household_id=made.id, new=new_consent())


def test_page(client: FlaskClient, world: World) -> None:
    made = serve(world, deliveries=())
    url = f"/households/{made.code}/consent/new"
    signed_in(client, world, "navigator_a")
    assert url in client.get(f"/households/{made.code}").get_data(as_text=True)
    check_page(client.get(url))
    typed = {"language": "es", "purposes": ["service", "follow_up"], "way": "spoken", "given_on": str(clock.today())}
    refused = post_form(client, url, typed | {"purposes": ["follow_up"]})
    assert refused.status_code == 400 and "may not keep a record" in page_text(refused)
    shown = post_form(client, url, typed)
    assert shown.status_code == 200 and "This is what would happen" in page_text(shown) and len(consents()) == 1
    check_page(shown)
    fields = hidden_fields(shown, url) | typed
    assert [client.post(url, data=fields).status_code for _press in range(2)] == [303, 303]
    assert len(consents()) == 2
