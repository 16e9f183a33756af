"""Units move by the table, alone or many at once, and change hands with both sides' will."""

import pytest
from flask.testing import FlaskClient

from digital_inclusion.devices.actions.moving import accept_devices, offer_devices
from digital_inclusion.devices.queries.units import list_steps
from digital_inclusion.foundation.database import EVERYTHING, Scope, use_scope, write_transaction
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotFound
from tests.factories.devices import device, goes, grades, is_ready, specifies, takes_in
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form


def test_unit_taken_in_is_quarantined(world: World) -> None:
    one = device(takes_in(world))
    assert (one.state, one.round, one.media_listed) == ("quarantined", 1, False)
    steps = [(step.move.from_state, step.move.to_state, step.by) for step in list_steps(one.id)]
    assert steps == [("received", "quarantined", "Technician A"), (None, "received", "Technician A")]


def test_serial_taken_in_twice_names_the_first(world: World) -> None:
    code = takes_in(world, "5cd-1234-abc")
    with pytest.raises(Invalid, match=code):
        takes_in(world, "5CD1234ABC")
    assert takes_in(world, "5CD1234ABC", who="technician_b") != code  # another partner's: the city will see both


@pytest.mark.parametrize("to", ["sanitized", "testing", "ready", "handed_over", "pledged", "returned"])
def test_move_the_table_lacks_or_a_guard_refuses(world: World, to: str) -> None:
    code = takes_in(world)
    with pytest.raises((Conflict, Invalid)):
        goes(world, code, to)
    assert device(code).state == "quarantined"


def test_unit_of_another_partner_is_not_found(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    with pytest.raises(NotFound):
        goes(world, code, "sanitizing", who="technician_b")
    assert signed_in(client, world, "technician_b").get(f"/devices/{code}").status_code == 404
    assert signed_in(client, world, "auditor").get(f"/devices/{code}").status_code == 200


def test_units_change_hands_when_both_sides_say_so(world: World) -> None:
    code = takes_in(world)
    technician, navigator = world.actor("technician_a"), world.actor("navigator_b")
    use_scope(Scope(partner_id=technician.partner_id))
    with write_transaction():
        assert offer_devices(scanned=[code], partner_id=world.partners["b"], by=technician).done == [code]
    assert device(code).holder_id == world.partners["a"]
    use_scope(Scope(partner_id=navigator.partner_id))
    with write_transaction():
        assert accept_devices(scanned=[code], by=navigator).done == [code]
    one = device(code)
    assert (one.holder_id, one.offered_to_id, one.state) == (world.partners["b"], None, "quarantined")
    use_scope(EVERYTHING)
    with write_transaction():
        again = accept_devices(scanned=[code], by=navigator)
    assert again.done == [] and isinstance(again.refused[0][1], Conflict)


def test_pages_of_devices(client: FlaskClient, world: World) -> None:
    code, other = takes_in(world), takes_in(world, "PF-99-ZZZ")
    signed_in(client, world, "technician_a")
    stock = client.get("/devices")
    check_page(stock)
    assert code in page_text(stock) and "Quarantined" in page_text(stock)
    passport = client.get(f"/devices/{code}")
    check_page(passport)
    assert "Nobody has said yet which data media are in it" in page_text(passport)
    form = f"/devices/{code}/move"
    check_page(client.get(form))
    assert post_form(client, form, {"to": "lost"}).status_code == 400  # no reason
    assert post_form(client, form, {"to": "lost", "reason": "not on the shelf"}).status_code == 303
    assert "not on the shelf" in page_text(client.get(f"/devices/{code}"))
    scan = "/devices/scan"
    check_page(client.get(scan))
    mixed = post_form(client, scan, {"scanned": f"{other}\nNO-SUCH-TAG\n{code}", "to": "sanitizing"})
    check_page(mixed)
    assert "2 devices did not move" in page_text(mixed) and "NO-SUCH-TAG" in page_text(mixed)
    assert device(other).state == "sanitizing" and device(code).state == "lost"


@pytest.mark.parametrize("who", ["navigator_a", "auditor", "program_manager"])
def test_who_only_reads_moves_nothing(client: FlaskClient, world: World, who: str) -> None:
    code = takes_in(world)
    signed_in(client, world, who)
    page = client.get(f"/devices/{code}")
    check_page(page)
    assert "Move" not in page_text(page).partition("Data media")[0].partition("Quarantined")[2]
    assert client.get(f"/devices/{code}/move").status_code == 403


def test_grading_leads_on_and_a_low_grade_does_not(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    with pytest.raises(Conflict):
        grades(world, code, "F5")
    with pytest.raises(Invalid, match="F4"):
        is_ready(world, code, grade="F3")
    goes(world, code, "testing")
    specifies(world, code, system=None, licence=None)
    signed_in(client, world, "technician_a")
    form = f"/devices/{code}/grade"
    check_page(client.get(form))
    assert post_form(client, form, {"functional": "F5", "cosmetic": ""}).status_code == 400
    high = post_form(client, form, {"functional": "F5", "cosmetic": "C6", "reason": ""})
    assert high.status_code == 400 and "The tests say too little for this grade" in page_text(high)
    assert post_form(client, form, {"functional": "F5", "cosmetic": "C6", "reason": "seen"}).status_code == 303
    with pytest.raises(Invalid, match="operating system"):
        goes(world, code, "ready")
    specifies(world, code)
    goes(world, code, "ready")
    assert (device(code).state, device(code).cosmetic) == ("ready", "C6")
