"""Pages of event days: prepare, see what is kept, load, send, settle; the shell that a service worker keeps."""

import json
import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from digital_inclusion.casework.rules import event_days as rules
from digital_inclusion.devices.rules.handing_over import LONGEST_STROKES
from digital_inclusion.foundation.database import write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.progress.actions.settings import apply_settings
from tests.factories.classes import family, joins, plans
from tests.factories.event_days import as_sent, hands_over, outcomes, prepares, sends, waits
from tests.factories.world import SYSTEM, World, add_user, san_jose
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form


def token(client: FlaskClient) -> str:
    said: str = client.get("/event-day/token.json").get_json()["token"]
    return said


def post(client: FlaskClient, url: str, body: Any) -> Any:
    return client.post(url, json=body, headers={"X-CSRFToken": token(client)})


def test_prepare_and_see_exactly_what_is_kept(client: FlaskClient, world: World) -> None:
    home, tag = waits(world, 1, name="Linh Tran")
    course, (lesson,) = plans(world, hours=0, title="First steps")
    family_home, members = family(world, "Ana Maria Ruiz")
    joins(world, course, family_home)
    signed_in(client, world, "navigator_a")
    check_page(client.get("/event-days"))
    check_page(client.get("/event-days/new"))
    sent = post_form(
        client, "/event-days/new", {"happens_on": clock.today().isoformat(), "lesson": lesson, "homes": [tag]}
    )
    assert sent.status_code == 303
    page = client.get(sent.location)
    check_page(page)
    text = page_text(page)
    assert "Linh T." in text and tag in text and "Ana R." in text
    assert "Linh Tran" not in text and "Ruiz" not in text
    check_page(client.get(f"{sent.location}/list"))
    check_page(client.get("/event-days"))
    loaded = post(client, f"{sent.location}/load", {})
    assert loaded.headers["Cache-Control"] == "no-store"
    kept = loaded.get_json()
    assert kept["homes"] == [{"home": home, "name": "Linh T.", "tag": tag, "kind": "Laptop"}]
    assert kept["people"] == [{"id": members[0], "name": "Ana R.", "home": family_home, "here": False}]
    for secret in ("Tran", "Ruiz", "555", "Santa Clara"):
        assert secret not in loaded.get_data(as_text=True)


def test_day_of_the_class_is_said_when_another_was_typed(client: FlaskClient, world: World) -> None:
    _course, (lesson,) = plans(world, hours=72)
    signed_in(client, world, "navigator_a")
    sent = post_form(client, "/event-days/new", {"happens_on": clock.today().isoformat(), "lesson": lesson})
    page = client.get(sent.location)
    check_page(page)
    assert ", the day of the class. Load it onto" in page_text(page) and "You can load it from" in page_text(page)
    assert "Load or open on this computer" not in page_text(page)


def test_nothing_chosen_says_so_and_keeps_the_day(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    day = clock.today().isoformat()
    sent = post_form(client, "/event-days/new", {"happens_on": day})
    assert sent.status_code == 400
    assert "Choose a class, or at least one household." in page_text(sent)
    assert f'value="{day}"' in sent.get_data(as_text=True)


def test_send_and_settle(client: FlaskClient, world: World) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    signed_in(client, world, "navigator_a")
    taps = [hands_over(home, tag), hands_over(home, "<b>")]
    sent = post(client, f"/event-days/{day}/items", {"items": [as_sent(tap) for tap in taps]})
    assert sent.get_json() == {
        "items": [
            {"key": taps[0].key, "result": "taken", "reason": None},
            {"key": taps[1].key, "result": "conflict", "reason": rules.OTHER_TAG},
        ]
    }
    page = client.get(f"/event-days/{day}")
    check_page(page)
    assert "1 entry could not be recorded" in page_text(page) and f"/households/{home}/devices/scan" in page.text
    (conflict,) = [one.id for one in outcomes() if one.result == "conflict"]
    settled = post_form(client, f"/event-days/{day}/items/{conflict}/settle", page=f"/event-days/{day}")
    assert settled.status_code == 303
    assert "Settled by hand" in page_text(client.get(f"/event-days/{day}"))


@pytest.mark.parametrize(
    "body",
    [
        None, [], {}, {"items": []}, {"items": {}}, {"items": [1]}, {"items": [{}]}, {"items": [{"key": "1"}]},
        {"items": [{"key": str(uuid.uuid4()).upper()}]}, {"items": [{"key": str(uuid.uuid4())}] * 51},
    ],
)  # fmt: skip
def test_what_is_no_list_of_entries_is_refused_whole(client: FlaskClient, world: World, body: Any) -> None:
    _home, tag = waits(world, 1)
    day = prepares(world, tag)
    signed_in(client, world, "navigator_a")
    assert post(client, f"/event-days/{day}/items", body).status_code == 400
    assert outcomes() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "nonsense"}, {"kind": ["present"]}, {"on": "2026-02-31"}, {"on": 5}, {"home": None},
        {"home": {"a": 1}},
        {"signed": None}, {"kind": "present", "member": "1"}, {"kind": "present", "member": 2**40},
        {"kind": "present", "member": True}, {"loan_due_on": "soon"}, {"scanned": "\x00" * 9},
        {"signed": "screen", "strokes": "M" * (LONGEST_STROKES + 5)}, {"signed": "screen", "strokes": 7},
        {"loan_due_on": "2020-01-01"},
    ],
)  # fmt: skip
def test_entry_that_makes_no_sense_is_a_conflict(client: FlaskClient, world: World, changes: dict[str, Any]) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    signed_in(client, world, "navigator_a")
    items = [as_sent(hands_over(home, tag)) | changes, as_sent(hands_over(home, tag))]
    answer = post(client, f"/event-days/{day}/items", {"items": items})
    assert [one["result"] for one in answer.get_json()["items"]] == ["conflict", "taken"]
    check_page(client.get(f"/event-days/{day}"))


