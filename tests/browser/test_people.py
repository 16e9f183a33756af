"""Journey 3: a partner with its grant, an invitation that works once, the second factor."""

import re

import pyotp
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.enrolling import NUMBERS
from tests.browser.visiting import Visit

SECRET = re.compile(r"[A-Z2-7]{32}")


def test_create_a_partner_and_its_grant(visit: Open) -> None:
    manager, number = visit("program_manager"), next(NUMBERS)
    manager.open("/partners")
    manager.follow("Add an organization")
    manager.press("Add the organization", status=400)
    manager.fill("Name", f"Library Friends {number}")
    manager.fill("Short code", f"LIB{number}")
    manager.press("Add the organization")
    manager.headed(f"Library Friends {number}")
    manager.follow("Add a grant")
    manager.fill("Grant number", f"G-{number}")
    manager.fill("What it is for", "Laptops and classes")
    manager.fill("Fund", "Digital Inclusion Fund")
    manager.fill("First day", "2026-01-01")
    manager.fill("Last day", "2027-12-31")
    manager.fill("Amount", "a lot")
    connected = manager.main.get_by_role("group", name="Connected (device and connection)")
    manager.fill("Target", "1,500", within=connected)
    manager.fill("Dollars for each", "120", within=connected)
    manager.press("Record the grant", status=400)
    expect(manager.field("Target", within=connected)).to_have_value("1,500")
    manager.fill("Amount", "250,000")
    manager.press("Record the grant")
    manager.sees("$250,000", "1,500")


def _invite(visit: Open, role: str, partner: str) -> tuple[str, str]:
    """Invite somebody; return their address and the one-time link's path."""
    manager, email = visit("program_manager"), f"new{next(NUMBERS)}@example.org"
    manager.open("/people/invite")
    manager.fill("Name", "Xuan")
    manager.fill("E-mail address", email)
    manager.field("Organization").select_option(label=partner)
    manager.field("Role").select_option(label=role)
    manager.press("Invite")
    row = manager.main.get_by_role("row").filter(has_text=email)
    manager.press("Show a new link", within=row)
    link = manager.page.locator("#one-link code").inner_text()
    assert link.startswith(manager.site.url)
    manager.open("/people")
    assert manager.page.locator("#one-link").count() == 0, "the link is shown twice"
    return email, link.removeprefix(manager.site.url)


def test_invitation_to_a_partner_works_once(visit: Open) -> None:
    _email, link = _invite(visit, "Navigator", "Partner A")
    guest = visit(None)
    guest.open(link)
    guest.headed("Join Partner A")
    guest.fill("Password", "short")
    guest.press("Create my account", status=400)
    guest.fill("Password", "four purple umbrellas")
    guest.press("Create my account")
    guest.sees("Welcome, Xuan")
    again = visit(None)
    again.open(link, status=410)


def test_invitation_of_a_city_role_leads_through_the_second_factor(visit: Open) -> None:
    email, link = _invite(visit, "Verifier", "City of Testing")
    guest = visit(None)
    guest.open(link)
    guest.fill("Password", "four purple umbrellas")
    guest.press("Create my account")
    guest.headed("Set up your second factor")
    guest.fill("Code the app shows now", "000000")
    guest.press("Turn it on", status=400)
    secret = SECRET.search(guest.main.inner_text().replace(" ", ""))
    assert secret is not None
    guest.fill("Code the app shows now", pyotp.TOTP(secret[0]).now())
    guest.press("Turn it on")
    guest.headed("Your recovery codes")
    code = guest.page.locator(".di-codes li").first.inner_text().strip()
    guest.follow("I have kept them")
    guest.open("/verify")
    _sign_in_with_recovery_code(visit(None), email, code)


def _sign_in_with_recovery_code(visit: Visit, email: str, code: str) -> None:
    visit.open("/sign-in")
    visit.fill("E-mail address", email)
    visit.fill("Password", "four purple umbrellas")
    visit.press("Sign in")
    visit.headed("Enter your code")
    visit.fill("Code", code)
    visit.press("Continue")
    visit.open("/verify")


def test_lead_forms_a_team_and_hands_the_caseload_over(visit: Open) -> None:
    lead = visit("partner_lead_a")
    lead.open("/teams/new")
    lead.fill("Name of the team", f"East side {next(NUMBERS)}")
    lead.choose("Navigator A")
    lead.press("Form the team")
    lead.headed("Teams")
    lead.sees("East side", "Navigator A")
