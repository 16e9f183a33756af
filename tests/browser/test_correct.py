"""Journey 7: correct what was recorded, seeing the effect on the count before it happens."""

import re
from datetime import date

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.enrolling import somebody
from tests.browser.site import Site, add_household
from tests.browser.visiting import Visit

NUMBERS = iter(range(300, 400))


def _counted(site: Site) -> tuple[str, str]:
    """Put a counted household of Partner A on record; return its name and code."""
    name = somebody()
    with site.behind() as world:
        return name, add_household(world, "a", name, next(NUMBERS), confirmed=True)


def _look(visit: Visit) -> None:
    visit.press("See what would change")
    visit.sees("This is what would happen", "Nothing is recorded yet")
    expect(visit.main.get_by_role("heading", name="This is what would happen")).to_be_focused()


def test_void_a_line_shows_the_count_going_down_before_it_happens(visit: Open, site: Site) -> None:
    name, code = _counted(site)
    navigator = visit("navigator_a")
    navigator.open(f"/households/{code}")
    navigator.sees("This household counts")
    navigator.open(f"/households/{code}/correct")
    navigator.follow(re.compile("^Void Internet"))
    navigator.press("See what would change", status=400)
    navigator.sees("Please choose a reason.")
    navigator.main.get_by_role("radio").first.check(force=True)
    _look(navigator)
    navigator.sees(re.compile(r"verified.* −1", re.IGNORECASE))
    navigator.press("Void it")
    navigator.headed(name)
    navigator.sees("It is taken back", "taken back", "Why not counted")


def test_end_a_line_keeps_what_was_reached(visit: Open, site: Site) -> None:
    name, code = _counted(site)
    navigator = visit("navigator_a")
    navigator.open(f"/households/{code}/correct")
    navigator.follow(re.compile("^End the line"))
    navigator.main.get_by_role("radio").first.check(force=True)
    _look(navigator)
    navigator.press("Record the end")
    navigator.headed(name)
    navigator.sees("The end is recorded. What was reached before stays counted.")


def test_correct_the_day_of_a_hand_over(visit: Open, site: Site) -> None:
    name, code = _counted(site)
    navigator = visit("navigator_a")
    navigator.open(f"/households/{code}/correct")
    navigator.follow(re.compile("^Correct Laptop"))
    navigator.fill("Day", date(2026, 10, 1).isoformat())
    _look(navigator)
    navigator.press("Correct it")
    navigator.headed(name)
    navigator.sees("It is corrected.")


def test_move_changes_no_count(visit: Open, site: Site) -> None:
    name, code = _counted(site)
    navigator = visit("navigator_a")
    navigator.open(f"/households/{code}/move")
    navigator.fill("Street address", "15 Tully Rd")
    navigator.fill("City", "San José")
    navigator.fill("ZIP code", "95111")
    _look(navigator)
    navigator.sees("No count changes.")
    navigator.press("Record the move")
    navigator.headed(name)
    navigator.sees("15 Tully Rd")


def test_withdraw_consent_and_close_the_enrollment(visit: Open, site: Site) -> None:
    name, code = _counted(site)
    navigator = visit("navigator_a")
    navigator.open(f"/households/{code}/consent/withdraw")
    navigator.choose("Ask us in some months")
    _look(navigator)
    navigator.press("Withdraw consent")
    navigator.headed(name)
    navigator.open(f"/households/{code}/close")
    navigator.main.get_by_role("radio", name="Everything they asked for is done").check(force=True)
    _look(navigator)
    navigator.press("Close the enrollment")
    navigator.headed(name)
    navigator.sees("closed")


def test_erase_leaves_the_count_and_takes_the_name(visit: Open, site: Site) -> None:
    name, code = _counted(site)
    lead = visit("partner_lead_a")
    lead.open(f"/households/{code}/erase")
    lead.main.get_by_role("radio").first.check(force=True)
    lead.choose("I know that this cannot be undone")
    _look(lead)
    lead.sees("No count changes.")
    lead.press("Erase personal data")
    lead.headed("Erased household")
    assert name not in lead.page.content()


def test_edit_by_two_people_at_once_loses_nothing(visit: Open, site: Site) -> None:
    name, code = _counted(site)
    first, second = visit("navigator_a"), visit("partner_lead_a")
    for window in (first, second):
        window.open(f"/households/{code}/edit")
    first.fill("Phone", "(408) 555-0901")
    first.press("Save the household")
    second.fill("Anything to know when you contact them?", "evenings")
    second.press("Save the household", status=409)
    second.sees("What was saved meanwhile", "(408) 555-0901")
    second.press("Save the household")
    second.headed(name)
    second.sees("evenings")
