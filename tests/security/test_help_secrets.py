"""What a resident writes to ask for help stands in the referral alone: not in logs, addresses, audit, jobs or forms."""

import io
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text

from digital_inclusion.foundation.database import EVERYTHING, Base, session, use_scope
from digital_inclusion.foundation.logs import set_up_logs
from tests.factories.help import takes
from tests.factories.world import World
from tests.support.asking import Somebody
from tests.support.help import ask_for_help, filled, follow
from tests.support.pages import page_text, post_form

WORDS = ["Zoraida", "Quispemamani", "zoraida@hidden.example", "hidden.example"]
WHO = {"name": "Zoraida Quispemamani", "contact": "zoraida@hidden.example"}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything logged while the test runs, as the running program would write it."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    set_up_logs(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def _tables_with(word: str) -> set[str]:
    session().rollback()
    use_scope(EVERYTHING)
    return {
        name
        for name, table in Base.metadata.tables.items()
        if any(word in repr(row) for row in session().execute(select(table)).all())
    }


def test_nothing_written_tells_who_asked(app: Flask, world: World, written: io.StringIO) -> None:
    takes(world, "a")
    takes(world, "b")
    resident, navigator = app.test_client(), Somebody(app, world.users["navigator_a"])
    post_form(resident, "/help", filled(**WHO, agree=None))
    reference, pin = ask_for_help(resident, **WHO)
    places = [follow(resident, reference, pin).location or ""]
    places.append(post_form(resident, "/help/request/change", filled(**WHO, agree=None)).location or "")
    assert WHO["name"] in page_text(navigator.ask("GET", f"/requests/{reference}"))
    places.append(navigator.ask("POST", f"/requests/{reference}/accept").location or "")
    assert '"endpoint": "residents.ask_for_help"' in written.getvalue()
    for word in [*WORDS, pin]:
        assert word not in written.getvalue()
        assert word not in " ".join(places)
    assert _tables_with("Zoraida") == {"referrals", "drafts"}
    assert _tables_with("hidden.example") == {"referrals", "drafts"}
    assert reference not in " ".join(place for place in places[:2])


def test_pin_stands_nowhere(app: Flask, world: World) -> None:
    client = app.test_client()
    reference, pin = ask_for_help(client)
    assert _tables_with(f"'{pin}'") == set()
    assert _tables_with(reference) == {"help_requests"}


def test_moved_and_closed_requests_name_nobody(app: Flask, world: World) -> None:
    takes(world, "a")
    takes(world, "b")
    resident, first = app.test_client(), Somebody(app, world.users["navigator_a"])
    reference, pin = ask_for_help(resident, **WHO)
    first.ask("POST", f"/requests/{reference}/decline", {"word": "no_room"})
    use_scope(EVERYTHING)
    names = session().execute(text("SELECT name FROM referrals ORDER BY id")).scalars().all()
    assert names == ["", WHO["name"]]
    follow(resident, reference, pin)
    post_form(resident, "/help/request/erase")
    assert _tables_with("Zoraida") == set()
    assert _tables_with("hidden.example") == set()


def test_resident_of_one_request_reads_no_other(app: Flask, world: World) -> None:
    takes(world, "a")
    one, other = app.test_client(), app.test_client()
    ask_for_help(one, **WHO)
    reference, pin = ask_for_help(other)
    follow(other, reference, pin)
    assert "Zoraida" not in page_text(other.get("/help/request"))
