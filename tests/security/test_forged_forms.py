"""Fields nobody offered: another partner's grant, colleague, team, member, fact, and the partner itself."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.accounts.models import Invitation, TeamMember
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.households.models import Enrollment, Household, Member
from digital_inclusion.progress.models import FactRow
from tests.factories.world import World
from tests.support.asking import Somebody
from tests.support.casework import typed
from tests.support.contents import contents
from tests.support.things import Things

pytestmark = pytest.mark.only_sqlite


def _see_all() -> None:
    session().rollback()
    use_scope(EVERYTHING)


def _numbers_of(household_id: int) -> list[int]:
    _see_all()
    return list(
        session().scalars(select(FactRow.number).where(FactRow.record_id == household_id).order_by(FactRow.number))
    )


@pytest.fixture
def lead(app: Flask, world: World, things: dict[str, Things]) -> Somebody:
    """Partner A's lead."""
    return Somebody(app, world.users["partner_lead_a"])


def _unchanged(lead: Somebody, url: str, data: dict[str, Any]) -> None:
    before = contents()
    status = lead.ask("POST", url, data).status_code
    assert status in {400, 404, 409}, status
    assert contents() == before


def test_enroll_under_another_partners_grant(lead: Somebody, things: dict[str, Things], world: World) -> None:
    _unchanged(lead, "/households/enroll", typed(grant_id=str(world.grants["b"])))


def test_enroll_for_another_partner(lead: Somebody, world: World, things: dict[str, Things]) -> None:
    """Fields the form does not have change nothing: the record is the own partner's and in the own caseload."""
    forged = {
        "partner_id": str(world.partners["b"]), "navigator_id": str(world.users["navigator_b"]), "code": "AAAA-AAAA",
        "team_id": str(things["b"].values["team_id"]), "self_verified": "y", "id": "1", "created_by": "1",
    }  # fmt: skip
    response = lead.ask("POST", "/households/enroll", typed(**forged, **{"members-0-name": "Nina Forged"}))
    assert response.status_code == 303, response.get_data(as_text=True)[:500]
    _see_all()
    made = session().scalars(select(Household).where(Household.head_name == "Nina Forged")).one()
    assert made.partner_id == world.partners["a"]
    assert made.navigator_id != world.users["navigator_b"]
    assert made.team_id != things["b"].values["team_id"]
    facts = session().scalars(select(FactRow).where(FactRow.record_id == made.id).order_by(FactRow.number)).all()
    assert {(fact.partner_id, fact.self_verified) for fact in facts} == {(world.partners["a"], False)}


def test_enroll_with_another_persons_draft(lead: Somebody, things: dict[str, Things]) -> None:
    drafts = contents()["drafts"]
    lead.ask("POST", "/households/enroll", typed(draft=things["b"].draft, **{"members-0-name": "Omar Drafted"}))
    lead.ask("POST", "/households/enroll/draft", typed(draft=things["b"].draft))
    _see_all()
    assert drafts.split()[0] == "4"  # both navigators' drafts and searches, the lead's own draft comes to them
    assert int(contents()["drafts"].split()[0]) == 5


@pytest.mark.parametrize("kind", ["devices", "lines", "training"])
def test_delivery_under_another_partners_grant_or_member(
    lead: Somebody, things: dict[str, Things], world: World, kind: str
) -> None:
    _see_all()
    stranger = session().scalars(select(Member.id).where(Member.household_id == things["b"].household_id)).one()
    code, before = things["a"].values["code"], _numbers_of(things["a"].household_id)
    data = {
        "occurred_on": "2026-02-03", "device_kind": "phone", "source": "new", "unit": "FORGED1", "provider": "Other",
        "speed": "200/40", "member_id": str(stranger), "hours": "2", "grant_id": str(world.grants["b"]),
        "partner_id": str(world.partners["b"]), "household_id": str(things["b"].household_id), "self_verified": "1",
        "refers_to": str(things["b"].facts[0]), "record_id": str(things["b"].household_id),
        "kind": "home", "again": "y", "offer_id": "0",
    }  # fmt: skip
    response = lead.ask("POST", f"/households/{code}/{kind}/new", data)
    made = [one for one in _numbers_of(things["a"].household_id) if one not in before]
    if kind == "training":
        assert (response.status_code, made) == (400, [])
        return
    assert response.status_code == 303
    row = session().get_one(FactRow, made[0])
    assert (row.partner_id, row.grant_id, row.self_verified, row.refers_to) == (
        world.partners["a"], world.grants["a"], False, None,
    )  # fmt: skip
    assert _numbers_of(things["b"].household_id) == _numbers_of(things["b"].household_id)


