"""Journey 11: from the goal through a figure to its households, their certificate, and why others do not count."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open


def test_figure_opens_its_households_and_each_its_certificate(visit: Open) -> None:
    manager = visit("program_manager")
    manager.open("/progress")
    manager.sees("Households connected", "of 50,000", "Source: ledger")
    manager.main.locator("a[href*='/progress/households'][href*='aspect=verified']").first.click()
    manager.headed("Connected, verified: the households")
    manager.follow("Rosa Delgado")
    manager.follow("Count certificate")
    manager.headed(re.compile("^Count certificate"))
    manager.sees("What it is counted as", "Signed hand-over form", "Fingerprint")
    with manager.page.expect_download() as download:
        manager.main.get_by_role("link", name="PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_filters_stand_in_the_address_and_narrow_every_figure(visit: Open) -> None:
    manager = visit("program_manager")
    manager.open("/progress")
    manager.field("Partner").select_option(label="Partner B")
    manager.main.get_by_role("button", name="Show", exact=True).first.click()
    expect(manager.page).to_have_url(re.compile(r"[?&]partner=\d"))
    manager.page.reload()
    manager.check()
    expect(manager.field("Partner").locator("option:checked")).to_have_text("Partner B")


def test_chart_has_its_numbers_behind_it(visit: Open) -> None:
    manager = visit("program_manager")
    manager.open("/progress")
    manager.main.get_by_text("Show the numbers").first.click()
    manager.check()
    expect(manager.main.get_by_role("table").first).to_be_visible()


def test_why_not_counted_names_what_is_missing_and_leads_to_the_household(visit: Open) -> None:
    navigator = visit("navigator_a")
    navigator.open("/why-not-counted?reason=no_line")
    navigator.sees("Internet line missing", "Your turn")
    navigator.follow("Suharto")
    navigator.headed("Suharto")
    navigator.sees("Internet at home is missing.")


def test_certificate_of_a_household_that_does_not_count_says_so(visit: Open) -> None:
    navigator = visit("navigator_a")
    navigator.open("/households/find")
    navigator.fill("Name, phone, address, code or device tag", "Suharto")
    navigator.press("Find")
    navigator.follow("Suharto")
    navigator.follow("Count certificate")
    navigator.sees("Fingerprint")
