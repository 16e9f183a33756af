"""Outreach events as people write, change and read them; people reached stay apart from every outcome."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.casework.actions import outreach as actions
from digital_inclusion.casework.models import OutreachEvent, OutreachRevision
from digital_inclusion.casework.queries.outreach import Reached, list_reached
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel.errors import Conflict
from digital_inclusion.progress.models import EntryRow, FactRow
from tests.factories.outreach import holds, new_event
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form

TYPED = {
    "name": "Spring fair", "kind": "tabling", "happened_on": "2026-03-14", "place": "Branch library",
    "zip_code": "95113", "district": "3", "languages": ["en", "es"], "reached": "40",
    "counted_by": "heads", "asked_help": "6",
    "notes": '<b>Bring</b> more "chairs"',
}  # fmt: skip


def _events() -> list[OutreachEvent]:
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(OutreachEvent).order_by(OutreachEvent.id)))


def test_write_an_event_and_see_it(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    check_page(client.get("/outreach/new"))
    sent = post_form(client, "/outreach/new", TYPED)
    (event,) = _events()
    assert (sent.status_code, sent.location) == (303, f"/outreach/{event.code}")
    shown = client.get(sent.location)
    check_page(shown)
    text = page_text(shown)
    assert "People reached are not people connected" in text and '<b>Bring</b> more "chairs"' in text
    listed = client.get("/outreach")
    check_page(listed)
    assert "Spring fair" in page_text(listed)


def test_form_sent_twice_makes_one_event(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    hidden = hidden_fields(client.get("/outreach/new"), "/outreach/new")
    led = {client.post("/outreach/new", data={**hidden, **TYPED}).location for _time in range(2)}
    assert len(_events()) == len(led) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reached": "many"}, "Write a whole number"),
        ({"reached": "-4"}, "Write a number from 0 to 1,000,000."),
        ({"reached": "9" * 30}, "Write a number from 0 to 1,000,000."),
        ({"asked_help": "41"}, "More people asked for help than were reached."),
        ({"zip_code": "9511"}, "A ZIP code has five digits"),
        ({"happened_on": "2999-01-01"}, "This day lies in the future."),
        ({"kind": None}, "Please choose one."),
        ({"name": " "}, "Please fill this in."),
    ],
)
def test_bad_input_is_told_and_what_was_typed_survives(
    client: FlaskClient, world: World, typed: dict[str, str | None], sentence: str
) -> None:
    signed_in(client, world, "navigator_a")
    refused = post_form(client, "/outreach/new", TYPED | typed)
    assert refused.status_code == 400 and _events() == []
    check_page(refused)
    assert sentence in page_text(refused) and "Branch library" in refused.get_data(as_text=True)


def test_change_keeps_what_was_written_and_a_second_page_is_told(client: FlaskClient, world: World) -> None:
    code = holds(world)
    url = f"/outreach/{code}/edit"
    signed_in(client, world, "navigator_a")
    stale = hidden_fields(client.get(url), url)
    assert post_form(client, url, TYPED | {"reached": "50"}).status_code == 303
    beside = client.post(url, data={**stale, **TYPED, "reached": "60"})
    assert beside.status_code == 409
    check_page(beside)
    assert "50 people reached" in page_text(beside) and 'value="60"' in beside.get_data(as_text=True)
    assert _events()[0].reached == 50
    (before,) = session().scalars(select(OutreachRevision).order_by(OutreachRevision.id))
    assert (before.said["reached"], before.said["happened_on"]) == (40, "2026-03-14")
    assert "What was written before" in page_text(client.get(f"/outreach/{code}"))


def test_struck_event_leaves_the_figures_and_is_not_changed(client: FlaskClient, world: World) -> None:
    code = holds(world)
    signed_in(client, world, "navigator_a")
    assert post_form(client, f"/outreach/{code}/strike", page=f"/outreach/{code}").status_code == 303
    check_page(client.get(f"/outreach/{code}"))
    assert client.get(f"/outreach/{code}/edit").status_code == 200
    assert post_form(client, f"/outreach/{code}/edit", TYPED).status_code == 409
    use_scope(EVERYTHING)
    assert list_reached() == [] and "Spring fair" not in page_text(client.get("/outreach"))
    assert "Spring fair" in page_text(client.get("/outreach?struck=1"))


def test_figures_by_month_and_partner_add_nothing_to_any_outcome(client: FlaskClient, world: World) -> None:
    before = _outcomes()
    for changes in ({}, {"reached": 7, "asked_help": 1}, {"counted_by": "leaflets", "reached": 500, "asked_help": 0}):
        holds(world, **changes)
    holds(world, who="navigator_b", counted_by="estimate", reached=90, asked_help=2)
    use_scope(EVERYTHING)
    month = new_event().happened_on.replace(day=1)
    assert list_reached() == [
        Reached(month, world.partners["a"], "Partner A", 3, 47, 0, 500, 7),
        Reached(month, world.partners["b"], "Partner B", 1, 0, 90, 0, 2),
    ]
    signed_in(client, world, "program_manager")
    page = client.get("/outreach/reached")
    check_page(page)
    assert "People reached are not people connected" in page_text(page) and "Partner B" in page_text(page)
    assert _outcomes() == before
    signed_in(client, world, "navigator_a")
    assert "Partner B" not in page_text(client.get("/outreach/reached"))


def _outcomes() -> tuple[int | None, int | None]:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalar(select(func.count(FactRow.number))), session().scalar(select(func.count(EntryRow.id)))


def test_file_holds_what_the_filter_shows_and_no_formula(client: FlaskClient, world: World) -> None:
    holds(world, name="=1+1")
    holds(world, name="Calls", kind="phone_bank")
    holds(world, who="navigator_b", name="Theirs")
    signed_in(client, world, "navigator_a")
    text = client.get("/outreach.csv").get_data(as_text=True)
    assert "'=1+1" in text and "Calls" in text and "Theirs" not in text
    assert "Calls" not in client.get("/outreach.csv?kind=tabling").get_data(as_text=True)
    assert client.get("/outreach?month=2026-99&kind=x&partner=9&after=zz").status_code == 200


@pytest.mark.parametrize("path", ["", "/edit"])
def test_another_partners_event_is_not_found(client: FlaskClient, world: World, path: str) -> None:
    code = holds(world, who="navigator_b")
    signed_in(client, world, "navigator_a")
    assert client.get(f"/outreach/{code}{path}").status_code == 404


def test_two_changes_at_once_one_wins(app: Flask, world: World) -> None:
    code = holds(world)
    use_scope(EVERYTHING)
    by = world.actor("navigator_a")
    session().rollback()
    start, ends = threading.Barrier(2), []

    def change(reached: int) -> None:
        with app.app_context():
            use_scope(Scope(partner_id=by.partner_id))
            start.wait()
            try:
                with write_transaction():
                    actions.change_event(code=code, version=1, new=new_event(reached=reached), by=by)
                ends.append(reached)
            except Conflict:
                ends.append(0)
            finally:
                session().close()

    threads = [threading.Thread(target=change, args=(number,)) for number in (50, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(ends) == 0 and _events()[0].reached == max(ends)