def test_check_about_another_partners_line(lead: Somebody, things: dict[str, Things]) -> None:
    data = {"about": str(things["b"].facts[1]), "answer": "yes", "occurred_on": "2026-04-01"}
    _unchanged(lead, f"/households/{things['a'].values['code']}/checks/new", data)


def test_edit_with_another_households_member(lead: Somebody, things: dict[str, Things]) -> None:
    _see_all()
    stranger = session().scalars(select(Member.id).where(Member.household_id == things["b"].household_id)).one()
    data = {"version": "1", "members-0-number": str(stranger), "members-0-name": "Taken Over", "head": str(stranger)}
    _unchanged(lead, f"/households/{things['a'].values['code']}/edit", data)


def test_close_another_partners_enrollment(lead: Somebody, things: dict[str, Things]) -> None:
    _see_all()
    theirs = session().scalars(select(Enrollment.id).where(Enrollment.household_id == things["b"].household_id)).one()
    data = {"enrollment": str(theirs), "reason": "completed", "closed_on": "2026-03-01"}
    _unchanged(lead, f"/households/{things['a'].values['code']}/close", data)


def test_hand_over_to_or_of_another_partner(lead: Somebody, things: dict[str, Things], world: World) -> None:
    ours, theirs = things["a"].values["code"], things["b"].values["code"]
    _unchanged(lead, "/households/hand-over", {"code": [ours], "to": str(world.users["navigator_b"])})
    _unchanged(lead, "/households/hand-over", {"code": [theirs], "to": str(world.users["navigator_a"])})
    _unchanged(lead, "/households/hand-over", {"code": [ours, theirs], "to": str(world.users["navigator_a"])})


def test_team_with_another_partners_people(lead: Somebody, things: dict[str, Things], world: World) -> None:
    stranger = world.users["navigator_b"]
    _unchanged(lead, "/teams/new", {"name": "Mixed", "members": [str(stranger)]})
    _unchanged(lead, f"/teams/{things['a'].values['team_id']}", {"name": "Mixed", "members": [str(stranger)]})
    _see_all()
    rows = session().execute(select(TeamMember.user_id, TeamMember.team_id).order_by(TeamMember.id)).all()
    assert (stranger, things["a"].values["team_id"]) not in rows


@pytest.mark.parametrize("role", ["administrator", "verifier", "auditor", "program_manager", "system", "navigator"])
def test_invite_beyond_ones_own(lead: Somebody, world: World, role: str) -> None:
    partner = world.partners["b" if role == "navigator" else "a"]
    _unchanged(
        lead, "/people/invite", {"name": "Mole", "email": "mole@example.org", "partner": str(partner), "role": role}
    )
    _see_all()
    assert session().scalars(select(Invitation).where(Invitation.email == "mole@example.org")).all() == []


@pytest.mark.parametrize("role", ["administrator", "verifier", "system"])
def test_give_a_city_role_to_a_colleague(lead: Somebody, world: World, role: str) -> None:
    _unchanged(lead, f"/people/{world.users['navigator_a']}/roles", {"role": role, "ends_on": ""})


def test_nobody_gives_themselves_a_role(app: Flask, world: World) -> None:
    manager = Somebody(app, world.users["program_manager"])
    _unchanged(manager, f"/people/{world.users['program_manager']}/roles", {"role": "verifier", "ends_on": ""})


def test_import_under_another_partners_grant(lead: Somebody, things: dict[str, Things], world: World) -> None:
    _unchanged(lead, f"/imports/{things['a'].batch}/start", {"grant": str(world.grants["b"])})


def test_form_sent_twice_lands_where_the_first_led(lead: Somebody, things: dict[str, Things]) -> None:
    data = typed(_once="a-key-of-a-form", **{"members-0-name": "Twice Sent"})
    first, second = (lead.ask("POST", "/households/enroll", data) for _time in range(2))
    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)
    _see_all()
    assert len(session().scalars(select(Household).where(Household.head_name == "Twice Sent")).all()) == 1


def test_key_of_anothers_form_leads_nowhere(
    lead: Somebody, app: Flask, world: World, things: dict[str, Things]
) -> None:
    first = lead.ask("POST", "/households/enroll", typed(_once="k", **{"members-0-name": "Ana Once"}))
    other = Somebody(app, world.users["partner_lead_b"])
    second = other.ask("POST", "/households/enroll", typed(_once="k", **{"members-0-name": "Bo Once"}))
    assert second.location != first.location
