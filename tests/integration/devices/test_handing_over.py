"""A unit of ours goes to a household with its signature, and comes back into quarantine."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.correcting import correct_delivery, end_thing, void_fact
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.devices.actions.handing_over import Signed, hand_over_device, hand_over_scanned
from digital_inclusion.devices.rules.handing_over import OneMore
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.files import StoredFile
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid
from digital_inclusion.households.models import Household
from digital_inclusion.progress.models import FactRow, Proof
from digital_inclusion.progress.rules.deliveries import NewDelivery
from digital_inclusion.progress.rules.facts import Item
from tests.factories.devices import SERIAL, STROKES, device, goes, is_ready, takes_in
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form


def _do(world: World, action: Any, who: str = "navigator_a", **arguments: Any) -> Any:
    use_scope(EVERYTHING)
    by = world.actor(who)
    use_scope(EVERYTHING if by.city_wide else Scope(partner_id=by.partner_id))
    with write_transaction():
        done = action(by=by, **arguments)
    use_scope(EVERYTHING)
    return done


def enrolled(world: World, **changes: Any) -> int:
    """Enroll a household that has nothing yet; return its id."""
    return serve(world, deliveries=(), **changes).id


def _goes(world: World, household_id: int, scanned: str, *, how: str = "screen", **more: Any) -> int:
    signed = Signed(how=how, seen_by="Navigator A", strokes=STROKES if how == "screen" else "")
    given = {"on": clock.today(), "loan_due_on": None, "grant_id": None} | more
    number: int = _do(world, hand_over_scanned, household_id=household_id, scanned=scanned, signed=signed, **given)
    return number


def _fact(number: int) -> FactRow:
    session().rollback()
    use_scope(EVERYTHING)
    return session().get_one(FactRow, number)


def test_scanned_unit_signed_on_the_screen_proves_itself(world: World) -> None:
    code, household = is_ready(world, takes_in(world)), enrolled(world)
    fact = _fact(_goes(world, household, code))
    assert (fact.device_kind, fact.donated, fact.passport_complete, fact.self_verified) == ("laptop", True, True, True)
    assert (fact.evidence_type, fact.evidence_reference, fact.unit_key) == ("scanned_label", code, SERIAL)
    assert session().scalars(select(Proof.state).where(Proof.fact_number == fact.number)).one() == "confirmed"
    one = device(code)
    assert (one.state, one.fact_number) == ("handed_over", fact.number)


def test_signed_on_paper_waits_for_a_verifier(world: World) -> None:
    code, household = is_ready(world, takes_in(world)), enrolled(world)
    fact = _fact(_goes(world, household, SERIAL.lower(), how="paper"))
    assert not fact.self_verified and fact.evidence_file_id is None
    assert device(code).state == "handed_over"


@pytest.mark.parametrize("strokes", ["", "M1 1", "M10 20" * 30, STROKES + '"/><script>', "M10 20L" + "9" * 50])
def test_what_is_no_signature_is_refused(world: World, strokes: str) -> None:
    code, household = is_ready(world, takes_in(world)), enrolled(world)
    signed = Signed(how="screen", seen_by="", strokes=strokes)
    with pytest.raises(Invalid):
        _do(
            world, hand_over_scanned, household_id=household, scanned=code, signed=signed, on=clock.today(),
            loan_due_on=None, grant_id=None,
        )  # fmt: skip
    assert device(code).state == "ready"


def test_unit_that_is_not_ready_stays(world: World) -> None:
    code, household = takes_in(world), enrolled(world)
    with pytest.raises(Conflict, match="Quarantined"):
        _goes(world, household, code)
    delivery = NewDelivery(item=Item.DEVICE, occurred_on=clock.today(), unit=SERIAL, device_kind="laptop")
    with pytest.raises(Conflict, match="Quarantined"):  # nor by the form without scanning
        _do(world, hand_over_device, household_id=household, delivery=delivery, again=False)


def test_unit_of_another_partner_is_not_handed_over(world: World) -> None:
    is_ready(world, takes_in(world, who="technician_b"), who="technician_b")
    household = enrolled(world)
    with pytest.raises(Invalid):
        _goes(world, household, SERIAL)
    delivery = NewDelivery(item=Item.DEVICE, occurred_on=clock.today(), unit=SERIAL, device_kind="laptop")
    with pytest.raises(Invalid):
        _do(world, hand_over_device, household_id=household, delivery=delivery, again=False)


def test_form_without_scanning_goes_by_the_passport_too(world: World) -> None:
    code, household = is_ready(world, takes_in(world)), enrolled(world)
    delivery = NewDelivery(
        item=Item.DEVICE, occurred_on=clock.today(), unit=SERIAL, device_kind="tablet", donated=False
    )
    fact = _fact(_do(world, hand_over_device, household_id=household, delivery=delivery, again=False))
    assert (fact.device_kind, fact.donated, fact.passport_complete) == ("laptop", True, True)
    assert device(code).state == "handed_over"


def test_one_of_a_kind_unless_the_program_allows_more(world: World) -> None:
    first, second = is_ready(world, takes_in(world)), is_ready(world, takes_in(world, "PF-99-ZZZ-7"))
    household = enrolled(world)
    _goes(world, household, first)
    with pytest.raises(Invalid, match="one of a kind"):
        _goes(world, household, second)
    with pytest.raises(Invalid):  # the exception asks why
        _goes(world, household, second, one_more=OneMore(" "))
    fact = _fact(_goes(world, household, second, one_more=OneMore("two of them study")))
    assert fact.note == "two of them study"
    assert device(second).state == "handed_over"


def test_refusal_says_the_day_as_people_write_it(client: FlaskClient, world: World) -> None:
    household = enrolled(world)
    _goes(world, household, is_ready(world, takes_in(world)), on=date(2026, 11, 6))
    second = is_ready(world, takes_in(world, "PF-99-ZZZ-7"))
    use_scope(EVERYTHING)
    at = f"/households/{session().get_one(Household, household).code}/devices/scan"
    data = {"scanned": second, "confirm": "1", "signed": "paper", "occurred_on": clock.today().isoformat()}
    refused = post_form(signed_in(client, world, "navigator_a"), at, data)
    assert "one of this kind since Nov 6, 2026" in page_text(refused)


def test_unit_that_comes_back_is_wiped_again(world: World) -> None:
    code, household = is_ready(world, takes_in(world)), enrolled(world)
    number = _goes(world, household, code)
    _do(world, end_thing, household_id=household, number=number, ended_on=clock.today(), reason="returned")
    one = device(code)
    assert (one.state, one.round, one.media_listed, one.functional) == ("quarantined", 2, False, None)
    with pytest.raises(Conflict):
        _goes(world, household, code)
    is_ready(world, code)
    _goes(world, household, code)
    assert device(code).state == "handed_over"


def test_unit_a_household_lost_comes_back_by_its_page_alone(world: World) -> None:
    code, household = is_ready(world, takes_in(world)), enrolled(world)
    number = _goes(world, household, code)
    _do(world, end_thing, household_id=household, number=number, ended_on=clock.today(), reason="lost")
    assert device(code).state == "lost"
    with pytest.raises(Conflict, match="void the loss"):
        goes(world, code, "quarantined", reason="it was in the van")
    (loss,) = session().scalars(select(FactRow.number).where(FactRow.refers_to == number, FactRow.kind == "end"))
    _do(world, void_fact, household_id=household, number=loss, reason="mistake")
    _do(world, end_thing, household_id=household, number=number, ended_on=clock.today(), reason="returned")
    assert device(code).state == "quarantined"
    _goes(world, household, is_ready(world, code))  # and may go to a home again


def test_hand_over_that_never_was_brings_the_unit_back(world: World) -> None:
    code, household = is_ready(world, takes_in(world)), enrolled(world)
    _do(world, void_fact, household_id=household, number=_goes(world, household, code), reason="never_happened")
    assert device(code).state == "quarantined"


def test_corrected_hand_over_is_followed(world: World) -> None:
    code, household = is_ready(world, takes_in(world)), enrolled(world)
    number = _goes(world, household, code)
    fact = _fact(number)
    right = NewDelivery(
        item=Item.DEVICE, occurred_on=fact.occurred_on, unit=SERIAL, device_kind="laptop", donated=True,
        passport_complete=True, note="the day is right",
    )  # fmt: skip
    _do(world, correct_delivery, household_id=household, number=number, delivery=right)
    one = device(code)
    assert one.state == "handed_over" and one.fact_number != number
    assert not _fact(one.fact_number or 0).evidence_file_id


def test_erased_household_keeps_no_signature(world: World) -> None:
    code, household = is_ready(world, takes_in(world)), enrolled(world)
    _goes(world, household, code)
    _do(world, erase_household, "partner_lead_a", household_id=household, reason="asked")
    assert [one.removed_at is not None for one in session().scalars(select(StoredFile))] == [True]


def test_pages_of_a_scanned_hand_over(client: FlaskClient, world: World) -> None:
    code, household = is_ready(world, takes_in(world)), enrolled(world, language="es")
    use_scope(EVERYTHING)

    at = f"/households/{session().get_one(Household, household).code}/devices"
    signed_in(client, world, "navigator_a")
    check_page(client.get(f"{at}/scan"))
    unknown = post_form(client, f"{at}/scan", {"scanned": "NO-SUCH"})
    assert unknown.status_code == 400 and "We follow no device" in page_text(unknown)
    agree = post_form(client, f"{at}/scan", {"scanned": code})
    check_page(agree)
    assert "Se borraron todos los datos" in page_text(agree) and "F5" in page_text(agree)
    data = {"scanned": code, "confirm": "1", "signed": "screen", "strokes": "", "occurred_on": "2026-01-31"}
    missing = post_form(client, f"{at}/scan", data)
    check_page(missing)
    assert missing.status_code == 400 and "sign in the field" in page_text(missing)
    done = post_form(client, f"{at}/scan", data | {"strokes": STROKES, "occurred_on": clock.today().isoformat()})
    assert done.status_code == 303, page_text(done)
    receipt = client.get(done.location)
    check_page(receipt)
    assert "Usted recibió un aparato" in page_text(receipt) and code in page_text(receipt)
    number = done.location.split("/")[-2]
    assert at.split("/")[2] in page_text(client.get(f"/devices/{code}"))  # the chain leads on to the home
    drawing = client.get(f"{at}/{number}/signature")
    assert drawing.mimetype == "image/svg+xml" and STROKES in drawing.get_data(as_text=True)
    for who in ("navigator_b", "technician_a"):
        other = signed_in(client, world, who)
        assert other.get(f"{at}/{number}/signature").status_code in (403, 404)
        assert other.get(f"{at}/{number}/receipt").status_code in (403, 404)
