"""Pages of appointments: plan, clash, move, one tap, put back, Today, other partners', what people type."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from digital_inclusion.foundation.kernel import clock
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.appointments import at, on_record, one, plans
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form

LIST = "/my-appointments"


def _typed(world: World, **changes: Any) -> dict[str, Any]:
    day = at(3)
    return {
        "purpose": "papers", "day": day.date().isoformat(), "starts": "14:00", "minutes": "60", "place": "ours",
        "words": "Bring <i>it</i>", "owner": str(world.users["navigator_a"]),
    } | changes  # fmt: skip


def test_planned_from_the_household_it_stands_on_today_and_in_the_list(client: FlaskClient, world: World) -> None:
    home = serve(world, name="Rosa Delgado", deliveries=())
    signed_in(client, world, "navigator_a")
    url = f"/households/{home.code}/appointments/new"
    assert url in client.get(f"/households/{home.code}").get_data(as_text=True)
    check_page(client.get(url))
    sent = post_form(client, url, _typed(world))
    assert sent.status_code == 303
    shown = client.get(sent.location)
    check_page(shown)
    for words in ("Appointment with Rosa Delgado", "2:00", "At our place", "Go through papers", "Bring <i>it</i>"):
        assert words in page_text(shown), words
    listed, today = client.get(LIST), client.get("/today")
    for page in (listed, today):
        check_page(page)
        assert "Rosa Delgado" in page_text(page) and "Go through papers" in page_text(page)
    timeline = client.get(f"/households/{home.code}?show=appointments")
    check_page(timeline)
    assert "Appointment: go through papers (planned)" in page_text(timeline)


def test_replayed_form_makes_one(client: FlaskClient, world: World) -> None:
    home = serve(world, deliveries=())
    signed_in(client, world, "navigator_a")
    url = f"/households/{home.code}/appointments/new"
    data = hidden_fields(client.get(url), url) | _typed(world)
    places = {client.post(url, data=data).location for _time in range(3)}
    assert len(places) == 1 and len(on_record()) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": "2026-02-31"}, "February 2026 has 28 days"),
        ({"day": "2020-01-02"}, "This time is over already"),
        ({"day": "12/31/9999"}, "Write a date that exists"),
        ({"starts": "25:99"}, "Write a time, for example 14:00."),
        ({"purpose": ""}, "Choose what it is for."),
        ({"place": ""}, "Choose where it is."),
        ({"words": "x" * 201}, "at most 200 characters"),
        ({"owner": "999999"}, "Not a valid choice"),
        ({"minutes": "-5"}, "Not a valid choice"),
    ],
)
def test_bad_input_gets_a_sentence_and_what_was_typed_survives(
    client: FlaskClient, world: World, changes: dict[str, str], sentence: str
) -> None:
    home = serve(world, deliveries=())
    signed_in(client, world, "navigator_a")
    url = f"/households/{home.code}/appointments/new"
    page = post_form(client, url, _typed(world) | {"words": "Keep these words"} | changes)
    assert page.status_code == 400
    check_page(page)
    assert sentence in page_text(page)
    if "words" not in changes:
        assert "Keep these words" in page.get_data(as_text=True)
    assert on_record() == []


def test_all_that_is_wrong_is_said_in_one_round(client: FlaskClient, world: World) -> None:
    home = serve(world, deliveries=())
    signed_in(client, world, "navigator_a")
    url = f"/households/{home.code}/appointments/new"
    text = page_text(post_form(client, url, _typed(world) | {"day": "2020-01-02", "purpose": "", "words": "x" * 201}))
    assert "This time is over already" in text and "Choose what it is for." in text and "200 characters" in text


def test_clash_offers_to_keep_both(client: FlaskClient, world: World) -> None:
    other, home = serve(world, name="Other Family", deliveries=()), serve(world, deliveries=())
    plans(world, other.id)
    signed_in(client, world, "navigator_a")
    url = f"/households/{home.code}/appointments/new"
    page = post_form(client, url, _typed(world))
    assert page.status_code == 400
    check_page(page)
    text = page_text(page)
    assert "has another appointment then" in text and other.code in text and "Keep both appointments" in text
    again = client.post(url, data=hidden_fields(page, url) | _typed(world, even_so="y"))
    assert again.status_code == 303 and len(on_record()) == 2


def test_moved_from_its_page_and_stale_form_is_told(client: FlaskClient, world: World) -> None:
    home = serve(world, deliveries=())
    code = plans(world, home.id)
    signed_in(client, world, "navigator_a")
    url = f"{LIST}/{code}/move"
    opened = client.get(url)
    check_page(opened)
    stale = hidden_fields(opened, url)
    new_day = at(6).date().isoformat()
    assert post_form(client, url, _typed(world, day=new_day, version="0")).status_code == 303
    shown = client.get(f"{LIST}/{code}")
    check_page(shown)
    assert "When it was before" in page_text(shown)
    late = client.post(url, data=stale | _typed(world, day=at(9).date().isoformat(), version="0"))
    assert late.status_code == 400 and "while you were typing" in page_text(late)
    assert clock.local(one(code).starts_at).date() == at(6).date()


def test_one_tap_after_it_began_and_put_back(client: FlaskClient, world: World) -> None:
    home = serve(world, name="Rosa Delgado", deliveries=())
    code = plans(world, home.id, place="phone")
    signed_in(client, world, "navigator_a")
    early = client.get(LIST)
    assert "Nobody answered" not in page_text(early)
    with clock.frozen(clock.now() + timedelta(days=4)):
        signed_in(client, world, "navigator_a")
        listed = client.get(LIST)
        check_page(listed)
        assert "We talked" in page_text(listed)
        assert "Rosa Delgado" in page_text(client.get("/today"))
        url = f"{LIST}/{code}/missed"
        sent = client.post(url, data=hidden_fields(listed, url) | {"from": "list"})
        assert sent.status_code == 303 and f"settled={code}" in sent.location
        after = client.get(sent.location)
        check_page(after)
        assert "Put it back" in page_text(after) and one(code).state == "missed"
        assert "Rosa Delgado" not in page_text(client.get("/today"))
        second = client.post(f"{LIST}/{code}/kept", data=hidden_fields(after, f"{LIST}/{code}/put-back"))
        assert second.status_code == 303 and one(code).state == "missed"
        back = f"{LIST}/{code}/put-back"
        assert client.post(back, data=hidden_fields(after, back) | {"from": "list"}).status_code == 303
        assert one(code).state == "planned"
        past = client.get(f"{LIST}?show=past")
        check_page(past)
        assert "Nothing was settled yet" in page_text(past)


def test_another_partners_is_not_there(client: FlaskClient, world: World) -> None:
    theirs = serve(world, "b", name="Their Family", deliveries=())
    code = plans(world, theirs.id, who="navigator_b")
    signed_in(client, world, "navigator_a")
    for url in (f"{LIST}/{code}", f"{LIST}/{code}/move", f"/households/{theirs.code}/appointments/new"):
        assert client.get(url).status_code == 404, url
    for query in ("", "?whose=all", "?whose=team", "?show=past", f"?settled={code}", f"?after={code}"):
        page = client.get(LIST + query)
        assert page.status_code == 200 and "Their Family" not in page_text(page) and code not in page_text(page)


def test_calm_when_empty(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    page = client.get(LIST)
    check_page(page)
    assert "No appointment is planned" in page_text(page)
