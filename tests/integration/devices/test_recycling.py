"""A batch for a certified recycler: filled by scanning, sent in one step, certified, or void."""

import io
import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.devices.actions import recycling
from digital_inclusion.devices.models import DeviceMove, RecyclingBatch, RecyclingUnit
from digital_inclusion.devices.queries.recycling import get_batch, units_in, weigh
from digital_inclusion.devices.schemas import read_factors
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotFound
from tests.factories.aftercare import begun, does, waste, weighs
from tests.factories.devices import device, goes, is_ready, takes_in
from tests.factories.media import certified, lists
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form

LIST = "/devices/recycling"
PDF = b"%PDF-1.7 a recycler's paper"


def batch_of(code: str) -> RecyclingBatch:
    session().rollback()
    use_scope(EVERYTHING)
    return get_batch(code)


def scans(world: World, batch: str, *words: str, who: str = "technician_a") -> tuple[list[str], list[str]]:
    outcome = does(world, recycling.scan_into_batch, who=who, code=batch, scanned=list(words))
    return outcome.done, [error.sentence for _word, error in outcome.refused]


def test_batch_from_scan_to_certificate(client: FlaskClient, world: World) -> None:
    one, other = waste(world, "SCRAP1234A"), waste(world, "SCRAP1234B", kind="router")
    signed_in(client, world, "technician_a")
    check_page(client.get(LIST))
    check_page(client.get(f"{LIST}/new"))
    typed = {"recycler": "Bay Recycling", "certification": "r2", "number": "C-1"}
    ended = post_form(client, f"{LIST}/new", typed | {"until": "2026-01-01"})
    assert ended.status_code == 400 and "This certification has ended" in page_text(ended)
    made = post_form(client, f"{LIST}/new", typed | {"until": "2040-01-01"})
    assert made.status_code == 303
    page = made.location
    check_page(client.get(page))
    scanned = post_form(client, f"{page}/scan", {"scanned": f"{one}\nscrap1234b\nNO-SUCH\n"}, page=page)
    assert scanned.status_code == 303
    shown = client.get(page)
    check_page(shown)
    told = page_text(shown)
    assert "2 devices are in the batch" in told and "NO-SUCH" in told
    assert "1.6 kg, 1 device estimated (Boavizta 2023-1), 1 device of unknown weight not in it" in told
    assert device(one).state == "testing"  # nothing moves before the batch is sent
    check_page(client.get(f"{page}/send"))
    early = post_form(client, f"{page}/send", {"sent_on": (clock.today() + timedelta(days=2)).isoformat()})
    assert early.status_code == 400 and "This day has not come yet." in page_text(early)
    assert post_form(client, f"{page}/send", {"sent_on": clock.today().isoformat()}).status_code == 303
    assert {device(one).state, device(other).state} == {"recycled"}
    check_page(client.get(f"{page}/certify"))
    paper = {"weight": "1.85", "number": "COR-77", "file": (io.BytesIO(b"<html>"), "paper.html")}
    wrong = post_form(client, f"{page}/certify", paper)
    assert wrong.status_code == 400 and "neither a PDF nor a picture" in page_text(wrong)
    done = post_form(client, f"{page}/certify", paper | {"file": (io.BytesIO(PDF), "paper.pdf")})
    assert done.status_code == 303
    shown = client.get(page)
    check_page(shown)
    assert "1.85 kg" in page_text(shown) and "+0.25 kg" in page_text(shown) and "COR-77" in page_text(shown)
    answer = client.get(f"{page}/certificate")
    assert answer.data == PDF and answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    check_page(client.get(LIST))
    names = session().scalars(
        select(AuditEvent.name).where(AuditEvent.name.like("recycling.%")).order_by(AuditEvent.id)
    )
    assert list(names) == ["recycling.begun", "recycling.scanned", "recycling.sent", "recycling.certified"]


def test_unit_that_may_not_be_recycled_stays_out(world: World) -> None:
    batch = begun(world)
    full = takes_in(world, "FULL12345A")
    lists(world, full, "WD-FULL1A")
    unlisted, ready = takes_in(world, "UNLISTED1A"), is_ready(world, takes_in(world, "READY1234A"))
    done, refused = scans(world, batch, full, unlisted, ready, "https://example.org/x")
    assert done == [] and len(refused) == 4
    assert "have no certificate since the unit came" in refused[0] and "Nobody has said yet" in refused[1]
    assert "A unit that is “Ready” cannot become “Recycled”." in refused[2]
    certified(world, full)
    done, refused = scans(world, batch, full, full)
    assert done == [full] and refused == []  # the same label twice in one list is one unit


def test_unit_is_in_one_batch_at_most(world: World) -> None:
    unit, first, second = waste(world, "ONCE12345A"), begun(world), begun(world)
    assert scans(world, first, unit)[0] == [unit]
    assert scans(world, first, unit)[1] == ["This device is in this batch already."]
    assert scans(world, second, unit)[1] == [f"This device is in a batch already: {first}."]
    does(world, recycling.take_out_of_batch, code=first, device_code=unit)
    with pytest.raises(NotFound):
        does(world, recycling.take_out_of_batch, code=first, device_code=unit)
    assert scans(world, second, unit)[0] == [unit]


def test_two_scan_the_same_unit_into_two_batches_at_once(app: Flask, world: World) -> None:
    unit, batches = waste(world, "RACE12345A"), [begun(world), begun(world)]
    barrier, told = threading.Barrier(2, timeout=30), list[str]()

    def scan(batch: str) -> None:
        with app.app_context():
            barrier.wait()
            told.extend(scans(world, batch, unit)[1])
            db.session.remove()

    both = [threading.Thread(target=scan, args=(one,)) for one in batches]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(told) == 1 and "batch already" in told[0]
    session().rollback()
    assert session().scalar(select(func.count(RecyclingUnit.id))) == 1


