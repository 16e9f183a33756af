"""A medium's way: listed, wiped, verified by a technician, validated by somebody else, certified; reports read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.factories.devices import takes_in

LOG = Path(__file__).parents[1] / "unit" / "devices" / "nwipe" / "two_drives.txt"
_SERIALS: Iterator[int] = iter(range(1000, 2000))


@pytest.fixture
def unit(site: Site) -> str:
    """A laptop in quarantine; its code."""
    with site.behind() as world:
        return takes_in(world, f"WIPE{next(_SERIALS)}X77")


def test_from_the_list_to_the_certificate(visit_on_phone: Open, unit: str) -> None:
    serial = f"S3Z9NB0K{next(_SERIALS)}"
    technician, validator = visit_on_phone("technician_a"), visit_on_phone("sanitization_validator_a")
    technician.open(f"/devices/{unit}")
    technician.follow("Media and wipes")
    technician.choose("Solid-state drive")
    technician.fill("Serial number", serial)
    technician.press("Add medium")
    technician.press("These are all")
    technician.follow("Note a wipe")
    technician.choose("ATA secure erase (Clear)")
    technician.fill("Tool", "hdparm")
    technician.choose("Yes, without an error")
    technician.press("Note wipe", status=400)
    technician.sees("Say why Clear is enough here")
    technician.choose("Sanitize command: block erase (Purge)")
    technician.press("Note wipe")
    technician.sees("Being wiped", "Not verified")
    technician.follow("Verify")
    technician.choose("A sample was read back")
    technician.choose("Yes")
    technician.press("Note what you saw")
    technician.sees("Waits for a validator")

    validator.open("/devices/validate")
    validator.follow(serial)
    validator.choose("Accept: the data are gone")
    validator.choose("Used again in the program")
    validator.press("Decide")
    validator.sees("Accepted. Certificate")

    technician.open(f"/devices/{unit}/media")
    technician.sees("Wiped", "Certified")
    technician.follow("Certificate")
    technician.sees("Certificate of sanitization", serial, "Purge", "Validated by")


def test_reports_that_are_read_say_what_became_of_each_part(visit_on_phone: Open, unit: str) -> None:
    technician = visit_on_phone("technician_a")
    technician.open("/devices/erasure-reports")
    technician.press("Read files", status=400)
    technician.sees("Choose at least one file")
    technician.page.set_input_files("input[name=files]", [LOG, Path(__file__)])
    technician.press("Read files")
    technician.sees("two_drives.txt", "WD-WCAV2A111111", "No medium with this serial number", "test_wipe.py")
    technician.open("/devices/media")
    technician.open(f"/devices/{unit}/media")
    technician.choose("Hard disk")
    technician.press("Add medium")
    technician.follow("Correct")
    technician.choose("Memory card")
    technician.press("Correct medium")
    technician.press("Take it out")
    technician.sees("Taken out, waits for its end")
