"""What people type is shown as text: no page takes it for markup, no file for a formula."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask

from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel.text import clean, without_controls
from digital_inclusion.partners.models import Partner
from digital_inclusion.progress.rules.deliveries import Evidence
from tests.factories.households import ENROLLED_ON, new_laptop, new_line
from tests.factories.served import row_of, serve
from tests.factories.world import World
from tests.support.asking import Somebody, address_of, every_route
from tests.support.pages import check_page

pytestmark = pytest.mark.only_sqlite
OWN = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "</title><svg onload=alert(1)>",
    "{{ 7*7 }}${7*7}<%= 7*7 %>", "javascript:alert(1)", "=HYPERLINK(\"https://x.example\")", "@SUM(1+1)",
    "\u202ecod.exe",
]  # fmt: skip


def _payloads(shared: Path) -> Sequence[str]:
    attack = shared / "data" / "attack"
    naughty = json.loads((attack / "blns.json").read_text())
    formulas = (attack / "csv-injection-payloads.txt").read_text().splitlines()
    found = [*OWN, *naughty, *formulas]
    return [one for one in dict.fromkeys(text.strip() for text in found) if one]


def _serve_odd(world: World, odd: str) -> Any:
    odd = without_controls(odd)  # as every form does
    short = odd[:60]
    proof = Evidence(type="signed_hand_over", seen_by=short, seen_on=ENROLLED_ON, reference=odd[:150])
    line = new_line(provider=short, plan=short, evidence=proof)
    return serve(world, "a", name=odd[:150], deliveries=(new_laptop(evidence=proof), line), contact_note=odd[:200],
                 reference=short)  # fmt: skip


def _pages(app: Flask, code: str) -> list[str]:
    return [
        address_of(rule, {"code": code})
        for rule, method in every_route(app)
        if method == "GET" and not set(rule._converters) - {"code"} and "/drafts" not in rule.rule
        and not rule.endpoint.startswith("exchange.")
        and not rule.rule.endswith((".pdf", ".json", ".csv", ".css", ".js"))
    ]  # fmt: skip


def test_every_naughty_name_is_shown_as_text(app: Flask, world: World, shared: Path) -> None:
    """One household a payload, fifty on a page of the list: each page must stay valid, strict HTML."""
    payloads = _payloads(shared)
    kept = 0
    for odd in payloads:
        if clean(odd):
            try:
                _serve_odd(world, odd)
            except AssertionError:  # refused with a sentence: nothing of it is stored
                continue
            kept += 1
    assert kept > len(payloads) * 0.8
    person, after = Somebody(app, world.users["navigator_a"]), 0
    for who in ("navigator_a", "verifier"):
        person = Somebody(app, world.users[who])
        url: str | None = "/households?whose=all" if who == "navigator_a" else "/verify"
        while url is not None and after < 40:
            page = person.ask("GET", url)
            tree = check_page(page)
            following = [link.get("href") for link in tree.iter("a") if "next" in (link.get("rel") or "")]
            url, after = (urljoin(url, str(following[0])) if following else None), after + 1
    assert after > 4  # pages of both lists


@pytest.mark.parametrize("odd", OWN[:2])
def test_odd_text_stays_text_on_every_page_that_shows_it(app: Flask, world: World, odd: str) -> None:
    made = _serve_odd(world, odd)
    use_scope(EVERYTHING)
    with write_transaction():
        session().get_one(Partner, world.partners["a"]).name = odd[:100]
        record("partner.changed", by=world.actor("program_manager"))
    code = row_of(made).code
    shown = 0
    for who in ("partner_lead_a", "program_manager", "verifier"):
        person = Somebody(app, world.users[who])
        for url in _pages(app, code):
            page = person.ask("GET", url)
            if page.status_code == 200 and page.mimetype == "text/html":
                check_page(page)
                assert odd.encode() not in page.data or not set(odd) & set("<>\"'"), url
                shown += 1
    assert shown > 30


def test_exports_hold_no_formula(app: Flask, world: World) -> None:
    for odd in OWN:
        _serve_odd(world, odd)
    person = Somebody(app, world.users["auditor"])
    for table in ("facts", "entries"):
        text = person.ask("GET", f"/audit/export/{table}.csv").get_data(as_text=True)
        assert not [
            cell
            for line in text.splitlines()
            for cell in line.split(",")
            if cell.strip('"')[:1] in "=@\t" and cell.strip('"')
        ]
