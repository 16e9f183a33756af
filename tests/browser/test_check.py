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


def test_the_whole_check_without_scripts(visit: Open) -> None:
    window = visit(None, scripts=False)
    _begin(window, "en")
    while "/question/" in window.page.url:
        name = _question(window)
        if name == "size":
            window.fill("How many people live in your household?", "three")
            window.press("Continue", status=400)
            window.sees("Write a whole number from 1 to 30.")
            window.fill("How many people live in your household?", "3")
        elif name == "benefits":
            window.choose("Medi-Cal")
        elif name == "income":
            window.fill("Dollars", "$2,500")
            window.choose("every month")
        elif name == "tribal_land":
            window.press("I’d rather not say")
            continue
        else:
            window.choose("Yes" if name in YES else "No" if name != "service" else "Internet at home")
        window.press("Continue")
    window.sees("You likely qualify for", "What to bring", "California LifeLine")
    window.page.go_back()
    window.page.go_back()
    assert "/question/" in window.page.url
    window.follow("See results so far")
    window.press("Clear my answers")
    window.sees("Your answers are cleared.")


def test_results_print_on_two_sheets(visit_at_desk: Open) -> None:
    window = visit_at_desk(None)
    _begin(window, "en")
    while "/question/" in window.page.url:
        _answer_by_keyboard(window)
    pdf = window.page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
