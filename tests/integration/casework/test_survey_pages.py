"""Pages of surveys: written, opened, asked by phone, seen as results; nothing typed is lost."""

import csv
import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from digital_inclusion.foundation.kernel import clock
from tests.factories.served import serve
from tests.factories.surveys import (
    answers_by_link,
    answers_by_phone,
    asks_survey,
    invitation_of,
    makes_survey_link,
    own_question,
)
from tests.factories.world import World, sign_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form

GIVEN = {0: "yes", 1: "yes", 2: ["school", "work"], 3: "7", 4: "no"}


@pytest.fixture
def manager(client: FlaskClient, world: World) -> FlaskClient:
    return sign_in(client, world.users["program_manager"])


def written(manager: FlaskClient) -> str:
    made = post_form(manager, "/surveys/new", {"title": "Fall", "ready": ["device_in_use", "wants_help"]})
    assert made.status_code == 303, page_text(made)
    return str(made.location)


def test_survey_is_written_completed_and_opened(manager: FlaskClient, world: World) -> None:
    home = serve(world)
    page = written(manager)
    own = {"kind": "one", "words_en": "Which day?", "words_es": "¿Qué día?", "choices_en": "Monday\nFriday"}
    assert post_form(manager, f"{page}/questions/new", own).status_code == 303
    shown = manager.get(page)
    check_page(shown)
    assert "Question 3: Español, Tiếng Việt, 中文" in page_text(shown)
    assert "Choose whom to ask" not in page_text(shown)
    whole = own | {"words_vi": "Ngày nào?", "words_zh": "哪天？"}
    whole |= {f"choices_{code}": f"1 {code}\n2 {code}" for code in ("es", "vi", "zh")}
    assert post_form(manager, f"{page}/questions/3", whole).status_code == 303
    assert "What is missing" not in page_text(manager.get(page))
    asked = {"milestone": "enrolled", "days": "0", "closes_on": (clock.today() + timedelta(days=9)).isoformat()}
    looked = post_form(manager, f"{page}/open", asked)
    check_page(looked)
    assert "1 household will be asked" in page_text(looked)
    mark = looked.get_data(as_text=True).split('name="sure" value="')[1].split('"')[0]
    seed = looked.get_data(as_text=True).split('name="seed"')[1].split('value="')[1].split('"')[0]
    sent = hidden_fields(looked, f"{page}/open") | asked | {"sure": mark, "seed": seed}
    opened = manager.post(f"{page}/open", data=sent)
    assert opened.status_code == 303, page_text(opened)
    assert manager.post(f"{page}/open", data=sent).location == opened.location  # sent twice, opened once
    results = manager.get(f"{page}/results")
    check_page(results)
    assert "0 of 1 asked answered (0%)" in page_text(results)
    assert invitation_of(home.id).state == "waiting"


def test_what_cannot_be_a_question_is_told_and_kept(manager: FlaskClient, world: World) -> None:
    page = written(manager)
    wrong = post_form(manager, f"{page}/questions/new", {"kind": "one", "words_en": "Which?", "choices_en": "Only one"})
    assert wrong.status_code == 400
    assert "Write 2 to 10 answers" in page_text(wrong)
    assert "Only one" in wrong.get_data(as_text=True)
    check_page(wrong)


def test_second_page_of_a_draft_is_told_that_it_changed(manager: FlaskClient, world: World) -> None:
    page = written(manager)
    stale = hidden_fields(manager.get(f"{page}/change"), f"{page}/change")
    assert post_form(manager, f"{page}/questions/2/raise", page=page).status_code == 303
    saved = manager.post(f"{page}/change", data=stale | {"title": "Typed meanwhile"})
    assert saved.status_code == 409
    assert "Typed meanwhile" in saved.get_data(as_text=True)
    removed = post_form(manager, f"{page}/questions/1/remove", page=page)
    assert removed.status_code == 303
    assert "Would you like us to call" not in page_text(manager.get(page)).split("Add a question")[0]


@pytest.mark.parametrize("wrong", [{"days": "-1"}, {"closes_on": "2020-01-01"}, {"zip_codes": "951"}, {"size": "0"}])
def test_whom_to_ask_is_checked(manager: FlaskClient, world: World, wrong: dict[str, str]) -> None:
    serve(world)
    page = written(manager)
    asked = {"milestone": "enrolled", "days": "0", "closes_on": (clock.today() + timedelta(days=9)).isoformat()}
    refused = post_form(manager, f"{page}/open", asked | wrong)
    assert refused.status_code == 400
    check_page(refused)


def test_navigator_asks_by_phone(client: FlaskClient, world: World) -> None:
    home = serve(world, language="es")
    asks_survey(world)
    url = f"/surveys/ask/{invitation_of(home.id).code}"
    navigator = sign_in(client, world.users["navigator_a"])
    listed = navigator.get("/surveys/ask")
    check_page(listed)
    assert "Choose all that fit." not in page_text(navigator.get(url))  # the hint is in their language too
    assert "Rosa Delgado" in page_text(listed) and url in listed.get_data(as_text=True)
    asked = navigator.get(url)
    check_page(asked)
    typed = hidden_fields(asked, url) | {"q0": "no", "q3": "4"}
    switched = navigator.post(url, data=typed | {"lang": "en"})
    assert switched.status_code == 200
    assert "Do you still use the device" in page_text(switched)
    assert re.search(r'<input checked[^>]*name="q0"[^>]*value="no"', switched.get_data(as_text=True))
    assert navigator.post(url, data=typed).status_code == 303
    assert invitation_of(home.id).answers == {"0": "no", "3": 4}
    stale = navigator.post(url, data={**typed, "q0": "yes", "_once": ""})
    assert stale.status_code == 409
    assert invitation_of(home.id).answers == {"0": "no", "3": 4}
    assert "Rosa Delgado" not in page_text(navigator.get("/surveys/ask"))
    tasks = page_text(navigator.get("/tasks"))
    assert "their answers to a survey ask for it" in tasks
    said = navigator.get(f"/households/{home.code}/surveys")
    check_page(said)
    assert "Do you still use the device that you got from us? No" in page_text(said)
    assert "Answered a survey, by phone" in page_text(navigator.get(f"/households/{home.code}"))


