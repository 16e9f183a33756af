"""The pages of those who answer grievances, and of those who may only see states, days and outcomes."""

import pytest
from flask.testing import FlaskClient

from digital_inclusion.casework.actions.deciding import update_known
from digital_inclusion.foundation.kernel import clock
from tests.factories.grievances import (
    EMAIL,
    TEXT,
    answers,
    asks_for_side,
    complains,
    judges,
    looks,
    on_record,
    words_of,
)
from tests.factories.households import new_household
from tests.factories.world import World
from tests.support.casework import enrolled, signed_in
from tests.support.pages import check_page, page_text, post_form


def test_manager_looks_asks_answers(client: FlaskClient, world: World) -> None:
    reference = complains(world)
    url = f"/grievances/{reference}"
    signed_in(client, world, "program_manager")
    shown = client.get(url)
    check_page(shown)
    assert all(word in page_text(shown) for word in (TEXT, EMAIL, "Answer in Español"))
    assert post_form(client, f"{url}/take", page=url).status_code == 303
    for path, data, said in (
        ("ask", {"question": "Who answers your phone?"}, "Who answers your phone?"),
        ("answer", {"outcome": "partly", "text": "Tiene razón.", "english": "You are right."}, "Tiene razón."),
    ):
        check_page(client.get(f"{url}/{path}"))
        assert post_form(client, f"{url}/{path}", data).status_code == 303
        check_page(client.get(url))
        assert said in page_text(client.get(url))
    assert on_record(reference).outcome == "partly"
    assert post_form(client, f"{url}/answer", {"outcome": "upheld", "text": "Once more"}).status_code == 400
    listed = client.get("/grievances?state=answered")
    check_page(listed)
    assert reference in page_text(listed) and "1 of 1" in page_text(listed)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"outcome": None, "text": "kept words"}, "Please choose one."),
        ({"outcome": "upheld", "text": " "}, "Please fill this in."),
        ({"outcome": "upheld", "text": "z" * 4001}, "This has 1 too many."),
        ({"outcome": "upheld", "text": "kept words", "changed": "77"}, "Not a valid choice"),
    ],
)
def test_answer_with_mistakes_is_told(
    client: FlaskClient, world: World, typed: dict[str, str | None], sentence: str
) -> None:
    reference = complains(world)
    looks(world, reference)
    signed_in(client, world, "program_manager")
    page = post_form(client, f"/grievances/{reference}/answer", {"english": "typed English"} | typed)
    assert page.status_code == 400 and sentence in page_text(page)
    check_page(page)
    assert "typed English" in page.get_data(as_text=True) and on_record(reference).state == "looking"


def test_auditor_sees_states_and_no_word(client: FlaskClient, world: World) -> None:
    reference = complains(world)
    side = asks_for_side(world, reference, question="Who answers your phone?")
    answers(world, reference)
    signed_in(client, world, "auditor")
    for url in (f"/grievances/{reference}", "/grievances?state=answered"):
        page = client.get(url)
        check_page(page)
        assert "Upheld" in page_text(page)
        for word in (TEXT, EMAIL, "Tiene", "phone?"):
            assert word not in page.get_data(as_text=True)
    assert client.get(f"/grievances/sides/{side}").status_code == 403
    assert client.get(f"/grievances/{reference}/answer").status_code == 403


def test_partner_reads_the_question_alone_and_says_its_side(client: FlaskClient, world: World) -> None:
    reference = complains(world)
    side = asks_for_side(world, reference, question="Who answers your phone?")
    signed_in(client, world, "partner_lead_a")
    assert client.get(f"/grievances/{reference}").status_code == 404
    for url in ("/grievances", "/today"):
        page = client.get(url)
        check_page(page)
        assert side in page_text(page) and reference not in page.get_data(as_text=True)
    asked = client.get(f"/grievances/sides/{side}")
    check_page(asked)
    assert "Who answers your phone?" in page_text(asked)
    for word in (TEXT, EMAIL, reference):
        assert word not in asked.get_data(as_text=True)
    assert post_form(client, f"/grievances/sides/{side}", {"answer": "Nobody did."}).status_code == 303
    assert side not in page_text(client.get("/today"))
    signed_in(client, world, "partner_lead_b")
    assert client.get(f"/grievances/sides/{side}").status_code == 404
    signed_in(client, world, "program_manager")
    assert client.get(f"/grievances/sides/{side}").status_code == 404  # it is the partner's page
    assert "Nobody did." in page_text(client.get(f"/grievances/{reference}"))


