"""A program manager takes a grantee in and gives it a grant; partners see their own and nobody else's."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.funding.models import Fund, Grant, GrantTarget
from digital_inclusion.partners.models import Partner
from tests.factories.world import World, sign_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form

TERMS = {
    "number": "G-2026-7",
    "name": "Laptops and lines",
    "fund": "Fund of Testing",
    "starts_on": "2026-01-01",
    "ends_on": "12/31/2027",
    "amount": "250,000.50",
    "connected_target": "1,500",
    "connected_rate": "120",
    "skills_target": "300",
}


@pytest.fixture
def manager(client: FlaskClient, world: World) -> FlaskClient:
    """A program manager's browser."""
    return sign_in(client, world.users["program_manager"])


def test_grantee_and_grant_from_nothing(manager: FlaskClient) -> None:
    for path in ("/partners", "/partners/new"):
        check_page(manager.get(path))
    made = post_form(manager, "/partners/new", {"code": "svp", "name": "Silicon Valley Partner", "kind": "grantee"})
    check_page(manager.get(made.location))
    new = f"{made.location}/grants/new"
    check_page(manager.get(new))
    answer = post_form(manager, new, TERMS)
    assert answer.status_code == 303
    page = manager.get(answer.location)
    check_page(page)
    text = page_text(page)
    for expected in ("$250,000.50", "1,500", "$120.00", "$180,000.00", "Dec 31, 2027", "not paid by result"):
        assert expected in text
    use_scope(EVERYTHING)
    grant = session().scalars(select(Grant).where(Grant.number == "G-2026-7")).one()
    assert grant.amount_cents == 25_000_050
    assert {row.outcome: (row.target, row.unit_rate_cents) for row in grant.targets} == {
        "connected": (1500, 12_000),
        "skills": (300, 0),
    }
    assert len(session().scalars(select(Fund)).all()) == 1
    assert session().scalars(select(Partner).where(Partner.code == "SVP")).one().name == "Silicon Valley Partner"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"number": "G-A"}, "Another grant has this number"),
        ({"amount": "a lot"}, "Write an amount like"),
        ({"amount": "12.345"}, "Write an amount like"),
        ({"amount": "99999999999999"}, "larger than any grant"),
        ({"starts_on": "2026-02-30"}, "Write a date that exists"),
        ({"ends_on": "2025-12-31"}, "The last day lies before the first"),
        ({"connected_target": "many"}, "Write a whole number"),
        ({"connected_target": "-5"}, "Write a whole number"),
        ({"connected_target": "99999999999"}, "larger than any we can keep"),
        ({"connected_rate": "999,999"}, "worth more than the whole grant"),
        ({"connected_target": ""}, "Write how many you aim at"),
        ({"connected_target": "", "connected_rate": "", "skills_target": ""}, "Set a target for at least one"),
        ({"fund": ""}, "Please fill this in"),
        ({"number": "x" * 41}, "40"),
    ],
)
def test_grant_with_mistakes_says_so_and_keeps_what_was_typed(
    manager: FlaskClient, world: World, data: dict[str, str], sentence: str
) -> None:
    answer = post_form(manager, f"/partners/{world.partners['a']}/grants/new", TERMS | data)
    assert answer.status_code == 400
    check_page(answer)
    assert sentence in page_text(answer)
    assert "Laptops and lines" in answer.get_data(as_text=True)


def test_grant_sent_twice_is_made_once(manager: FlaskClient, world: World) -> None:
    url = f"/partners/{world.partners['a']}/grants/new"
    data = hidden_fields(manager.get(url), url) | TERMS
    first, second = manager.post(url, data=data), manager.post(url, data=data)
    assert first.location == second.location
    use_scope(EVERYTHING)
    assert len(session().scalars(select(Grant).where(Grant.number == TERMS["number"])).all()) == 1


def test_change_grant_replaces_its_targets(manager: FlaskClient, world: World) -> None:
    url = f"/grants/{world.grants['a']}/edit"
    page = manager.get(url)
    check_page(page)
    assert 'value="500,000.00"' in page.get_data(as_text=True)
    changed = TERMS | {"number": "G-A", "connected_target": "", "connected_rate": "", "fund": "Another fund"}
    assert post_form(manager, url, changed).status_code == 303
    use_scope(EVERYTHING)
    rows = session().scalars(select(GrantTarget).where(GrantTarget.grant_id == world.grants["a"])).all()
    assert [(row.outcome, row.target) for row in rows] == [("skills", 300)]
    assert session().get_one(Grant, world.grants["a"]).fund.name == "Another fund"


@pytest.mark.parametrize("role", ["navigator_a", "partner_lead_a"])
def test_partner_sees_its_own_grants_alone(client: FlaskClient, world: World, role: str) -> None:
    sign_in(client, world.users[role])
    own = client.get("/partners", follow_redirects=True)
    check_page(own)
    assert "G-A" in page_text(own)
    assert "G-B" not in page_text(own)
    check_page(client.get(f"/grants/{world.grants['a']}"))
    for path in (f"/partners/{world.partners['b']}", f"/grants/{world.grants['b']}", "/grants/999", "/partners/999"):
        assert client.get(path).status_code == 404
    for path in ("/partners/new", f"/grants/{world.grants['a']}/edit", f"/partners/{world.partners['a']}/grants/new"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("role", ["verifier", "auditor"])
def test_city_roles_that_only_read_change_nothing(client: FlaskClient, world: World, role: str) -> None:
    sign_in(client, world.users[role])
    check_page(client.get("/partners"))
    check_page(client.get(f"/grants/{world.grants['b']}"))
    assert client.get("/partners/new").status_code == 403


def test_the_city_gets_no_grant(manager: FlaskClient, world: World) -> None:
    answer = post_form(manager, f"/partners/{world.partners['city']}/grants/new", TERMS)
    assert answer.status_code == 400
    assert "they do not get them" in page_text(answer)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"code": "city"}, "Another partner has this code"),
        ({"code": "1x"}, "2 to 12 letters"),
        ({"code": "two words"}, "2 to 12 letters"),
        ({"name": "Partner A"}, "Another partner has this name"),
        ({"kind": "bank"}, "Not a valid choice"),
    ],
)
def test_partner_with_mistakes_says_so(manager: FlaskClient, data: dict[str, str], sentence: str) -> None:
    given = {"code": "NEW", "name": "New partner", "kind": "grantee"}
    answer = post_form(manager, "/partners/new", given | data)
    assert answer.status_code == 400
    check_page(answer)
    assert sentence in page_text(answer)


def test_change_partner(manager: FlaskClient, world: World) -> None:
    url = f"/partners/{world.partners['a']}/edit"
    check_page(manager.get(url))
    assert post_form(manager, url, {"name": "Partner B", "active": "y"}).status_code == 400
    assert post_form(manager, url, {"name": "Partner Alpha"}).status_code == 303  # unchecked: it has left
    assert not session().get_one(Partner, world.partners["a"]).active
    own = f"/partners/{world.partners['city']}/edit"
    assert post_form(manager, own, {"name": "City of Testing"}).status_code == 400
