"""Tests, specifications, snapshots and parts of units, as technicians use their pages."""

import io
import json
import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from digital_inclusion.devices.actions.harvesting import shelve_part, use_part
from digital_inclusion.devices.actions.moving import accept_devices, offer_devices
from digital_inclusion.devices.models import DeviceCheck, DevicePart
from digital_inclusion.devices.queries.checks import list_tested
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from tests.factories.devices import device, goes, grades, specifies, takes_in, takes_part, tries_out
from tests.factories.media import certified, lists
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form
from tests.support.shared import shared_file

REPORTS, SHELF = "/devices/erasure-reports", "/devices/parts"


def in_testing(world: World, serial: str = "5CD1234ABC", *, who: str = "technician_a", kind: str = "laptop") -> str:
    code = takes_in(world, serial, who=who, kind=kind)
    lists(world, code, who=who)
    goes(world, code, "sanitized", "testing", who=who)
    return code


def part(code: str) -> DevicePart:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalars(select(DevicePart).where(DevicePart.code == code)).one()


def uses(world: World, part_code: str, scanned: str, *, who: str = "technician_a") -> None:
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    try:
        with write_transaction():
            use_part(code=part_code, scanned=scanned, by=by)
    finally:
        use_scope(EVERYTHING)


def shelves(world: World, part_code: str, *, who: str = "technician_a") -> None:
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    try:
        with write_transaction():
            shelve_part(code=part_code, by=by)
    finally:
        use_scope(EVERYTHING)


def test_later_test_stands_above_and_the_earlier_stays(world: World) -> None:
    code = in_testing(world)
    tries_out(world, code, screen="fails")
    goes(world, code, "repair", "testing")
    tries_out(world, code, rest=False, screen="works")
    told = list_tested(device(code))
    assert told["screen"].check.result == "works" and told["screen"].by == "Technician A"
    assert session().scalar(select(func.count(DeviceCheck.id)).where(DeviceCheck.item == "screen")) == 2


@pytest.mark.parametrize("statement", ["UPDATE device_checks SET result = 'works'", "DELETE FROM device_checks"])
def test_database_refuses_to_change_a_test(world: World, statement: str) -> None:
    code = in_testing(world)
    tries_out(world, code, screen="fails")
    with pytest.raises(DatabaseError, match="append-only"):
        session().execute(text(statement))
    session().rollback()


def test_unit_that_is_not_tested_now_takes_no_results(client: FlaskClient, world: World) -> None:
    code, theirs = takes_in(world), in_testing(world, "PF-99-ZZZ", who="technician_b")
    with pytest.raises(Conflict):
        tries_out(world, code)
    with pytest.raises(NotFound):
        tries_out(world, theirs)
    signed_in(client, world, "technician_a")
    page = f"/devices/{code}/test"
    check_page(client.get(page))
    late = post_form(client, page, {"screen": "fails", "rest": "y"})
    tree = check_page(late)
    assert late.status_code == 400 and "Start testing it first" in page_text(late)
    marked = [one.get("value") for one in tree.iter("input") if one.get("checked") is not None]
    assert marked == ["fails"]  # what was marked survives
    assert post_form(client, page, {"screen": "perfect"}).status_code == 400


def test_specifications_are_read_and_refused_in_place(client: FlaskClient, world: World) -> None:
    code = in_testing(world)
    signed_in(client, world, "technician_a")
    page = f"/devices/{code}/specs"
    typed = {
        "processor": "Core i5-8350U", "memory": "much", "storage": "256", "screen": "14,1", "weight": "1.6",
        "system": "Windows 11", "licence": "refurbisher",
    }  # fmt: skip
    wrong = post_form(client, page, typed)
    check_page(wrong)
    said = page_text(wrong)
    assert wrong.status_code == 400 and "memory in gigabytes" in said and "diagonal in inches" in said
    assert "Write the weight with its unit" in said and 'value="Core i5-8350U"' in wrong.get_data(as_text=True)
    right = typed | {"memory": "16", "screen": "14.1", "weight": "3.5 lb"}
    assert "six months" in page_text(post_form(client, page, right))
    assert post_form(client, page, right | {"attested": "y", "camera": "yes"}).status_code == 303
    one = device(code)
    assert (one.memory_mb, one.screen_tenths, one.weight_g, one.licence) == (16384, 141, 1588, "refurbisher")
    assert one.has_camera is True
    shown = client.get(page)
    check_page(shown)
    assert 'value="1.588 kg"' in shown.get_data(as_text=True)
    assert post_form(client, page, right | {"weight": "1.588 kg", "processor": ""}).status_code == 303  # no new licence
    assert device(code).processor is None


