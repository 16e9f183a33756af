"""Complain, appeal, have data corrected, and follow it, as a resident's browser does."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from digital_inclusion.casework.actions import grieving
from digital_inclusion.casework.models import Grievance
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.pins import PER_PAIR
from tests.factories.grievances import answers, looks, on_record, sends, words_of
from tests.factories.households import new_household
from tests.factories.world import World
from tests.support.casework import enrolled
from tests.support.pages import check_page, hidden_fields, page_text, post_form

TEXT = 'They said <b>"no"</b>.\r\nNobody said why.'
PAGES = ("/complaints", "/complaints/sent", "/complaints/follow")


def _filled(world: World, **changes: Any) -> dict[str, Any]:
    values = {
        "kind": "complaint", "text": TEXT, "about": str(world.partners["a"]), "language": "vi",
        "contact": "(408) 555-0188", "code": "",
    }  # fmt: skip
    return {name: value for name, value in (values | changes).items() if value is not None}


def _count() -> int:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalar(select(func.count(Grievance.id))) or 0


def _code_and_pin(page: TestResponse) -> tuple[str, str]:
    found = re.search(r"Code ?([0-9A-Z]{4}-[0-9A-Z]{4}) PIN ?(\d{3}) (\d{3})", page_text(page))
    assert found is not None, page_text(page)
    return found[1], found[2] + found[3]


def _follow(client: FlaskClient, reference: str, pin: str) -> TestResponse:
    return post_form(client, "/complaints/follow", {"reference": reference, "pin": pin})


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("language", ["en", "es", "vi", "zh"])
def test_pages_open_in_every_language_and_are_kept_nowhere(
    client: FlaskClient, world: World, url: str, language: str
) -> None:
    page = client.get(url, headers={"Accept-Language": language})
    check_page(page)
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", PAGES)
def test_pages_open_before_any_settings(client: FlaskClient, app: Flask, url: str) -> None:
    check_page(client.get(url))


def test_every_public_page_leads_there(client: FlaskClient, world: World) -> None:
    for url in ("/", "/help", "/help/follow", "/classes", "/progress"):
        page = client.get(url, follow_redirects=True)
        assert 'href="/complaints"' in page.get_data(as_text=True), url


def test_sent_shows_code_and_pin_once_and_opens_with_them(client: FlaskClient, world: World) -> None:
    sent = post_form(client, "/complaints", _filled(world))
    assert (sent.status_code, sent.location) == (303, "/complaints/sent")
    page = client.get("/complaints/sent")
    check_page(page)
    reference, pin = _code_and_pin(page)
    assert "City of Testing looks at it." in page_text(page)
    assert reference not in page_text(client.get("/complaints/sent"))
    (words,) = words_of(reference)
    assert (words.text, words.phone_e164, words.email) == (TEXT.replace("\r\n", "\n"), "+14085550188", None)
    assert _follow(client, reference, pin).location == "/complaints/yours"
    shown = client.get("/complaints/yours")
    check_page(shown)
    assert 'They said <b>"no"</b>.' in page_text(shown) and reference in page_text(shown)
    assert post_form(client, "/complaints/yours/leave", page="/complaints/yours").status_code == 303
    assert client.get("/complaints/yours").status_code == 303


def test_without_contact_code_or_organization(client: FlaskClient, world: World) -> None:
    assert post_form(client, "/complaints", _filled(world, contact=None, about="", code=None)).status_code == 303
    found = on_record(_code_and_pin(client.get("/complaints/sent"))[0])
    assert (found.about_id, found.partner_id, found.language) == (None, world.partners["city"], "vi")


def test_sent_twice_is_one(app: Flask, client: FlaskClient, world: World) -> None:
    data = {**hidden_fields(client.get("/complaints"), "/complaints"), **_filled(world)}
    cookie = client.get_cookie("session")
    assert cookie is not None
    dropped = app.test_client()
    dropped.set_cookie("session", cookie.value)
    for browser in (dropped, client):
        assert browser.post("/complaints", data=data).location == "/complaints/sent"
    assert _count() == 1
    assert _follow(client, *_code_and_pin(client.get("/complaints/sent"))).location == "/complaints/yours"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": " \r\n "}, "Please write what happened."),
        ({"text": "x" * 2001}, "This is too long. Please write 2,000 characters at most."),
        ({"kind": None}, "Please choose one."),
        ({"contact": "call me"}, "This is not a phone number."),
        ({"contact": "a@b"}, "This is not an email address."),
        ({"about": "999999"}, "Not a valid choice"),
        ({"about": "one"}, "Not a valid choice"),
        ({"language": "klingon"}, "Not a valid choice"),
    ],
)
def test_mistakes_are_told_and_what_was_typed_survives(
    client: FlaskClient, world: World, typed: dict[str, Any], sentence: str
) -> None:
    page = post_form(client, "/complaints", _filled(world) | {"code": "KEPT-TYPED"} | typed)
    assert page.status_code == 400 and _count() == 0
    check_page(page)
    assert sentence in page_text(page) and "KEPT-TYPED" in page.get_data(as_text=True)


def test_from_one_address_is_limited(client: FlaskClient, world: World) -> None:
    for _time in range(grieving.SENT_PER_ADDRESS):
        assert post_form(client, "/complaints", _filled(world)).status_code == 303
    page = post_form(client, "/complaints", _filled(world))
    assert page.status_code == 429 and "Nobody said why." in page.get_data(as_text=True)
    assert _count() == grieving.SENT_PER_ADDRESS


def test_wrong_pins_and_foreign_codes_all_read_the_same(client: FlaskClient, world: World) -> None:
    reference, pin = sends(world)
    other = enrolled(world, new_household()).code
    wrong = {(reference, "000000" if pin != "000000" else "1"), (other, pin), ("not a code", pin)}
    told = set()
    for code, secret in sorted(wrong):
        page = _follow(client, code, secret)
        assert page.status_code == 400
        told.add(page_text(page).split("Code")[0])
    assert len(told) == 1
    for _time in range(PER_PAIR):
        page = _follow(client, reference, "999999" if pin != "999999" else "1")
    assert page.status_code == 429


def test_foreign_household_codes_answer_nothing(client: FlaskClient, world: World) -> None:
    """Whether a household is known can not be learned by naming its code."""
    code = enrolled(world, new_household()).code
    pages = []
    for typed in (code, "7KQM-2R9X"):
        assert post_form(client, "/complaints", _filled(world, code=typed)).status_code == 303
        pages.append(re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4} PIN ?\d{3} \d{3}", "", page_text(client.get("/complaints/sent"))))
    assert pages[0] == pages[1]


def test_answer_is_read_and_disagreed_with_once(client: FlaskClient, world: World) -> None:
    reference, pin = sends(world)
    looks(world, reference)
    _follow(client, reference, pin)
    assert "City of Testing looks at it" in page_text(client.get("/complaints/yours"))
    assert client.get("/complaints/yours/disagree").status_code == 303
    answers(world, reference)
    page = client.get("/complaints/yours")
    check_page(page)
    assert all(word in page_text(page) for word in ("You are right", "Tiene razón.", "The same in English"))
    url = "/complaints/yours/disagree"
    refused = post_form(client, url, {"text": "y" * 2001})
    assert refused.status_code == 400 and "y" * 2001 in refused.get_data(as_text=True)
    check_page(refused)
    assert post_form(client, url, {"text": "Not so."}).status_code == 303
    assert "Not so." in page_text(client.get("/complaints/yours"))
    assert client.get(url).status_code == 303
    assert on_record(reference).reopened_on == clock.today()


def test_take_back_and_erase(client: FlaskClient, world: World) -> None:
    reference, pin = sends(world)
    _follow(client, reference, pin)
    check_page(client.get("/complaints/yours/withdraw"))
    assert post_form(client, "/complaints/yours/withdraw").status_code == 303
    assert "You took it back." in page_text(client.get("/complaints/yours"))
    check_page(client.get("/complaints/yours/erase"))
    assert post_form(client, "/complaints/yours/erase").location == "/complaints/follow"
    assert words_of(reference)[0].text is None
    assert _follow(client, reference, pin).status_code == 400


def test_it_closes_by_itself_on_a_shared_device(client: FlaskClient, world: World) -> None:
    _follow(client, *sends(world))
    with clock.frozen(clock.now() + timedelta(minutes=21)):
        assert client.get("/complaints/yours").location == "/complaints/follow"


@pytest.mark.parametrize(("days", "told"), [(10, "You have an answer by"), (31, "We are sorry that we are late.")])
def test_no_day_is_promised_that_is_over(client: FlaskClient, world: World, days: int, told: str) -> None:
    sent, now = sends(world), clock.now()
    with clock.frozen(now + timedelta(days=days)):
        _follow(client, *sent)
        page = client.get("/complaints/yours")
    check_page(page)
    assert told in page_text(page) and "Somebody begins to look at it" not in page_text(page)
