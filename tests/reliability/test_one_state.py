"""What one page or one command shows is of one instant, whatever is posted between two of its statements."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError

from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import (
    EVERYTHING,
    db,
    read_transaction,
    session,
    use_scope,
    write_transaction,
)
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.progress.queries.figures import figures_known_at
from tests.factories.served import confirm, last_posting, serve
from tests.factories.world import World, sign_in
from tests.support.pages import page_text, parse, text_of


@contextmanager
def _meanwhile(app: Flask, statement_with: str, work: Callable[[], object]) -> Iterator[list[BaseException]]:
    """Do ``work`` on another connection just before the first statement that contains some words."""
    begun, failed = threading.Event(), list[BaseException]()

    def run() -> None:
        with app.app_context():
            try:
                work()
            except BaseException as error:
                failed.append(error)
            finally:
                db.session.remove()

    def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement_with in statement and not begun.is_set():
            begun.set()
            other = threading.Thread(target=run)
            other.start()
            other.join()

    event.listen(db.engine, "before_cursor_execute", before)
    try:
        yield failed
    finally:
        event.remove(db.engine, "before_cursor_execute", before)
    assert begun.is_set() and not failed, failed


def test_progress_page_shows_one_state(app: Flask, client: FlaskClient, world: World) -> None:
    made = serve(world)
    sign_in(client, world.users["program_manager"])
    before = last_posting()
    with _meanwhile(app, "FROM reason_cells", lambda: confirm(world, *made.delivery_facts)):
        page = client.get("/progress")
    table = next(one for one in parse(page).iter("table") if "Every milestone" in text_of(one))
    shown = {text_of(row[0]): [text_of(cell) for cell in row][1:3] for row in table.iter("tr")}
    posting = int(re.findall(r"as known at posting ([\d,]+)", page_text(page))[0].replace(",", ""))
    use_scope(EVERYTHING)
    then = figures_known_at(posting, on=clock.today())
    assert posting == before < last_posting()
    assert shown["Connected"] == [str(then.of("connected", aspect)) for aspect in ("verified", "pending")]


@pytest.mark.parametrize("table", ["proofs", "cube", "postings"])
def test_progress_verify_looks_at_one_state(app: Flask, world: World, table: str) -> None:
    made = serve(world)
    session().rollback()
    with _meanwhile(app, f"FROM {table}", lambda: confirm(world, *made.delivery_facts)):
        result = app.test_cli_runner().invoke(args=["progress", "verify", "--json"])
    assert result.exit_code == 0, [one for one in json.loads(result.output)["checks"] if not one["holds"]]


def test_page_that_reads_one_state_still_leaves_its_trace(client: FlaskClient, world: World) -> None:
    code = serve(world).code
    sign_in(client, world.users["navigator_a"])
    assert client.get(f"/households/{code}").status_code == 200
    seen = select(func.count()).select_from(AuditEvent).where(AuditEvent.name == "household.viewed")
    assert session().scalar(seen) == 1


@pytest.mark.only_postgresql
def test_read_transaction_writes_nothing(app: Flask) -> None:
    with pytest.raises(DBAPIError, match="read-only"), read_transaction() as target:
        target.execute(text("UPDATE ledger_head SET posting = posting"))
    with read_transaction(), write_transaction() as target:
        target.execute(text("UPDATE ledger_head SET posting = posting"))
