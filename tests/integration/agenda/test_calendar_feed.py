"""The calendar's link: what it shows, when it stops at once, what it leaves out, and that nobody else's is in it."""

import io
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import delete, func, select

from digital_inclusion.accounts.actions.calendar_links import end_calendar_link, make_calendar_link
from digital_inclusion.accounts.actions.people import deactivate, end_persons_sessions, end_role, reactivate
from digital_inclusion.accounts.actions.sessions import end_own_sessions
from digital_inclusion.accounts.models import CalendarLink, RoleAssignment
from digital_inclusion.agenda.rules.appointments import Step
from digital_inclusion.casework.actions.appointments import move_appointment, settle_appointment
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import new_token
from digital_inclusion.foundation.logs import set_up_logs
from digital_inclusion.foundation.web.flood import Flood
from digital_inclusion.partners.models import Partner
from tests.factories.aftercare import does
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.appointments import at, new_appointment, plans
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text

PAGE = "/my-appointments/calendar"


def _made(world: World, who: str = "navigator_a") -> str:
    return str(does(world, make_calendar_link, who=who))


def _feed(client: FlaskClient, token: str) -> Calendar:
    answer = client.get(f"/calendar/{token}.ics")
    assert answer.status_code == 200, answer.status_code
    return Calendar.from_ical(answer.data)


def _status(app: Flask, token: str) -> int:
    return app.test_client().get(f"/calendar/{token}.ics").status_code


def test_shows_times_and_codes_and_nobodys_name_or_words(app: Flask, world: World) -> None:
    home = serve(world, name="Rosa Delgado", deliveries=())
    code = plans(world, home.id, words="Secret words")
    theirs = serve(world, "b", name="Their Family", deliveries=())
    plans(world, theirs.id, who="navigator_b")
    plans(world, home.id, who="partner_lead_a", starts=at(3, 10))  # a colleague's
    token = _made(world)
    client = app.test_client()
    answer = client.get(f"/calendar/{token}.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers and client.get_cookie("session") is None
    text = answer.get_data(as_text=True)
    for word in ("Rosa", "Delgado", "Secret", "Their", theirs.code, "Navigator", "example.org"):
        assert word not in text, word
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["SUMMARY"]) == f"Go through papers ({home.code})" and str(event["LOCATION"]) == "At our place"
    assert str(event["UID"]).startswith(code) and event.start == clock.local(clock.from_local(at(3)))