def test_navigator_notes_one_down_and_hands_code_and_pin_over(client: FlaskClient, world: World) -> None:
    home = enrolled(world, new_household())
    url = f"/households/{home.code}/complaints/new"
    signed_in(client, world, "navigator_a")
    assert url in client.get(f"/households/{home.code}").get_data(as_text=True)
    check_page(client.get(url))
    typed = {"kind": "complaint", "way": "phone", "text": TEXT, "language": "vi", "contact": "call me"}
    refused = post_form(client, url, typed)
    assert refused.status_code == 400 and TEXT in page_text(refused)
    check_page(refused)
    sent = post_form(client, url, typed | {"contact": "", "about": str(world.partners["a"])})
    assert sent.location == f"/households/{home.code}/complaints/noted"
    shown = client.get(sent.location)
    check_page(shown)
    assert "PIN" in page_text(shown) and "shown one time only" in page_text(shown)
    assert "already" in page_text(client.get(sent.location))
    assert client.get("/grievances").status_code == 403  # whom it may be about does not read it
    signed_in(client, world, "navigator_b")
    assert client.get(url).status_code == 404


def test_correction_on_the_leads_day_and_given_back(client: FlaskClient, world: World) -> None:
    home = enrolled(world, new_household())
    reference = complains(world, kind="correction", code=home.code)
    signed_in(client, world, "partner_lead_a")
    assert reference in page_text(client.get("/today"))
    url = f"/grievances/{reference}/place"
    check_page(client.get(url))
    sent = post_form(client, url)
    assert (sent.status_code, sent.location) == (303, "/grievances")
    assert on_record(reference).partner_id == world.partners["city"]
    signed_in(client, world, "program_manager")
    check_page(client.get(url))
    wrong = post_form(client, url, {"about": str(world.partners["b"]), "code": home.code})
    assert wrong.status_code == 400 and "no household with this code" in page_text(wrong)
    assert post_form(client, url, {"about": str(world.partners["a"]), "code": home.code}).status_code == 303
    assert on_record(reference).household_id == home.id
    assert words_of(reference)[-1].text == TEXT


def test_late_ones_are_named_to_managers(client: FlaskClient, world: World) -> None:
    now = clock.now()
    with clock.frozen(now.replace(year=now.year - 1)):
        reference = complains(world)
        looks(world, reference)
    signed_in(client, world, "program_manager")
    page = client.get("/grievances?late=1")
    check_page(page)
    assert "1 is late" in page_text(page) and "Program Manager (City of Testing)" in page_text(page)


def test_decision_and_timeline_say_that_it_was_changed(client: FlaskClient, world: World) -> None:
    home = enrolled(world, new_household())
    reference = complains(world, kind="appeal", code=home.code)
    judges(world, update_known, "navigator_a", household_id=home.id, told={"household_size": 4})
    looks(world, reference)
    signed_in(client, world, "program_manager")
    form = client.get(f"/grievances/{reference}/answer").get_data(as_text=True)
    event = form.split('name="changed"')[1].split('<option value="')[2].split('"')[0]
    data = {"outcome": "upheld", "text": "Tiene razón.", "changed": event}
    assert post_form(client, f"/grievances/{reference}/answer", data).status_code == 303
    signed_in(client, world, "navigator_a")
    for url in (f"/households/{home.code}", f"/households/{home.code}/eligibility"):
        page = client.get(url)
        check_page(page)
        assert "Changed after an appeal" in page_text(page), url
        assert TEXT not in page_text(page) and reference not in page.get_data(as_text=True)