def test_unit_that_moved_on_keeps_the_whole_batch_here(world: World) -> None:
    stays, moves, batch = waste(world, "STAYS1234A"), waste(world, "MOVES1234A"), begun(world)
    scans(world, batch, stays, moves)
    goes(world, moves, "lost")
    with pytest.raises(Invalid, match=moves):
        does(world, recycling.send_batch, code=batch, sent_on=clock.today())
    assert device(stays).state == "testing" and batch_of(batch).state == "open"
    does(world, recycling.take_out_of_batch, code=batch, device_code=moves)
    assert does(world, recycling.send_batch, code=batch, sent_on=clock.today()) == 1


def test_recycler_must_be_certified_on_the_day_it_takes_the_batch(world: World) -> None:
    unit, batch = waste(world, "CERTI1234A"), begun(world, until=clock.today())
    with pytest.raises(Invalid):
        does(world, recycling.send_batch, code=batch, sent_on=clock.today())  # nothing in it yet
    scans(world, batch, unit)
    with clock.frozen(clock.now() + timedelta(days=1)), pytest.raises(Invalid) as error:
        does(world, recycling.send_batch, code=batch, sent_on=clock.today())
    assert "has ended" in error.value.fields["until"]
    with pytest.raises(Invalid):
        does(world, recycling.send_batch, code=batch, sent_on=clock.today() - timedelta(days=1))


def test_sent_batch_is_not_changed_and_not_sent_twice(world: World) -> None:
    unit, other, batch = waste(world, "SENT12345A"), waste(world, "SENT12345B"), begun(world)
    scans(world, batch, unit)
    does(world, recycling.send_batch, code=batch, sent_on=clock.today())
    for action, more in (
        (recycling.scan_into_batch, {"scanned": [other]}),
        (recycling.take_out_of_batch, {"device_code": unit}),
        (recycling.send_batch, {"sent_on": clock.today()}),
    ):
        with pytest.raises(Conflict):
            does(world, action, code=batch, **more)
    moves = select(func.count(DeviceMove.id)).where(DeviceMove.to_state == "recycled")
    assert session().scalar(moves) == 1
    with pytest.raises(Conflict):
        goes(world, unit, "quarantined")  # by hand nothing comes back from the recycler


def test_void_brings_what_was_sent_back_into_quarantine(client: FlaskClient, world: World) -> None:
    unit, batch = waste(world, "VOID12345A"), begun(world)
    scans(world, batch, unit)
    does(world, recycling.send_batch, code=batch, sent_on=clock.today())
    signed_in(client, world, "technician_a")
    page = f"{LIST}/{batch}/void"
    check_page(client.get(page))
    assert "1 device comes back into quarantine" in page_text(client.get(page))
    assert post_form(client, page, {"reason": " "}).status_code == 400
    assert post_form(client, page, {"reason": "The truck never came"}).status_code == 303
    back = device(unit)
    assert (back.state, back.round, back.media_listed) == ("quarantined", 2, False)
    shown = client.get(f"{LIST}/{batch}")
    check_page(shown)
    assert "The truck never came" in page_text(shown) and unit in page_text(shown)
    with pytest.raises(Conflict):
        does(world, recycling.void_batch, code=batch, reason="again")
    assert scans(world, begun(world), unit)[1] != []  # it has to be wiped again first


def test_certified_batch_is_final(world: World) -> None:
    unit, batch = waste(world, "FINAL1234A"), begun(world)
    paper = {"weight_g": 1500, "number": "X", "filename": "x.pdf"}
    with pytest.raises(Conflict):
        does(world, recycling.certify_batch, code=batch, stream=io.BytesIO(PDF), **paper)
    scans(world, batch, unit)
    does(world, recycling.send_batch, code=batch, sent_on=clock.today())
    with pytest.raises(Invalid):
        does(world, recycling.certify_batch, code=batch, stream=io.BytesIO(PDF), **(paper | {"weight_g": 0}))
    does(world, recycling.certify_batch, code=batch, stream=io.BytesIO(PDF), **paper)
    with pytest.raises(Conflict):
        does(world, recycling.void_batch, code=batch, reason="too late")
    with pytest.raises(Conflict):
        does(world, recycling.certify_batch, code=batch, stream=io.BytesIO(PDF), **paper)


def test_weight_of_a_batch_leaves_out_parts_that_stayed(world: World) -> None:
    unit, batch = waste(world, "PARTS1234A"), begun(world)
    weighs(world, unit, 2000, 300)
    scans(world, batch, unit)
    assert weigh(batch_of(batch), read_factors()).grams == 1700
    assert [one.device.code for one in units_in(batch_of(batch))] == [unit]


def test_batch_of_another_organization_is_not_there(client: FlaskClient, world: World) -> None:
    batch, unit = begun(world), waste(world, "OTHER1234B", who="technician_b")
    signed_in(client, world, "technician_b")
    for path in ("", "/send", "/certify", "/void", "/certificate"):
        assert client.get(f"{LIST}/{batch}{path}").status_code == 404
    assert batch not in page_text(client.get(LIST))
    own = begun(world, who="technician_b")
    fields = hidden_fields(client.get(f"{LIST}/{own}"), f"{LIST}/{own}/scan")
    assert client.post(f"{LIST}/{batch}/scan", data=fields | {"scanned": unit}).status_code == 404
    assert scans(world, own, waste(world, "MINE12345A"), who="technician_b")[0] == []  # not theirs to send
    check_page(signed_in(client, world, "auditor").get(f"{LIST}/{batch}"))
    assert client.get(f"{LIST}/{batch}/send").status_code == 403
