"""A household says that its device does not work: nobody learns whether its code exists, and its partner helps."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.correcting import end_thing
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.actions.sending_repairs import PER_CODE
from digital_inclusion.devices.actions import repairs
from digital_inclusion.devices.models import RepairRequest
from digital_inclusion.devices.rules.repairs import MOST_OPEN, OPEN, RepairState, closing_state, repair_moves
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotFound
from digital_inclusion.foundation.kernel.ids import new_code
from digital_inclusion.households.models import Household
from tests.factories.aftercare import does, goes_home
from tests.factories.devices import device, goes, is_ready, takes_in
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form

PAGE = "/repair"


def at_home(world: World, serial: str = "HOME12345A", **more: Any) -> tuple[str, str, int]:
    """Return a household's code, the tag of the device it has, and the number of the hand-over."""
    tag = is_ready(world, takes_in(world, serial))
    household, number = goes_home(world, tag, **more)
    use_scope(EVERYTHING)
    return session().get_one(Household, household).code, tag, number


def sends(client: FlaskClient, reference: str, **typed: str) -> Any:
    return post_form(client, PAGE, {"reference": reference, "trouble": "battery"} | typed)


def requests() -> list[RepairRequest]:
    session().rollback()
    use_scope(EVERYTHING)
    found = list(session().scalars(select(RepairRequest).order_by(RepairRequest.id)))
    session().expunge_all()
    return found


def test_request_reaches_the_partner_of_the_household(client: FlaskClient, world: World) -> None:
    code, tag, number = at_home(world)
    page = client.get(f"{PAGE}?tag={tag}")
    check_page(page)
    assert tag in page.get_data(as_text=True) and page.headers["Cache-Control"] == "no-store"
    told = sends(client, code.lower().replace("-", " "), words="It gets hot", contact="408 555 0123")
    assert told.status_code == 303 and code not in told.location
    check_page(client.get(told.location))
    (made,) = requests()
    assert (made.partner_id, made.device_id, made.fact_number) == (world.partners["a"], device(tag).id, number)
    assert (made.state, made.tag, made.words, made.contact) == ("sent", None, "It gets hot", "408 555 0123")
    for who in ("navigator_a", "technician_a", "partner_lead_a"):
        signed_in(client, world, who)
        shown = client.get("/devices/repairs")
        check_page(shown)
        assert "The battery is empty very soon" in page_text(shown) and tag in page_text(shown)
        one = client.get(f"/devices/repairs/{made.code}")
        check_page(one)
        assert "It gets hot" in page_text(one) and "In warranty until" in page_text(one)
    assert "Repairs" in page_text(signed_in(client, world, "navigator_a").get(f"/households/{code}"))
    events = session().scalars(select(AuditEvent).where(AuditEvent.name.like("repair.%"))).all()
    assert "hot" not in str([one.details for one in events]) and "0123" not in str([one.details for one in events])


def test_unknown_code_is_answered_in_the_same_words(client: FlaskClient, world: World) -> None:
    code, _tag, _number = at_home(world)
    known, unknown = sends(client, code), sends(client, new_code())
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert client.get(known.location).data == client.get(unknown.location).data
    assert len(requests()) == 1
    assert len(session().scalars(select(AuditEvent).where(AuditEvent.name == "repair.sent")).all()) == 1


def test_what_is_written_wrongly_gets_a_sentence_and_stays(client: FlaskClient, world: World) -> None:
    for typed, sentence in (
        ({"reference": "7KQM-2R9Y"}, "This is not a household code."),
        ({"reference": ""}, "Please write your household code."),
        ({"trouble": "other"}, "Please write what is wrong."),
        ({"trouble": "nonsense"}, "Not a valid choice"),
        ({"words": "x" * 501}, "Please write less."),
        ({"contact": "kept@example.org, or ring"}, "This is not an email address."),
        ({"contact": "my sister <kept@example.org>"}, "This is not an email address."),
    ):
        wrong = post_form(
            client, PAGE, {"reference": new_code(), "trouble": "slow", "contact": "kept@example.org"} | typed
        )
        check_page(wrong)
        assert wrong.status_code == 400 and sentence in page_text(wrong)
        assert "kept@example.org" in wrong.get_data(as_text=True)
    assert requests() == []


def test_many_tries_are_held_up_whether_the_code_exists_or_not(client: FlaskClient, world: World) -> None:
    code, _tag, _number = at_home(world)
    told = []
    for reference in (code, new_code()):
        told.append([sends(client, reference).status_code for _try in range(PER_CODE + 1)])
    assert told[0] == told[1] == [303] * PER_CODE + [429]
    assert len(requests()) == PER_CODE == MOST_OPEN


def test_tag_of_somebody_else_tells_nothing_and_stays_as_typed(client: FlaskClient, world: World) -> None:
    code, _tag, _number = at_home(world)
    _other, foreign, _n = at_home(world, "HOME12345B")
    assert sends(client, code, tag=foreign).status_code == 303
    (made,) = requests()
    assert (made.device_id, made.tag) == (None, foreign)
    signed_in(client, world, "navigator_a")
    page = client.get(f"/devices/repairs/{made.code}")
    check_page(page)
    assert f"they wrote “{foreign}”" in page_text(page)


