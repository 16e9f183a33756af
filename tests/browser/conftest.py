"""Fixtures of the browser tests: one site and one browser for the run, a window per test, at two widths."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tests.browser.site import Site, running_site
from tests.browser.visiting import Visit, sign_in
from tests.support.browser import find_chromium, launch_browser

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    if find_chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("browser tests not run: no Chromium here (apt install chromium)")
        pytest.skip("browser tests not run: no Chromium here (apt install chromium)")
    with launch_browser() as started:
        yield started


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One running site for the whole run."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def viewport(request: pytest.FixtureRequest) -> ViewportSize:
    """The size of the window."""
    size: ViewportSize = request.param
    return size


@pytest.fixture
def visit(site: Site, browser: Browser, viewport: ViewportSize) -> Iterator[Open]:
    """``visit("navigator_a")`` opens a window in which that person is signed in; ``visit(None)`` one for anybody."""
    with _windows(site, browser, viewport) as opened:
        yield opened


@pytest.fixture
def visit_at_desk(site: Site, browser: Browser) -> Iterator[Open]:
    """``visit`` in a wide window alone, for what does not depend on the width."""
    with _windows(site, browser, DESK) as opened:
        yield opened


@pytest.fixture
def visit_on_phone(site: Site, browser: Browser) -> Iterator[Open]:
    """``visit`` in a narrow window alone."""
    with _windows(site, browser, PHONE) as opened:
        yield opened


@contextmanager
def _windows(site: Site, browser: Browser, viewport: ViewportSize) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def opened(who: str | None = None, *, scripts: bool = True) -> Visit:
        kept = None if who is None else _signed_in(site, browser, who)
        context = browser.new_context(
            viewport=viewport,
            has_touch=viewport is PHONE,
            storage_state=kept,
            java_script_enabled=scripts,
            locale="en-US",
        )
        contexts.append(context)
        return Visit.begin(site, context, scripts=scripts)

    yield opened
    for context in contexts:
        context.close()


def _signed_in(site: Site, browser: Browser, who: str) -> Any:
    """Return the cookies of somebody who has signed in through the page; that happens once a run."""
    if who not in site.signed_in:
        context = browser.new_context(viewport=DESK)
        sign_in(Visit.begin(site, context), who)
        site.signed_in[who] = context.storage_state()
        context.close()
    return site.signed_in[who]
