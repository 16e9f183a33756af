"""The second factor: needed for city roles, each code good once, recovery codes, replacing and removing."""

import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from digital_inclusion.accounts.models import RecoveryCode, User
from digital_inclusion.foundation.database import session
from tests.factories.world import World, sign_in
from tests.support.accounts import PASSWORD, code_now, enter, give_app, give_password
from tests.support.pages import check_page, page_text, post_form


def _secret_shown(client: FlaskClient) -> pyotp.TOTP:
    page = client.get("/account/second-factor")
    check_page(page)
    found = re.search(r'data-copy="([A-Z2-7 ]{32,})"', page.get_data(as_text=True))
    assert found is not None
    return pyotp.TOTP(found[1].replace(" ", ""))


def test_city_role_sets_it_up_before_anything_else(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["program_manager"])
    enter(client, email)
    for path in ("/people", "/partners"):
        assert client.get(path).location.startswith("/second-factor")
    assert client.get("/second-factor").location.startswith("/account/second-factor")
    app = _secret_shown(client)
    wrong = post_form(client, "/account/second-factor", {"code": "000000"})
    assert wrong.status_code == 400
    check_page(wrong)
    assert _secret_shown(client).secret == app.secret  # a slip does not change the picture
    done = post_form(client, "/account/second-factor", {"code": code_now(app)}, follow_redirects=True)
    check_page(done)
    codes = re.findall(r"[2-9A-Z]{5}-[2-9A-Z]{5}", page_text(done))
    assert len(codes) == 10
    assert client.get("/account/recovery-codes").status_code == 303  # shown once
    assert client.get("/people").status_code == 200
    stored = session().get_one(User, world.users["program_manager"]).totp_secret
    assert stored and app.secret not in stored


def test_second_factor_is_asked_and_lets_in(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["verifier"])
    app = give_app(world.users["verifier"])
    first = enter(client, email, next="/partners")
    assert client.get(first.location).location == "/second-factor?next=/partners"
    check_page(client.get("/second-factor"))
    with client.session_transaction() as cookie:
        before = cookie["sid"]
    answer = post_form(client, "/second-factor", {"code": code_now(app)}, page="/second-factor?next=/partners")
    assert answer.location == "/partners"
    assert client.get("/partners").status_code == 200
    with client.session_transaction() as cookie:
        assert cookie["sid"] != before  # a session that may do more is a new one


def test_second_factor_of_a_partner_role_is_optional_but_then_asked(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    app = give_app(world.users["navigator_a"])
    first = enter(client, email)
    assert client.get(first.location).location == "/second-factor"
    assert post_form(client, "/second-factor", {"code": code_now(app)}).status_code == 303


def test_code_is_good_once(app: Flask, client: FlaskClient, world: World) -> None:
    email = give_password(world.users["verifier"])
    totp = give_app(world.users["verifier"])
    code = code_now(totp)
    enter(client, email)
    assert post_form(client, "/second-factor", {"code": code}).status_code == 303
    thief = app.test_client()
    enter(thief, email)
    replayed = post_form(thief, "/second-factor", {"code": code})
    assert replayed.status_code == 400
    assert thief.get("/partners").status_code == 302


def test_recovery_code_is_good_once(app: Flask, client: FlaskClient, world: World) -> None:
    user_id = world.users["program_manager"]
    email = give_password(user_id)
    enter(client, email)
    totp = _secret_shown(client)
    done = post_form(client, "/account/second-factor", {"code": code_now(totp)}, follow_redirects=True)
    code = re.findall(r"[2-9A-Z]{5}-[2-9A-Z]{5}", page_text(done))[0]
    other, thief = app.test_client(), app.test_client()
    enter(other, email)
    assert post_form(other, "/second-factor", {"code": f" {code.lower()} "}).status_code == 303
    enter(thief, email)
    assert post_form(thief, "/second-factor", {"code": code}).status_code == 400
    stored = session().query(RecoveryCode).filter_by(user_id=user_id).all()
    assert sum(row.used_at is None for row in stored) == 9
    assert code not in {row.code_digest for row in stored}
    renewed = post_form(other, "/account/recovery-codes/renew", page="/account", follow_redirects=True)
    assert len(re.findall(r"[2-9A-Z]{5}-[2-9A-Z]{5}", page_text(renewed))) == 10


def test_second_factor_guessing_is_stopped(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["verifier"])
    app = give_app(world.users["verifier"])
    enter(client, email)
    codes = [post_form(client, "/second-factor", {"code": f"{number:06}"}).status_code for number in range(11)]
    assert codes[-1] == 429
    assert post_form(client, "/second-factor", {"code": code_now(app)}).status_code == 429


def test_password_alone_cannot_replace_the_app(client: FlaskClient, world: World) -> None:
    email = give_password(world.users["verifier"])
    give_app(world.users["verifier"])
    enter(client, email)
    assert client.get("/account/second-factor").location.startswith("/second-factor")


def test_replacing_the_app_needs_the_password(client: FlaskClient, world: World) -> None:
    user_id = world.users["verifier"]
    give_password(user_id)
    give_app(user_id)
    sign_in(client, user_id)
    app = _secret_shown(client)
    refused = post_form(client, "/account/second-factor", {"code": code_now(app), "present": "wrong password"})
    assert refused.status_code == 400
    done = post_form(client, "/account/second-factor", {"code": code_now(app), "present": PASSWORD})
    assert done.status_code == 303


@pytest.mark.parametrize(("role", "status"), [("verifier", 409), ("navigator_a", 303)])
def test_removing_it_is_for_those_who_may_do_without(client: FlaskClient, world: World, role: str, status: int) -> None:
    give_password(world.users[role])
    give_app(world.users[role])
    sign_in(client, world.users[role])
    check_page(client.get("/account/second-factor/remove"))
    answer = post_form(client, "/account/second-factor/remove", {"present": PASSWORD})
    assert answer.status_code == status
