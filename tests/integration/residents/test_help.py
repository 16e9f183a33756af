"""Ask for help and follow the request, as a resident's browser does."""

from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.casework.actions import answering, asking
from digital_inclusion.casework.models import HelpRequest, Referral
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Invalid, Throttled
from digital_inclusion.foundation.pins import PER_PAIR, PER_REFERENCE
from tests.factories.help import asks, takes
from tests.factories.world import World
from tests.support.help import NAME, ask_for_help, code_and_pin, filled, follow, send_help
from tests.support.pages import check_page, hidden_fields, page_text, post_form

PAGES = ("/help", "/help/sent", "/help/follow")


def _count() -> int:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalar(select(func.count(HelpRequest.id))) or 0


def _referral() -> Referral:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalars(select(Referral).order_by(Referral.id.desc())).all()[0]


def _accept(world: World, reference: str) -> None:
    by = world.actor("navigator_a")
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        answering.accept_request(reference=reference, by=by)
    use_scope(EVERYTHING)


@pytest.mark.parametrize("url", PAGES)
def test_help_pages_open_and_are_kept_nowhere(client: FlaskClient, world: World, url: str) -> None:
    page = client.get(url)
    check_page(page)
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", PAGES)
def test_help_pages_open_before_any_settings(client: FlaskClient, app: Flask, url: str) -> None:
    check_page(client.get(url))


def test_help_sent_before_there_is_a_city_says_so(client: FlaskClient, app: Flask) -> None:
    assert send_help(client).status_code == 503


def test_help_knows_the_needs_named_in_the_address(client: FlaskClient, world: World) -> None:
    page = client.get("/help?needs=device,skills,car").get_data(as_text=True)
    checked = [line for line in page.split("<input") if 'name="needs"' in line and "checked" in line]
    assert [line.split('value="')[1].split('"')[0] for line in checked] == ["device", "skills"]


def test_help_sent_shows_code_and_pin_once(app: Flask, client: FlaskClient, world: World) -> None:
    takes(world, "a")
    sent = send_help(client)
    assert (sent.status_code, sent.location) == (303, "/help/sent")
    page = client.get("/help/sent", base_url="http://evil.example")
    assert "evil.example" not in page.get_data(as_text=True)  # another host, another cookie: nothing is shown there
    page = client.get("/help/sent")
    check_page(page)
    reference, pin = code_and_pin(page)
    assert app.config["BASE_URL"] + "/help/follow" in page_text(page)
    assert "Español" not in page_text(page)  # changing the language would load the page again: the PIN would be gone
    assert "Partner A has it now" in page_text(page) and page.headers["Cache-Control"] == "no-store"
    again = client.get("/help/sent")
    check_page(again)
    assert reference not in page_text(again) and pin[:3] not in page_text(again)
    assert follow(client, reference, pin).location == "/help/request"


def test_code_and_pin_wait_for_nobody_else(client: FlaskClient, world: World) -> None:
    send_help(client)
    client.get("/help")  # the next person at this device
    assert "Your code was shown already" in page_text(client.get("/help/sent"))
    send_help(client)
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert "Your code was shown already" in page_text(client.get("/help/sent"))


def test_help_with_mistakes_keeps_everything_typed(client: FlaskClient, world: World) -> None:
    page = send_help(client, contact="call me", zip_code="9511", needs=None, agree=None)
    assert page.status_code == 400 and _count() == 0
    check_page(page)
    text = page_text(page)
    assert NAME in page.get_data(as_text=True) and "call me" in page.get_data(as_text=True)
    for sentence in (
        "This is not a phone number. Write it with the area code.",
        "A ZIP code has five digits, for example 95113.",
        "Please choose what you need.",
        "Please tick the box.",
    ):
        assert text.count(sentence) == 2, sentence  # on top, and beside the field


