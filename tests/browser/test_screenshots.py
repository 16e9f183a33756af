"""Pictures for README and docs, taken of the demo: ``SCREENSHOTS=1`` writes docs/screenshots/*.png anew.

Without it they are not taken (the demo takes a minute to fill); what the pictures show is tested elsewhere.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from tests.browser.conftest import PHONE
from tests.browser.site import REPOSITORY, free_port, serving

pytestmark = pytest.mark.skipif(not os.environ.get("SCREENSHOTS"), reason="pictures are taken with SCREENSHOTS=1")
FOLDER = REPOSITORY / "docs" / "screenshots"
MOST_BYTES = 150_000
WIDE: ViewportSize = {"width": 1280, "height": 800}
PASSWORD = "open the demo door"

HEADS = "Client ID,Full name,Birthday,Address,Zip,Mobile,SSN,Enrolled on,Device 1 kind,Device 1 on,Device 1 unit"
ROWS = (
    "C-101,Beatriz Olmos,7/14/1979,48 Keyes St,95112,408-555-0101,900-11-2222,10/01/2026,Laptop,10/02/2026,LT-9001",
    "C-102,Vũ Thanh Hà,2/3/1990,1201 Senter Rd,95122,408-555-0102,900-11-2223,10/01/2026,Laptop,10/02/2026,LT-9002",
    "C-103,Desta Wolde,31/02/1985,77 Alum Rock Ave,95116,408-555-0103,,10/01/2026,Laptop,10/03/2026,LT-9003",
    "C-104,Rommel Pineda,11/30/1964,5 Blossom Hill Rd,95123,call sister,,10/01/2026,Tablet,10/03/2026,LT-9004",
    "C-105,Gloria Amaya,5/5/1971,310 Story Rd,95122,408-555-0105,,10/02/2026,Laptop,10/04/2026,LT-9005",
    "C-106,Nadifa Warsame,8/19/1988,640 N 1st St,95112,408-555-0106,,10/02/2026,,,",
)
FILE = FilePayload(
    name="october-distribution.csv",
    mimeType="text/csv",
    buffer="\r\n".join((HEADS, *ROWS)).encode("utf-8-sig"),
)


@dataclass
class Studio:
    """The demo, served, and the browser that takes its picture."""

    url: str
    browser: Browser
    signed_in: dict[str, Any] = field(default_factory=dict)

    def page(self, who: str | None, *, size: ViewportSize = WIDE) -> Page:
        """Open a window in which a person of the demo is signed in; each signs in once."""
        if who is not None and who not in self.signed_in:
            self.signed_in[who] = self._sign_in(who)
        kept = None if who is None else self.signed_in[who]
        return self.browser.new_context(viewport=size, locale="en-US", storage_state=kept).new_page()

    def _sign_in(self, who: str) -> Any:
        page = self.browser.new_page()
        page.goto(f"{self.url}/sign-in")
        page.get_by_label("E-mail address").fill(f"{who}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        shown = re.search(r"The code is now (\d{6})", page.locator("main").inner_text())
        if shown is not None:
            page.get_by_label("Code", exact=True).fill(shown[1])
            page.get_by_role("button", name="Continue").click()
        return page.context.storage_state()


@pytest.fixture(scope="module")
def studio(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Fill the demo as ``make demo`` does and serve it."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    env = {"DATA_DIR": str(folder / "data"), "PORT": str(port), "FLASK_APP": "wsgi:app"}
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | env
    for command in (["db", "upgrade"], ["demo", "fill"]):
        subprocess.run([sys.executable, "-m", "flask", *command], cwd=REPOSITORY, env=surroundings, check=True)
    with serving(folder, env, port):
        yield Studio(f"http://127.0.0.1:{port}", browser)


def _take(page: Page, name: str) -> None:
    """Write the picture of what the window shows; it stays small enough for a README."""
    page.evaluate("document.fonts.ready.then(() => window.scrollTo(0, 0))")
    page.mouse.move(0, 0)
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file, animations="disabled")
    assert file.stat().st_size < MOST_BYTES, f"{name} has {file.stat().st_size} bytes"


def test_picture_of_enrolling_on_a_phone(studio: Studio) -> None:
    page = studio.page("navigator", size=PHONE)
    page.goto(f"{studio.url}/households/enroll")
    page.get_by_label("Name", exact=True).fill("Marisol Quintero")
    for label, value in (("Month", "4"), ("Day", "23"), ("Year", "1986")):
        page.get_by_label(label, exact=True).fill(value)
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved", timeout=10_000)
    _take(page, "enroll-phone")


def test_picture_of_a_household_and_its_certificate(studio: Studio) -> None:
    page = studio.page("navigator")
    page.goto(f"{studio.url}/progress/households?milestone=included&aspect=current")
    page.locator("main table a").first.click()
    expect(page.get_by_text("This household counts")).to_be_visible()
    _take(page, "household")
    page.get_by_role("link", name="Count certificate").click()
    expect(page.locator("h1")).to_contain_text("Count certificate")
    _take(page, "certificate")


def test_picture_of_verifying(studio: Studio) -> None:
    page = studio.page("verifier")
    page.goto(f"{studio.url}/verify?item=device")
    page.get_by_role("row").filter(has_text="Signed hand-over form").get_by_role("link").first.click()
    expect(page.locator("h1")).to_have_text("Is this proof good?")
    _take(page, "verify")


def test_picture_of_two_records_of_one_family(studio: Studio) -> None:
    page = studio.page("manager")
    page.goto(f"{studio.url}/likely-pairs")
    page.locator("main tbody th a").first.click()
    expect(page.locator("h1")).to_contain_text("One family or two?")
    _take(page, "same-household")


def test_picture_of_progress(studio: Studio) -> None:
    page = studio.page("manager")
    page.goto(f"{studio.url}/progress")
    expect(page.get_by_text("Households connected").first).to_be_visible()
    _take(page, "progress")


def test_picture_of_a_device(studio: Studio) -> None:
    page = studio.page("technician")
    page.goto(f"{studio.url}/devices?state=ready")
    page.locator("main table a").first.click()
    expect(page.get_by_text("Data media")).to_be_visible()
    _take(page, "device")


def test_picture_of_a_certificate_of_sanitization(studio: Studio) -> None:
    page = studio.page("technician")
    page.goto(f"{studio.url}/devices?state=ready")
    page.locator("main table a").first.click()
    page.locator("#media a[href*='/devices/certificates/']").first.click()
    expect(page.locator("h1")).to_contain_text("Certificate of sanitization")
    _take(page, "sanitization-certificate")


def test_picture_of_an_import(studio: Studio) -> None:
    page = studio.page("navigator")
    page.goto(f"{studio.url}/imports/new")
    page.locator("input[type=file]").set_input_files(FILE)
    page.get_by_role("button", name="Upload file").click()
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible(timeout=60_000)
    _take(page, "import-preview")


def test_picture_of_what_the_public_sees(studio: Studio) -> None:
    page = studio.page(None)
    page.goto(f"{studio.url}/public-progress")
    _take(page, "public")


@pytest.mark.parametrize("language", ["en", "es", "vi", "zh"])
def test_picture_of_what_a_household_can_get(studio: Studio, language: str) -> None:
    page = studio.browser.new_context(viewport=PHONE, locale=language).new_page()
    page.goto(f"{studio.url}/check")
    page.locator(".di-buttons a").first.click()
    answers = {"size": "3", "benefits": "calfresh", "city": "yes", "comcast": "none", "service": "both"}
    while "/question/" in page.url:
        answer = answers.get(page.url.rpartition("/")[2], "no")
        if answer.isdigit():
            page.locator(".di-ask input[type=text]").fill(answer)
        else:
            page.locator(f".di-ask input[value={answer}]").check()
        page.locator(".di-ask__go button").click()
    expect(page.locator(".di-program").first).to_be_visible()
    _take(page, f"results-{language}")
