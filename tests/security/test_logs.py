"""Nothing the program writes about its own running tells who somebody is: not logs, addresses, audit, nor jobs."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.casework.queries import household as household_queries
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.jobs import OutboxJob
from digital_inclusion.foundation.logs import set_up_logs
from digital_inclusion.foundation.web.transactions import UsedForm
from tests.factories.world import World
from tests.support.asking import Somebody
from tests.support.casework import typed
from tests.support.pages import hidden_fields

ROOT = Path(__file__).resolve().parents[2]
PERSONAL = {
    "members-0-name": "Zoraida Quispemamani",
    "members-1-name": "Wawa Quispemamani",
    "line": "3917 Nowherewood Ave",
    "phone": "(408) 555-0177",
    "email": "zoraida@hidden.example",
    "contact_note": "Knocksoftly",
    "reference": "OWN-REF-77",
}
WORDS = ["Zoraida", "Quispemamani", "zoraida", "quispemamani", "Nowherewood", "5550177", "555-0177", "hidden.example",
         "Knocksoftly", "OWN-REF-77", "Searchedfor", "searchedfor"]  # fmt: skip


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything logged while the test runs, as the running program would write it."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    set_up_logs(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def _told(text: str) -> list[str]:
    return [word for word in WORDS if word in text]


def _everything_done(person: Somebody, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Enroll, mistype, search, keep a draft, and run into an unexpected error; return where answers led."""
    client, places = person.browser(), []

    def send(url: str, data: dict[str, Any], page: str | None = None) -> Any:
        response = client.post(url, data={**hidden_fields(client.get(page or url), url), **data})
        places.append(response.location or "")
        return response

    wrong = send("/households/enroll", typed(**PERSONAL | {"zip_code": "not a ZIP"}))
    assert wrong.status_code == 400
    made = send("/households/enroll", typed(**PERSONAL))
    assert made.status_code == 303
    send("/households/enroll/draft", typed(**PERSONAL), page="/households/enroll")
    looked = send("/households/find", {"words": "Zoraida Searchedfor"})
    assert client.get(looked.location).status_code == 200
    assert "Quispemamani" in client.get("/households").get_data(as_text=True)

    def broken(*_arguments: Any, **_named: Any) -> Any:
        raise RuntimeError("could not read Zoraida Quispemamani") from ValueError("OWN-REF-77")

    monkeypatch.setattr(household_queries, "_needs", broken)
    failed = client.get(made.location.replace("/next", ""))
    assert failed.status_code == 500
    assert not _told(failed.get_data(as_text=True))
    return places


def test_nothing_written_names_anybody(
    app: Flask, world: World, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = _everything_done(Somebody(app, world.users["navigator_a"]), monkeypatch)
    lines = written.getvalue()
    assert "unhandled RuntimeError" in lines  # the error was told, with its place
    assert "RuntimeError < ValueError" in lines
    assert not _told(lines)
    assert not _told(" ".join(places))
    use_scope(EVERYTHING)
    rows = [
        *session().scalars(select(AuditEvent.details).order_by(AuditEvent.id)),
        *session().scalars(select(OutboxJob.payload).order_by(OutboxJob.id)),
        *session().scalars(select(UsedForm.location).order_by(UsedForm.key)),
    ]
    assert rows
    assert not _told(" ".join(map(str, rows)))


def test_request_line_says_who_what_and_how(app: Flask, world: World, written: io.StringIO) -> None:
    person = Somebody(app, world.users["navigator_a"])
    response = person.ask("GET", "/households?whose=all&q=Searchedfor")
    line = next(found for text in written.getvalue().splitlines() if (found := json.loads(text))["event"] == "request")
    assert {name: line[name] for name in ("endpoint", "method", "status", "user")} == {
        "endpoint": "casework.list_households",
        "method": "GET",
        "status": 200,
        "user": world.users["navigator_a"],
    }
    assert line["ms"] > 0
    assert line["request"] == response.headers["X-Request-ID"]


def test_request_number_of_the_sender_is_not_taken(app: Flask, world: World, written: io.StringIO) -> None:
    response = app.test_client().get("/health", headers={"X-Request-ID": "Searchedfor"})
    assert response.headers["X-Request-ID"] != "Searchedfor"
    assert not _told(written.getvalue())


@pytest.mark.only_postgresql
def test_database_error_is_told_without_its_row(app: Flask, world: World, written: io.StringIO) -> None:
    from digital_inclusion.partners.models import Partner

    use_scope(EVERYTHING)
    city = session().get_one(Partner, world.partners["city"])
    session().add(Partner(code=city.code, name="Zoraida Quispemamani", kind="grantee", created_at=city.created_at))
    try:
        session().flush()
    except Exception:
        logging.getLogger("digital_inclusion.tests").exception("a row was refused")
    session().rollback()
    assert "UniqueViolation" in written.getvalue()
    assert not _told(written.getvalue())


def test_server_writes_no_addresses() -> None:
    """The server's own access log would hold query strings; the program's line has none."""
    found: dict[str, Any] = {}
    exec(compile((ROOT / "gunicorn.conf.py").read_text(), "gunicorn.conf.py", "exec"), found)  # noqa: S102 - our own file
    assert found["accesslog"] is None
