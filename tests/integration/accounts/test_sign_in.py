"""Signing in and out: one answer for every failure, counts per account and address, sessions that end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.accounts.actions import signing_in
from digital_inclusion.accounts.models import RoleAssignment, User, UserSession
from digital_inclusion.accounts.rules import ABSOLUTE, IDLE
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.partners.models import Partner
from tests.factories.world import SYSTEM, World, sign_in
from tests.support.accounts import PASSWORD, enter, give_password
from tests.support.pages import check_page, hidden_fields, page_text, post_form


@pytest.fixture
def still() -> Iterator[None]:
    """Hold the clock just after the start of a window, so that no test straddles two."""
    now = clock.now()
    with clock.frozen(now.replace(minute=now.minute // 15 * 15, second=1)):
        yield


def _token(client: FlaskClient) -> str | None:
    with client.session_transaction() as cookie:
        return cookie.get("sid")


def test_sign_in_leads_to_the_page_asked_for(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["partner_lead_a"])
    asked = client.get("/people")
    assert asked.status_code == 302
    check_page(client.get(asked.location))
    answer = post_form(
        client, "/sign-in", {"email": email.upper(), "password": PASSWORD}, page=asked.location, follow_redirects=True
    )
    assert answer.status_code == 200
    assert answer.request.path == "/people"
    check_page(answer)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\n/evil.example"]
)
def test_sign_in_never_leads_elsewhere(client: FlaskClient, world: World, target: str) -> None:
    email = give_password(world.users["navigator_a"])
    answer = enter(client, email, next=target)
    assert "evil" not in answer.location
    arrived = client.get(f"/arrive?next={target}".replace("\n", "%0A"))
    assert "evil" not in arrived.location


def test_sign_in_failures_look_alike(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    wrong = enter(client, email, "wrong password here")
    unknown = enter(client, "nobody@example.org", "wrong password here")
    malformed = enter(client, "no address", "wrong password here")
    without_password = enter(client, "navigatorb@example.org", "")
    check_page(wrong)
    assert wrong.status_code == unknown.status_code == malformed.status_code == without_password.status_code == 400
    assert "Please type the password again" in page_text(wrong) and "still here" not in page_text(wrong)
    sentence = "The e-mail address and the password do not fit together."
    assert all(sentence in page_text(answer) for answer in (wrong, unknown, malformed))
    assert _token(client) is None
    assert email in wrong.get_data(as_text=True)  # what was typed survives
    assert PASSWORD not in wrong.get_data(as_text=True)


def test_sign_in_failure_is_kept_for_the_audit(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    enter(client, email, "wrong password here")
    enter(client, "nobody@example.org", "wrong password here")
    events = session().scalars(
        select(AuditEvent).where(AuditEvent.name == "user.sign_in_failed").order_by(AuditEvent.id)
    )
    assert [(event.subject_id, event.details) for event in events] == [
        (world.users["navigator_a"], {"known": True}),
        (None, {"known": False}),
    ]


def test_sign_in_gives_a_new_session(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    with client.session_transaction() as cookie:
        cookie["sid"] = "chosen-by-an-attacker"
        cookie["planted"] = "x"
    enter(client, email)
    with client.session_transaction() as cookie:
        assert cookie["sid"] != "chosen-by-an-attacker"
        assert "planted" not in cookie
    assert client.get("/account").status_code == 200


def test_sign_in_keeps_the_password_nowhere(client: FlaskClient, world: World) -> None:
    give_password(world.users["navigator_a"])
    stored = session().get_one(User, world.users["navigator_a"]).password_hash
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


def test_sign_in_of_the_inactive_fails(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    with write_transaction():
        session().get_one(User, world.users["navigator_a"]).active = False
        record("user.deactivated", by=SYSTEM)
    assert enter(client, email).status_code == 400


def test_sign_in_of_a_closed_partner_fails_and_its_sessions_end(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    sign_in(client, world.users["navigator_a"])
    assert client.get("/account").status_code == 200
    with write_transaction():
        session().get_one(Partner, world.partners["a"]).active = False
        record("partner.changed", by=SYSTEM)
    assert client.get("/account").status_code == 302
    assert enter(client, email).status_code == 400


@pytest.mark.usefixtures("still")
def test_throttle_stops_guessing_one_account_and_nobody_else(app: Flask, client: FlaskClient, world: World) -> None:
    victim = give_password(world.users["navigator_a"])
    other = give_password(world.users["navigator_b"])
    home = app.test_client()
    assert enter(home, victim).status_code == 303  # this browser is known from now on
    for _try in range(signing_in.PER_ACCOUNT - 1):
        assert enter(client, victim, "wrong password here").status_code == 400
    stopped = enter(client, victim)
    assert stopped.status_code == 429
    check_page(stopped)
    assert enter(client, other).status_code == 303  # same address, another person
    post_form(home, "/sign-out", page="/account")
    assert enter(home, victim).status_code == 303  # the victim's own browser


@pytest.mark.usefixtures("still")
def test_throttle_counts_every_spelling_of_an_address_as_one(client: FlaskClient, world: World) -> None:
    local, _at, domain = give_password(world.users["navigator_a"]).partition("@")
    wide = [domain[:place] + chr(ord(domain[place]) + 0xFEE0) + domain[place + 1 :] for place in range(5)]
    spellings = [f"{local}@{one}" for one in (domain, domain.upper(), *wide, *wide)]
    answers = [enter(client, spelling, "wrong password here").status_code for spelling in spellings]
    assert answers == [400] * signing_in.PER_ACCOUNT + [429] * (len(spellings) - signing_in.PER_ACCOUNT)


@pytest.mark.usefixtures("still")
def test_throttle_stops_one_account_from_many_addresses(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    fields = hidden_fields(client.get("/sign-in"), "/sign-in")
    codes = [
        client.post(
            "/sign-in",
            data={**fields, "email": email, "password": "wrong password here"},
            environ_base={"REMOTE_ADDR": f"10.0.{number}.1"},
        ).status_code
        for number in range(signing_in.PER_ACCOUNT_EVERYWHERE + 1)
    ]
    assert codes[:-1] == [400] * signing_in.PER_ACCOUNT_EVERYWHERE
    assert codes[-1] == 429


@pytest.mark.usefixtures("still")
def test_throttle_counts_a_whole_network_of_version_six_as_one(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    fields = {**hidden_fields(client.get("/sign-in"), "/sign-in"), "email": email, "password": "wrong password here"}
    codes = [
        client.post("/sign-in", data=fields, environ_base={"REMOTE_ADDR": f"2001:db8::{number:x}"}).status_code
        for number in range(signing_in.PER_ACCOUNT + 1)
    ]
    assert codes == [400] * signing_in.PER_ACCOUNT + [429]


@pytest.mark.usefixtures("still")
def test_throttle_is_over_after_its_window(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    for _try in range(signing_in.PER_ACCOUNT + 1):
        answer = enter(client, email, "wrong password here")
    assert answer.status_code == 429
    with clock.frozen(clock.now() + signing_in.WINDOW):
        assert enter(client, email).status_code == 303


def test_sign_out_ends_the_session_on_the_server(client: FlaskClient, world: World) -> None:
    give_password(world.users["navigator_a"])
    enter(client, "navigatora@example.org")
    token = _token(client)
    answer = post_form(client, "/sign-out", page="/account")
    assert answer.status_code == 303
    with client.session_transaction() as cookie:
        cookie["sid"] = token  # a thief brings the old cookie back
    assert client.get("/account").status_code == 302
    assert session().scalars(select(UserSession)).all() == []


@pytest.mark.parametrize("pause", [IDLE, ABSOLUTE])
def test_session_ends_by_itself(client: FlaskClient, world: World, pause: timedelta) -> None:
    sign_in(client, world.users["navigator_a"])
    with clock.frozen(clock.now() + pause):
        assert client.get("/account").status_code == 302


def test_session_lives_on_while_used_but_not_for_ever(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["navigator_a"])
    start = clock.now()
    for minutes in range(50, 720, 50):
        with clock.frozen(start + timedelta(minutes=minutes)):
            assert client.get("/account").status_code == 200
    with clock.frozen(start + ABSOLUTE):
        assert client.get("/account").status_code == 302


def test_role_that_has_ended_is_gone_with_the_next_click(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["partner_lead_a"])
    assert client.get("/people").status_code == 200
    with write_transaction():
        row = (
            session()
            .scalars(select(RoleAssignment).where(RoleAssignment.user_id == world.users["partner_lead_a"]))
            .one()
        )
        row.ends_at = clock.now()
        record("role.ended", by=SYSTEM)
    assert client.get("/people").status_code == 403


def test_set_language_keeps_the_choice_and_stays_here(client: FlaskClient, world: World) -> None:
    fields = hidden_fields(client.get("/sign-in"), "/language")
    answer = client.post("/language", data={**fields, "locale": "vi", "next": "/sign-in"})
    assert answer.location == "/sign-in"
    assert 'lang="vi"' in client.get("/sign-in").get_data(as_text=True)
    away = client.post("/language", data={**fields, "locale": "xx", "next": "https://evil.example"})
    assert "evil" not in away.location


def test_unsafe_pages_demand_the_token(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 400
    sign_in(client, world.users["navigator_a"])
    assert client.post("/sign-out").status_code == 400