def test_household_with_two_devices_is_asked_which(client: FlaskClient, world: World) -> None:
    code, first, _number = at_home(world)
    household = session().scalars(select(Household.id).where(Household.code == code)).one()
    second = is_ready(world, takes_in(world, "SECOND123A", kind="tablet"))
    goes_home(world, second, household=household)
    sends(client, code)
    (made,) = requests()
    assert made.device_id is None
    signed_in(client, world, "technician_a")
    url = f"/devices/repairs/{made.code}/device"
    page = f"/devices/repairs/{made.code}"
    wrong = post_form(client, url, {"tag": is_ready(world, takes_in(world, "THIRD1234A"))}, page=page)
    assert wrong.status_code == 400
    assert post_form(client, url, {"tag": second}, page=page).status_code == 303
    assert requests()[0].device_id == device(second).id and device(first).state == "handed_over"
    sends(client, code, tag=f"https://devices.example.gov/d/{first}")
    assert requests()[1].device_id == device(first).id


def test_repair_through_the_workshop(client: FlaskClient, world: World) -> None:
    code, tag, number = at_home(world)
    sends(client, code, contact="408 555 0123")
    made = requests()[0].code
    signed_in(client, world, "navigator_a")
    page = f"/devices/repairs/{made}"
    assert post_form(client, f"{page}/accept", page=page).status_code == 303
    with pytest.raises(Conflict):
        does(world, repairs.accept_repair, who="navigator_a", code=made)
    shown = page_text(client.get(page))
    assert "Lend another device" in shown and "Take it back for repair" in shown
    household = requests()[0].household_id
    does(world, end_thing, who="navigator_a", household_id=household, number=number, ended_on=clock.today(),
         reason="returned")  # fmt: skip
    assert requests()[0].state == "workshop" and device(tag).state == "quarantined" and device(tag).round == 2
    check_page(client.get(page))
    check_page(client.get(f"{page}/close"))
    assert post_form(client, f"{page}/close", {"outcome": "not_ours"}).status_code == 400  # it is in the workshop
    assert post_form(client, f"{page}/close", {"outcome": "repaired"}).status_code == 303
    done = requests()[0]
    assert (done.state, done.outcome, done.contact) == ("done", "repaired", None)
    with pytest.raises(Conflict):
        does(world, repairs.close_repair, who="navigator_a", code=made, outcome="helped")
    assert "Repaired in the workshop" in page_text(client.get("/devices/repairs?show=closed"))
    assert "Nobody waits for a repair" in page_text(client.get("/devices/repairs"))


def test_state_table_of_repairs() -> None:
    assert [state for state in RepairState if not repair_moves(state)] == [RepairState.DONE, RepairState.DECLINED]
    assert {state for state in RepairState if repair_moves(state)} == OPEN
    assert closing_state("helped") is RepairState.DONE and closing_state("not_reached") is RepairState.DECLINED
    for nothing in (None, "", "sent"):
        with pytest.raises(Invalid):
            closing_state(nothing)


def test_warranty_that_ended_is_said(client: FlaskClient, world: World) -> None:
    code, _tag, _number = at_home(world)
    with clock.frozen(clock.now() + timedelta(days=400)):
        sends(client, code)
        made = requests()[0].code
        signed_in(client, world, "technician_a")
        assert "help anyway, if you can" in page_text(client.get(f"/devices/repairs/{made}"))


def test_erased_household_gets_no_requests_and_leaves_no_words(client: FlaskClient, world: World) -> None:
    code, _tag, _number = at_home(world)
    sends(client, code, words="My words", contact="me@example.org")
    does(world, erase_household, who="partner_lead_a", household_id=requests()[0].household_id, reason="asked")
    (left,) = requests()
    assert (left.words, left.contact, left.tag, left.language, left.trouble) == (None, None, None, None, "battery")
    assert sends(client, code).status_code == 303 and len(requests()) == 1
    signed_in(client, world, "navigator_a")
    check_page(client.get(f"/devices/repairs/{left.code}"))


def test_request_of_another_organization_is_not_there(client: FlaskClient, world: World) -> None:
    code, _tag, _number = at_home(world)
    sends(client, code)
    made = requests()[0].code
    signed_in(client, world, "navigator_b")
    for path in ("", "/close"):
        assert client.get(f"/devices/repairs/{made}{path}").status_code == 404
    assert "Nobody waits for a repair" in page_text(client.get("/devices/repairs"))
    with pytest.raises(NotFound):
        does(world, repairs.accept_repair, who="technician_b", code=made)
    for who in ("auditor", "verifier", "sanitization_validator_a"):
        assert signed_in(client, world, who).get("/devices/repairs").status_code == 403


def test_public_page_of_a_label_says_the_same_in_every_state(client: FlaskClient, world: World) -> None:
    codes = {"quarantined": takes_in(world, "LABEL1234A")}
    codes["handed_over"] = is_ready(world, takes_in(world, "LABEL1234B"))
    goes_home(world, codes["handed_over"])
    for state in ("recycled", "lost", "harvested", "disposed"):
        codes[state] = is_ready(world, takes_in(world, f"LABEL1234{state}"))
        goes(world, codes[state], "testing", state)
    told = set()
    for code in codes.values():
        page = client.get(f"/d/{code}")
        check_page(page)
        told.add(page_text(page).replace(code, "TAG"))
        assert f"/repair?tag={code}" in page.get_data(as_text=True)
    assert len(told) == 1  # nobody learns from it where a device is
    assert client.get(f"/d/{new_code()}").status_code == 404
