"""How the tests walk through the site, and what must be true of every page on the way.

``visit.open("/households")`` goes there; ``visit.press("Find")`` presses a button; both then ``check`` the page: its
status, one h1 that begins the title, axe silent, console silent, nothing to scroll sideways at 320 pixels. Axe, which
takes longer than all the rest, looks once at what differs in nothing but words, addresses and the number of like rows.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, Response, expect

from tests.browser.site import Site
from tests.support.accounts import PASSWORD, code_now
from tests.support.browser import accessibility_problems, skeleton, watch_console

NARROWEST = 320
PATIENCE = 10_000  # milliseconds
SHOWN = """() => [
    Array.from(document.querySelectorAll("h1"), (heading) => heading.innerText),
    document.title,
    document.documentElement.outerHTML,
    document.querySelector("main")?.outerHTML ?? "",
]"""
OVERFLOWING = """() => {
    const wide = document.documentElement.scrollWidth;
    if (wide <= window.innerWidth) return [];
    const hidden = (node) => { for (let up = node.parentElement; up; up = up.parentElement)
        if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(up).overflowX)) return true; return false; };
    const over = Array.from(document.querySelectorAll("body *"))
        .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 1 && !hidden(node));
    return over.slice(0, 5).map((node) => `${node.tagName}.${node.className}: ${node.textContent.trim().slice(0, 40)}`);
}"""


@dataclass
class Visit:
    """One browser window in which somebody looks at the site."""

    site: Site
    page: Page
    complaints: list[str]
    scripts: bool = True
    status: int = 200  # of the last page that was loaded

    @classmethod
    def begin(cls, site: Site, context: BrowserContext, *, scripts: bool = True) -> "Visit":
        """Open a window."""
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        visit = cls(site, page, watch_console(page), scripts)
        page.on("response", visit._keep_status)
        return visit

    def _keep_status(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame == self.page.main_frame and response.status // 100 != 3:
            self.status = response.status

    @property
    def path(self) -> str:
        """Return the path of the page shown."""
        return urlsplit(self.page.url).path

    def open(self, path: str, *, status: int = 200) -> None:
        """Go to a page of the site and check it."""
        self.page.goto(f"{self.site.url}{path}")
        self.check(status=status)

    def press(self, name: str, *, status: int = 200, within: Locator | None = None, exact: bool = True) -> None:
        """Press a button that leads to a page, and check that page."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role("button", name=name, exact=exact).first.click()
        self.check(status=status)

    def follow(self, name: str | re.Pattern[str], *, within: Locator | None = None, exact: bool = False) -> None:
        """Follow a link and check where it leads."""
        with self.page.expect_navigation():
            (within or self.main).get_by_role("link", name=name, exact=exact).first.click()
        self.check()

    def fill(self, label: str | re.Pattern[str], value: str, *, within: Locator | None = None) -> None:
        """Type into the field with this label."""
        self.field(label, within=within).fill(value)

    def field(self, label: str | re.Pattern[str], *, within: Locator | None = None) -> Locator:
        """Return the field with this label; "(optional)" need not be written."""
        wanted = re.compile(rf"^\s*{re.escape(label)}(\s|$)") if isinstance(label, str) else label
        return (within or self.main).get_by_label(wanted).first

    def choose(self, name: str, *, within: Locator | None = None) -> None:
        """Choose a radio button or tick a box by the words beside it, where people click."""
        (within or self.main).locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(name)}")).first.click()

    @property
    def main(self) -> Locator:
        """Return what the page is about, without header and menu."""
        return self.page.locator("main")

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        """Expect each of the texts on the page, spaces squeezed."""
        for text in texts:
            pattern = re.compile(text) if isinstance(text, re.Pattern) else re.compile(re.escape(text))
            end = time.monotonic() + PATIENCE / 1000
            while not pattern.search(words := " ".join(self.main.inner_text().split())):
                assert time.monotonic() < end, f"{self.page.url}: no {pattern.pattern!r} in {words[:1500]!r}"
                self.page.wait_for_timeout(50)

    def headed(self, heading: str | re.Pattern[str]) -> None:
        """Expect the page with this h1."""
        expect(self.page.locator("h1")).to_have_text(heading, timeout=PATIENCE)

    def check(self, *, status: int = 200) -> None:
        """Assert what every page keeps."""
        assert self.status == status, f"{self.page.url} answered {self.status}"
        headings, title, markup, main = self.page.evaluate(SHOWN)
        assert len(headings) == 1, f"{self.page.url}: {len(headings)} h1: {headings}"
        title, heading = " ".join(title.split()), " ".join(headings[0].split())
        assert title.startswith(heading), f"{self.page.url}: {title!r} is not {heading!r}"
        if self.scripts:
            self._check_access(main, markup.replace(main, "", 1))
        self.check_narrow()
        aborted = "net::ERR_ABORTED"  # left the page while it was still fetching something
        self.complaints[:] = [line for line in self.complaints if aborted not in line]
        if status >= 400:  # Chromium itself writes one line about such an answer
            self.complaints[:] = [line for line in self.complaints if f"status of {status}" not in line]
        assert not self.complaints, f"{self.page.url}: {self.complaints}"

    def _check_access(self, main: str, around: str) -> None:
        """Assert that axe is silent about what it has not seen yet: main alone where only main is new, or the page."""
        width = self.page.evaluate("window.innerWidth")
        skeletons = {skeleton(main), skeleton(around)}
        looked_at = {(width, one) for one in skeletons}
        if looked_at <= self.site.sound:
            return
        around_is_known = bool(main) and (width, skeleton(around)) in self.site.sound
        colors = not skeletons <= self.site.colored  # the slower half of axe; colors do not depend on the width
        problems = accessibility_problems(self.page, within="main" if around_is_known else "html", colors=colors)
        assert not problems, f"{self.page.url}: " + "\n".join(problems)
        self.site.sound |= looked_at
        self.site.colored |= skeletons

    def check_narrow(self) -> None:
        """Assert that nothing is cut off or scrolls sideways on the narrowest screen."""
        before = self.page.viewport_size
        assert before is not None
        self.page.set_viewport_size({"width": NARROWEST, "height": 740})
        over = self.page.evaluate(OVERFLOWING)
        self.page.set_viewport_size(before)
        assert not over, f"{self.page.url} scrolls sideways at {NARROWEST} px: {over}"

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Wait for the page that the block leads to, and check it."""
        with self.page.expect_navigation():
            yield
        self.check()


def sign_in(visit: Visit, who: str) -> None:
    """Sign in through the page, with the second factor where the account has one."""
    visit.open("/sign-in")
    visit.fill("E-mail address", visit.site.emails[who])
    visit.fill("Password", PASSWORD)
    visit.press("Sign in")
    app = visit.site.authenticators.get(who)
    if app is not None:
        visit.headed("Enter your code")
        visit.fill("Code", code_now(app))
        visit.press("Continue")