@pytest.mark.parametrize("contact", ["a@b", "12", "@", "555-0188"])
def test_help_with_a_contact_nobody_can_reach(client: FlaskClient, world: World, contact: str) -> None:
    assert send_help(client, contact=contact).status_code == 400


@pytest.mark.parametrize("field", ["name", "contact", "language", "needs", "agree"])
def test_help_without_a_field_is_explained(client: FlaskClient, world: World, field: str) -> None:
    page = send_help(client, **{field: None})
    assert page.status_code == 400 and _count() == 0
    check_page(page)


def test_help_by_email_keeps_one_contact(client: FlaskClient, world: World) -> None:
    ask_for_help(client, contact=" Zen@Example.ORG ")
    referral = _referral()
    assert (referral.email, referral.phone, referral.phone_e164) == ("zen@example.org", None, None)


def test_help_sent_twice_is_one_request_with_its_code(app: Flask, client: FlaskClient, world: World) -> None:
    """A double click: the browser drops the first answer, with its cookies, and shows where the second led."""
    page = client.get("/help")
    data = {**hidden_fields(page, "/help"), **filled()}
    cookie = client.get_cookie("session")
    assert cookie is not None
    dropped = app.test_client()
    dropped.set_cookie("session", cookie.value)
    assert dropped.post("/help", data=data).status_code == 303
    second = client.post("/help", data=data)
    assert (second.status_code, second.location) == (303, "/help/sent")
    assert _count() == 1
    reference, pin = code_and_pin(client.get("/help/sent"))
    assert follow(client, reference, pin).location == "/help/request"


def test_help_from_one_address_is_limited_and_keeps_what_was_typed(client: FlaskClient, world: World) -> None:
    for _time in range(asking.SENT_PER_ADDRESS):
        assert send_help(client).status_code == 303
    page = send_help(client)
    assert page.status_code == 429 and _count() == asking.SENT_PER_ADDRESS
    check_page(page)
    assert NAME in page.get_data(as_text=True)


def test_follow_tells_wrong_code_and_wrong_pin_alike(client: FlaskClient, world: World) -> None:
    reference, pin = asks()
    other = "0" * 6 if pin != "0" * 6 else "1" * 6
    told = set()
    for code, typed in ((reference, other), ("7KQM-2R9X", pin), ("not a code", pin), ("ÄÖ", "x")):
        page = follow(client, code, typed)
        assert page.status_code == 400
        check_page(page)
        told.add(page_text(page).split("There is a problem")[1])
    assert len(told) == 1 and "do not fit together" in told.pop()


