"""Journey 12: what was decided about the count, a sample by a stated seed, the book to take along."""

import csv
import io

from playwright.sync_api import expect

from tests.browser.conftest import Open


def test_audit_lists_decisions_and_narrows_them_by_kind(visit: Open) -> None:
    auditor = visit("auditor")
    auditor.open("/audit")
    auditor.sees("Settings loaded")
    auditor.open("/audit?kind=settings")
    auditor.sees("Settings loaded")
    auditor.follow("Audit trail")
    auditor.headed("Audit trail")


def test_sample_of_a_stated_seed_is_the_same_for_everybody(visit: Open) -> None:
    drawn = []
    for who in ("auditor", "program_manager"):
        window = visit(who)
        window.open("/audit")
        window.follow("Draw a sample")
        window.press("Draw sample", status=400)
        window.fill("Seed", "drawn in council on May 4")
        window.fill("How many households", "3")
        window.fill("As known at posting", "15")
        window.press("Draw sample")
        drawn.append(window.main.get_by_role("table").inner_text())
    assert drawn[0] == drawn[1]
    assert drawn[0].count("Certificate") == 3


def test_export_brings_the_entries_as_a_file(visit: Open) -> None:
    auditor = visit("auditor")
    auditor.open("/audit")
    with auditor.page.expect_download() as download:
        auditor.main.get_by_role("link", name="Entries (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert {"milestone", "aspect", "sign", "occurred_on", "posting"} <= rows[0].keys()
    assert "Rosa" not in str(rows)
    expect(auditor.page.locator("h1")).to_have_text("Audit")


def test_auditor_has_nothing_to_change(visit: Open) -> None:
    auditor = visit("auditor")
    auditor.open("/households")
    auditor.follow("Rosa Delgado")
    for words in ("Hand over", "Activate", "Correct", "Withdraw", "Enroll"):
        assert auditor.main.get_by_role("link", name=words).count() == 0, words
