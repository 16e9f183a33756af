"""Signing in and out, where each role begins, languages."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.visiting import sign_in
from tests.support.accounts import PASSWORD

WORK, CITY = {"Today", "Progress"}, {"Progress"}
LANDINGS = {
    "navigator_a": {"Today"},
    "partner_lead_a": WORK,
    "program_manager": WORK | CITY,
    "verifier": WORK | CITY,
    "auditor": WORK | CITY,
    "administrator": {"Partners and grants"},
}


@pytest.mark.parametrize("who", LANDINGS)
def test_every_role_lands_on_a_page_of_its_own(visit: Open, who: str) -> None:
    window = visit(who)
    window.open("/arrive")
    assert window.page.locator("h1").inner_text() in LANDINGS[who]


def test_sign_in_with_a_wrong_password_keeps_the_address_and_says_no_more(visit: Open) -> None:
    guest = visit(None)
    answers = []
    for email in ("navigatorb@example.org", "nobody@example.org"):
        guest.open("/sign-in")
        guest.fill("E-mail address", email)
        guest.fill("Password", "not the password")
        guest.press("Sign in", status=400)
        expect(guest.field("E-mail address")).to_have_value(email)
        expect(guest.field("Password")).to_have_value("")
        answers.append(guest.page.locator("[data-error-summary]").inner_text())
    assert answers[0] == answers[1]


def test_sign_in_with_a_wrong_code_asks_again(visit_at_desk: Open) -> None:
    guest = visit_at_desk(None)
    guest.open("/sign-in?next=/audit")
    guest.fill("E-mail address", guest.site.emails["auditor"])
    guest.fill("Password", PASSWORD)
    guest.press("Sign in")
    guest.fill("Code", "123")
    guest.press("Continue", status=400)
    guest.sees("This code does not fit.")
    guest.page.goto(f"{guest.site.url}/audit")
    guest.headed("Enter your code")


def test_a_page_for_staff_leads_through_the_sign_in_and_back(visit: Open) -> None:
    guest = visit(None)
    guest.open("/drafts")
    guest.headed("Sign in")
    guest.fill("E-mail address", guest.site.emails["partner_lead_b"])
    guest.fill("Password", PASSWORD)
    guest.press("Sign in")
    guest.headed("Your drafts")
    guest.page.locator(".di-menu--user > summary").click()
    guest.check()
    guest.press("Sign out", within=guest.page.locator(".di-menu--user"))
    guest.sees("You are signed out.")
    guest.open("/drafts")
    guest.headed("Sign in")


def test_language_switch_is_kept_and_changes_the_whole_page(visit: Open) -> None:
    window = visit(None)
    sign_in(window, "navigator_b")
    window.open("/households")
    window.page.locator(".di-menu--user > summary").click()
    window.press("Español", within=window.page.locator(".di-menu--user"))
    expect(window.page.locator("html")).to_have_attribute("lang", "es")
    assert window.path == "/households"
    window.open("/households/find")
    expect(window.page.locator("html")).to_have_attribute("lang", "es")


@pytest.mark.parametrize("tag", ["en", "es", "vi", "zh"])
def test_public_pages_in_four_languages(visit: Open, tag: str) -> None:
    guest = visit(None)
    guest.open("/")
    button = guest.page.locator(f".di-languages [lang='{tag}']").first
    if button.get_attribute("aria-current") != "true":
        with guest.leaving():
            button.click()
    expect(guest.page.locator("html")).to_have_attribute("lang", tag)
    headings = {guest.page.locator("h1").inner_text()}
    for path in ("/public-progress", "/sign-in", "/forgotten-password"):
        guest.open(path)
        expect(guest.page.locator("html")).to_have_attribute("lang", tag)
        headings.add(guest.page.locator("h1").inner_text())
    assert len(headings) == 4
    if tag != "en":
        assert not headings & {"Everyone online", "Progress of the city", "Sign in"}
