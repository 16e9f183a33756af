"""Complaints in every language on a phone, with axe; the way to the answer; outreach events."""

import re

import pytest

from tests.browser.conftest import Open
from tests.browser.visiting import Visit

LANGUAGES = {"en": "English", "es": "Español", "vi": "Tiếng Việt", "zh": "中文"}
SEND = "main form button.di-button"


def _send(window: Visit, *, status: int = 200) -> None:
    with window.page.expect_navigation():
        window.page.locator(SEND).last.click()
    window.check(status=status)


def _write(window: Visit, text: str) -> tuple[str, str]:
    """Fill the form in, whatever its language, with a mistake that is mended; return code and PIN."""
    window.page.locator('label[for="kind-0"]').click()
    window.page.locator('[name="text"]').fill(text)
    window.page.locator('[name="about"]').select_option(label="Partner A")
    window.page.locator('[name="contact"]').fill("call me")
    _send(window, status=400)
    assert window.page.locator('[name="text"]').input_value() == text
    window.page.locator('[name="contact"]').fill("(408) 555-0171")
    _send(window)
    code, pin = (window.page.locator(".di-ticket dd").nth(place).inner_text() for place in (0, 1))
    return code, re.sub(r"\s", "", pin)


def _follow(window: Visit, code: str, pin: str) -> None:
    window.open("/complaints/follow")
    window.page.locator('[name="reference"]').fill(code)
    window.page.locator('[name="pin"]').fill(pin)
    _send(window)


@pytest.mark.parametrize("language", LANGUAGES)
def test_complaint_in_every_language_on_a_phone(visit_on_phone: Open, language: str) -> None:
    resident = visit_on_phone(None)
    resident.open("/complaints")
    if language != "en":
        resident.press(LANGUAGES[language])
    assert resident.page.locator("html").get_attribute("lang") == language
    code, pin = _write(resident, f"Nobody called me back ({language}).")
    _follow(resident, code, pin)
    resident.sees(f"Nobody called me back ({language}).", code)
    for path in ("/complaints/yours/withdraw", "/complaints/yours/erase"):
        resident.open(path)
    _send(resident)
    assert resident.path == "/complaints/follow"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_complaint_to_the_answer(visit: Open, visit_on_phone: Open, scripts: bool) -> None:
    resident = visit_on_phone(None, scripts=scripts)
    manager, lead = visit("program_manager", scripts=scripts), visit("partner_lead_a", scripts=scripts)
    resident.open("/complaints")
    code, pin = _write(resident, "Nobody called me back.")
    manager.open("/grievances")
    manager.follow(code)
    manager.press("Look at it")
    manager.follow("Ask for their side")
    manager.fill("What do you ask them?", "Who calls residents back?")
    manager.press("Ask them")
    lead.open("/grievances")
    lead.main.locator("#sides a").last.click()
    lead.headed("The city asks for your side")
    lead.check()
    lead.fill("Your side", "The shift of the day does.")
    lead.press("Send to the city")
    manager.follow("Complaints and appeals")
    manager.follow(code)
    manager.sees("The shift of the day does.")
    manager.follow("Answer", exact=True)
    manager.choose("Upheld")
    manager.fill("The answer that they read", "You are right. We changed the shift.")
    manager.press("Send answer")
    _follow(resident, code, pin)
    resident.sees("You are right", "We changed the shift.")
    resident.follow("I do not agree")
    resident.fill("Why do you not agree?", "They still do not call.")
    resident.press("Send it")
    resident.sees("Thank you. Somebody else looks at it now.")
    manager.open("/grievances")
    manager.follow(code)
    manager.sees("Not for you", "They still do not call.")
    resident.press("Close this on this device")


def test_outreach_event_is_written_changed_and_counted_apart(visit_on_phone: Open) -> None:
    navigator = visit_on_phone("navigator_a")
    navigator.open("/outreach")
    navigator.follow("Write an event down")
    navigator.fill("Name of the event", "Lantern evening")
    navigator.choose("Table at an event")
    navigator.fill("Place", "Community center")
    navigator.fill("People reached", "many")
    navigator.choose("Counted one by one")
    navigator.fill("How many of them asked for help?", "3")
    navigator.press("Save event", status=400)
    navigator.fill("People reached", "41")
    navigator.press("Save event")
    navigator.sees("People reached are not people connected")
    navigator.follow("Change event")
    navigator.fill("People reached", "44")
    navigator.press("Save event")
    navigator.sees("What was written before")
    navigator.open("/outreach/reached")
    navigator.headed("People reached")
    navigator.sees("in no goal, no milestone and no figure of progress")
