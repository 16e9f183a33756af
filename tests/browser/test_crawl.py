"""Every role follows every link: no dead end, no refusal, nothing that axe or the console complains about."""

import re
from collections import deque
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.browser.conftest import Open
from tests.browser.visiting import Visit

DEPTH = 3
MOST_PAGES = 30
NOT_PAGES = re.compile(r"\.(csv|xlsx|json|pdf|css)$")
CODE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$|^\d+$|^[0-9a-f]{32}$")


def _kind(url: str) -> str:
    """Return the page's kind: its address without codes and numbers, and which filters it names."""
    parts = urlsplit(url)
    path = "/".join("*" if CODE.match(part) else part for part in parts.path.split("/"))
    return f"{path}?{'&'.join(sorted({name for name, _value in parse_qsl(parts.query)}))}"


def _links(visit: Visit) -> list[str]:
    """Return the site's own addresses that the page shown leads to."""
    found = visit.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    inside = (url.partition("#")[0].removeprefix(visit.site.url) for url in found if url.startswith(visit.site.url))
    return [path for path in dict.fromkeys(inside) if path and not NOT_PAGES.search(urlsplit(path).path)]


@pytest.mark.parametrize(
    "who", [None, "navigator_a", "partner_lead_a", "program_manager", "verifier", "auditor", "administrator"]
)
def test_every_link_leads_to_a_sound_page(visit_on_phone: Open, who: str | None) -> None:
    window = visit_on_phone(who)
    waiting = deque([("/" if who is None else "/arrive", 0)])
    seen: set[str] = set()
    while waiting and len(seen) < MOST_PAGES:
        path, depth = waiting.popleft()
        if _kind(path) in seen:
            continue
        seen.add(_kind(path))
        window.open(path)
        if depth < DEPTH:
            waiting.extend((link, depth + 1) for link in _links(window) if _kind(link) not in seen)
    assert len(seen) > 3, seen
