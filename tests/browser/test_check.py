"""The residents' check, whole: in each language by keyboard alone on a phone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.visiting import Visit

LANGUAGES = {"en": "English", "es": "Español", "vi": "Tiếng Việt", "zh": "中文"}
# Question -> how often "down" is pressed to reach the answer; the others are answered "no".
YES = frozenset({"city"})
ON_THE_ANSWER = ".di-ask input"


def _question(window: Visit) -> str:
    return window.path.rpartition("/")[2]


def _begin(window: Visit, language: str) -> None:
    window.open("/check")
    if language != "en":
        window.press(LANGUAGES[language])
    expect(window.page.locator("html")).to_have_attribute("lang", language)
    with window.leaving():
        window.main.locator(".di-buttons a").first.click()


def _tab_to(page: Page, place: str) -> None:
    """Press Tab until the focus is there; it must not take forever."""
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("place => document.activeElement.matches(place)", place):
            return
    raise AssertionError(f"Tab never reaches {place}")


def _answer_by_keyboard(window: Visit) -> None:
    page, name = window.page, _question(window)
    _tab_to(page, ON_THE_ANSWER)
    if name == "size":
        page.keyboard.type("3")
    elif name == "benefits":
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    else:
        page.keyboard.press("Space" if name in YES else "ArrowDown")
    with window.leaving():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_check_by_keyboard_on_a_phone(visit_on_phone: Open, language: str) -> None:
    window = visit_on_phone(None)
    _begin(window, language)
    asked = 0
    while "/question/" in window.page.url:
        _answer_by_keyboard(window)
        asked += 1
        assert asked < 20
    assert window.path == "/check/results"
    assert window.page.locator(".di-program").count() >= 8
    _tab_to(window.page, ".di-program summary")
    window.page.keyboard.press("Enter")
    expect(window.page.locator(".di-reasons__source").first).to_be_visible()
    window.check()
    draft = window.main.locator(".di-alert--info").first
    assert language == "en" or draft.is_visible(), "an unchecked translation says so"


def _answer_by_pointing(window: Visit) -> None:
    """Answer what is asked by clicking and typing; one question is passed over."""
    page, name = window.page, _question(window)
    if name == "size":
        page.locator(".di-ask input[type=text]").fill("3")
    elif name == "benefits":
        page.locator(".di-ask label", has_text="Medi-Cal").click()
    elif name == "income":
        page.locator(".di-ask input[type=text]").fill("$2,500")
        page.locator(".di-ask input[value=month] + label").click()
    elif name != "tribal_land":
        answer = "yes" if name in YES else {"comcast": "none", "service": "internet"}.get(name, "no")
        page.locator(f".di-ask input[value={answer}] + label").click()
    with window.leaving():
        page.locator("button[value=declined]" if name == "tribal_land" else ".di-ask__go button").click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_check_without_scripts(visit_on_phone: Open, language: str) -> None:
    window = visit_on_phone(None, scripts=False)
    _begin(window, language)
    while "/question/" in window.page.url:
        _answer_by_pointing(window)
    assert window.path == "/check/results"
    assert window.page.locator(".di-program").count() >= 8


def test_wrong_answers_going_back_and_clearing_without_scripts(visit: Open) -> None:
    window = visit(None, scripts=False)
    _begin(window, "en")
    while _question(window) != "size":
        _answer_by_pointing(window)
    window.fill("How many people live in your household?", "three")
    window.press("Continue")
    window.sees("Write a whole number from 1 to 30.")
    _answer_by_pointing(window)
    window.page.go_back()
    window.page.go_back()
    assert "/question/" in window.page.url
    window.follow("See results so far")
    window.sees("This is not the whole picture yet")
    window.press("Clear my answers")
    window.sees("Your answers are cleared.")


def test_results_print_on_two_sheets(visit_at_desk: Open) -> None:
    window = visit_at_desk(None)
    _begin(window, "en")
    while "/question/" in window.page.url:
        _answer_by_keyboard(window)
    pdf = window.page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
