"""A household from no internet to a line with a discount: on after 90 days, dearer soon, renewed."""

from datetime import date, timedelta
from decimal import Decimal

from digital_inclusion.connectivity.rules.offers import NewTerms
from digital_inclusion.foundation.kernel.dates import months_after
from tests.browser.conftest import Open
from tests.browser.site import Site, add_household
from tests.browser.visiting import Visit
from tests.factories.offers import new_offer, offers
from tests.factories.world import World

TOLD = {
    "annual_income": Decimal(12_000), "size": 1, "benefits": {"calfresh": True}, "lives_with_other_adult": False,
}  # fmt: skip
STARTED = date.today() - timedelta(days=95)  # so long ago that the 90-day check is due
PROMOTION_ENDS = months_after(date.today(), 2)


def _family(world: World) -> str:
    """Add a household without internet, and the offer that fits it; return the household's code."""
    terms = NewTerms(
        from_on=date(2026, 1, 1), price_cents=5000, promo_cents=3000, promo_until_on=PROMOTION_ENDS, down_kbps=200_000,
        up_kbps=20_000,
    )  # fmt: skip
    offers(world, new_offer("Family Line", terms=terms, provider="Copper Bay"))
    return add_household(world, "a", "Odalys Brisket", 77, told=TOLD, deliveries=(), language="en")


def _apply(navigator: Visit, code: str) -> None:
    """Find the best offer and prepare, send and get the discount."""
    navigator.open(f"/households/{code}/internet")
    navigator.sees("No line on record")
    navigator.follow("Best offers")
    navigator.sees(
        "Family Line", "Open to everybody.", "Meets the standard of 100/20 Mbps", "Lifeline (federal) pays $9.25"
    )
    navigator.follow("Prepare the application")
    navigator.choose("Lifeline (federal)")
    navigator.press("Prepare application")
    for verb in ("submitted", "approved"):
        form = navigator.page.locator(f"form[action$='/{verb}']")
        if not form.is_visible():
            navigator.page.locator("details", has=form).locator("summary").first.click()
        with navigator.leaving():
            form.locator("button[type=submit]").last.click()


def _activate(navigator: Visit, code: str) -> None:
    """Record the line with its promotion; then the discount is active."""
    application = navigator.path
    navigator.open(f"/households/{code}/lines/new")
    navigator.fill("Internet company", "Copper Bay")
    navigator.fill("Plan", "Family Line")
    navigator.fill("Speed down/up in Mbps", "200/20")
    navigator.fill("Price a month", "30")
    navigator.fill("Active since", STARTED.isoformat())
    navigator.page.locator("summary", has_text="More about the price").click()
    navigator.page.locator("[name=promo_until_on]").fill(PROMOTION_ENDS.isoformat())
    navigator.page.locator("[name=price_after]").fill("50")
    navigator.field("What proves it?").select_option(label="Bill")
    navigator.fill("Where to find it", "bill 5")
    navigator.press("Activate line")
    navigator.open(application)
    form = navigator.page.locator("form[action$='/active']")
    if not form.is_visible():
        navigator.page.locator("details", has=form).locator("summary").first.click()
    form.get_by_label("Which line?").select_option(index=1)
    form.get_by_label("Discount a month").fill("9.25")
    with navigator.leaving():
        form.locator("button[type=submit]").last.click()
    navigator.open(f"/households/{code}/internet")
    navigator.sees("$20.75", "$30.00 a month", "Lifeline (federal): $9.25", "the promotion ends")


def test_from_no_internet_to_a_line_that_stays_on(site: Site, visit_on_phone: Open) -> None:
    with site.behind() as world:
        code = _family(world)
    navigator = visit_on_phone("navigator_a")
    _apply(navigator, code)
    application = navigator.path
    _activate(navigator, code)
    navigator.open("/connectivity/checks?term=90")
    navigator.follow("Still on Odalys Brisket")
    navigator.press("Note the answer")
    navigator.open(f"/households/{code}/internet")
    navigator.sees("still on, they said")
    navigator.open(f"/radar/lines?month={PROMOTION_ENDS + timedelta(days=1):%Y-%m}")
    navigator.sees("Odalys Brisket", "$20.75", "$40.75")
    navigator.follow("Best offers")
    navigator.open("/radar")
    navigator.sees("gets dearer by")
    navigator.open(application)
    renewal = navigator.page.locator("form[action$='/renewal']")
    if not renewal.is_visible():
        navigator.page.locator("details", has=renewal).locator("summary").first.click()
    renewal.get_by_label("They are recertified for another year").check()
    with navigator.leaving():
        renewal.locator("button[type=submit]").last.click()
    navigator.sees("Renewal")


def test_end_of_a_program_is_seen_before_it_is_entered(site: Site, visit_at_desk: Open) -> None:
    manager = visit_at_desk("program_manager")
    manager.open("/program-ends/new")
    manager.field("Program").select_option(label="California LifeLine")
    manager.fill("Last day on which it pays", "2027-03-31")
    manager.press("Show the effect")
    manager.sees("households lose it")
    manager.press("End the subsidies")
    manager.sees("The end is entered")
    manager.follow("Take back California LifeLine")
    manager.press("Take the end back")
    manager.sees("Subsidies have the days again that they had before.")
    for page in ("/offers", "/offers/new", "/applications", "/tasks", "/budgets", "/payments", "/vouchers"):
        manager.open(page)
