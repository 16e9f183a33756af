"""A technician's bench: scan, Enter for the next step, test on a phone, the wrong scan, parts, many alike."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.visiting import Visit
from tests.factories.devices import goes, takes_in
from tests.factories.media import lists

_SERIALS: Iterator[int] = iter(range(3000, 4000))
TAIL = 700  # milliseconds in which an empty Enter is the end of a scan


@pytest.fixture
def unit(site: Site) -> tuple[str, str]:
    """A wiped laptop; its code and its serial number."""
    serial = f"BENCH{next(_SERIALS)}X77"
    with site.behind() as world:
        code = takes_in(world, serial)
        lists(world, code)
        goes(world, code, "sanitized")
    return code, serial


def _enter(technician: Visit, word: str = "", *, status: int = 200) -> None:
    """Type where the focus is, and press Enter."""
    expect(technician.field("Scan a device")).to_be_focused()
    if word:
        technician.page.keyboard.type(word)
    else:
        technician.page.wait_for_timeout(TAIL)
    with technician.page.expect_navigation():
        technician.page.keyboard.press("Enter")
    technician.check(status=status)


def test_from_scan_to_ready_by_one_key(visit: Open, unit: tuple[str, str]) -> None:
    technician, (code, serial) = visit("technician_a"), unit
    technician.open("/devices/bench")
    _enter(technician, "https://example.com/poster", status=400)
    technician.sees("This QR code is not one of our labels")
    _enter(technician, serial)
    technician.sees(code, "Nobody has it on the table", "Next: Start testing.")
    _enter(technician)
    technician.sees(f"Test device {code}")
    technician.page.get_by_role("group", name="Camera").get_by_label("Not there").check()
    technician.press("The rest works")
    technician.sees("You have it on the table.", "Next: Note its system.")
    _enter(technician)
    technician.fill("Operating system", "Linux Mint 22")
    technician.page.get_by_label("By which license?").select_option("free")
    technician.fill("Weight", "heavy")
    technician.press("Save specifications", status=400)
    technician.fill("Weight", "1.6 kg")
    technician.press("Save specifications")
    _enter(technician)
    technician.sees("The tests speak for F5")
    technician.page.get_by_label("How does it look?").select_option("C6")
    technician.press("Grade device")
    technician.sees("Next: Make ready.")
    _enter(technician)
    technician.sees("It is now: Ready.", "there is nothing to do on the bench")
    technician.open(f"/devices/{code}")
    technician.sees("10 of 11 work.", "Linux Mint 22", "1.6 kg")


def test_enter_that_a_scanner_sends_twice_does_nothing(visit: Open, unit: tuple[str, str]) -> None:
    technician, (code, _serial) = visit("technician_a"), unit
    technician.open(f"/devices/bench?unit={code}")
    technician.page.reload(wait_until="domcontentloaded")
    technician.page.keyboard.press("Enter")
    technician.page.wait_for_timeout(TAIL)
    technician.sees("Next: Start testing.")


def test_parts_and_many_alike(visit: Open, site: Site, unit: tuple[str, str]) -> None:
    technician, (code, serial) = visit("technician_a"), unit
    with site.behind() as world:
        goes(world, code, "testing")
    technician.open(f"/devices/{code}/parts")
    technician.page.get_by_label("Which part?").select_option("memory")
    technician.fill("Weight", "12 g")
    technician.press("Lay it on the shelf")
    technician.follow("Use it")
    technician.fill("Scan the device it goes into", serial)
    technician.press("Put it in")
    technician.sees("back in it")
    technician.press("Take it out")
    technician.sees("It is on the shelf again.")
    technician.follow("Correct")
    technician.press("Save part")
    technician.open("/devices/bench/many")
    technician.fill("Tags or serial numbers", f"{code}\nNO-SUCH-TAG")
    technician.choose("Who works on them")
    technician.page.get_by_label("Who works on them?").select_option("me")
    technician.press("Do it with all", status=400)
    technician.sees("1 device cannot. Nothing was changed yet.", "NO-SUCH-TAG")
    technician.press("Do the other 1")
    technician.open("/devices/bench")
    technician.sees(code, "On my table")
