"""Somebody gives devices, chooses a time, follows them to the receipt: with and without scripts."""

import re
import uuid

import pytest

from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.factories.agenda import offers
from tests.integration.devices.test_receiving import scans
from tests.support.donating import opens_workshop


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_give_choose_a_time_and_get_the_receipt(site: Site, visit: Open, scripts: bool) -> None:
    own = uuid.uuid4().hex[:6].upper()
    with site.behind() as world:
        opens_workshop(world)
        place = f"{own} Depot Way"
        offers(world, weeks=2, capacity=50, place=place, days=int(own, 16) % 300 + 1)
    donor, technician = visit(None, scripts=scripts), visit("technician_a")
    donor.open("/")
    donor.follow("Give a device")
    donor.fill("Laptops", "2")
    donor.choose("A company or another organization")
    donor.fill("Name", "Giverling Inc")
    donor.fill("Phone number or email", "no number")
    donor.choose("I bring the devices")
    donor.press("Go on", status=400)
    donor.sees("This is not a phone number.")
    donor.fill("Phone number or email", "it@giver.example")
    donor.page.locator("summary", has_text="You have a list?").click()
    donor.fill("Or type or paste it here", f"Laptop, HP, 840, {own}AAAA1\nBox, Dell, OptiPlex, {own}BBBB2")
    donor.press("Go on")
    donor.sees("Devices you give: 4", "Nothing is sent yet.")
    donor.press("Give these devices", status=400)
    donor.sees("Please choose a time.")
    donor.page.locator(".di-option", has_text=place).first.locator("label").click()
    donor.press("Give these devices")
    donor.headed("Thank you for your gift")
    shown = " ".join(donor.main.inner_text().split())
    found = re.search(r"Reference ([0-9A-Z]{4}-[0-9A-Z]{4}) PIN (\d{3}) (\d{3})", shown)
    assert found is not None and place in shown, shown
    donor.open("/donate/follow")
    donor.fill("Reference", found[1])
    donor.fill("PIN", found[2] + found[3])
    donor.press("Show my pledge")
    donor.sees(place, "Giverling Inc")
    donor.follow("Change or cancel the time")
    donor.choose("No time now. I call, or you call me.")
    donor.press("Save the time")
    donor.sees("calls or writes to you")
    technician.open(f"/devices/lots/{found[1]}")
    technician.sees("Giverling Inc", "it@giver.example", "They bring it")
    with site.behind() as world:
        scans(world, found[1], f"{own}AAAA1")
    donor.open("/donate/pledge")
    donor.sees("Devices that came: 1", "Get the receipt (PDF)")
    with donor.page.expect_download() as download:
        donor.page.get_by_role("link", name="Get the receipt (PDF)").click()
    assert download.value.suggested_filename == f"receipt-{found[1]}.pdf"
    donor.follow("Erase my name and contact")
    donor.press("Erase it")
    donor.sees("are erased")


def test_lead_makes_a_link_for_a_donor_and_offers_times(site: Site, visit: Open) -> None:
    lead, technician, donor = visit("partner_lead_a"), visit("technician_a"), visit(None)
    technician.open("/devices/lots/new")
    technician.fill("Who gives?", "Giverling Inc")
    technician.fill("Or the list in lines", "12 laptops")
    technician.press("Go on")
    if technician.page.get_by_text("This is another lot with the same list").count():
        technician.choose("This is another lot with the same list")
        technician.press("Note the lot")
    technician.press("Note the lot")
    lot = technician.path
    lead.open(lot)
    lead.follow("Link for the donor")
    lead.press("Make a link")
    lead.sees("It is shown this one time.")
    address = re.search(r"/donors/[\w-]+", lead.main.inner_text())
    assert address is not None
    donor.open(address[0])
    donor.headed("What became of your devices")
    donor.sees("The first figures appear here after the first full month.")
    lead.open("/appointments/offer")
    lead.open("/appointments")
    lead.open(f"/partners/{site.world.partners['a']}/workshop")
