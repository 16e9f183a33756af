"""Half-finished forms: kept by themselves, their author's alone, thrown away in time."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.jobs import throw_away_old_drafts
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Draft
from tests.factories.world import World
from tests.support.casework import ENROLL, households, send, signed_in, typed
from tests.support.pages import check_page, hidden_fields, page_text, post_form


def _drafts() -> list[Draft]:
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(Draft).order_by(Draft.id)))


def _autosaved(client: FlaskClient, **changes: object) -> str:
    hidden = hidden_fields(client.get(ENROLL), ENROLL)
    answer = client.post(f"{ENROLL}/draft", data={"csrf_token": hidden["csrf_token"], **typed(**changes)})
    assert answer.status_code == 204
    return answer.headers["X-Draft"]


def test_save_draft_keeps_and_renews_one_draft(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    code = _autosaved(client, line=None)
    assert _autosaved(client, draft=code, line="1 New St") == code
    (draft,) = _drafts()
    assert draft.values["line"] == ["1 New St"]
    assert not {"csrf_token", "_once", "draft"} & draft.values.keys()


def test_enroll_from_a_draft_shows_what_was_typed_and_drops_it_when_saved(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    code = _autosaved(client)
    shown = client.get(f"{ENROLL}?draft={code}")
    check_page(shown)
    body = shown.get_data(as_text=True)
    assert 'value="Rosa Delgado"' in body and 'value="1980"' in body and f'value="{code}"' in body
    assert send(client, typed(draft=code)).status_code == 303
    (household,) = households()
    assert [draft.values for draft in _drafts()] == [{"household": [household.code]}]
    assert "No drafts" in page_text(client.get("/drafts"))
    assert _autosaved(client, draft=code) != code  # typing on in an old window makes a new draft


def test_enroll_from_a_draft_that_was_sent_leads_to_its_household(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    code = _autosaved(client)
    send(client, typed(draft=code))
    (household,) = households()
    back = client.get(f"{ENROLL}?draft={code}", follow_redirects=True)
    check_page(back)
    assert back.request.path == f"/households/{household.code}"
    assert "This draft has become a household" in page_text(back)
    signed_in(client, world, "partner_lead_a")
    assert client.get(f"{ENROLL}?draft={code}").status_code == 404


def test_enroll_says_that_drafts_wait(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    assert "half-finished" not in page_text(client.get(ENROLL))
    code = _autosaved(client)
    page = client.get(ENROLL)
    check_page(page)
    assert "You have 1 half-finished form" in page_text(page)
    assert "half-finished" not in page_text(client.get(f"{ENROLL}?draft={code}"))


def test_enroll_keeps_a_draft_on_demand_and_lists_it(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    kept = send(client, typed(save_draft="1", **{"members-0-name": "Lê Thị Hoa"}))
    assert (kept.status_code, kept.location) == (303, "/drafts")
    shown = client.get("/drafts")
    check_page(shown)
    assert "Lê Thị Hoa" in page_text(shown)
    assert households() == []


def test_drafts_are_their_authors_alone(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    code = _autosaved(client)
    for other in ("partner_lead_a", "navigator_b"):
        signed_in(client, world, other)
        assert client.get(f"{ENROLL}?draft={code}").status_code == 404
        assert "Rosa" not in page_text(client.get("/drafts"))
        token = hidden_fields(client.get(ENROLL), ENROLL)["csrf_token"]
        assert client.post(f"/drafts/{code}/discard", data={"csrf_token": token}).status_code == 404
        answer = client.post(f"{ENROLL}/draft", data={"csrf_token": token, "draft": code, "line": "stolen"})
        assert answer.headers["X-Draft"] != code
    assert _drafts()[0].values["line"] == ["200 E Santa Clara St"]


def test_discard_draft_throws_it_away(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    code = _autosaved(client)
    hidden = hidden_fields(client.get("/drafts"), f"/drafts/{code}/discard")
    assert client.post(f"/drafts/{code}/discard", data=hidden).status_code == 303
    assert _drafts() == []


def test_throw_away_old_drafts_ends_searches_after_an_hour(client: FlaskClient, world: World) -> None:
    for minutes, who in ((61, "partner_lead_a"), (0, "navigator_a")):
        with clock.frozen(clock.now() - timedelta(minutes=minutes)):
            post_form(signed_in(client, world, who), "/households/find", {"words": "rosa"})
    throw_away_old_drafts({})
    assert [draft.user_id for draft in _drafts()] == [world.users["navigator_a"]]


def test_throw_away_old_drafts_keeps_the_young_and_may_run_twice(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    with clock.frozen(clock.now() - timedelta(days=31)):
        _autosaved(client)
    signed_in(client, world, "navigator_a")
    young = _autosaved(client)
    for _time in range(2):
        throw_away_old_drafts({})
        assert [draft.code for draft in _drafts()] == [young]
