"""One-time links: invitations and new passwords."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.accounts.actions import links
from digital_inclusion.accounts.models import Invitation, PasswordReset, User
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.jobs import HANDLERS
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import token_digest
from digital_inclusion.foundation.mail import NoMailer
from tests.factories.world import World, sign_in
from tests.support.accounts import PASSWORD, KeepingMailer, enter, give_password
from tests.support.pages import check_page, page_text, post_form


@pytest.fixture
def mail(app: Flask) -> Iterator[KeepingMailer]:
    """A mail server that keeps messages."""
    before, keeping = app.extensions["mailer"], KeepingMailer()
    app.extensions["mailer"] = keeping
    yield keeping
    app.extensions["mailer"] = before


@pytest.fixture
def no_mail(app: Flask) -> Iterator[None]:
    """No mail server at all."""
    before = app.extensions["mailer"]
    app.extensions["mailer"] = NoMailer()
    yield
    app.extensions["mailer"] = before


def _invite(client: FlaskClient, world: World, **data: object) -> object:
    given = {"name": "Nia", "email": "nia@example.org", "partner": world.partners["a"], "role": "navigator"}
    return post_form(client, "/people/invite", given | data)


def _link_shown(client: FlaskClient, page: str = "/people") -> str:
    shown = client.get(page)
    check_page(shown)
    found = re.search(r'data-copy="https?://[^/]+(/[^"]+)"', shown.get_data(as_text=True))
    assert found is not None
    return found[1]


def test_invited_person_joins_by_mail(app: Flask, client: FlaskClient, world: World, mail: KeepingMailer) -> None:
    sign_in(client, world.users["partner_lead_a"])
    check_page(client.get("/people/invite"))
    assert _invite(client, world).status_code == 303
    assert mail.sent[0][0] == "nia@example.org"
    assert "data-copy" not in client.get("/people").get_data(as_text=True)
    guest = app.test_client()
    page = guest.get(mail.last_path())
    check_page(page)
    assert "Partner A" in page_text(page)
    assert guest.get(mail.last_path()).status_code == 200  # looking does not use it up
    weak = post_form(guest, mail.last_path(), {"name": "Nia", "password": "short"})
    assert weak.status_code == 400
    assert "Use at least 12 characters" in page_text(weak)
    joined = post_form(guest, mail.last_path(), {"name": "Nia", "password": PASSWORD}, follow_redirects=True)
    assert joined.status_code == 200
    check_page(guest.get("/account"))
    again = guest.get(mail.last_path())
    assert again.status_code == 410
    check_page(again)
    assert enter(app.test_client(), "nia@example.org").status_code == 303


def test_link_is_handed_over_where_no_mail_is_sent(
    app: Flask, client: FlaskClient, world: World, no_mail: None
) -> None:
    sign_in(client, world.users["partner_lead_a"])
    _invite(client, world)
    path = _link_shown(client)
    assert "data-copy" not in client.get("/people").get_data(as_text=True)  # shown once
    stored = session().scalars(select(Invitation)).one()
    assert stored.token_digest == token_digest(path.rsplit("/", 1)[1])
    assert app.test_client().get(path).status_code == 200


def test_new_link_makes_the_one_before_worthless(app: Flask, client: FlaskClient, world: World, no_mail: None) -> None:
    sign_in(client, world.users["partner_lead_a"])
    _invite(client, world)
    first = _link_shown(client)
    number = session().scalars(select(Invitation.id)).one()
    post_form(client, f"/people/invitations/{number}/link", page="/people")
    second = _link_shown(client)
    assert app.test_client().get(first).status_code == 410
    assert app.test_client().get(second).status_code == 200
    post_form(client, f"/people/invitations/{number}/withdraw", page="/people")
    assert app.test_client().get(second).status_code == 410


def test_invitation_runs_out_after_seven_days(app: Flask, client: FlaskClient, world: World, no_mail: None) -> None:
    sign_in(client, world.users["partner_lead_a"])
    _invite(client, world)
    path = _link_shown(client)
    with clock.frozen(clock.now() + timedelta(days=7)):
        assert app.test_client().get(path).status_code == 410


def test_invitation_is_accepted_once_by_two_browsers(
    app: Flask, client: FlaskClient, world: World, no_mail: None
) -> None:
    sign_in(client, world.users["partner_lead_a"])
    _invite(client, world)
    path = _link_shown(client)
    one, two = app.test_client(), app.test_client()
    data = {"name": "Nia", "password": PASSWORD}
    from tests.support.pages import hidden_fields

    fields = {browser: hidden_fields(browser.get(path), path) for browser in (one, two)}
    assert one.post(path, data=fields[one] | data).status_code == 303
    assert two.post(path, data=fields[two] | data).status_code == 410
    assert len(session().scalars(select(User).where(User.email == "nia@example.org")).all()) == 1


def test_invite_sent_twice_invites_once(client: FlaskClient, world: World, no_mail: None) -> None:
    sign_in(client, world.users["partner_lead_a"])
    from tests.support.pages import hidden_fields

    data = hidden_fields(client.get("/people/invite"), "/people/invite") | {
        "name": "Nia",
        "email": "nia@example.org",
        "partner": world.partners["a"],
        "role": "navigator",
    }
    first, second = client.post("/people/invite", data=data), client.post("/people/invite", data=data)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert len(session().scalars(select(Invitation)).all()) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"email": "NavigatorB@example.org"}, "has an account already"),
        ({"email": "no address"}, "Write an e-mail address"),
        ({"name": ""}, "Please fill this in"),
        ({"role": "program_manager"}, "Not a valid choice"),
        ({"role": ""}, "Please fill this in"),
        ({"ends_on": "02/31/2027"}, "Write a date that exists"),
        ({"ends_on": "2020-01-01"}, "The last day lies in the past"),
    ],
)
def test_invite_with_mistakes_says_so_and_keeps_what_was_typed(
    client: FlaskClient, world: World, data: dict[str, str], sentence: str
) -> None:
    sign_in(client, world.users["partner_lead_a"])
    answer = _invite(client, world, **data)
    assert answer.status_code == 400
    check_page(answer)
    assert sentence in page_text(answer)
    assert "navigator" in answer.get_data(as_text=True)
    assert session().scalars(select(Invitation)).all() == []


def test_invite_elsewhere_is_not_for_a_partner_lead(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["partner_lead_a"])
    answer = _invite(client, world, partner=world.partners["b"])
    assert answer.status_code == 400
    assert session().scalars(select(Invitation)).all() == []


@pytest.mark.parametrize(
    ("partner", "role", "ends", "status"),
    [
        ("b", "navigator", "", 303),
        ("fiscal", "verifier", "", 303),
        ("city", "administrator", "", 303),
        ("city", "auditor", "", 400),
        ("city", "auditor", "2999-01-01", 400),
        ("city", "auditor", "soon", 303),
        ("a", "program_manager", "", 400),
        ("city", "navigator", "", 400),
    ],
)
def test_invite_by_the_city(
    client: FlaskClient, world: World, no_mail: None, partner: str, role: str, ends: str, status: int
) -> None:
    sign_in(client, world.users["program_manager"])
    last = (clock.today() + timedelta(days=30)).isoformat() if ends == "soon" else ends
    answer = _invite(client, world, partner=world.partners[partner], role=role, ends_on=last)
    assert answer.status_code == status


def test_invitations_of_another_partner_are_not_found(
    app: Flask, client: FlaskClient, world: World, no_mail: None
) -> None:
    _invite(sign_in(app.test_client(), world.users["partner_lead_a"]), world)
    number = session().scalars(select(Invitation.id)).one()
    sign_in(client, world.users["partner_lead_b"])
    assert "Nia" not in page_text(client.get("/people"))
    for verb in ("link", "withdraw"):
        answer = post_form(client, f"/people/invitations/{number}/{verb}", page="/people")
        assert answer.status_code == 404


def test_forgotten_password_answers_alike_and_sends_one_link(
    app: Flask, client: FlaskClient, world: World, mail: KeepingMailer
) -> None:
    email = give_password(world.users["navigator_a"])
    check_page(client.get("/forgotten-password"))
    known = post_form(client, "/forgotten-password", {"email": email})
    unknown = post_form(client, "/forgotten-password", {"email": "nobody@example.org"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    check_page(client.get(known.location))
    assert [to for to, _subject, _body in mail.sent] == [email]
    sign_in(client, world.users["navigator_a"])
    guest, path = app.test_client(), mail.last_path()
    check_page(guest.get(path))
    assert post_form(guest, path, {"password": "navigatora"}).status_code == 400
    assert post_form(guest, path, {"password": "another long password"}).status_code == 303
    assert guest.get(path).status_code == 410
    assert client.get("/account").status_code == 302  # every session has ended
    assert enter(guest, email).status_code == 400
    assert enter(guest, email, "another long password").status_code == 303


def test_forgotten_password_link_runs_out(app: Flask, client: FlaskClient, world: World, mail: KeepingMailer) -> None:
    email = give_password(world.users["navigator_a"])
    post_form(client, "/forgotten-password", {"email": email})
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert app.test_client().get(mail.last_path()).status_code == 410


def test_forgotten_password_sends_no_flood(client: FlaskClient, world: World, mail: KeepingMailer) -> None:
    email = give_password(world.users["navigator_a"])
    answers = [post_form(client, "/forgotten-password", {"email": email}) for _try in range(6)]
    assert {answer.status_code for answer in answers} == {303}
    assert len(mail.sent) == links.RESETS_PER_ACCOUNT


def test_mail_jobs_run_twice_leave_one_working_link(
    app: Flask, client: FlaskClient, world: World, mail: KeepingMailer
) -> None:
    sign_in(client, world.users["partner_lead_a"])
    _invite(client, world)
    first = mail.last_path()
    HANDLERS["accounts.mail_invitation"]({"invitation": session().scalars(select(Invitation.id)).one()})
    assert app.test_client().get(first).status_code == 410
    assert app.test_client().get(mail.last_path()).status_code == 200
    for _time in range(2):
        HANDLERS["accounts.mail_reset"]({"user": world.users["navigator_a"]})
    HANDLERS["accounts.mail_reset"]({"user": 0})
    use_scope(EVERYTHING)
    rows = session().scalars(select(PasswordReset).order_by(PasswordReset.id)).all()
    assert [row.used_at is None for row in rows] == [False, True]
    assert len(mail.sent) == 4


def test_message_on_its_way_leaves_a_link_that_was_shown_alone(
    app: Flask, client: FlaskClient, world: World, mail: KeepingMailer
) -> None:
    sign_in(client, world.users["partner_lead_a"])
    _invite(client, world)
    invitation_id = session().scalars(select(Invitation.id)).one()
    assert post_form(client, f"/people/invitations/{invitation_id}/link", page="/people").status_code == 303
    shown = _link_shown(client)
    HANDLERS["accounts.mail_invitation"]({"invitation": invitation_id})
    assert app.test_client().get(shown).status_code == 200
    assert len(mail.sent) == 1


def test_password_link_is_handed_over_where_no_mail_is_sent(
    app: Flask, client: FlaskClient, world: World, no_mail: None
) -> None:
    sign_in(client, world.users["partner_lead_a"])
    page = f"/people/{world.users['navigator_a']}"
    assert post_form(client, f"{page}/password-link", page=page).status_code == 303
    assert app.test_client().get(_link_shown(client, page)).status_code == 200
