"""A survey from the first question to the results: the manager at her desk, the household on an old phone."""

import re
import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.web.templating import LANGUAGES
from digital_inclusion.progress.queries.served import get_served
from tests.browser.conftest import Open
from tests.browser.site import Site, add_household
from tests.factories.surveys import asks_survey, invitation_of, makes_survey_link, own_question

DONE = {"en": "Thank you", "es": "Gracias", "vi": "Cảm ơn", "zh": "谢谢"}


def test_from_writing_to_results(visit_at_desk: Open, site: Site) -> None:
    own = uuid.uuid4().int % 9000
    title, name = f"Follow-up {own}", f"Olena Kovalenko{own}"
    with site.behind() as world:
        add_household(world, "a", name, own)
    manager = visit_at_desk("program_manager")
    manager.open("/surveys/new")
    manager.fill("Title", title)
    manager.press("Write survey")
    manager.headed(title)
    manager.follow("Write a question of your own")
    manager.fill("English", "How often?")
    manager.press("Save question", status=400)
    manager.choose("A few words")
    manager.press("Save question")
    manager.sees("Question 6: Español, Tiếng Việt, 中文")
    manager.press("Remove", within=manager.main.locator("tr", has_text="How often?"))
    manager.follow("Choose whom to ask")
    manager.choose("Enrolled")
    manager.fill(re.compile("^At least how many days"), "0")
    manager.field(re.compile("^Last day")).fill((clock.today() + timedelta(days=20)).isoformat())
    manager.press("Count who would be asked")
    manager.sees(re.compile(r"\d+ households? will be asked"))
    with manager.page.expect_navigation():
        manager.page.get_by_role("button", name=re.compile("^Open and ask")).click()
    manager.check()
    manager.sees("0 of", "asked answered (0%)")

    navigator = visit_at_desk("navigator_a")
    navigator.open("/surveys/ask")
    navigator.follow(re.compile(f"^Ask {name}$"))
    navigator.choose("No")
    navigator.press("Save answers")
    navigator.sees("The answers are saved.")
    expect(navigator.main).not_to_contain_text(f"{name} ")
    manager.page.reload()
    manager.sees("1 of", "Do you still use the device")
    manager.open("/surveys")
    manager.sees(title)


@pytest.mark.parametrize("language", [code for code, _name in LANGUAGES])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_household_answers(visit_on_phone: Open, site: Site, language: str, scripts: bool) -> None:
    own = uuid.uuid4().int % 9000
    with site.behind() as world:
        home = get_served(add_household(world, "a", f"Xiomara Paz{own}", own)).id
        asks_survey(world, own=[own_question("one", "Which?", "First", "Second"), own_question()])
        token = makes_survey_link(world, home)
    phone = visit_on_phone(None, scripts=scripts)
    phone.open(f"/s/{token}?lang=en")
    phone.fill(re.compile("^7. What else"), "Half a word")
    other = dict(LANGUAGES)[language]
    if language != "en":
        phone.press(other)
    expect(phone.page.locator("html")).to_have_attribute("lang", language)
    expect(phone.main.locator("textarea")).to_have_value("Half a word")
    phone.main.locator("input[name=q0][value=no] + label").click()
    with phone.page.expect_navigation():
        phone.main.locator("button.di-button--wide").click()
    phone.check()
    expect(phone.page.locator("h1")).to_contain_text(DONE[language])
    phone.open(f"/s/{'x' * 43}?lang={language}", status=404)
    with site.behind():
        assert invitation_of(home).answers == {"0": "no", "6": "Half a word"}