def test_two_who_describe_one_unit(client: FlaskClient, world: World) -> None:
    code = in_testing(world)
    signed_in(client, world, "technician_a")
    page = f"/devices/{code}/specs"
    opened = client.get(page)
    specifies(world, code, memory_mb=4096)
    late = client.post(page, data=hidden_fields(opened, page) | {"memory": "8"})
    check_page(late)
    assert late.status_code == 400 and "meanwhile" in page_text(late) and device(code).memory_mb == 4096
    assert client.post(page, data=hidden_fields(late, page) | {"memory": "8"}).status_code == 303
    assert device(code).memory_mb == 8192


def test_kinds_are_asked_for_what_they_have(client: FlaskClient, world: World) -> None:
    monitor = in_testing(world, kind="monitor")
    signed_in(client, world, "technician_a")
    names = {one.get("name") for one in check_page(client.get(f"/devices/{monitor}/specs")).iter("input")}
    assert {"screen", "weight"} <= names and not names & {"memory", "system", "attested", "battery"}
    assert post_form(client, f"/devices/{monitor}/specs", {"screen": "24", "memory": "8"}).status_code == 303
    assert (device(monitor).screen_tenths, device(monitor).memory_mb) == (240, None)
    goes(world, takes_in(world, "PF-50-ZZZ"), "lost")


def _reads(client: FlaskClient, content: bytes) -> Any:
    return post_form(client, REPORTS, {"files": (io.BytesIO(content), "snapshot.json")})


def test_snapshot_fills_what_is_empty_and_shows_what_differs(client: FlaskClient, world: World) -> None:
    code = takes_in(world, "B8OAAS048287")
    specifies(world, code, memory_mb=4096)
    signed_in(client, world, "technician_a")
    content = shared_file("uploads/complete.export.snapshot.json").read_bytes()
    read = _reads(client, content)
    check_page(read)
    assert "Noted as specification" in page_text(read) and "Something noted differs" in page_text(read)
    one = device(code)
    assert (one.processor, one.memory_mb, one.screen_tenths) == ("Intel Atom CPU N455 @ 1.66GHz", 4096, 100)
    assert "Noted as specification" not in page_text(_reads(client, content))  # the same file again changes nothing
    page = f"/devices/{code}/specs"
    shown = client.get(page)
    check_page(shown)
    assert "The last snapshot says something else 1" in page_text(shown) and "Noted: 4 GB" in page_text(shown)
    take = f"{page}/found"
    assert post_form(client, take, {"names": "processor"}, page=page).status_code == 409
    assert post_form(client, take, {"names": "memory_mb"}, page=page).status_code == 303
    assert device(code).memory_mb == 2048
    assert "The last snapshot says something else" not in page_text(client.get(page))


def test_snapshot_of_another_partners_unit_tells_nothing(client: FlaskClient, world: World) -> None:
    code = takes_in(world, "B8OAAS048287", who="technician_b")
    signed_in(client, world, "technician_a")
    told = {"device": {"serialNumber": "B8OAAS048287"}, "components": [{"type": "RamModule", "size": 2048}]}
    assert code not in page_text(_reads(client, json.dumps(told).encode()))
    assert device(code).memory_mb is None and device(code).found is None


def test_part_from_one_unit_into_another_and_back(client: FlaskClient, world: World) -> None:
    donor, sick = in_testing(world), in_testing(world, "PF-99-ZZZ")
    specifies(world, donor, weight_g=1600)
    signed_in(client, world, "technician_a")
    page = f"/devices/{donor}/parts"
    check_page(client.get(page))
    typed = {"kind": "battery", "description": "3 cells", "weight": "2 kg"}
    heavy = post_form(client, page, typed)
    check_page(heavy)
    assert heavy.status_code == 400 and "weigh more than the whole device" in page_text(heavy)
    drive = post_form(client, page, typed | {"description": "256 GB SSD", "weight": ""})
    assert "This keeps data: it is no part" in page_text(drive)
    assert post_form(client, page, typed | {"weight": "250 g"}).status_code == 303
    code = session().scalars(select(DevicePart.code)).one()
    shelf = client.get(SHELF)
    check_page(shelf)
    assert "Battery" in page_text(shelf) and donor in page_text(shelf)
    change = f"{SHELF}/{code}/change"
    check_page(client.get(change))
    assert post_form(client, change, typed | {"weight": "260 g"}).status_code == 303 and part(code).weight_g == 260
    use = f"{SHELF}/{code}/use"
    check_page(client.get(use))
    for wrong, sentence in (("NO-SUCH", "We know no device"), ("https://example.com/x", "not one of our labels")):
        refused = post_form(client, use, {"scanned": wrong})
        assert refused.status_code == 400 and sentence in page_text(refused)
    assert post_form(client, use, {"scanned": "pf99zzz"}).status_code == 303
    inside = client.get(f"/devices/{sick}/parts")
    check_page(inside)
    assert f"in it, taken from {donor}" in page_text(inside)
    again = post_form(client, use, {"scanned": donor})
    assert again.status_code == 400 and f"in device {sick} already" in page_text(again)
    assert "Parts 1" in page_text(client.get(f"/devices/{donor}"))
    used = post_form(client, change, typed | {"weight": "1 kg"})
    assert used.status_code == 400 and "This part is in use" in page_text(used) and part(code).weight_g == 260
    assert post_form(client, f"{SHELF}/{code}/shelve", page=f"/devices/{sick}/parts").status_code == 303
    assert part(code).used_in_id is None and part(code).used_at is None
    with pytest.raises(Conflict):
        shelves(world, code)


