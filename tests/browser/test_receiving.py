"""A technician notes what a donor promises, and receives it with a scanner: one Enter for each device."""

import uuid

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.visiting import Visit


def _scan(technician: Visit, word: str, *, status: int = 200) -> None:
    """Do what a scanner does: type where the focus is, and press Enter."""
    technician.page.keyboard.type(word)
    with technician.page.expect_navigation():
        technician.page.keyboard.press("Enter")
    technician.check(status=status)


def test_lot_from_list_to_label(visit_on_phone: Open) -> None:
    technician, own = visit_on_phone("technician_a"), uuid.uuid4().hex[:6].upper()
    technician.open("/devices/lots/new")
    technician.fill("Who gives?", "A company")
    lines = f"Notebook, HP, 840, {own}AAAA1\nBox, Dell, OptiPlex, {own}BBBB2\nMonitor, Dell, P24, 6.37E+15"
    technician.fill("Or the list in lines", lines)
    technician.press("Go on")
    technician.sees("2 devices would be noted", "1 row stays out.", "A spreadsheet turned this serial number")
    technician.press("Note the lot")
    technician.sees("0 of 2 promised devices came")
    lot = technician.path
    technician.follow("Receive")
    scan = technician.field("Serial number or tag")
    technician.fill("Site", "Main")
    for word, said in (
        (f"{own}AAAA1", "is taken in: Laptop HP 840."),
        (f"{own}bbbb2", "is taken in: Desktop computer"),
    ):
        scan.focus()
        _scan(technician, word)
        technician.sees(said)
        expect(scan).to_be_focused()
        expect(technician.field("Site")).to_have_value("Main")
    for word in (f"{own}AAAA1", "https://example.org/menu"):
        _scan(technician, word, status=400)
        technician.sees(f"Not taken in: {word}")
        expect(scan).to_be_focused()
        expect(scan).to_have_value("")
    _scan(technician, f"{own}NEW3")
    technician.sees("The list does not name this device")
    expect(technician.field("Kind")).to_be_focused()
    technician.field("Kind").select_option("phone")
    technician.press("Take it in")
    technician.sees("2 of 2 promised devices are here, and 1 that nobody promised.")
    technician.follow("Correct")
    technician.fill("Make", "Apple")
    technician.press("Correct the description")
    code = technician.path.rpartition("/")[2]
    technician.open(f"{lot}?show=extra")
    technician.sees(code)
    technician.follow("Print labels")
    anybody = visit_on_phone(None)
    anybody.open(f"/d/{code}")
    anybody.sees("This device belongs to")
