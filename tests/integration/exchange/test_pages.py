"""A partner's way with a file through the pages, and what hostile files meet there."""

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from digital_inclusion.exchange.models import ColumnMapping, ImportBatch
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.files import StoredFile, folder
from digital_inclusion.households.models import Household
from tests.factories.households import new_household
from tests.factories.world import World, sign_in
from tests.support.casework import enrolled
from tests.support.files import DEVICE, ROW, begin_import, csv_of, import_rows
from tests.support.pages import check_page, page_text, post_form
from tests.support.statements import count_statements

WAITING = {name: text for name, text in ROW.items() if name != "Consent date"} | {"Client ID": "C2", "Name": "Luis T"}
BAD = ROW | {"Client ID": "C3", "Name": "Mia T", "Birth date": "31/02/2026"}
TERMS = {"grant": "", "consent_attested_on": "", "default_enrolled_on": ""}


@pytest.fixture
def lead(client: FlaskClient, world: World) -> FlaskClient:
    """A partner lead's browser."""
    return sign_in(client, world.users["partner_lead_a"])


def _send(client: FlaskClient, content: bytes, name: str = "people.csv") -> TestResponse:
    return post_form(client, "/imports/new", {"file": (io.BytesIO(content), name)})


def _batch() -> ImportBatch:
    use_scope(EVERYTHING)
    statement = select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)
    return session().scalars(statement.execution_options(populate_existing=True)).one()


def _households() -> int:
    use_scope(EVERYTHING)
    return session().scalar(select(func.count()).select_from(Household)) or 0


def test_file_from_upload_to_undo(lead: FlaskClient) -> None:
    for path in ("/imports", "/imports/new"):
        check_page(lead.get(path))
    columns = _send(lead, csv_of([ROW | DEVICE, WAITING, BAD])).location
    check_page(lead.get(columns))
    show = post_form(lead, columns, _columns(lead, columns)).location
    preview = lead.get(show)
    check_page(preview)
    text = page_text(preview)
    for expected in ("Ready to start", "1 row waits for consent", "This day does not exist."):
        assert expected in text
    assert _households() == 0
    post_form(lead, f"{show}/start", TERMS, page=show)
    assert (_households(), _batch().drafted_rows, _batch().refused_rows) == (1, 1, 1)
    attested = TERMS | {"consent_attested": "y", "consent_attested_on": "2026-01-05"}
    post_form(lead, f"{show}/start", attested, page=show)
    assert (_households(), _batch().drafted_rows) == (2, 0)
    with lead.get(f"{show}/refused") as answer:
        refused = answer.get_data(as_text=True).splitlines()
    assert len(refused) == 2
    assert refused[1].startswith("C3,") and refused[1].endswith("Birth date: This day does not exist.")
    undo = lead.get(f"{show}/undo")
    check_page(undo)
    assert "This takes 2 households out of the count" in page_text(undo)
    post_form(lead, f"{show}/undo")
    check_page(lead.get(show))
    assert _batch().state == "undone"
    use_scope(EVERYTHING)
    code = session().scalars(select(Household.code).order_by(Household.id)).first()
    check_page(lead.get(f"/households/{code}"))  # its history stays
    check_page(lead.get(f"/households/{code}/erase"))
    assert code not in page_text(lead.get("/households?whose=all"))
    answer = lead.get(f"/households/{code}/devices/new")
    assert answer.status_code == 409 and "was undone" in page_text(answer)
    check_page(lead.get(f"{show}/remove"))
    post_form(lead, f"{show}/remove")
    assert not (folder() / session().get_one(StoredFile, _batch().file_id).path).exists()
    check_page(lead.get(show))
    assert lead.get(f"{show}/refused").status_code == 404


def _columns(lead: FlaskClient, url: str, **changes: str) -> dict[str, str]:
    from tests.support.pages import parse

    chosen = {}
    for select_ in parse(lead.get(url)).iter("select"):
        selected = next((o for o in select_.iter("option") if o.get("selected") is not None), None)
        chosen[select_.get("name", "")] = selected.get("value", "") if selected is not None else ""
    return chosen | changes


def test_mapping_corrected_once_is_remembered(lead: FlaskClient) -> None:
    rows = [{"Who": "Ana Tester", "Enrolled": "2026-01-05", "Zzyzx": "(408) 555-0101"}]
    columns = _send(lead, csv_of(rows)).location
    answer = post_form(lead, columns, _columns(lead, columns, column_0=""))
    assert answer.status_code == 400
    assert "Say which column holds: Full name." in page_text(answer)
    doubled = post_form(lead, columns, _columns(lead, columns, column_0="head_name", column_2="head_name"))
    assert "Two columns cannot mean the same: Full name." in page_text(doubled)
    assert post_form(lead, columns, _columns(lead, columns, column_0="head_name", column_2="phone")).status_code == 303
    use_scope(EVERYTHING)
    assert {row.header: row.field for row in session().scalars(select(ColumnMapping))}["zzyzx"] == "phone"
    again = _send(lead, csv_of([rows[0] | {"Who": "Luis Other"}])).location
    assert _columns(lead, again)["column_2"] == "phone"
    assert "As you said last time" in page_text(lead.get(again))


