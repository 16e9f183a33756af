"""The timeline on the household's page: every room's lines, who sees what, pages by key, few statements."""

import re

import pytest
from flask.testing import FlaskClient

from digital_inclusion.agenda.actions.tasks import finish_task
from digital_inclusion.casework.queries.timeline import list_told
from digital_inclusion.casework.rules.timeline import SHOWN
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from tests.factories.households import new_household, new_laptop, new_line
from tests.factories.world import World
from tests.support.casework import enrolled, signed_in
from tests.support.notes import new_note, notes
from tests.support.pages import check_page, hidden_fields, page_text
from tests.support.statements import count_statements, of_the_page
from tests.support.things import Things

EXPECTED = {"move", "voucher", "asked_device", "repair"}


def test_every_room_has_its_lines(client: FlaskClient, world: World, things: dict[str, Things]) -> None:
    mine = things["a"]
    with write_transaction():
        finish_task(code=mine.values["task"], outcome="done", by=world.actor("navigator_a"))
    use_scope(EVERYTHING)
    assert {one.source for one in list_told(mine.household_id)} >= EXPECTED | {"task"}
    signed_in(client, world, "navigator_a")
    url = f"/households/{mine.values['code']}"
    whole = "".join(client.get(f"{url}?show={show}").get_data(as_text=True) for show in SHOWN)
    for address in (
        f"/notes/{mine.values['note']}", f"/applications/{mine.application}",
        f"/vouchers/{mine.values['voucher']}",
        f"/devices/requests/{mine.request}", f"/devices/repairs/{mine.repair}",
    ):  # fmt: skip
        assert f'href="{address}"' in whole, address
    text = page_text(client.get(f"{url}?show=tasks"))
    assert "Task: done" in text and "Navigator A" in text


def test_page_stays_within_its_statements(client: FlaskClient, world: World, things: dict[str, Things]) -> None:
    mine = things["a"]
    signed_in(client, world, "navigator_a")
    url = f"/households/{mine.values['code']}"
    client.get(url)
    with count_statements() as sent:
        shown = client.get(url)
    assert len(of_the_page(sent)) <= 15, sent
    check_page(shown)


def test_another_partner_and_its_lines_are_not_found(
    client: FlaskClient, world: World, things: dict[str, Things]
) -> None:
    signed_in(client, world, "navigator_b")
    assert client.get(f"/households/{things['a'].values['code']}?show=notes").status_code == 404
    own = client.get(f"/households/{things['b'].values['code']}").get_data(as_text=True)
    assert "Words noted b" in own and "Words noted a" not in own


def test_twenty_at_a_time_and_older_ones_by_key(client: FlaskClient, world: World) -> None:
    one = enrolled(world, new_household(deliveries=[new_laptop(), new_line()]))
    for number in range(45):
        notes(world, one.id, new_note(f"Note number {number:02}."))
    signed_in(client, world, "navigator_a")
    url, seen, pages = f"/households/{one.code}?show=notes", [], 0
    while url:
        shown = client.get(url)
        check_page(shown)
        body = shown.get_data(as_text=True)
        seen += [int(found) for found in re.findall(r"Note number (\d\d)\.", body)]
        following = re.search(r'href="([^"]*older=[^"#]*)', body)
        url, pages = following[1].replace("&amp;", "&") if following else "", pages + 1
    assert seen == list(range(44, -1, -1)) and pages == 3
    everything = client.get(f"/households/{one.code}?older=nonsense").get_data(as_text=True)
    assert everything.count("di-timeline__title") == 20


def test_filter_shows_one_kind_alone(client: FlaskClient, world: World) -> None:
    one = enrolled(world, new_household(deliveries=[new_laptop()]))
    notes(world, one.id, new_note("A telling sentence."))
    signed_in(client, world, "navigator_a")
    both, alone, record = (
        client.get(f"/households/{one.code}{show}").get_data(as_text=True)
        for show in ("", "?show=notes", "?show=record")
    )
    assert "A telling sentence." in both and "Consent given" in both
    assert "A telling sentence." in alone and "Consent given" not in alone
    assert "A telling sentence." not in record and "Consent given" in record
    assert "Nothing of this kind yet." in client.get(f"/households/{one.code}?show=tasks").get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "sees", "closed"),
    [
        ("partner_lead_a", True, True),
        ("program_manager", True, True),
        ("auditor", True, True),
        ("verifier", False, False),
    ],
)
def test_who_sees_which_notes(client: FlaskClient, world: World, who: str, sees: bool, closed: bool) -> None:
    one = enrolled(world, new_household())
    notes(world, one.id, new_note("open words"))
    notes(world, one.id, new_note("close words", sensitive=True))
    signed_in(client, world, who)
    body = client.get(f"/households/{one.code}").get_data(as_text=True)
    assert ("open words" in body, "only the writer and the writer’s team" in body) == (sees, closed)
    assert "close words" not in body
    assert ("Quick note" in body) is (who == "partner_lead_a")


def test_long_note_is_cut_and_markup_is_shown_as_typed(client: FlaskClient, world: World) -> None:
    one = enrolled(world, new_household())
    notes(world, one.id, new_note("<i>" + "é" * 3000))
    signed_in(client, world, "navigator_a")
    body = client.get(f"/households/{one.code}").get_data(as_text=True)
    assert "&lt;i&gt;" + "é" * 597 + "…" in body and "é" * 598 not in body


def test_quick_note_that_is_refused_keeps_what_was_typed(client: FlaskClient, world: World) -> None:
    one = enrolled(world, new_household())
    signed_in(client, world, "navigator_a")
    target = f"/households/{one.code}/notes/new"
    hidden = hidden_fields(client.get(f"/households/{one.code}"), target)
    refused = client.post(target, data={**hidden, "kind": "plan", "text": "z" * 5000})
    assert refused.status_code == 400 and "z" * 5000 in refused.get_data(as_text=True)
    saved = client.post(target, data={**hidden, "kind": "plan", "text": "short"})
    assert saved.status_code == 303
    session().rollback()
    assert "short" in page_text(client.get(saved.location))
