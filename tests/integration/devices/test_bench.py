"""The bench: units on tables, the next step by one key, the same for many, all or none."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.devices.actions.bench import assign_devices, go_on
from digital_inclusion.devices.models import Device
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotFound
from tests.factories.devices import device, goes, grades, specifies, takes_in, tries_out
from tests.factories.media import lists
from tests.factories.world import World, add_user
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form

BENCH, MANY, ASSIGN = "/devices/bench", "/devices/bench/many", "/devices/bench/assign"


def colleague(world: World) -> int:
    """Make a second technician of partner A, who can act as ``second``; return their number."""
    return add_user(world, "technician", "a", "second")


def assigns(
    world: World, code: str, to: int | None, *, who: str = "technician_a", instead_of: int | None = None
) -> None:
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    try:
        with write_transaction():
            outcome = assign_devices(scanned=[code], to=to, instead_of=instead_of, by=by)
    finally:
        use_scope(EVERYTHING)
    if outcome.refused:
        raise outcome.refused[0][1]


def goes_on(world: World, code: str, shown: str, *, who: str = "technician_a") -> None:
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    try:
        with write_transaction():
            go_on(code=code, shown=shown, by=by)
    finally:
        session().rollback()
        use_scope(EVERYTHING)


def wiped(world: World, serial: str = "5CD1234ABC", *, who: str = "technician_a", kind: str = "laptop") -> str:
    """Take a unit in that keeps nothing, and note it as wiped."""
    code = takes_in(world, serial, who=who, kind=kind)
    lists(world, code, who=who)
    goes(world, code, "sanitized", who=who)
    return code


def test_scan_by_scan_to_ready(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    signed_in(client, world, "technician_a")
    check_page(client.get(BENCH))
    found = post_form(client, BENCH, {"scanned": "5cd-1234 abc"})
    assert found.status_code == 303 and found.location.endswith(f"{BENCH}?unit={code}")
    shown = client.get(found.location)
    check_page(shown)
    assert "Next: Look for data media" in page_text(shown) and "Nobody has it on the table" in page_text(shown)
    page = f"{BENCH}?unit={code}"

    def key() -> str:
        """Press Enter in the empty field; return where it leads."""
        led = client.post(BENCH, data=hidden_fields(client.get(page), BENCH) | {"scanned": ""})
        assert led.status_code == 303, page_text(led)
        return str(led.location)

    assert key().endswith(f"/devices/{code}/media")
    assert device(code).assigned_to == world.users["technician_a"]
    lists(world, code)
    assert key().endswith(f"{BENCH}?unit={code}") and device(code).state == "sanitized"
    test = f"/devices/{code}/test"
    assert key().endswith(test) and device(code).state == "testing"
    check_page(client.get(test))
    assert post_form(client, test, {}).status_code == 400  # nothing was marked
    assert post_form(client, test, {"camera": "fails", "rest": "y"}).status_code == 303
    assert device(code).has_camera is False
    assert "Something fails: repair it" in page_text(client.get(page))
    assert key() and device(code).state == "repair"
    assert key() and device(code).state == "testing"
    assert key().endswith(test)
    assert post_form(client, test, {"rest": "y"}).status_code == 303
    specs = f"/devices/{code}/specs"
    assert key().endswith(specs)
    check_page(client.get(specs))
    assert post_form(client, specs, {"system": "Linux Mint 22", "licence": "free", "memory": "8"}).status_code == 303
    grade = f"/devices/{code}/grade"
    assert key().endswith(grade)
    asked = client.get(grade)
    check_page(asked)
    assert "The tests speak for F5" in page_text(asked)
    assert post_form(client, grade, {"functional": "F5", "cosmetic": "C6"}).status_code == 303
    assert key() and device(code).state == "ready"
    one = device(code)
    assert (one.assigned_to, one.assigned_at, one.memory_mb, one.has_camera) == (None, None, 8192, True)
    passport = client.get(f"/devices/{code}")
    check_page(passport)
    assert "Linux Mint 22" in page_text(passport) and "Keyboard Works" in page_text(passport)


@pytest.mark.parametrize(
    ("scanned", "sentence"),
    [
        ("NO-SUCH-TAG", "We know no device with this tag or serial number here."),
        ("https://example.com/somebody", "This QR code is not one of our labels."),
        ("", "Scan a label, or type a tag or serial number."),
    ],
)
def test_wrong_scan_says_so(client: FlaskClient, world: World, scanned: str, sentence: str) -> None:
    signed_in(client, world, "technician_a")
    refused = post_form(client, BENCH, {"scanned": scanned})
    tree = check_page(refused)
    assert refused.status_code == 400 and sentence in page_text(refused)
    field = next(one for one in tree.iter("input") if one.get("name") == "scanned")
    assert not field.get("value") and field.get("autofocus") is not None
    assert any(one.get("role") == "alert" for one in tree.iter("div"))


def test_unit_of_another_partner_is_not_found_by_scanning(client: FlaskClient, world: World) -> None:
    code = takes_in(world, who="technician_b")
    signed_in(client, world, "technician_a")
    for word in (code, "5CD1234ABC"):
        assert "We know no device" in page_text(post_form(client, BENCH, {"scanned": word}))
    assert code not in page_text(client.get(f"{BENCH}?unit={code}"))
    before = device(code).updated_at
    fields = hidden_fields(client.get(BENCH), BENCH) | {"scanned": "", "unit": code, "step": "list"}
    assert client.post(BENCH, data=fields).status_code == 400
    fields = hidden_fields(client.get(BENCH), ASSIGN) | {"scanned": code, "to": "me"}
    assert client.post(ASSIGN, data=fields).status_code == 303
    assert (device(code).assigned_to, device(code).updated_at) == (None, before)
    with pytest.raises(NotFound):
        assigns(world, code, world.users["technician_a"])


def test_step_that_is_no_longer_the_next_is_refused(world: World) -> None:
    code = wiped(world)
    goes_on(world, code, "start")
    with pytest.raises(Conflict, match="moved on"):
        goes_on(world, code, "start")
    assert device(code).state == "testing"


def test_replayed_key_does_one_step(client: FlaskClient, world: World) -> None:
    code = wiped(world)
    signed_in(client, world, "technician_a")
    fields = hidden_fields(client.get(f"{BENCH}?unit={code}"), BENCH) | {"scanned": ""}
    first, second = client.post(BENCH, data=fields), client.post(BENCH, data=fields)
    assert first.location == second.location and device(code).state == "testing"
    late = client.post(BENCH, data=fields | {"_once": ""})
    assert late.status_code == 400 and "moved on" in page_text(late)


def test_who_has_it_keeps_it_until_it_is_taken_over(world: World) -> None:
    code, other = takes_in(world), colleague(world)
    me = world.users["technician_a"]
    assigns(world, code, other, who="second")
    for act in (
        lambda: assigns(world, code, me),
        lambda: assigns(world, code, None),
        lambda: goes_on(world, code, "list"),
        lambda: assigns(world, code, me, instead_of=me),
    ):
        with pytest.raises(Conflict, match="Technician Second"):
            act()
    assert device(code).assigned_to == other
    assigns(world, code, me, instead_of=other)
    assigns(world, code, other)  # handed on
    assigns(world, code, None, who="second")
    assert (device(code).assigned_to, device(code).assigned_at) == (None, None)
    told = session().scalars(select(AuditEvent).where(AuditEvent.name == "device.assigned").order_by(AuditEvent.id))
    assert [event.details["to"] for event in told] == [other, me, other, None]


@pytest.mark.parametrize("to", ["navigator_a", "technician_b", "sanitization_validator_a"])
def test_only_technicians_of_the_house_get_units(world: World, to: str) -> None:
    code = takes_in(world)
    with pytest.raises(Invalid):
        assigns(world, code, world.users[to])


def test_two_take_one_unit_at_once(app: Flask, world: World) -> None:
    code, told, start = takes_in(world), [], threading.Barrier(2)
    colleague(world)
    actors = [world.actor(who) for who in ("technician_a", "second")]
    session().rollback()
    db.session.remove()

    def takes(number: int) -> None:
        with app.app_context():
            by = actors[number]
            use_scope(Scope(partner_id=by.partner_id))
            start.wait()
            with write_transaction():
                outcome = assign_devices(scanned=[code], to=by.user_id, by=by)
            told.append(outcome.refused[0][1].sentence if outcome.refused else by.name)
            db.session.remove()

    threads = [threading.Thread(target=takes, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    use_scope(EVERYTHING)
    winner = next(actor for actor in actors if actor.user_id == device(code).assigned_to)
    assert sorted(told) == sorted([winner.name, f"{winner.name} has it on the table."])


def test_tables_by_next_step(client: FlaskClient, world: World) -> None:
    first, second, third = takes_in(world), wiped(world, "PF-99-ZZZ"), wiped(world, "PF-98-ZZZ", kind="monitor")
    other = colleague(world)
    assigns(world, third, other, who="second")
    signed_in(client, world, "technician_a")
    shown = client.get(BENCH)
    check_page(shown)
    text = page_text(shown)
    assert text.index("Look for data media 1") < text.index(first) < text.index("Start testing 1") < text.index(second)
    assert third not in text
    fields = hidden_fields(shown, ASSIGN) | {"whose": "nobody", "to": "me", "scanned": [first, second]}
    assert client.post(ASSIGN, data=fields).status_code == 303
    assert {device(code).assigned_to for code in (first, second)} == {world.users["technician_a"]}
    mine = page_text(client.get(BENCH))
    assert first in mine and second in mine
    theirs = client.get(f"{BENCH}?whose=colleagues")
    check_page(theirs)
    assert third in page_text(theirs) and "Technician Second" in page_text(theirs)
    handed = hidden_fields(client.get(BENCH), ASSIGN) | {"to": "colleague", "colleague": str(other), "scanned": first}
    client.post(ASSIGN, data=handed)
    assert device(first).assigned_to == other
    taken = client.get(f"{BENCH}?unit={first}")
    check_page(taken)
    assert "Technician Second has it on the table." in page_text(taken)
    assert client.get(f"{BENCH}?whose=everybody&unit=%27").status_code == 200


def test_technician_begins_at_the_bench(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "technician_a")
    page = check_page(client.get("/devices"))
    brand = next(one for one in page.iter("a") if "di-brand" in (one.get("class") or ""))
    assert brand.get("href") == BENCH


def _many(client: FlaskClient, **typed: str) -> dict[str, str]:
    return hidden_fields(client.get(MANY), MANY) | typed


def test_many_alike_all_or_none_until_the_person_agrees(client: FlaskClient, world: World) -> None:
    good, late, theirs = wiped(world), takes_in(world, "PF-97-ZZZ"), wiped(world, "PF-96-ZZZ", who="technician_b")
    signed_in(client, world, "technician_a")
    check_page(client.get(MANY))
    assert client.post(MANY, data=_many(client, scanned=good)).status_code == 400
    typed = {
        "task": "specify", "scanned": f"{good}\n{late}\n{theirs}", "memory": "16", "system": "Linux Mint 22",
        "licence": "free",
    }  # fmt: skip
    shown = client.post(MANY, data=_many(client, **typed))
    check_page(shown)
    text = page_text(shown)
    assert shown.status_code == 400 and "2 devices cannot. Nothing was changed yet." in text
    assert "Wipe it first" in text and "We know no device" in text and "Do the other 1" in text
    assert device(good).memory_mb is None
    changed = client.post(MANY, data=hidden_fields(shown, MANY) | typed | {"memory": "32"})
    assert changed.status_code == 400 and device(good).memory_mb is None  # what was changed is shown once more
    agreed = client.post(MANY, data=hidden_fields(shown, MANY) | typed)
    assert agreed.status_code == 303
    assert (device(good).memory_mb, device(good).system) == (16384, "Linux Mint 22")
    assert device(late).memory_mb is None and device(theirs).memory_mb is None
    again = client.post(MANY, data=_many(client, task="specify", scanned=good, memory="8"))
    assert "It has another value already for “Memory”" in page_text(again) and device(good).memory_mb == 16384


def test_many_are_graded_and_assigned_alike(client: FlaskClient, world: World) -> None:
    codes = [wiped(world, f"PF-9{number}-ZZZ") for number in range(2)]
    for code in codes:
        goes(world, code, "testing")
        tries_out(world, code)
        specifies(world, code)
    signed_in(client, world, "technician_a")
    scanned = "\n".join(codes)
    empty = client.post(MANY, data=_many(client, task="grade", scanned=scanned))
    assert empty.status_code == 400 and "Please choose one." in page_text(empty)
    too_high = client.post(MANY, data=_many(client, task="grade", scanned=scanned, functional="F6", cosmetic="C5"))
    assert "2 devices cannot" in page_text(too_high) and "lower grade" in page_text(too_high)
    done = client.post(MANY, data=_many(client, task="grade", scanned=scanned, functional="F5", cosmetic="C5"))
    assert done.status_code == 303
    assert {(device(code).state, device(code).functional) for code in codes} == {("graded", "F5")}
    assert client.post(MANY, data=_many(client, task="assign", scanned=scanned, to="me")).status_code == 303
    assert {device(code).assigned_to for code in codes} == {world.users["technician_a"]}
    assert client.post(MANY, data=_many(client, task="assign", scanned=scanned)).status_code == 400


def test_unit_that_leaves_the_bench_is_on_nobodys_table(world: World) -> None:
    code = takes_in(world)
    assigns(world, code, world.users["technician_a"])
    goes(world, code, "lost")
    assert device(code).assigned_to is None
    with pytest.raises(Conflict):
        assigns(world, code, world.users["technician_a"])


def test_grade_is_kept_with_its_reason_and_forgotten_when_it_begins_anew(world: World) -> None:
    code = wiped(world)
    goes(world, code, "testing")
    specifies(world, code)
    tries_out(world, code, battery="fails")
    grades(world, code, "F4")
    assert device(code).grade_reason == "looked at"
    event = session().scalars(select(AuditEvent).where(AuditEvent.name == "device.graded")).one()
    assert event.details["proposed"] == "F3" and "looked at" not in str(event.details)
    goes(world, code, "repair", "quarantined")
    one = device(code)
    assert (one.grade_reason, one.functional, one.system, one.licence) == (None, None, None, None)
    lists(world, code)
    goes(world, code, "sanitized", "testing")
    with pytest.raises(DomainError):
        tries_out(world, code, nothing="works")
    assert session().scalars(select(Device).where(Device.code == code)).one().state == "testing"