def test_sensitive_columns_are_never_stored_and_we_say_so(lead: FlaskClient) -> None:
    columns = _send(lead, csv_of([ROW | {"SSN": "123-45-6789", "Card": "4111 1111 1111 1111"}])).location
    assert "These columns are never stored" in page_text(lead.get(columns))
    assert _batch().dropped_columns == ["SSN", "Card"]
    stored = (folder() / session().get_one(StoredFile, _batch().file_id).path).read_bytes()
    assert b"123-45" not in stored and b"4111" not in stored


def test_same_file_again_says_so_with_a_link(lead: FlaskClient, world: World) -> None:
    first = import_rows([ROW], world.partners["a"])
    columns = _send(lead, csv_of([ROW])).location
    page = lead.get(columns)
    assert "You uploaded this very file before." in page_text(page)
    assert f"/imports/{first.code}" in page.get_data(as_text=True)


def test_problems_are_listed_by_kind(lead: FlaskClient, world: World) -> None:
    bad = [BAD | {"Client ID": f"C{place}"} for place in range(60)]
    batch = import_rows(bad, world.partners["a"])
    page = lead.get(f"/imports/{batch.code}/problems?kind=date_does_not_exist&column=Birth+date")
    check_page(page)
    assert "31/02/2026" in page_text(page)
    assert page.get_data(as_text=True).count("<tr>") == 51
    following = lead.get(f"/imports/{batch.code}/problems?kind=date_does_not_exist&after={_last_id(batch)}")
    assert following.get_data(as_text=True).count("<tr>") == 11


def _last_id(batch: ImportBatch) -> int:
    from digital_inclusion.exchange.queries.batches import list_problems

    use_scope(EVERYTHING)
    return list_problems(batch.id, code="date_does_not_exist")[-1].id


def test_pages_ask_few_statements(lead: FlaskClient, world: World) -> None:
    batch = import_rows([ROW | DEVICE, BAD], world.partners["a"])
    for path in ("/imports", f"/imports/{batch.code}", f"/imports/{batch.code}/columns", f"/imports/{batch.code}/undo"):
        with count_statements() as sent:
            assert lead.get(path).status_code == 200
        asked = [statement for statement in sent if "set_config" not in statement]  # the second wall of PostgreSQL
        assert len(asked) <= 15, (path, len(asked))


@pytest.mark.parametrize("path", ["", "/columns", "/problems", "/refused", "/undo", "/remove", "/households"])
def test_another_partners_file_is_not_there(lead: FlaskClient, world: World, path: str) -> None:
    batch = import_rows([ROW, BAD], world.partners["b"])
    assert lead.get(f"/imports/{batch.code}{path}").status_code == 404


def test_start_sent_twice_starts_once(lead: FlaskClient) -> None:
    from tests.support.pages import hidden_fields

    columns = _send(lead, csv_of([ROW])).location
    show = post_form(lead, columns, _columns(lead, columns)).location
    data = hidden_fields(lead.get(show), f"{show}/start") | TERMS
    first, second = lead.post(f"{show}/start", data=data), lead.post(f"{show}/start", data=data)
    assert first.location == second.location
    assert (_batch().state, _batch().unchanged_rows, _households()) == ("finished", 0, 1)


def test_running_import_shows_a_bar_and_can_be_stopped(lead: FlaskClient, world: World) -> None:
    begin_import([ROW], world.partners["a"])
    show = f"/imports/{_batch().code}"
    page = lead.get(show)
    check_page(page)
    text = page.get_data(as_text=True)
    assert "<progress" in text and 'http-equiv="refresh"' in text
    post_form(lead, f"{show}/stop", page=show)
    assert _batch().state == "stopped"
    assert post_form(lead, f"{show}/stop", page="/imports").status_code in {400, 409}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"consent_attested": "y"}, "Say as of which day"),
        ({"consent_attested_on": "2026-01-05"}, "Tick this box"),
        ({"consent_attested": "y", "consent_attested_on": "2999-01-05"}, "lies in the future"),
        ({"default_enrolled_on": "1066-10-14"}, "before 1990"),
        ({"default_enrolled_on": "2026-02-31"}, "Write a date that exists"),
    ],
)
def test_terms_with_mistakes_say_so(lead: FlaskClient, data: dict[str, str], sentence: str) -> None:
    columns = _send(lead, csv_of([ROW])).location
    show = post_form(lead, columns, _columns(lead, columns)).location
    answer = post_form(lead, f"{show}/start", TERMS | data, page=show)
    assert answer.status_code == 400
    check_page(answer)
    assert sentence in page_text(answer)


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"Name\n", "header.csv"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "list.csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.xlsx"),
        (b"PK\x03\x04broken", "broken.xlsx"),
        (_bomb(), "bomb.xlsx"),
        (b"Name,Phone\nAna\0,1\n", "zero.csv"),
        (b"<html><table><tr><td>Name</td></tr></table></html>", "page.xlsx"),
    ],
)
def test_hostile_file_gets_a_sentence(lead: FlaskClient, content: bytes, name: str) -> None:
    answer = _send(lead, content, name)
    assert answer.status_code == 400
    check_page(answer)
    assert "Please choose the file again." in page_text(answer) and "still here" not in page_text(answer)
    assert session().scalar(select(func.count()).select_from(ImportBatch)) == 0
    assert session().scalar(select(func.count()).select_from(StoredFile)) == 0


