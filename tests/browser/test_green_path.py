"""One laptop's whole way: pledged, received, wiped, tested, in a home that counts by it, returned, wiped again."""

import re
import uuid
from datetime import date, timedelta

from tests.browser.conftest import Open
from tests.browser.site import Site, add_household
from tests.browser.test_bench import _enter
from tests.browser.visiting import Visit
from tests.factories.agenda import offers
from tests.factories.households import new_line
from tests.support.donating import opens_workshop


def _pledge(donor: Visit, serial: str) -> str:
    """Give one laptop on the public page; return the reference."""
    donor.open("/")
    donor.follow("Give a device")
    donor.choose("A person")
    donor.fill("Name", "Aurelio Vance")
    donor.fill("Phone number or email", "aurelio@giver.example")
    donor.choose("I bring the devices")
    donor.page.locator("summary", has_text="You have a list?").click()
    donor.fill("Or type or paste it here", f"Laptop, HP, EliteBook 840, {serial}")
    donor.press("Go on")
    donor.choose("None of these. Please call or write to me.")
    donor.press("Give these devices")
    donor.headed("Thank you for your gift")
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", donor.main.inner_text())
    assert found is not None
    return found[0]


def _receive(technician: Visit, lot: str, serial: str) -> str:
    """Take the laptop in; return its tag."""
    technician.open(f"/devices/lots/{lot}")
    technician.sees("0 of 1 promised devices came", "Aurelio Vance")
    technician.follow("Receive")
    technician.field("Serial number or tag").fill(serial)
    technician.press("Take it in")
    technician.sees("is taken in: Laptop HP EliteBook 840.")
    found = re.search(r"([0-9A-Z]{4}-[0-9A-Z]{4}) is taken in", technician.main.inner_text())
    assert found is not None
    return found[1]


def _wipe(technician: Visit, validator: Visit, code: str, medium: str, *, listed: bool) -> str:
    """List the medium, wipe, verify and validate it; return the certificate's number."""
    technician.open(f"/devices/{code}/media")
    if not listed:
        technician.choose("Solid-state drive")
        technician.fill("Serial number", medium)
        technician.press("Add medium")
    technician.press("These are all")
    technician.follow("Note a wipe")
    technician.choose("Sanitize command: block erase (Purge)")
    technician.fill("Tool", "nvme-cli")
    technician.choose("Yes, without an error")
    technician.press("Note wipe")
    technician.follow("Verify")
    technician.choose("A sample was read back")
    technician.choose("Yes")
    technician.press("Note what you saw")
    validator.open("/devices/validate")
    validator.follow(medium)
    validator.choose("Accept: the data are gone")
    validator.choose("Used again in the program")
    validator.press("Decide")
    found = re.search(r"Certificate ([0-9A-Z-]{9})", validator.main.inner_text())
    assert found is not None
    return found[1]


def _make_ready(technician: Visit, code: str) -> None:
    """Test it, note its system, grade it and make it ready, with the key of the bench."""
    technician.open("/devices/bench")
    _enter(technician, code)
    _enter(technician)
    technician.press("The rest works")
    _enter(technician)
    technician.fill("Operating system", "Linux Mint 22")
    technician.page.get_by_label("By which license?").select_option("free")
    technician.press("Save specifications")
    _enter(technician)
    technician.page.get_by_label("How does it look?").select_option("C6")
    technician.press("Grade device")
    _enter(technician)
    technician.sees("It is now: Ready.")


def _sign(navigator: Visit) -> None:
    """Draw a signature on the screen."""
    field = navigator.page.locator("canvas.di-sign__field")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    mouse, steps = navigator.page.mouse, ((0.2, 0.5), (0.35, 0.2), (0.5, 0.8), (0.65, 0.2), (0.8, 0.6))
    mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.6)
    mouse.down()
    for across, down in steps:
        mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down, steps=6)
    mouse.up()


def test_from_the_pledge_to_the_count_and_back(site: Site, visit_on_phone: Open) -> None:
    own = uuid.uuid4().hex[:6].upper()
    serial, medium, name = f"GREEN{own}7", f"S4NX{own}", f"Ximena Obregon{own}"
    with site.behind() as world:
        opens_workshop(world)
        offers(world, days=int(own, 16) % 300 + 1)
        line = new_line(date.today() - timedelta(days=2))
        home = add_household(world, "a", name, int(own, 16) % 9000, deliveries=[line], confirmed=True)
    donor, technician = visit_on_phone(None), visit_on_phone("technician_a")
    validator, navigator = visit_on_phone("sanitization_validator_a"), visit_on_phone("navigator_a")

    code = _receive(technician, _pledge(donor, serial), serial)
    first = _wipe(technician, validator, code, medium, listed=False)
    _make_ready(technician, code)
    navigator.open(f"/households/{home}")
    navigator.sees("A computer is missing.")
    navigator.follow("Hand over device")
    navigator.follow("Scan a device of ours")
    navigator.fill("Tag or serial number", code)
    navigator.press("Show device")
    navigator.sees(first, "F5, C6")
    navigator.choose("On this screen")
    _sign(navigator)
    navigator.press("Hand over device")
    navigator.headed("Receipt")
    navigator.follow("Open household")
    navigator.sees("Counted")
    navigator.follow("Count certificate")
    navigator.headed(f"Count certificate {home}")
    navigator.sees("Connected Verified", "Device passport complete", f"Reference {code}")

    navigator.open(f"/households/{home}/correct")
    navigator.follow("Note a return or a loss")
    navigator.choose("It was returned")
    navigator.press("See what would change")
    navigator.press("Record the end")
    navigator.sees("They no longer have it.", "Not counted yet")
    technician.open(f"/devices/{code}")
    technician.sees("Quarantined")
    donor.open(f"/d/{code}")
    assert first not in donor.main.inner_text(), "its certificate proves nothing after a home"
    second = _wipe(technician, validator, code, medium, listed=True)
    assert second != first
    donor.open(f"/d/{code}")
    donor.sees(second)
    technician.open(f"/devices/{code}/passport")
    technician.sees(first, second, "In a home", "Returned")
