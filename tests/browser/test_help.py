"""Asking for help, following it, answering it: with and without scripts, on phones and at desks."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.visiting import Visit
from tests.factories.help import takes


@pytest.fixture(autouse=True)
def _taken(site: Site) -> None:
    """Partner A takes Spanish requests, Partner B Vietnamese ones."""
    with site.behind() as world:
        takes(world, "a", languages=["es"], most_open=1000)
        takes(world, "b", languages=["vi"], most_open=1000)


def _send(resident: Visit, name: str) -> tuple[str, str]:
    """Fill the form in with a mistake, mend it, send it; return code and PIN."""
    resident.open("/help?needs=device")
    resident.fill("Your name", name)
    resident.fill("Phone number or email", "no number")
    resident.field("Language you like to speak with us").select_option("es")
    resident.press("Send request", status=400)
    expect(resident.field("Your name")).to_have_value(name)
    resident.fill("Phone number or email", "(408) 555-0166")
    resident.choose("I agree")
    resident.press("Send request")
    resident.headed("Your request is sent")
    shown = " ".join(resident.main.inner_text().split())
    found = re.search(r"Code ([0-9A-Z]{4}-[0-9A-Z]{4}) PIN (\d{3}) (\d{3})", shown)
    assert found is not None, shown
    return found[1], found[2] + found[3]


def _follow(resident: Visit, code: str, pin: str) -> None:
    resident.open("/help/follow")
    resident.fill("Code of your request", code)
    resident.fill("PIN", pin)
    resident.press("Show my request")
    resident.headed("Your request")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_ask_follow_change_and_take_back(visit: Open, scripts: bool) -> None:
    resident = visit(None, scripts=scripts)
    code, pin = _send(resident, "Marisol Vega")
    resident.open("/help/sent")
    resident.headed("Your code was shown already")
    resident.open("/help/follow")
    resident.fill("Code of your request", code)
    resident.fill("PIN", "0" if pin != "0" else "1")
    resident.press("Show my request", status=400)
    resident.sees("do not fit together")
    _follow(resident, code, pin)
    resident.sees("Partner A has your request", "Nobody has opened it yet.", "Marisol Vega")
    resident.follow("Change this")
    resident.fill("ZIP code", "95113")
    resident.press("Save changes")
    resident.sees("Your changes are saved.", "95113")
    resident.follow("Erase what you wrote")
    resident.follow("No, keep it")
    resident.follow("Take the request back")
    resident.press("Take it back")
    resident.sees("You took this request back.")
    resident.press("Close my request on this device")
    resident.headed("Follow your request")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_answer_until_it_is_enrolled(visit: Open, scripts: bool) -> None:
    resident, navigator = visit(None, scripts=scripts), visit("navigator_a", scripts=scripts)
    code, pin = _send(resident, "Joaquín Peña")
    navigator.open("/requests")
    navigator.follow(code)
    navigator.headed("Joaquín Peña")
    navigator.follow("Decline")
    navigator.press("Decline request", status=400)
    navigator.sees("Please choose one.")
    navigator.follow("Cancel")
    navigator.press("Accept and start enrollment")
    expect(navigator.field("Name")).to_have_value("Joaquín Peña")
    expect(navigator.field("Phone")).to_have_value("(408) 555-0166")
    navigator.open(f"/requests/{code}")
    navigator.follow("Wait for the resident")
    navigator.choose("The phone number or email does not work")
    navigator.press("Tell the resident")
    navigator.sees("Resident's turn")
    _follow(resident, code, pin)
    resident.sees("Partner A waits for you", "Please write the right one below.", "Partner A, first on")
    resident.follow("Change this")
    resident.fill("Phone number or email", "joaquin@example.org")
    resident.press("Save changes")
    resident.sees("Partner A accepted your request")
    navigator.open(f"/requests/{code}")
    navigator.sees("joaquin@example.org")
    navigator.follow("Close", exact=True)
    navigator.choose("We helped them")
    navigator.press("Close request")
    navigator.sees("Name and contact are erased here")
    resident.open("/help/request")
    resident.sees("They helped you.")
    resident.follow("Erase what you wrote")
    resident.press("Erase it")
    resident.sees("Everything you wrote is erased.")


def test_pass_on_to_the_city_and_what_a_partner_takes(visit: Open) -> None:
    resident, lead, manager = visit(None), visit("partner_lead_a"), visit("program_manager")
    code, _pin = _send(resident, "Belén Ibáñez")
    lead.open("/requests")
    lead.follow("What we take")
    lead.choose("Tagalog")
    lead.press("Save")
    lead.sees("Saved.")
    lead.open(f"/requests/{code}")
    lead.follow("Pass on")
    lead.choose("City of Testing")
    lead.press("Pass request on")
    lead.sees("The request is passed on.")
    manager.open("/requests")
    manager.follow(code)
    manager.press("Accept")
    manager.sees("The request is accepted.")
    manager.open("/requests?whose=all")
    manager.open("/requests?state=closed")
