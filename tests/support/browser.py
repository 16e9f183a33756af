"""Chromium for the tests: the one the machine has, started with flags that keep it quiet and offline.

For pytest-playwright's own fixtures (``page``, ``context``) a conftest needs only::

    @pytest.fixture(scope="session")
    def browser_type_launch_args() -> dict[str, object]:
        return launch_arguments()
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
AXE = Path(__file__).resolve().parents[2] / "static" / "vendor" / "axe-core" / "axe.min.js"
# what may differ between two pages of one skeleton: words, and the addresses and values that attributes hold
WORDS = re.compile(r">[^<]*[^<\s][^<]*<")
HELD = re.compile(r' (action|content|datetime|formaction|href|hx-get|hx-post|src|value)="(?!#)[^"]+"')
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-dev-shm-usage",  # /dev/shm is small in containers
    "--no-first-run",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]
# numbers that only tell apart what a page repeats: id="row-7", for="row-7"
NUMBERS = re.compile(r'((?: id| for| name| aria-labelledby| aria-describedby)="[^"\d]*)\d+(?=[^"\d]*")')
# Too small to be hit: neither a bar of a chart, whose table has the same link, nor what only lies half under the bar of
# actions that sticks to the lower edge of the window.
SMALL = """(target) => {
    const found = document.querySelector(target), box = found?.getBoundingClientRect();
    return !found || (!found.closest("svg") && (box.width < 24 || box.height < 24));
}"""
ALIKE = re.compile(r"(<(tr|li|option)\b[^>]*>(?:(?!<\2\b).)*?</\2>)(?:\s*\1)+", re.DOTALL)


class BrowserMissing(RuntimeError):
    """No Chromium is installed here."""


def find_chromium() -> str | None:
    """Return the path of Chromium: CHROMIUM if set, else the first one found."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def launch_arguments() -> dict[str, Any]:
    """Return what Playwright's ``launch`` needs to drive that Chromium."""
    path = find_chromium()
    if path is None:
        raise BrowserMissing("no Chromium found (Debian: apt install chromium)")
    # Chromium refuses to start its sandbox as root
    sandbox = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    return {"executable_path": path, "headless": True, "args": [*FLAGS, *sandbox]}


@contextmanager
def launch_browser() -> Iterator[Browser]:
    """Start Chromium, yield it, and close it whatever happens."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        try:
            yield browser
        finally:
            browser.close()


def watch_console(page: Page) -> list[str]:
    """Return a list that fills with the page's complaints; call before ``goto``, assert that it is empty."""
    complaints: list[str] = []

    def on_message(message: ConsoleMessage) -> None:
        if message.type in {"warning", "error"}:
            complaints.append(f"{message.type}: {message.text}")

    page.on("console", on_message)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url} {request.failure}"))
    return complaints


def accessibility_problems(page: Page, *, within: str = "html", colors: bool = True) -> list[str]:
    """Return what axe finds wrong with the page as it stands, or a part of it, one sentence per rule and element.

    The size of targets is looked at too: WCAG 2.2 AA asks for it, axe leaves it out unless told. ``colors``: contrast.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))  # add_script_tag would be stopped by the page's own policy
    rules = {"target-size": {"enabled": True}, "color-contrast": {"enabled": colors}}
    options = {"resultTypes": ["violations"], "preload": False, "rules": rules}
    found = page.evaluate("async ([part, how]) => (await axe.run(part, how)).violations", [within, options])
    return [
        f"{problem['id']} ({problem['impact']}): {problem['help']}: {' '.join(map(str, node['target']))}"
        for problem in found
        for node in problem["nodes"]
        if problem["id"] != "target-size" or page.evaluate(SMALL, str(node["target"][0]))
    ]


def skeleton(markup: str) -> str:
    """Return the markup without what it says and where it leads: axe finds the same in all pages of one skeleton.

    Rows, list items and options that are alike but for their numbers stand once.
    """
    bare = WORDS.sub(">…<", HELD.sub(r' \1="…"', markup))
    return ALIKE.sub(r"\1", NUMBERS.sub(r"\1…", bare))
