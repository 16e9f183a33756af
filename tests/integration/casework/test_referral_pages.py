"""Pages of referrals of households: send, lists of both sides, Today, answers, what the city sees, what people type."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.changing import withdraw_consent
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from tests.factories.aftercare import does
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form
from tests.support.referring import WORDS, referral, refers

LIST = "/referrals"


def _home(world: World, name: str = "Rosa Delgado", partner: str = "a") -> tuple[int, str]:
    made = serve(world, partner, name=name, deliveries=())
    use_scope(EVERYTHING)
    with write_transaction():
        home = session().get_one(Household, made.id)
        home.phone, home.email, home.language, home.needs_device = "(408) 555-0123", None, "es", True
        session().info["audited"] = True
    return made.id, made.code


def _typed(world: World, **changes: Any) -> dict[str, Any]:
    values = {
        "to": str(world.partners["b"]), "needs": ["device"], "contact": "phone", "words": WORDS, "agreed": "y",
        "agreed_on": clock.today().isoformat(), "agreed_way": "spoken",
    } | changes  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def test_sent_opened_accepted_and_each_side_sees_it(client: FlaskClient, world: World) -> None:
    number, home = _home(world)
    signed_in(client, world, "navigator_a")
    url = f"/households/{home}/referrals/new"
    assert url in client.get(f"/households/{home}").get_data(as_text=True)
    form = client.get(url)
    check_page(form)
    assert "it does not let us give their data to another organization" in page_text(form)
    sent = post_form(client, url, _typed(world))
    assert sent.status_code == 303
    code = sent.location.rsplit("/", 1)[1]
    ours = client.get(sent.location)
    check_page(ours)
    assert "Take it back" in page_text(ours) and "Opened by" not in page_text(ours)

    signed_in(client, world, "navigator_b")
    for page in (client.get(LIST), client.get("/today")):
        check_page(page)
        assert code in page_text(page) and "Rosa" not in page_text(page)
    theirs = client.get(f"{LIST}/{code}")
    check_page(theirs)
    for words in ("Rosa Delgado", "(408) 555-0123", "Español", WORDS, "From Partner A to Partner B"):
        assert words in page_text(theirs), words
    assert home not in page_text(theirs)  # the sender's code tells them nothing
    accept = f"{LIST}/{code}/accept"
    accepted = client.post(accept, data=hidden_fields(theirs, accept))
    assert accepted.status_code == 303 and "/households/enroll?draft=" in accepted.location
    enroll = client.get(accepted.location)
    assert "Rosa Delgado" in enroll.get_data(as_text=True) and "The referral is accepted" in page_text(enroll)
    assert client.post(accept, data=hidden_fields(theirs, accept)).status_code == 303  # a second click
    assert "how did it end" in page_text(client.get("/today"))
    close = f"{LIST}/{code}/close"
    check_page(client.get(close))
    assert post_form(client, close, {"word": "not_reached"}).status_code == 303

    signed_in(client, world, "navigator_a")
    ended = client.get(f"{LIST}/{code}")
    check_page(ended)
    assert "Opened by Partner B" in page_text(ended) and "We could not reach them" in page_text(ended)
    timeline = client.get(f"/households/{home}?show=referred")
    check_page(timeline)
    for words in ("Referred to Partner B", "Referral: accepted", "Referral: done: we could not reach them"):
        assert words in page_text(timeline), words
    check_page(client.get(f"{LIST}?show=sent&state=closed"))
    use_scope(EVERYTHING)
    seen = session().scalars(select(AuditEvent).where(AuditEvent.name == "referral.viewed").order_by(AuditEvent.id))
    assert {event.partner_id for event in seen} == {world.partners["b"]}
    ours = select(AuditEvent.user_id).where(AuditEvent.name == "household.viewed", AuditEvent.subject_id == number)
    assert world.users["navigator_a"] in session().scalars(ours.order_by(AuditEvent.id)).all()  # whoever sent it, too


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"agreed": None}, "Without their agreement it cannot be sent"),
        ({"to": ""}, "Choose an organization."),
        ({"to": "1"}, "Not a valid choice"),
        ({"needs": []}, "Choose what they need."),
        ({"contact": None}, "Please choose one."),
        ({"contact": "email"}, "Not a valid choice"),
        ({"agreed_on": "2026-13-01"}, "There is no month 13"),
        ({"agreed_way": None}, "Please choose one."),
        ({"words": "x" * 501}, "at most 500 characters"),
    ],
)
def test_bad_input_gets_a_sentence_and_what_was_typed_survives(
    client: FlaskClient, world: World, changes: dict[str, Any], sentence: str
) -> None:
    _id, home = _home(world)
    signed_in(client, world, "navigator_a")
    typed = _typed(world, **({"words": "Keep these words"} | changes))
    page = post_form(client, f"/households/{home}/referrals/new", typed)
    assert page.status_code == 400
    check_page(page)
    assert sentence in page_text(page)
    if "words" not in changes:
        assert "Keep these words" in page.get_data(as_text=True)
    signed_in(client, world, "navigator_b")
    assert "No open referrals" in page_text(client.get(LIST))


def test_without_a_consent_nothing_can_be_sent(client: FlaskClient, world: World) -> None:
    number, home = _home(world)
    does(world, withdraw_consent, who="navigator_a", household_id=number, purposes=["service"])
    signed_in(client, world, "navigator_a")
    url = f"/households/{home}/referrals/new"
    page = client.get(url)
    check_page(page)
    assert "No consent of this household stands" in page_text(page) and "Send referral" not in page_text(page)
    sent = client.post(url, data=hidden_fields(page, url) | _typed(world))
    assert sent.status_code == 400 and "No consent of this household stands" in page_text(sent)


def test_answered_twice_the_second_is_told(client: FlaskClient, world: World) -> None:
    number, _home_code = _home(world)
    code = refers(world, number)
    signed_in(client, world, "navigator_b")
    url = f"{LIST}/{code}/decline"
    form = client.get(url)
    check_page(form)
    data = hidden_fields(form, url) | {"word": "no_room"}
    assert client.post(url, data=data).status_code == 303
    assert client.post(url, data=data).status_code == 303  # the same form again lands there again
    other = client.post(url, data=hidden_fields(client.get(url), url) | {"word": "area"})
    assert other.status_code == 400 and "Somebody was faster" in page_text(other)
    assert referral(code).reason == "no_room"
    signed_in(client, world, "navigator_a")
    assert "A referral needs you" in page_text(client.get("/today"))
    shown = client.get(f"{LIST}/{code}")
    check_page(shown)
    assert "Refer to somebody else" in page_text(shown) and "We have no room right now" in page_text(shown)


def test_city_sees_who_waits_and_nobodys_name(client: FlaskClient, world: World) -> None:
    number, home = _home(world)
    code = refers(world, number)
    with clock.frozen(clock.now() + timedelta(days=5)):
        signed_in(client, world, "program_manager")
        listed, shown = client.get(LIST), client.get(f"{LIST}/{code}")
        for page in (listed, shown):
            check_page(page)
            assert code in page_text(page) and "Not answered in time" in page_text(page)
            for word in ("Rosa", "555-0123", "Ask for", home):
                assert word not in page_text(page), word
        assert "Take it back" not in page_text(shown) and "Decline" not in page_text(shown)
        assert client.post(f"{LIST}/{code}/accept", data=hidden_fields(shown, LIST)).status_code == 403


def test_strangers_find_nothing(client: FlaskClient, world: World) -> None:
    number, _code = _home(world)
    code = refers(world, number)
    signed_in(client, world, "technician_b")
    assert client.get(LIST).status_code == 403
    signed_in(client, world, "navigator_b")
    theirs = serve(world, "a", name="Not Theirs", deliveries=())
    assert client.get(f"/households/{theirs.code}/referrals/new").status_code == 404
    assert client.get(f"{LIST}/2222-2222").status_code == 404
    sent = client.get(f"{LIST}?show=sent")
    check_page(sent)
    assert code not in page_text(sent)