def test_sheet_has_a_link_that_works(client: FlaskClient, world: World) -> None:
    home = serve(world, language="vi")
    asks_survey(world)
    url = f"/surveys/ask/{invitation_of(home.id).code}"
    navigator = sign_in(client, world.users["navigator_a"])
    sheet = navigator.post(f"{url}/link", data=hidden_fields(navigator.get(url), url))
    check_page(sheet)
    assert sheet.headers["Cache-Control"] == "no-store"
    address = sheet.get_data(as_text=True).split('rel="noreferrer"')[0].rsplit('href="', 1)[1].split('"')[0]
    path = "/s/" + address.rsplit("/s/", 1)[1]
    assert navigator.get(path).status_code == 200


def test_results_say_of_how_many(manager: FlaskClient, world: World) -> None:
    homes = [serve(world, name=f"Family Number{number}") for number in range(3)]
    code = asks_survey(world, own=[own_question()], title="=1+1")
    answers_by_phone(world, homes[0].id, GIVEN | {5: "=HYPERLINK(1)"})
    answers_by_link(makes_survey_link(world, homes[1].id), {0: "no"})
    page = manager.get(f"/surveys/{code}/results")
    check_page(page)
    told = page_text(page)
    assert "2 of 3 asked answered (67%)" in told and "1 answered this question" in told
    assert "=HYPERLINK(1)" in told and homes[0].code in told
    listed = manager.get("/surveys")
    check_page(listed)
    assert "2 of 3 asked (67%)" in page_text(listed)
    file = manager.get(f"/surveys/{code}/results.csv")
    rows = list(csv.DictReader(io.StringIO(file.get_data().decode("utf-8-sig"))))
    (used,) = [row for row in rows if row["question"].startswith("Do you still use")]
    assert (used["answer"], used["households"], used["answered"], used["asked"]) == ("hidden: too few", "", "", "3")
    assert "Some numbers here are 10 or fewer" in told
    assert "HYPERLINK" not in file.get_data(as_text=True)
    assert {row["survey"] for row in rows} == {"'=1+1"}  # no spreadsheet runs it


def test_closing_says_who_has_not_answered(manager: FlaskClient, world: World) -> None:
    serve(world)
    code = asks_survey(world)
    url = f"/surveys/{code}/close"
    asked = manager.get(url)
    check_page(asked)
    assert "1 household that was asked has not answered yet" in page_text(asked)
    assert post_form(manager, url).status_code == 303
    assert "Close now" not in page_text(manager.get(f"/surveys/{code}/results"))
    assert post_form(manager, f"/surveys/{code}/change", {"title": "Another title"}).status_code == 303


def test_lead_sees_the_own_households_numbers_alone(client: FlaskClient, world: World) -> None:
    ours, theirs = serve(world), serve(world, "b", name="Other Family")
    code = asks_survey(world)
    answers_by_phone(world, ours.id, GIVEN)
    answers_by_phone(world, theirs.id, GIVEN, who="navigator_b")
    lead = sign_in(client, world.users["partner_lead_a"])
    told = page_text(lead.get(f"/surveys/{code}/results"))
    assert "1 of 1 asked answered (100%)" in told
    assert "Partner A" in told and "Partner B" not in told
    file = lead.get(f"/surveys/{code}/results.csv").get_data(as_text=True)
    assert theirs.code not in file
    rows = list(csv.DictReader(io.StringIO(file.lstrip("\ufeff"))))
    assert {(row["answered"], row["reachable"]) for row in rows} == {("", "")}  # one household in all


def test_rounds_stand_side_by_side_of_the_own_households_alone(client: FlaskClient, world: World) -> None:
    ours, theirs = serve(world), serve(world, "b", name="Other Family")
    lead = sign_in(client, world.users["partner_lead_a"])
    assert "Nothing to compare yet" in page_text(lead.get("/surveys/rounds"))
    for title, said in (("Spring", "yes"), ("Autumn", "no")):
        asks_survey(world, title=title)
        answers_by_phone(world, ours.id, {0: said})
        answers_by_phone(world, theirs.id, {0: "yes"}, who="navigator_b")
    page = lead.get("/surveys/rounds")
    check_page(page)
    told = page_text(page)
    assert "1 of 1 asked answered" in told and ": 0 of 1" in told
    assert told.index("Spring") < told.index("Autumn") and "2 of 2" not in told
    assert "1 (100%)" in told and "0 (0%)" in told and "1 of 1 asked answered (100%)" in told
    assert "nobody answered it" in told and "Some numbers here are 10 or fewer" in told
    assert "/surveys/rounds" in lead.get("/surveys").get_data(as_text=True)
