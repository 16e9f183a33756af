"""Residents ask for a seat without an account; staff answer, and name and contact are erased with the answer."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.foundation.database import EVERYTHING, NOTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotFound, Throttled
from digital_inclusion.skills.actions.asking import RESIDENT, ask_for_seat, close_request, forget_requests
from digital_inclusion.skills.actions.classes import cancel_session
from digital_inclusion.skills.models import ClassRequest
from digital_inclusion.skills.queries.classes import get_session
from digital_inclusion.skills.queries.requests import get_open, get_request, list_open
from digital_inclusion.skills.rules.requests import MOST_WAITING, Asking
from tests.factories.aftercare import does
from tests.factories.classes import asks_for_seat, family, joins, plans
from tests.factories.world import SYSTEM, World
from tests.integration.skills.test_classes import at_once, sitting
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form

TYPED = {"name": "Lan", "contact": "(408) 555-0142", "language": "vi", "agree": "y"}


def requests() -> list[ClassRequest]:
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(ClassRequest).order_by(ClassRequest.id)))


def asks(course: str, **changes: Any) -> None:
    use_scope(NOTHING)  # nobody is signed in
    values = {"name": "Lan", "language": "vi", "phone": "408 555 0142", "phone_e164": "+14085550142"} | changes
    with write_transaction():
        found = get_open(course, now=clock.now())
        ask_for_seat(course=found, asking=Asking(**values), consent_language="vi", address="192.0.2.1", by=RESIDENT)
    use_scope(EVERYTHING)


def test_residents_see_what_every_partner_has_open(world: World) -> None:
    later, _sessions = plans(world, hours=72, is_open=True)
    sooner, _sessions = plans(world, who="navigator_b", hours=24, is_open=True)
    closed, _sessions = plans(world, hours=30)
    over, _sessions = plans(world, hours=-30, is_open=True)
    canceled, (lesson,) = plans(world, hours=40, is_open=True)
    does(world, cancel_session, who="navigator_a", one=get_session(lesson))
    use_scope(NOTHING)
    assert [one.code for one in list_open(now=clock.now())] == [sooner, later]
    for code in (closed, over, canceled, "2345-6789"):
        with pytest.raises(NotFound):
            get_open(code, now=clock.now())


def test_same_contact_is_on_the_list_once(world: World) -> None:
    course, _sessions = plans(world, is_open=True)
    asks(course)
    asks(course, name="Lan N", phone="4085550142")
    asks(course, phone=None, phone_e164=None, email="lan@example.org")
    assert [one.email for one in requests()] == [None, "lan@example.org"]
    assert {one.partner_id for one in requests()} == {world.partners["a"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": " "}, "name"), ({"name": "n" * 101}, "name"), ({"language": "xx"}, "language"),
     ({"phone": None, "phone_e164": None}, "contact")],
)  # fmt: skip
def test_request_with_a_mistake_says_where(world: World, changes: dict[str, Any], field: str) -> None:
    course, _sessions = plans(world, is_open=True)
    with pytest.raises(Invalid) as refused:
        asks(course, **changes)
    assert list(refused.value.fields) == [field] and requests() == []


def test_flood_is_held_back(world: World) -> None:
    course, _sessions = plans(world, is_open=True)
    for place in range(20):
        asks(course, phone_e164=f"+1408555{place:04}")
    with pytest.raises(Throttled):
        asks(course, phone_e164="+14085559999")
    assert len(requests()) == 20
    first = requests()[0]
    copies = [
        ClassRequest(
            partner_id=first.partner_id, code=f"C{place}", class_id=first.class_id, state="waiting", name="N",
            email=f"{place}@example.org", language="en", consent_text_version="1", consent_language="en",
            created_at=clock.now(),
        )
        for place in range(MOST_WAITING - 20)
    ]  # fmt: skip
    with write_transaction():
        from digital_inclusion.foundation.audit.actions import record

        session().add_all(copies)
        record("class.seat_asked", by=SYSTEM)
    with clock.frozen(clock.now() + timedelta(hours=1)), pytest.raises(Invalid, match="Very many"):
        asks(course, phone_e164="+14085558888")


@pytest.mark.only_postgresql
def test_two_clicks_at_once_are_one_request(app: Flask, world: World) -> None:
    course, _sessions = plans(world, is_open=True)
    assert at_once(app, [lambda: asks(course)] * 4) == ["done"] * 4
    assert len(requests()) == 1


def test_closed_request_says_nothing_more(world: World) -> None:
    course, _sessions = plans(world, is_open=True)
    code = asks_for_seat(world, course)
    with pytest.raises(Invalid):
        does(world, close_request, who="navigator_a", request=get_request(code), outcome="party")
    does(world, close_request, who="navigator_a", request=get_request(code), outcome="no_answer")
    (closed,) = requests()
    assert (closed.state, closed.name, closed.phone, closed.email) == ("closed", None, None, None)
    with pytest.raises(Conflict, match="answered already"):
        does(world, close_request, who="navigator_a", request=get_request(code), outcome="no_answer")
    found = get_request(asks_for_seat(world, course))
    session().expunge(found)
    with pytest.raises(NotFound):
        does(world, close_request, who="navigator_b", request=found, outcome="no_answer")


def test_what_nobody_answered_is_erased_when_the_page_says(world: World) -> None:
    course, _sessions = plans(world, hours=24, is_open=True)
    asks(course)
    for days, waiting in ((1, 1), (30, 1), (33, 0)):
        with clock.frozen(clock.now() + timedelta(days=days)):
            with write_transaction():
                done = forget_requests(by=SYSTEM)
                if not done:
                    session().rollback()
            assert [one.state for one in requests()].count("waiting") == waiting
    assert requests()[0].name is None and requests()[0].outcome == "class_over"


@pytest.mark.parametrize("language", ["en", "es", "vi", "zh"])
def test_public_pages(client: FlaskClient, world: World, language: str) -> None:
    client.post("/language", data={"language": language})
    course, _sessions = plans(world, weeks=3, seats=1, title="Phone <b>basics</b>", is_open=True)
    assert client.get("/classes").status_code == 200
    post_form(client, "/language", {"language": language}, page="/classes")
    check_page(client.get("/classes"))
    url = f"/classes/{course}"
    page = client.get(url)
    check_page(page)
    assert "Phone &lt;b&gt;basics" in page.text and page.headers["Cache-Control"] == "no-store"
    wrong = post_form(client, url, TYPED | {"contact": "no number", "agree": None})
    check_page(wrong)
    assert wrong.status_code == 400 and 'value="no number"' in wrong.text and requests() == []
    fields = hidden_fields(client.get(url), url) | TYPED
    first, second = (client.post(url, data=fields) for _twice in range(2))
    assert first.location == second.location == f"{url}/sent"
    sent = client.get(first.location)
    check_page(sent)
    assert "Lan" not in page_text(sent)
    (request,) = requests()
    assert (request.name, request.phone_e164, request.language) == ("Lan", "+14085550142", "vi")


def test_empty_list_says_what_to_do(client: FlaskClient, world: World) -> None:
    page = client.get("/classes")
    check_page(page)
    assert "No class is open right now" in page_text(page)
    assert client.get("/classes/2345-6789").status_code == 404
    assert "/classes" in client.get("/").text


def test_staff_give_a_place_to_who_asked(client: FlaskClient, world: World) -> None:
    course, _sessions = plans(world, is_open=True)
    code, (lan,) = family(world, "Lan Pham")
    asked = asks_for_seat(world, course)
    signed_in(client, world, "navigator_a")
    page = client.get(f"/skills/classes/{course}")
    check_page(page)
    assert "lan@example.org" in page.text and "Who asks for a seat" in page_text(page)
    find = f"/skills/classes/{course}/find?asked={asked}"
    assert find.replace("&", "&amp;") in page.text
    fits = post_form(client, find, {"words": "pham"})
    join = f"/households/{code}/classes?class={course}&asked={asked}"
    assert join.replace("&", "&amp;") in fits.text
    done = post_form(client, f"/households/{code}/classes", {"member_id": str(lan), "course": course}, page=join)
    assert done.status_code == 303 and sitting(course) == ([lan], [])
    (request,) = requests()
    assert (request.state, request.name, request.email) == ("enrolled", None, None) and request.place_id is not None
    again = post_form(client, f"/households/{code}/classes", {"member_id": str(lan), "course": course}, page=join)
    assert again.status_code == 409


def test_what_they_wrote_is_looked_for(client: FlaskClient, world: World) -> None:
    course, _sessions = plans(world, is_open=True)
    other, _sessions = plans(world, title="Another class")
    asked = asks_for_seat(world, course, name="Lan <b>")
    signed_in(client, world, "navigator_a")
    begun = client.get(f"/skills/classes/{course}/find?asked={asked}")
    check_page(begun)
    assert 'value="Lan &lt;b&gt;"' in begun.text
    for elsewhere in (f"/skills/classes/{course}/find", f"/skills/classes/{other}/find?asked={asked}"):
        assert "Lan" not in page_text(client.get(elsewhere)) and 'value="Lan' not in client.get(elsewhere).text
    typed = post_form(client, f"/skills/classes/{course}/find?asked={asked}", {"words": ""})
    assert typed.status_code == 400 and 'value="Lan' not in typed.text


def test_staff_close_a_request(client: FlaskClient, world: World) -> None:
    course, _sessions = plans(world, is_open=True)
    asked = asks_for_seat(world, course)
    signed_in(client, world, "navigator_a")
    url = f"/skills/seat-requests/{asked}/close"
    check_page(client.get(url))
    assert post_form(client, url, {}).status_code == 400
    assert post_form(client, url, {"outcome": "no_answer"}).status_code == 303
    assert "lan@example.org" not in client.get(f"/skills/classes/{course}").text
    signed_in(client, world, "program_manager")
    asks_for_seat(world, course)
    assert "lan@example.org" not in client.get(f"/skills/classes/{course}").text  # agreed to one organization
    assert session().scalar(select(func.count(ClassRequest.id))) == 2
    joins(world, course, family(world, "Ana Ruiz")[0])
