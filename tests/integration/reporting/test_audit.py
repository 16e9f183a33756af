"""What auditors see, take with them, and draw."""

import csv
import io
import json

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.foundation.audit.actions import record, seal
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import post
from digital_inclusion.progress.models import EntryRow, FactRow
from digital_inclusion.progress.rules.facts import Kind
from digital_inclusion.reporting.rules.sample import draw
from tests.factories.served import row_of
from tests.factories.world import World, sign_in
from tests.integration.reporting.conftest import Book
from tests.support.pages import check_page, page_text


def _download(client: FlaskClient, url: str) -> bytes:
    response = client.get(url)
    assert response.status_code == 200
    data = response.data
    response.close()
    return data


def _void(world: World, number: int, note: str) -> None:
    fact = session().get_one(FactRow, number)
    with write_transaction():
        void = NewFact(
            kind=Kind.VOID,
            record_id=fact.record_id,
            partner_id=fact.partner_id,
            occurred_on=fact.occurred_on,
            refers_to=number,
            values={"reason": "mistake", "note": note},
        )
        by = world.actor("navigator_a")
        post([void], cause="test", by=by)
        record("fact.voided", by=by, fact=number)


def test_audit_lists_voids_links_and_settings_with_reasons(client: FlaskClient, world: World, book: Book) -> None:
    _void(world, book.no_line_a.delivery_facts[0], "It was their neighbor's.")
    page = sign_in(client, world.users["auditor"]).get("/audit")
    check_page(page)
    text = page_text(page)
    assert "It was their neighbor's." in text and "mistake" in text
    assert "They showed one lease." in text
    assert row_of(book.shared_a).code in text and row_of(book.shared_b).code in text
    assert "Settings loaded" in text
    only = page_text(client.get("/audit?kind=void"))
    assert "neighbor" in only and "one lease" not in only
    assert "neighbor" not in page_text(client.get(f"/audit?kind=void&partner={world.partners['b']}"))
    assert "neighbor" not in page_text(client.get("/audit?month=2020-01"))


def test_audit_trail_names_events_and_people(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["auditor"])
    page = client.get("/audit/trail?name=records.linked")
    check_page(page)
    assert "Program Manager" in page_text(page)
    assert check_page(client.get("/audit/trail?after=10")) is not None


def test_export_holds_every_entry_with_the_facts_of_its_posting(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["auditor"])
    rows = list(csv.DictReader(io.StringIO(_download(client, "/audit/export/entries.csv").decode("utf-8-sig"))))
    assert len(rows) == session().scalar(select(func.count(EntryRow.id)))
    use_scope(EVERYTHING)
    postings = {fact.number: fact.posting for fact in session().scalars(select(FactRow))}
    for row in rows:
        numbers = [int(number) for number in row["facts"].split()]
        assert numbers and all(postings[number] == int(row["posting"]) for number in numbers)
    net = sum(int(row["sign"]) for row in rows if (row["milestone"], row["aspect"]) == ("connected", "verified"))
    assert net == 3


def test_export_neutralizes_formulas_in_csv_and_xlsx(client: FlaskClient, world: World, book: Book) -> None:
    _void(world, book.no_line_a.delivery_facts[0], '=HYPERLINK("http://x")')
    sign_in(client, world.users["auditor"])
    text = _download(client, "/audit/export/facts.csv").decode("utf-8-sig")
    notes = [row["note"] for row in csv.DictReader(io.StringIO(text))]
    assert '\'=HYPERLINK("http://x")' in notes and not any(note.startswith("=") for note in notes)
    sheet = openpyxl.load_workbook(io.BytesIO(_download(client, "/audit/export/facts.xlsx"))).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert '\'=HYPERLINK("http://x")' in [cell.value for cell in cells]


def test_export_of_a_month_holds_its_days_alone(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["auditor"])
    text = _download(client, "/audit/export/entries.csv?month=2026-01").decode("utf-8-sig")
    assert {row["occurred_on"][:7] for row in csv.DictReader(io.StringIO(text))} == {"2026-01"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_made_is_audited(client: FlaskClient, world: World, book: Book, kind: str) -> None:
    sign_in(client, world.users["auditor"])
    assert _download(client, f"/audit/export/entries.{kind}")
    session().rollback()
    event = session().scalars(select(AuditEvent).where(AuditEvent.name == "export.made")).one()
    assert event.details["format"] == kind and event.details["rows"] == session().scalar(
        select(func.count(EntryRow.id))
    )


def test_sample_is_the_one_anybody_can_draw_again(app: Flask, client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["auditor"])
    page = client.get("/audit/sample?seed=42&size=2&on=2026-10-31")
    check_page(page)
    verified = [row_of(one).id for one in (book.connected_a, book.connected_b, book.shared_a)]
    wanted = [code for one in draw("42", 2, verified) for code in _code_of(book, one)]
    text = page_text(page)
    assert all(code in text for code in wanted) and "3 households" in text
    session().rollback()
    event = session().scalars(select(AuditEvent).where(AuditEvent.name == "sample.drawn")).one()
    assert event.details == {"seed": "42", "size": 2, "on": "2026-10-31", "population": 3}
    told = app.test_cli_runner().invoke(
        args=["audit", "sample", "--seed", "42", "--size", "2", "--on", "2026-10-31", "--json"]
    )
    answer = json.loads(told.output)
    assert [one["code"] for one in answer["households"]] == wanted
    assert answer["population"] == 3 and answer["posting"] == event.posting


def _code_of(book: Book, identity: int) -> list[str]:
    return [row_of(one).code for one in vars(book).values() if one.id == identity]


def test_sample_as_known_at_an_earlier_posting(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["auditor"])
    assert "0 households" in page_text(client.get("/audit/sample?seed=1&size=2&on=2026-10-31&posting=1"))
    assert client.get("/audit/sample?seed=1&size=2&on=2026-10-31&posting=99999").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "seed=&size=2&on=2026-01-01",
        "seed=1&size=x&on=2026-01-01",
        "seed=1&size=0&on=2026-01-01",
        "seed=1&size=2&on=2099-01-01",
        "seed=1&size=2&on=31/02/2026",
    ],
)
def test_sample_says_what_cannot_be_used(client: FlaskClient, world: World, query: str) -> None:
    page = sign_in(client, world.users["auditor"]).get(f"/audit/sample?{query}")
    check_page(page)
    assert page.status_code == 400


def test_seals_are_checked_when_asked(app: Flask, client: FlaskClient, world: World, book: Book) -> None:
    with write_transaction():
        seal()
    sign_in(client, world.users["program_manager"])
    assert "Every seal holds" in page_text(client.get("/audit?seals=1"))
    assert "Every seal holds" in page_text(client.get("/operations/health?seals=1"))
    told = app.test_cli_runner().invoke(args=["audit", "seals"])
    assert told.exit_code == 0 and "Every seal holds" in told.output