@pytest.mark.parametrize("state", ["quarantined", "ready", "lost"])
def test_parts_stay_in_closed_units(world: World, state: str) -> None:
    code = takes_in(world)
    if state == "lost":
        goes(world, code, "lost")
    if state == "ready":
        lists(world, code)
        goes(world, code, "sanitized", "testing")
        specifies(world, code)
        grades(world, code, "F5")
        goes(world, code, "ready")
    with pytest.raises(Conflict):
        takes_part(world, code)


def test_board_whose_chip_keeps_data_is_wiped_first(world: World) -> None:
    code = takes_in(world)
    lists(world, code, "CHIP-1", kind="flash")
    goes(world, code, "harvested")
    with pytest.raises(Invalid):
        takes_part(world, code, "board")
    takes_part(world, code, "battery")
    certified_code = takes_in(world, "PF-95-ZZZ")
    lists(world, certified_code, "DISK-9")
    certified(world, certified_code)
    goes(world, certified_code, "harvested")
    takes_part(world, certified_code, "board")


def test_parts_of_another_partner_are_not_there(world: World) -> None:
    mine, theirs = in_testing(world), in_testing(world, "PF-99-ZZZ", who="technician_b")
    code = takes_part(world, theirs, who="technician_b")
    own = takes_part(world, mine)
    for act in (
        lambda: uses(world, code, mine),
        lambda: uses(world, own, theirs),
        lambda: shelves(world, code),
        lambda: takes_part(world, theirs),
    ):
        with pytest.raises((NotFound, Invalid)):
            act()
    assert part(code).used_in_id is None and part(own).used_in_id is None


def test_part_on_the_shelf_stays_and_a_part_in_use_goes_along(world: World) -> None:
    origin, target = in_testing(world), in_testing(world, "PF-99-ZZZ")
    stays, goes_along = takes_part(world, origin), takes_part(world, origin)
    uses(world, goes_along, target)
    by, to = world.actor("technician_a"), world.actor("technician_b")
    with write_transaction():
        offer_devices(scanned=[origin, target], partner_id=world.partners["b"], by=by)
    with pytest.raises(NotAllowed):
        takes_part(world, target, who="technician_b")
    use_scope(EVERYTHING)
    with write_transaction():
        accept_devices(scanned=[origin, target], by=to)
    assert part(stays).holder_id == world.partners["a"] and part(goes_along).holder_id == world.partners["b"]
    shelves(world, goes_along, who="technician_b")


def test_two_use_one_part_at_once(app: Flask, world: World) -> None:
    origin = in_testing(world)
    code, told, start = takes_part(world, origin), [], threading.Barrier(2)
    targets = [in_testing(world, f"PF-9{number}-ZZZ") for number in range(2)]
    by = world.actor("technician_a")
    session().rollback()
    db.session.remove()

    def puts_in(target: str) -> None:
        with app.app_context():
            use_scope(Scope(partner_id=by.partner_id))
            start.wait()
            try:
                with write_transaction():
                    use_part(code=code, scanned=target, by=by)
                told.append(target)
            except DomainError as error:
                told.append(error.sentence)
            db.session.remove()

    threads = [threading.Thread(target=puts_in, args=(target,)) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    inside = next(target for target in targets if device(target).id == part(code).used_in_id)
    assert sorted(told) == sorted([inside, f"This part is in device {inside} already."])