@pytest.mark.only_sqlite
def test_follow_takes_as_long_for_a_wrong_code_as_for_a_wrong_pin(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PASSWORD_MEMORY_KIB", 16_384)
    reference, _pin = asks()
    taken: dict[str, list[float]] = {reference: [], "7KQM-2R9X": []}
    for time in range(5):
        for code, times in taken.items():
            began = perf_counter()
            with pytest.raises(Invalid):
                asking.open_request(reference=code, pin="x", address=f"10.1.1.{time}", by=asking.RESIDENT)
            times.append(perf_counter() - began)
    known, unknown = (median(times) for times in taken.values())
    assert 0.25 < known / unknown < 4  # without the stand-in it would be a hundred


def test_follow_is_throttled_per_code_and_address_and_no_other_is_held_up(client: FlaskClient, world: World) -> None:
    reference, pin = asks()
    other, other_pin = asks("Somebody Else")
    for _time in range(PER_PAIR):
        assert follow(client, reference, "x").status_code == 400
    page = follow(client, reference, pin)
    assert page.status_code == 429
    check_page(page)
    assert follow(client, other, other_pin).status_code == 303


def test_follow_is_throttled_per_code_from_everywhere(app: Flask, world: World) -> None:
    reference, pin = asks()
    for time in range(PER_REFERENCE):
        with pytest.raises(Invalid):
            asking.open_request(reference=reference, pin="x", address=f"10.2.0.{time}", by=asking.RESIDENT)
    with pytest.raises(Throttled):
        asking.open_request(reference=reference, pin=pin, address="10.3.0.1", by=asking.RESIDENT)


def test_follow_takes_the_code_as_people_write_it(client: FlaskClient, world: World) -> None:
    reference, pin = asks()
    assert follow(client, reference.lower().replace("-", " "), f"{pin[:3]} {pin[3:]}").status_code == 303


def test_request_page_is_closed_without_code_and_pin(client: FlaskClient, world: World) -> None:
    asks()
    for path in ("", "/change", "/withdraw", "/erase"):
        answer = client.get(f"/help/request{path}")
        assert (answer.status_code, answer.location) == (303, "/help/follow")


def test_request_page_tells_where_it_is_and_who_opened_it(client: FlaskClient, app: Flask, world: World) -> None:
    from tests.support.asking import Somebody

    takes(world, "a")
    reference, pin = ask_for_help(client)
    follow(client, reference, pin)
    page = client.get("/help/request")
    check_page(page)
    assert page.headers["Cache-Control"] == "no-store"
    text = page_text(page)
    assert "Partner A has your request" in text and "Nobody has opened it yet." in text and NAME in text
    assert "408-555-0101" in text
    Somebody(app, world.users["navigator_a"]).ask("GET", f"/requests/{reference}")
    _accept(world, reference)
    text = page_text(client.get("/help/request"))
    assert "Partner A accepted your request" in text and "Partner A, first on" in text


def test_request_is_changed_withdrawn_and_closed(client: FlaskClient, world: World) -> None:
    takes(world, "a")
    reference, pin = ask_for_help(client)
    follow(client, reference, pin)
    check_page(client.get("/help/request/change"))
    wrong = post_form(client, "/help/request/change", filled(contact="nobody", agree=None))
    assert wrong.status_code == 400
    check_page(wrong)
    done = post_form(client, "/help/request/change", filled(contact="zen@example.org", agree=None))
    assert done.status_code == 303 and _referral().email == "zen@example.org"
    check_page(client.get("/help/request/withdraw"))
    assert post_form(client, "/help/request/withdraw").status_code == 303
    page = client.get("/help/request")
    check_page(page)
    assert "You took this request back." in page_text(page) and _referral().name == ""
    again = post_form(client, "/help/request/leave", page="/help/request")
    assert again.location == "/help/follow"
    assert client.get("/help/request").location == "/help/follow"


def test_withdraw_sent_again_changes_nothing_more(client: FlaskClient, world: World) -> None:
    reference, pin = ask_for_help(client)
    follow(client, reference, pin)
    data = hidden_fields(client.get("/help/request/withdraw"), "/help/request/withdraw")
    first = client.post("/help/request/withdraw", data=data)
    second = client.post("/help/request/withdraw", data=data)
    third = client.post("/help/request/withdraw", data={**data, "_once": "another"})
    assert {one.location for one in (first, second, third)} == {"/help/request"}
    assert "Nothing was saved" in page_text(client.get("/help/request"))


def test_erased_request_is_gone_and_code_and_pin_with_it(client: FlaskClient, world: World) -> None:
    reference, pin = ask_for_help(client)
    follow(client, reference, pin)
    check_page(client.get("/help/request/erase"))
    erased = post_form(client, "/help/request/erase")
    assert (erased.status_code, erased.location) == (303, "/help/follow")
    assert "Everything you wrote is erased." in page_text(client.get("/help/follow"))
    assert follow(client, reference, pin).status_code == 400
    assert client.get("/help/request").location == "/help/follow"


def test_request_closes_by_itself(client: FlaskClient, world: World) -> None:
    from datetime import timedelta

    from digital_inclusion.foundation.kernel import clock

    reference, pin = ask_for_help(client)
    follow(client, reference, pin)
    with clock.frozen(clock.now() + timedelta(minutes=21)):
        assert client.get("/help/request").location == "/help/follow"
