"""People and teams: who may see and change whom; one's own account."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.accounts.models import RoleAssignment, Team, User, UserSession
from digital_inclusion.foundation.database import session
from tests.factories.world import World, sign_in
from tests.support.accounts import PASSWORD, enter, give_app, give_password
from tests.support.pages import check_page, page_text, post_form


def test_list_people_shows_ones_own_organization(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["partner_lead_a"])
    page = client.get("/people")
    check_page(page)
    assert "navigatora@example.org" in page_text(page)
    assert "navigatorb@example.org" not in page_text(page)
    assert "Partner B" not in page_text(page)


@pytest.mark.parametrize("role", ["administrator", "program_manager", "auditor"])
def test_list_people_shows_everybody_to_the_city(client: FlaskClient, world: World, role: str) -> None:
    sign_in(client, world.users[role])
    page = client.get("/people")
    check_page(page)
    assert "navigatorb@example.org" in page_text(page)
    narrowed = page_text(client.get(f"/people?role=navigator&partner={world.partners['a']}"))
    assert "navigatora@example.org" in narrowed
    assert "navigatorb@example.org" not in narrowed
    assert "partner_leada@example.org" not in narrowed


@pytest.mark.parametrize("role", ["navigator_a", "verifier"])
def test_list_people_is_not_for_everybody(client: FlaskClient, world: World, role: str) -> None:
    sign_in(client, world.users[role])
    assert client.get("/people").status_code == 403


def test_person_of_another_partner_is_not_found(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["partner_lead_a"])
    foreign = f"/people/{world.users['navigator_b']}"
    assert client.get(foreign).status_code == 404
    for verb in ("deactivate", "reactivate", "sessions/end", "second-factor/remove", "password-link", "roles"):
        assert post_form(client, f"{foreign}/{verb}", {"role": "navigator"}, page="/people").status_code == 404
    assert session().get_one(User, world.users["navigator_b"]).active


def test_auditor_changes_nothing(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["auditor"])
    page = f"/people/{world.users['navigator_a']}"
    check_page(client.get(page))
    assert post_form(client, f"{page}/deactivate", page=page).status_code == 403


def test_deactivate_signs_out_at_once_and_reactivate_lets_in_again(
    app: Flask, client: FlaskClient, world: World
) -> None:
    email = give_password(world.users["navigator_a"])
    navigator = app.test_client()
    enter(navigator, email)
    assert navigator.get("/account").status_code == 200
    sign_in(client, world.users["partner_lead_a"])
    page = f"/people/{world.users['navigator_a']}"
    assert post_form(client, f"{page}/deactivate", page=page).status_code == 303
    assert navigator.get("/account").status_code == 302
    check_page(client.get(page))
    assert post_form(client, f"{page}/deactivate", page=page).status_code == 409
    assert post_form(client, f"{page}/reactivate", page=page).status_code == 303
    assert enter(navigator, email).status_code == 303


def test_nobody_changes_their_own_rights(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["administrator"])
    page = f"/people/{world.users['administrator']}"
    check_page(client.get(page))
    assert post_form(client, f"{page}/deactivate", page="/people").status_code == 409
    answer = post_form(client, f"{page}/roles", {"role": "program_manager"}, page="/account")
    assert answer.status_code == 409


def test_last_administrator_stays(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["program_manager"])
    user_id = world.users["administrator"]
    held = session().scalars(select(RoleAssignment.id).where(RoleAssignment.user_id == user_id)).one()
    page = f"/people/{user_id}"
    assert post_form(client, f"{page}/deactivate", page=page).status_code == 409
    assert post_form(client, f"{page}/roles/{held}/end", page=page).status_code == 409


def test_roles_are_given_and_ended(app: Flask, client: FlaskClient, world: World) -> None:
    person = world.users["navigator_a"]
    page = f"/people/{person}"
    sign_in(client, world.users["partner_lead_a"])
    assert post_form(client, f"{page}/roles", {"role": "program_manager"}, page=page).status_code == 400
    assert post_form(client, f"{page}/roles", {"role": "partner_lead"}, page=page).status_code == 303
    colleague = sign_in(app.test_client(), person)
    assert colleague.get("/people").status_code == 200
    held = session().scalars(
        select(RoleAssignment.id).where(RoleAssignment.user_id == person, RoleAssignment.role == "partner_lead")
    )
    number = held.one()
    assert post_form(client, f"{page}/roles/{number}/end", page=page).status_code == 303
    assert colleague.get("/people").status_code == 403
    assert post_form(client, f"{page}/roles/{number}/end", page=page).status_code == 409


def test_role_of_somebody_else_does_not_end_by_its_number(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["partner_lead_a"])
    foreign = session().scalars(select(RoleAssignment).where(RoleAssignment.user_id == world.users["navigator_b"]))
    number = foreign.one().id
    page = f"/people/{world.users['navigator_a']}"
    assert post_form(client, f"{page}/roles/{number}/end", page=page).status_code == 409
    assert session().get_one(RoleAssignment, number).ends_at is None


def test_auditor_gets_an_end(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["administrator"])
    page = f"/people/{world.users['program_manager']}"
    without = post_form(client, f"{page}/roles", {"role": "auditor"}, page=page)
    assert without.status_code == 400
    assert "limited time" in page_text(without)
    check_page(without)


def test_lost_phone_is_helped(app: Flask, client: FlaskClient, world: World) -> None:
    email = give_password(world.users["verifier"])
    give_app(world.users["verifier"])
    sign_in(client, world.users["administrator"])
    page = f"/people/{world.users['verifier']}"
    assert post_form(client, f"{page}/second-factor/remove", page=page).status_code == 303
    verifier = app.test_client()
    enter(verifier, email)
    assert verifier.get("/second-factor").location.startswith("/account/second-factor")


def test_teams_are_formed_and_changed(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["partner_lead_a"])
    check_page(client.get("/teams"))
    check_page(client.get("/teams/new"))
    own, foreign = world.users["navigator_a"], world.users["navigator_b"]
    assert post_form(client, "/teams/new", {"name": "East", "members": [own]}).status_code == 303
    assert post_form(client, "/teams/new", {"name": "East"}).status_code == 400
    assert post_form(client, "/teams/new", {"name": "West", "members": [foreign]}).status_code == 400
    team = session().scalars(select(Team)).one()
    page = f"/teams/{team.id}"
    check_page(client.get(page))
    assert post_form(client, page, {"name": "Eastside", "members": []}).status_code == 303
    session().expire_all()
    assert (team.name, team.members) == ("Eastside", [])
    check_page(client.get("/teams"))


def test_team_of_another_partner_is_not_found(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["partner_lead_a"])
    post_form(client, "/teams/new", {"name": "East"})
    number = session().scalars(select(Team.id)).one()
    sign_in(client, world.users["partner_lead_b"])
    assert client.get(f"/teams/{number}").status_code == 404
    assert "East" not in page_text(client.get("/teams"))


def test_own_account_changes_name_and_language(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["navigator_a"])
    answer = post_form(client, "/account", {"name": "Zoë", "locale": "es"}, follow_redirects=True)
    check_page(answer)
    assert 'lang="es"' in answer.get_data(as_text=True)
    assert post_form(client, "/account", {"name": "", "locale": "es"}).status_code == 400
    assert post_form(client, "/account", {"name": "Zoë", "locale": "xx"}).status_code == 400


def test_change_password_ends_the_other_sessions(app: Flask, client: FlaskClient, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    other = app.test_client()
    enter(other, email)
    enter(client, email)
    check_page(client.get("/account/password"))
    new = "yellow submarine parking"
    wrong = post_form(client, "/account/password", {"present": "not this one", "password": new})
    assert wrong.status_code == 400
    check_page(wrong)
    assert post_form(client, "/account/password", {"present": PASSWORD, "password": "short"}).status_code == 400
    assert post_form(client, "/account/password", {"present": PASSWORD, "password": new}).status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert enter(other, email).status_code == 400
    assert enter(other, email, new).status_code == 303


def test_end_all_own_sessions(app: Flask, client: FlaskClient, world: World) -> None:
    other = sign_in(app.test_client(), world.users["navigator_a"])
    sign_in(client, world.users["navigator_a"])
    assert post_form(client, "/account/sessions/end", page="/account").status_code == 303
    assert client.get("/account").status_code == other.get("/account").status_code == 302
    assert session().scalars(select(UserSession)).all() == []