def test_file_over_the_limit_is_refused_before_it_is_read(app: Flask, lead: FlaskClient) -> None:
    app.config["TAKES_FILES"], kept = {"exchange.upload": 1000}, app.config["TAKES_FILES"]
    try:
        answer = _send(lead, b"Name\n" + b"x" * 2000)
    finally:
        app.config["TAKES_FILES"] = kept
    assert answer.status_code == 413
    assert "This file is too large" in page_text(answer)


def test_file_over_the_products_own_limit_gets_a_sentence(app: Flask, lead: FlaskClient) -> None:
    before = set(Path(folder()).iterdir())
    app.config["MAX_UPLOAD_BYTES"], kept = 1000, app.config["MAX_UPLOAD_BYTES"]
    try:
        answer = _send(lead, b"Name\n" + b"x" * 2000)
    finally:
        app.config["MAX_UPLOAD_BYTES"] = kept
    assert answer.status_code == 400
    assert set(Path(folder()).iterdir()) == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_template_matches_itself_and_its_example_is_not_taken(lead: FlaskClient, kind: str) -> None:
    content = lead.get(f"/imports/template.{kind}").get_data()
    columns = _send(lead, content, f"template.{kind}").location
    chosen = _columns(lead, columns)
    assert all(chosen.values()), [name for name, field in chosen.items() if not field]
    show = post_form(lead, columns, chosen).location
    page = lead.get(show)
    assert "Enroll households" not in page_text(page) and "Nothing can go in yet" in page_text(page)
    refused = post_form(lead, f"{show}/start", TERMS, page=show)
    assert refused.status_code == 400 and "Nothing in this file can go in as it is." in page_text(refused)
    assert (_households(), _batch().state) == (0, "previewed")


def test_rows_without_a_day_of_enrollment_are_asked_for_one_first(lead: FlaskClient) -> None:
    row = {name: text for name, text in ROW.items() if name != "Enrolled"}
    columns = _send(
        lead, csv_of([row, row | {"Client ID": "C9", "Name": "Ana Other", "Phone": "(408) 555-0199"}])
    ).location
    show = post_form(lead, columns, _columns(lead, columns)).location
    page = lead.get(show)
    check_page(page)
    text = page_text(page)
    assert text.index("2 rows do not say their day of enrollment") < text.index("What would happen")
    assert "Enroll households" not in text and text.count("Day of enrollment for") == 1
    again = TERMS | {"default_enrolled_on": "2026-01-05", "check": "1"}
    assert post_form(lead, f"{show}/start", again, page=show).status_code == 303
    page = lead.get(show)
    check_page(page)
    assert "Enroll households" in page_text(page) and "do not say" not in page_text(page)
    assert post_form(lead, f"{show}/start", TERMS | {"default_enrolled_on": "2026-01-05"}, page=show).status_code == 303
    assert _households() == 2


def test_rows_that_all_wait_for_consent_are_not_started_without_it(lead: FlaskClient) -> None:
    columns = _send(lead, csv_of([WAITING])).location
    show = post_form(lead, columns, _columns(lead, columns)).location
    refused = post_form(lead, f"{show}/start", TERMS, page=show)
    assert refused.status_code == 400 and "Attest it, or nothing goes in." in page_text(refused)
    check_page(refused)
    assert "Signed consent is on file as of (optional)" not in page_text(refused)
    attested = TERMS | {"consent_attested": "y", "consent_attested_on": "2026-01-05"}
    assert post_form(lead, f"{show}/start", attested, page=show).status_code == 303
    assert _households() == 1


def test_file_leads_to_its_new_households(lead: FlaskClient, world: World) -> None:
    enrolled(world, new_household("Somebody Else"))
    batch = import_rows([ROW | DEVICE, BAD], world.partners["a"])
    there = f"/imports/{batch.code}/households"
    assert there in lead.get(f"/imports/{batch.code}").get_data(as_text=True)
    page = lead.get(there)
    check_page(page)
    assert "Households 1" in page_text(page) and ROW["Name"] in page_text(page)
    assert "Somebody Else" not in page_text(page)
