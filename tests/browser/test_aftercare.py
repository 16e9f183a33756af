"""After the hand-over and at the end: a household asks for repair, is asked later, scrap goes to the recycler."""

import re
import uuid
from datetime import date, timedelta

import pytest

from digital_inclusion.progress.queries.served import get_served
from tests.browser.conftest import Open
from tests.browser.site import Site, add_household
from tests.factories.aftercare import goes_home, waste
from tests.factories.devices import is_ready, takes_in

PAPER = {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%certificate"}


@pytest.fixture
def home(site: Site) -> tuple[str, str, str]:
    """A household that has had a laptop of ours for 91 days: its code, its name, the laptop's tag."""
    own = uuid.uuid4().int % 9000
    name = f"Tevita Moana{own}"
    with site.behind() as world:
        code = add_household(world, "a", name, own, deliveries=[])
        unit = is_ready(world, takes_in(world, f"AFTER{own:04}X7"))
        goes_home(world, unit, household=get_served(code).id, on=date.today() - timedelta(days=91))
    return code, name, unit


def test_ask_for_repair_until_it_is_closed(visit_on_phone: Open, home: tuple[str, str, str]) -> None:
    code, name, unit = home
    resident, navigator = visit_on_phone(None), visit_on_phone("navigator_a")
    resident.open(f"/d/{unit}")
    resident.follow("Ask for repair")
    resident.press("Send", status=400)
    resident.sees("Please choose what is wrong.")
    resident.choose("It does not turn on")
    resident.fill("Your household code", code.lower())
    resident.press("Send")
    navigator.open("/devices/repairs")
    navigator.follow("It does not turn on", exact=False)
    navigator.sees("In warranty until", unit)
    navigator.press("Accept")
    navigator.sees("Accepted", "Take it back for repair")
    navigator.open(f"/households/{code}")
    navigator.sees("It does not turn on")
    navigator.open("/devices/repairs")
    navigator.follow("It does not turn on", exact=False)
    navigator.follow("Close the request")
    navigator.choose("It works again, and they kept it")
    navigator.press("Close the request")
    navigator.sees("The request is closed.")


def test_ask_later_whether_it_is_still_used(visit_on_phone: Open, home: tuple[str, str, str]) -> None:
    _code, name, unit = home
    navigator = visit_on_phone("navigator_a")
    navigator.open("/devices/follow-ups")
    navigator.sees(name, unit, "90 days")
    navigator.follow(re.compile(f"^Note the answer.*{name}"))
    navigator.press("Note the answer", status=400)
    navigator.sees("Please choose what they said.")
    navigator.choose("It is still used")
    navigator.press("Note the answer")
    navigator.sees("What they said so far")
    assert name not in navigator.main.get_by_role("table").first.inner_text()


def test_a_batch_goes_to_the_recycler(visit_on_phone: Open, site: Site) -> None:
    own = uuid.uuid4().hex[:6].upper()
    with site.behind() as world:
        unit = waste(world, f"SCRAP{own}")
    technician = visit_on_phone("technician_a")
    technician.open("/devices/recycling")
    technician.follow("Begin a batch")
    technician.fill("Recycler", "South Bay Recycling")
    technician.choose("R2")
    technician.fill("Number of its certification", "R2-1")
    technician.field("In force until").fill((date.today() + timedelta(days=90)).isoformat())
    technician.press("Begin the batch")
    technician.fill("Tags or serial numbers", f"{unit}\nNOBODY1")
    technician.press("Put into the batch")
    technician.sees("NOBODY1")
    technician.fill("Tags or serial numbers", unit)
    technician.press("Put into the batch")
    technician.sees(unit, "estimated")
    technician.follow("Send the batch")
    technician.press("Send the batch")
    technician.follow("Add the certificate")
    technician.fill(re.compile("Weight"), "1.5")
    technician.fill("Number of the certificate", "COR-7")
    technician.page.set_input_files("input[type=file]", PAPER)  # type: ignore[arg-type]
    technician.press("Keep the certificate")
    technician.sees("Difference", "COR-7")
    lead = visit_on_phone("partner_lead_a")
    lead.open("/devices/balance")
    lead.sees("It closes", "Recycled")
    lead.open(f"/devices/{unit}/passport")
    lead.sees("Recycled")