def test_follows_moves_and_says_what_is_off(app: Flask, world: World) -> None:
    home = serve(world, deliveries=())
    code, token, client = plans(world, home.id), _made(world), app.test_client()
    first = client.get(f"/calendar/{token}.ics")
    same = client.get(f"/calendar/{token}.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert same.status_code == 304 and same.data == b""
    does(world, move_appointment, who="navigator_a", code=code, sequence=0, new=new_appointment(world, starts=at(5)))
    (moved,) = _feed(client, token).walk("VEVENT")
    assert int(moved["SEQUENCE"]) == 1 and moved.start == clock.local(clock.from_local(at(5)))
    does(world, settle_appointment, who="navigator_a", code=code, step=Step.CANCEL)
    after = client.get(f"/calendar/{token}.ics", headers={"If-None-Match": first.headers["ETag"]})
    (off,) = Calendar.from_ical(after.data).walk("VEVENT")
    assert after.status_code == 200 and off["STATUS"] == "CANCELLED" and str(off["UID"]) == str(moved["UID"])


def test_thirty_days_back_and_half_a_year_ahead(app: Flask, world: World) -> None:
    home = serve(world, deliveries=())
    plans(world, home.id)
    plans(world, home.id, starts=at(179))
    plans(world, home.id, starts=at(182))
    token, client = _made(world), app.test_client()
    assert len(_feed(client, token).walk("VEVENT")) == 2
    with clock.frozen(clock.now() + timedelta(days=32)):
        assert len(_feed(client, token).walk("VEVENT")) == 3
    with clock.frozen(clock.now() + timedelta(days=40)):
        assert len(_feed(client, token).walk("VEVENT")) == 2


def test_stops_the_moment_the_person_leaves(app: Flask, world: World) -> None:
    person, lead = world.users["navigator_a"], "administrator"
    token = _made(world)
    assert _status(app, token) == 200
    does(world, deactivate, who=lead, user_id=person)
    assert _status(app, token) == 404
    does(world, reactivate, who=lead, user_id=person)
    assert _status(app, token) == 404  # a link of before is not opened again by coming back


def test_stops_with_all_sessions_the_role_the_link_and_the_organization(app: Flask, world: World) -> None:
    person = world.users["navigator_a"]
    for ends in (
        lambda: does(world, end_own_sessions, who="navigator_a"),
        lambda: does(world, end_persons_sessions, who="administrator", user_id=person),
        lambda: does(world, end_calendar_link, who="navigator_a"),
        lambda: _made(world),  # renewed
    ):
        token = _made(world)
        assert _status(app, token) == 200
        ends()
        assert _status(app, token) == 404
    token = _made(world)
    use_scope(EVERYTHING)
    held = session().scalars(select(RoleAssignment.id).where(RoleAssignment.user_id == person)).one()
    does(world, end_role, who="administrator", user_id=person, assignment_id=held)
    assert _status(app, token) == 404
    other = _made(world, "navigator_b")
    use_scope(EVERYTHING)
    with write_transaction():
        session().get_one(Partner, world.partners["b"]).active = False
        session().info["audited"] = True
    assert _status(app, other) == 404


def test_unknown_token_is_no_such_page_and_a_flood_is_slowed(app: Flask, world: World) -> None:
    assert _status(app, new_token()) == 404
    assert _status(app, "short") == 404
    token = _made(world)
    app.extensions["calendar_flood"] = Flood(burst=3, a_second=0.001)  # else a slow machine never asks too often
    try:
        assert [_status(app, token) for _number in range(5)] == [200, 200, 200, 429, 429]
    finally:
        del app.extensions["calendar_flood"]


def test_link_is_shown_once_and_stored_as_a_digest(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    page = client.get(PAGE)
    check_page(page)
    sent = client.post(PAGE, data=hidden_fields(page, PAGE))
    assert sent.status_code == 303
    shown = client.get(PAGE)
    check_page(shown)
    link = next(word for word in page_text(shown).split() if word.endswith(".ics"))
    token = link.rsplit("/", 1)[1].removesuffix(".ics")
    assert client.get(f"/calendar/{token}.ics").status_code == 200
    again = client.get(PAGE)
    assert token not in again.get_data(as_text=True) and "Made on" in page_text(again)
    use_scope(EVERYTHING)
    kept = session().scalars(select(CalendarLink)).one()
    assert token not in (kept.token_digest, str(kept.made_at))
    stop = f"{PAGE}/stop"
    assert client.post(stop, data=hidden_fields(again, stop)).status_code == 303
    assert client.get(f"/calendar/{token}.ics").status_code == 404
    assert client.post(stop, data=hidden_fields(again, PAGE)).status_code == 303  # a second window


def test_reading_writes_nothing(app: Flask, world: World) -> None:
    plans(world, serve(world, deliveries=()).id)
    token = _made(world)
    use_scope(EVERYTHING)
    before = session().scalar(select(func.count(AuditEvent.id)))
    session().rollback()
    assert _status(app, token) == 200
    use_scope(EVERYTHING)
    assert session().scalar(select(func.count(AuditEvent.id))) == before


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    set_up_logs(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def test_no_log_tells_the_link(app: Flask, world: World, written: io.StringIO) -> None:
    token = _made(world)
    assert _status(app, token) == 200
    use_scope(EVERYTHING)
    with write_transaction():
        session().execute(delete(CalendarLink))
        session().info["audited"] = True
    assert _status(app, token) == 404
    told = written.getvalue()
    assert "agenda.calendar_feed" in told and token not in told
