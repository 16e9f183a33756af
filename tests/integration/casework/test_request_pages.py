"""The inbox of requests for help as staff use it."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.models import Intake
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.households.models import Draft, Household
from tests.factories.help import NAME, asks, takes
from tests.factories.world import World
from tests.support.casework import ENROLL, signed_in, typed
from tests.support.help import ask_for_help, follow
from tests.support.pages import check_page, hidden_fields, page_text, post_form


def _answer(client: FlaskClient, reference: str, answer: str, word: str) -> Any:
    return post_form(client, f"/requests/{reference}/{answer}", {"word": word})


def _press(client: FlaskClient, reference: str, verb: str) -> Any:
    return post_form(client, f"/requests/{reference}/{verb}", page=f"/requests/{reference}")


def test_inbox_lists_own_requests_without_names_oldest_first(client: FlaskClient, world: World) -> None:
    takes(world, "a")
    takes(world, "b", languages=["vi"])
    mine, second, theirs = asks()[0], asks("Other Person")[0], asks("Third Person", language="vi")[0]
    page = signed_in(client, world, "navigator_a").get("/requests")
    check_page(page)
    text = page_text(page)
    assert text.index(mine) < text.index(second) and theirs not in text
    assert NAME not in text and "Computer, Internet" in text and "District 3" in text
    menu = page.get_data(as_text=True).split('href="/requests"')[1][:400]
    assert '<span class="di-nav__count">2</span>' in menu


def test_empty_inbox_says_so(client: FlaskClient, world: World) -> None:
    page = signed_in(client, world, "navigator_a").get("/requests")
    check_page(page)
    assert "No open requests" in page_text(page)


def test_city_sees_its_own_and_all_and_who_has_them(client: FlaskClient, world: World) -> None:
    takes(world, "a")
    theirs, own = asks()[0], asks(language="ti")[0]
    signed_in(client, world, "program_manager")
    first, every = client.get("/requests"), client.get("/requests?whose=all")
    check_page(every)
    assert own in page_text(first) and theirs not in page_text(first)
    assert own in page_text(every) and theirs in page_text(every) and "Partner A" in page_text(every)


def test_only_who_has_a_request_sees_who_asks(client: FlaskClient, world: World) -> None:
    takes(world, "a")
    theirs, own = asks()[0], asks(language="ti")[0]
    signed_in(client, world, "program_manager")
    other, mine = client.get(f"/requests/{theirs}"), client.get(f"/requests/{own}")
    check_page(other)
    assert NAME in page_text(mine) and "(408) 555-0188" in page_text(mine)
    body = other.get_data(as_text=True)
    assert NAME not in body and "555-0188" not in body and "+14085550188" not in body
    assert "only Partner A sees who asks" in page_text(other) and "Pass on" in page_text(other)


def test_whole_journey_from_asking_to_enrolled(app: Flask, client: FlaskClient, world: World) -> None:
    takes(world, "a")
    resident = app.test_client()
    reference, pin = ask_for_help(resident)
    navigator = signed_in(client, world, "navigator_a")
    shown = navigator.get(f"/requests/{reference}")
    check_page(shown)
    assert NAME in page_text(shown)
    accepted = _press(navigator, reference, "accept")
    assert accepted.status_code == 303 and accepted.location.startswith(f"{ENROLL}?draft=")
    form = navigator.get(accepted.location)
    check_page(form)
    body = form.get_data(as_text=True)
    for value in (NAME, "(408) 555-0188", "95113"):
        assert f'value="{value}"' in body
    assert body.count("checked") >= 3  # both needs, and the language of the consent
    still = typed(**{"members-0-name": NAME, "members-0-birth_date": None, "phone": "(408) 555-0188"})
    done = navigator.post(ENROLL, data={**hidden_fields(form, ENROLL), **still})
    assert done.status_code == 303, page_text(done)
    use_scope(EVERYTHING)
    assert session().scalars(select(Household.head_name).order_by(Household.id)).all() == [NAME]
    follow(resident, reference, pin)
    text = page_text(resident.get("/help/request"))
    assert "keep a record of your household now" in text and "Partner A, first on" in text
    closed = navigator.get("/requests?state=closed")
    check_page(closed)
    assert reference in page_text(closed)
    after = navigator.get(f"/requests/{reference}")
    check_page(after)
    assert NAME not in page_text(after)


def test_answers_are_pages_with_a_list_of_words(client: FlaskClient, world: World) -> None:
    takes(world, "a")
    takes(world, "b")
    reference = asks()[0]
    signed_in(client, world, "navigator_a")
    for answer in ("decline", "pass-on", "wait", "close"):
        check_page(client.get(f"/requests/{reference}/{answer}"))
    missing = _answer(client, reference, "decline", "")
    assert missing.status_code == 400
    check_page(missing)
    assert _answer(client, reference, "decline", "dislike").status_code == 400
    assert _answer(client, reference, "wait", "paper").status_code == 409  # nobody has accepted it yet
    _press(client, reference, "accept")
    assert _answer(client, reference, "wait", "paper").status_code == 303
    check_page(client.get(f"/requests/{reference}"))
    assert _press(client, reference, "go-on").status_code == 303
    assert _press(client, reference, "enroll").location.startswith(f"{ENROLL}?draft=")
    assert _answer(client, reference, "close", "helped").location == f"/requests/{reference}"
    use_scope(EVERYTHING)
    assert [draft.values for draft in session().scalars(select(Draft).order_by(Draft.id))] == [{}]
    assert "No drafts" in page_text(client.get("/drafts"))


def test_passed_on_request_is_gone_for_the_first_and_there_for_the_second(
    app: Flask, client: FlaskClient, world: World
) -> None:
    takes(world, "a")
    takes(world, "b", languages=["vi"])
    reference = asks()[0]
    first = signed_in(client, world, "navigator_a")
    passed = _answer(first, reference, "pass-on", str(world.partners["b"]))
    assert passed.location == "/requests"
    assert first.get(f"/requests/{reference}").status_code == 404
    assert reference not in page_text(first.get("/requests"))
    second = signed_in(app.test_client(), world, "navigator_b")
    assert NAME in page_text(second.get(f"/requests/{reference}"))


def test_accept_sent_again_is_one_draft(client: FlaskClient, world: World) -> None:
    takes(world, "a")
    reference = asks()[0]
    signed_in(client, world, "navigator_a")
    url = f"/requests/{reference}/accept"
    data = hidden_fields(client.get(f"/requests/{reference}"), url)
    first, second = client.post(url, data=data), client.post(url, data=data)
    assert first.location == second.location
    late = client.post(url, data={**data, "_once": "another"})
    assert late.status_code == 409 and "faster" in page_text(late)
    use_scope(EVERYTHING)
    assert len(session().scalars(select(Draft).order_by(Draft.id)).all()) == 1


@pytest.mark.parametrize(("who", "partner"), [("partner_lead_a", "a"), ("program_manager", "b")])
def test_intake_is_changed_on_the_partners_page(client: FlaskClient, world: World, who: str, partner: str) -> None:
    signed_in(client, world, who)
    url = f"/partners/{world.partners[partner]}/requests"
    assert url in client.get(f"/partners/{world.partners[partner]}").get_data(as_text=True)
    check_page(client.get(url))
    wrong = post_form(client, url, {"takes_requests": "y", "most_open": "0", "phone": "x"})
    assert wrong.status_code == 400
    check_page(wrong)
    right = {"takes_requests": "y", "languages": ["es", "vi"], "districts": ["3"], "most_open": "4", "phone": ""}
    assert post_form(client, url, right).status_code == 303
    use_scope(EVERYTHING)
    intake = session().get_one(Intake, world.partners[partner])
    assert (intake.takes_requests, intake.languages, intake.districts, intake.most_open) == (
        True, ["es", "vi"], ["3"], 4,
    )  # fmt: skip
    page = client.get(url).get_data(as_text=True)
    assert page.count("checked") == 4


def test_manager_of_another_partner_finds_no_intake(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "partner_lead_a")
    assert client.get(f"/partners/{world.partners['b']}/requests").status_code == 404