def test_colleague_and_other_partner_and_signed_out(client: FlaskClient, world: World) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    add_user(world, "navigator", "a", "colleague")
    body = {"items": [as_sent(hands_over(home, tag))]}
    for who, status in (("colleague", 403), ("navigator_b", 404)):
        signed_in(client, world, who)
        assert post(client, f"/event-days/{day}/load", {}).status_code == status
        assert post(client, f"/event-days/{day}/items", body).status_code == status
    signed_in(client, world, "partner_lead_a")
    page = client.get(f"/event-days/{day}")
    check_page(page)
    assert "Only the person who prepared this event day" in page_text(page)
    with client.session_transaction() as cookie:
        cookie.clear()
    gone = client.get("/event-day/token.json")
    assert gone.status_code == 302 and "/sign-in" in gone.location
    assert client.post(f"/event-days/{day}/items", json=body).status_code in {302, 400}
    assert outcomes() == []


def test_conflict_sentence_names_the_day_in_the_readers_format(client: FlaskClient, world: World) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    sends(world, day, hands_over(home, tag, signed="paper", loan_due_on=clock.today()))
    signed_in(client, world, "navigator_a")
    assert "The loan must be due after the hand-over." in page_text(client.get(f"/event-days/{day}"))


def test_shell_names_nobody_and_is_complete(client: FlaskClient, world: World) -> None:
    waits(world, 1, name="Linh Tran")
    signed_in(client, world, "navigator_a")
    shell = client.get("/event-day/")
    check_page(shell)
    text = shell.get_data(as_text=True)
    me = world.actor("navigator_a").name
    assert me not in text and "csrf" not in text and "Linh" not in text
    assert text == client.get("/event-day/").get_data(as_text=True)  # nothing in it is made anew each time
    script = client.get("/event-day/worker.js")
    assert script.mimetype == "text/javascript" and script.headers["Cache-Control"] == "no-cache"
    kept = json.loads(re.match(r"const SHELL = (\{.*\});\n", script.text)[1])["files"]  # type: ignore[index]
    for url in kept:
        assert client.get(url, buffered=True).status_code == 200, url
    linked = set(re.findall(r'(?:href|src)="(/(?:static/|event-day/|theme)[^"#]*)', text)) - {"/event-day/worker.js"}
    assert linked <= set(kept)


def test_worker_is_another_one_in_another_color(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    before = client.get("/event-day/worker.js").text
    assert before == client.get("/event-day/worker.js").text
    with write_transaction():
        apply_settings(san_jose().replace("#1a5e8a", "#7a1f5c"), by=SYSTEM)
    assert client.get("/event-day/worker.js").text != before


def test_manifest_lets_it_be_installed(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    manifest = json.loads(client.get("/event-day/manifest.json").text)
    assert manifest["scope"] == manifest["start_url"] == "/event-day/" and manifest["display"] == "standalone"
    client.delete_cookie("session")
    for icon in manifest["icons"]:
        drawn = client.get(icon["src"], buffered=True)
        assert drawn.status_code == 200 and drawn.mimetype == icon["type"]
        if icon["type"] == "image/png":  # width and height as the file says
            wide, high = (int.from_bytes(drawn.data[start : start + 4]) for start in (16, 20))
            assert drawn.data.startswith(b"\x89PNG") and icon["sizes"] == f"{wide}x{high}"


def test_short_name_is_the_least() -> None:
    assert [rules.short_name(name, "7KQM-2R9X") for name in ("Linh Thi Tran", "Linh", "", None, "  ")] == [
        "Linh T.", "Linh", "7KQM-2R9X", "7KQM-2R9X", "7KQM-2R9X",
    ]  # fmt: skip
