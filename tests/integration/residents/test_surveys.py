"""The page on which a household answers a survey: four languages, and one gentle page for whatever is not open."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from digital_inclusion.casework.actions import surveys
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import new_token
from digital_inclusion.foundation.web.templating import LANGUAGES
from tests.factories.aftercare import does
from tests.factories.served import serve
from tests.factories.surveys import (
    MANAGER,
    answers_by_link,
    asks_survey,
    invitation_of,
    makes_survey_link,
    own_question,
)
from tests.factories.world import World
from tests.support.pages import check_page, hidden_fields, page_text, post_form

CODES = [code for code, _name in LANGUAGES]


def asked(world: World, **changes: object) -> tuple[int, str]:
    """Ask a household; return its number and the path of its link."""
    home = serve(world, **changes)
    asks_survey(world, own=[own_question("words", "What else?"), own_question("one", "Which?", "This", "That")])
    return home.id, f"/s/{makes_survey_link(world, home.id)}"


def test_household_answers_skips_and_changes(client: FlaskClient, world: World) -> None:
    number, path = asked(world)
    shown = client.get(path)
    check_page(shown)
    assert shown.headers["Cache-Control"] == "no-store" and shown.headers["Referrer-Policy"] == "no-referrer"
    sent = post_form(client, path, {"q0": "yes", "q2": ["school", "fun"], "q3": "10", "q5": " it\tworks ", "q6": "2"})
    assert sent.status_code == 303
    assert invitation_of(number).answers == {
        "0": "yes", "2": ["school", "fun"], "3": 10, "5": "it works", "6": "2",
    }  # fmt: skip
    thanks = client.get(sent.location)
    check_page(thanks)
    assert "Thank you" in page_text(thanks) and "it works" not in thanks.get_data(as_text=True)
    again = client.get(f"{path}?change=1")
    check_page(again)
    assert "it works" in again.get_data(as_text=True)
    changed = hidden_fields(again, path) | {"q0": "no"}
    for _back_and_again in range(2):
        assert client.post(path, data=changed).status_code == 303
    assert invitation_of(number).answers == {"0": "no"}


@pytest.mark.parametrize("language", CODES)
def test_page_is_in_four_languages_and_keeps_what_was_typed(client: FlaskClient, world: World, language: str) -> None:
    number, path = asked(world)
    typed = hidden_fields(client.get(path), path) | {"q0": "not_sure", "q5": "Half a sentence"}
    switched = client.post(path, data=typed | {"lang": language})
    check_page(switched)
    page = switched.get_data(as_text=True)
    assert f'<html lang="{language}"' in page and "Half a sentence" in page and f"What else? {language}" in page
    assert invitation_of(number).state == "waiting"
    empty = client.post(path, data=hidden_fields(switched, path))
    assert empty.status_code == 400
    check_page(empty)
    assert f'<html lang="{language}"' in empty.get_data(as_text=True)  # the language stays
    sent = client.post(path, data=hidden_fields(switched, path) | {"q0": "not_sure"})
    assert f'<html lang="{language}"' in client.get(sent.location).get_data(as_text=True)


@pytest.mark.parametrize(("spoken", "page"), [("es", "es"), ("vi", "vi"), ("yue", "zh"), ("so", "en")])
def test_page_begins_in_the_households_language(client: FlaskClient, world: World, spoken: str, page: str) -> None:
    _number, path = asked(world, language=spoken)
    assert f'<html lang="{page}"' in client.get(path).get_data(as_text=True)


def test_whatever_is_not_open_says_the_same(client: FlaskClient, world: World) -> None:
    number, path = asked(world, language="en")
    unknown = client.get(f"/s/{new_token()}?lang=en")
    check_page(unknown)
    told = page_text(unknown)
    with clock.frozen(clock.now() + timedelta(days=30)):
        late = client.get(path)
    answers_by_link(path.removeprefix("/s/"), {0: "yes"})
    code = surveys.session().get_one(surveys.Survey, invitation_of(number).survey_id).code
    does(world, surveys.close_survey, who=MANAGER, code=code)
    closed, answered = client.get(path), client.get(f"{path}?change=1")
    does(world, erase_household, who="partner_lead_a", household_id=number, reason="asked")
    erased = client.get(path)
    for page in (unknown, late, closed, answered, erased):
        assert page.status_code == 404
        assert page_text(page) == told
        assert "noindex" in page.headers["X-Robots-Tag"]


def test_form_that_was_open_too_long_ends_gently(client: FlaskClient, world: World) -> None:
    number, path = asked(world)
    typed = hidden_fields(client.get(path), path) | {"q0": "yes"}
    code = surveys.session().get_one(surveys.Survey, invitation_of(number).survey_id).code
    does(world, surveys.close_survey, who=MANAGER, code=code)
    assert client.post(path, data=typed).status_code == 404
    assert invitation_of(number).state == "waiting"


def test_hostile_answers_are_no_markup_and_no_error(client: FlaskClient, world: World) -> None:
    number, path = asked(world)
    for given in ({"q0": "<b>"}, {"q3": "9" * 400}, {"q6": "3"}, {"q5": "x" * 301}, {"q2": "nonsense"}, {"q3": "-1"}):
        wrong = post_form(client, path, given)
        assert wrong.status_code == 400
        check_page(wrong)
    assert invitation_of(number).state == "waiting"
    sent = post_form(client, path, {"q5": "<script>alert(1)</script>", "q77": "more", "state": "refused"})
    assert sent.status_code == 303
    assert "<script>alert" not in client.get(f"{path}?change=1").get_data(as_text=True)


def test_too_many_answers_keep_what_was_typed(client: FlaskClient, world: World) -> None:
    _number, path = asked(world)
    for _try in range(30):
        assert post_form(client, path, {"q0": "yes"}, page=f"{path}?change=1").status_code == 303
    slowed = post_form(client, path, {"q5": "Still here"}, page=f"{path}?change=1")
    assert slowed.status_code == 429
    assert "Still here" in slowed.get_data(as_text=True)
    check_page(slowed)


def test_two_at_once_leave_one_whole_answer(app: Flask, world: World) -> None:
    number, path = asked(world)
    both = ({"q0": "yes", "q1": "yes"}, {"q0": "no", "q1": "no"})
    browsers = [app.test_client() for _one in both]
    forms = [hidden_fields(browser.get(path), path) for browser in browsers]

    def send(place: int) -> int:
        with app.app_context():
            return browsers[place].post(path, data=forms[place] | both[place]).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, (0, 1))) == [303, 303]
    held = invitation_of(number)
    assert held.revision == 2
    assert held.answers in ({"0": "yes", "1": "yes"}, {"0": "no", "1": "no"})
