"""What a donor writes stands in the lot alone: not in logs, addresses, audit, jobs or forms."""

import io
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.foundation.database import EVERYTHING, Base, session, use_scope
from digital_inclusion.foundation.logs import set_up_logs
from tests.factories.agenda import offers
from tests.factories.world import World
from tests.support.asking import Somebody
from tests.support.donating import confirms, filled, follows, gives, opens_workshop, shows
from tests.support.pages import page_text, post_form

WHO = {"name": "Zoraida Quispemamani", "contact": "zoraida@hidden.example", "pick_up_at": "77 Secluded Lane"}
WORDS = ["Zoraida", "Quispemamani", "hidden.example", "Secluded"]


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


def test_nothing_written_tells_who_gave(app: Flask, world: World, written: io.StringIO) -> None:
    opens_workshop(world)
    slots = offers(world, purpose="pick_up", weeks=2)
    donor, technician = app.test_client(), Somebody(app, world.users["technician_a"])
    typed = filled(world, **WHO, way="pick_up")
    places = [confirms(donor, shows(donor, typed), typed).location or ""]
    reference, pin = gives(donor, world, **WHO, way="pick_up", slot=slots[0])
    places.append(follows(donor, reference, pin).location or "")
    places.append(post_form(donor, "/donate/pledge/time", {"slot": slots[1]}).location or "")
    assert WHO["pick_up_at"] in page_text(technician.ask("GET", f"/devices/lots/{reference}"))
    assert '"endpoint": "residents.donate"' in written.getvalue()
    for word in [*WORDS, pin]:
        assert word not in written.getvalue()
        assert word not in " ".join(places)
    assert {table for word in WORDS for table in _tables_with(word)} == {"donations"}
    assert _tables_with(f"'{pin}'") == set()
    post_form(donor, "/donate/pledge/erase")
    assert {table for word in WORDS for table in _tables_with(word)} == set()


def test_donor_of_one_pledge_reads_no_other(app: Flask, world: World) -> None:
    opens_workshop(world)
    one, other = app.test_client(), app.test_client()
    gives(one, world, **WHO, way="pick_up")
    reference, pin = gives(other, world)
    follows(other, reference, pin)
    assert "Zoraida" not in page_text(other.get("/donate/pledge"))
    nobody = app.test_client()
    with nobody.session_transaction() as browser:
        browser["donate_open"] = [1, 0]  # long closed
    assert nobody.get("/donate/pledge").location == "/donate/follow"


def test_another_organization_sees_nothing_of_a_pledge(app: Flask, world: World) -> None:
    opens_workshop(world)
    reference, _pin = gives(app.test_client(), world, **WHO, way="pick_up")
    theirs = Somebody(app, world.users["technician_b"])
    assert theirs.ask("GET", f"/devices/lots/{reference}").status_code == 404
    for url in ("/devices/lots", "/appointments"):
        page = page_text(theirs.ask("GET", url))
        assert reference not in page and "Zoraida" not in page
