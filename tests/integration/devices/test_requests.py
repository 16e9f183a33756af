"""Households ask for devices, wait in line, and get what is held back for them."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.correcting import end_thing
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.devices.actions.handing_over import Signed, hand_over_device, hand_over_scanned
from digital_inclusion.devices.actions.moving import offer_devices
from digital_inclusion.devices.actions.requesting import withdraw_request
from digital_inclusion.devices.actions.reserving import end_overdue_reservations, release_device
from digital_inclusion.devices.models import Reservation
from digital_inclusion.devices.queries.proposals import list_proposals
from digital_inclusion.devices.queries.requests import list_line, place_of
from digital_inclusion.devices.queries.stock import list_next
from digital_inclusion.devices.rules.matching import ranked, wishes_of
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from digital_inclusion.progress.rules.deliveries import NewDelivery
from digital_inclusion.progress.rules.facts import Item
from tests.factories.devices import STROKES, device, goes, is_ready, takes_in
from tests.factories.requests import asked, asks_for, live, reserves, specified
from tests.factories.served import serve
from tests.factories.world import SYSTEM, World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form


def _do(world: World, action: Callable[..., Any], who: str = "navigator_a", **arguments: Any) -> Any:
    use_scope(EVERYTHING)
    by = world.actor(who)
    use_scope(EVERYTHING if by.city_wide else Scope(partner_id=by.partner_id))
    with write_transaction():
        done = action(by=by, **arguments)
    use_scope(EVERYTHING)
    return done


def _family(world: World, name: str = "Rosa Delgado", partner: str = "a") -> Any:
    return serve(world, partner, name=name, deliveries=())


def _ready(world: World, number: int = 1, who: str = "technician_a", **known: Any) -> str:
    return specified(is_ready(world, takes_in(world, f"5CD12{number}4ABC", who=who), who=who), **known)


def _takes_home(world: World, household_id: int, scanned: str, who: str = "navigator_a") -> int:
    signed = Signed(how="screen", seen_by="", strokes=STROKES)
    number: int = _do(
        world, hand_over_scanned, who, household_id=household_id, scanned=scanned, on=clock.today(), signed=signed,
        loan_due_on=None, grant_id=None,
    )  # fmt: skip
    return number


def test_asked_reserved_handed_over(world: World) -> None:
    family, code = _family(world), _ready(world)
    request = asks_for(world, family.code, note="on the second floor")
    reserves(world, request, code)
    assert (asked(request).state, device(code).state) == ("reserved", "reserved")
    (reservation,) = live()
    assert reservation.until_on == clock.today() + timedelta(days=7)
    number = _takes_home(world, family.id, code)
    found = asked(request)
    assert (found.state, found.fact_number, device(code).state) == ("fulfilled", number, "handed_over")
    assert not live() and session().scalars(select(Reservation.how)).one() == "handed_over"


def test_one_open_request_for_each_kind(world: World) -> None:
    family = _family(world)
    asks_for(world, family.code)
    with pytest.raises(Invalid) as refused:
        asks_for(world, family.code)
    assert "asked for a device of this kind already" in refused.value.fields["kind"]
    asks_for(world, family.code, "tablet")


@pytest.mark.parametrize(
    ("kind", "needs", "keyboard", "field"),
    [
        ("spaceship", (), None, "kind"),
        ("laptop", ("gold",), None, "needs"),
        ("laptop", ("keyboard",), "xx", "keyboard"),
    ],
)
def test_what_cannot_be_asked_for(
    world: World, kind: str, needs: tuple[str, ...], keyboard: str | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        asks_for(world, _family(world).code, kind, needs, keyboard=keyboard)
    assert field in refused.value.fields


def test_reserved_unit_goes_to_its_household_alone(world: World) -> None:
    family, other, code = _family(world), _family(world, "Binh Tran"), _ready(world)
    reserves(world, asks_for(world, family.code), code)
    with pytest.raises(Conflict) as refused:
        _takes_home(world, other.id, code)
    assert f"reserved for household {family.code}" in refused.value.sentence
    delivery = NewDelivery(item=Item.DEVICE, occurred_on=clock.today(), unit="5CD1214ABC", device_kind="laptop")
    with pytest.raises(Conflict):  # nor by the form without scanning
        _do(world, hand_over_device, household_id=other.id, delivery=delivery, again=False)
    assert device(code).state == "reserved" and len(live()) == 1


def test_another_unit_fulfills_the_request_and_sets_the_reserved_one_free(world: World) -> None:
    family, first, second = _family(world), _ready(world, 1), _ready(world, 2)
    request = asks_for(world, family.code)
    reserves(world, request, first)
    _takes_home(world, family.id, second)
    assert (device(first).state, device(second).state, asked(request).state) == ("ready", "handed_over", "fulfilled")
    assert not live()


def test_unit_that_we_do_not_follow_fulfills_the_request_too(world: World) -> None:
    family, code = _family(world), _ready(world)
    request = asks_for(world, family.code)
    reserves(world, request, code)
    delivery = NewDelivery(item=Item.DEVICE, occurred_on=clock.today(), unit="OTHER99X1", device_kind="laptop")
    _do(world, hand_over_device, household_id=family.id, delivery=delivery, again=False)
    assert (asked(request).state, device(code).state) == ("fulfilled", "ready")


def test_moving_a_reserved_unit_by_hand_ends_the_reservation(world: World) -> None:
    family, code = _family(world), _ready(world)
    request = asks_for(world, family.code)
    reserves(world, request, code)
    stood = device(code).ready_at
    goes(world, code, "ready")
    assert (asked(request).state, device(code).state, device(code).ready_at) == ("waiting", "ready", stood)
    reserves(world, request, code)
    goes(world, code, "lost")
    assert asked(request).state == "waiting" and not live()
    with pytest.raises(Conflict):
        goes(world, _ready(world, 2), "reserved")  # nobody reserves for nobody


def test_reserved_unit_is_sent_to_nobody(world: World) -> None:
    family, code = _family(world), _ready(world)
    reserves(world, asks_for(world, family.code), code)
    sent = _do(world, offer_devices, "technician_a", scanned=[code], partner_id=world.partners["b"])
    assert not sent.done and "reserved for a household" in sent.refused[0][1].sentence


def test_unit_on_its_way_elsewhere_is_not_reserved(world: World) -> None:
    family, code = _family(world), _ready(world)
    _do(world, offer_devices, "technician_a", scanned=[code], partner_id=world.partners["b"])
    request = asks_for(world, family.code)
    with pytest.raises(Invalid):
        reserves(world, request, code, reason="we want it")
    use_scope(EVERYTHING)
    assert list_proposals(asked(request)) == []


def test_reservations_end_by_themselves(world: World) -> None:
    family, code = _family(world), _ready(world)
    request = asks_for(world, family.code)
    reserves(world, request, code)
    with clock.frozen(clock.now() + timedelta(days=7)), write_transaction():
        assert end_overdue_reservations(by=SYSTEM) == 0  # its last day
    for found in (1, 0):
        with clock.frozen(clock.now() + timedelta(days=8)), write_transaction():
            assert end_overdue_reservations(by=SYSTEM) == found
    assert (asked(request).state, device(code).state, live()) == ("waiting", "ready", [])
    assert session().scalars(select(Reservation.how)).one() == "expired"


def test_releasing_and_withdrawing(world: World) -> None:
    family, code = _family(world), _ready(world)
    request = asks_for(world, family.code)
    reserves(world, request, code)
    _do(world, release_device, code=request)
    assert (asked(request).state, device(code).state) == ("waiting", "ready")
    with pytest.raises(Conflict):  # pressed twice
        _do(world, release_device, code=request)
    reserves(world, request, code)
    with pytest.raises(Invalid):
        _do(world, withdraw_request, code=request, reason="whim")
    _do(world, withdraw_request, code=request, reason="has_one")
    assert (asked(request).state, device(code).state, live()) == ("withdrawn", "ready", [])
    with pytest.raises(Conflict):
        _do(world, withdraw_request, code=request, reason="has_one")
    with pytest.raises(Conflict):
        reserves(world, request, code)


def test_line_is_fair(world: World) -> None:
    """Who has no device goes before who has one; then who asked first."""
    has_one = serve(world, name="Had One")
    with clock.frozen(clock.now() - timedelta(days=3)):
        first = asks_for(world, has_one.code, "tablet")
    with clock.frozen(clock.now() - timedelta(days=2)):
        second = asks_for(world, _family(world, "Early Bird").code, "tablet")
    third = asks_for(world, _family(world, "Late Riser").code, "tablet")
    use_scope(Scope(partner_id=world.partners["a"]))
    assert [row.request.code for row in list_line()] == [second, third, first]
    assert [(row.place, row.has_one) for row in list_line(kind="tablet")] == [(1, False), (2, False), (3, True)]
    use_scope(EVERYTHING)
    place = place_of(asked(third))
    assert (place.place, place.waiting, place.ready_lately) == (2, 3, 0)


def test_who_gave_the_device_back_is_without_one(world: World) -> None:
    family, code = _family(world, "Gave Back"), _ready(world)
    number = _takes_home(world, family.id, code)
    request = asks_for(world, family.code, "tablet")
    use_scope(EVERYTHING)
    assert list_line()[0].has_one
    _do(world, end_thing, household_id=family.id, number=number, ended_on=clock.today(), reason="returned")
    assert [(row.request.code, row.has_one) for row in list_line()] == [(request, False)]


def test_proposals_are_the_best_of_the_own_house(world: World) -> None:
    """What suits best goes first; another house's, another kind, and what is not ready are none."""
    good = _ready(world, 1, has_camera=True, memory_mb=16384)
    unknown = _ready(world, 2)
    deaf = _ready(world, 3, has_camera=False, memory_mb=16384)
    _ready(world, 4, who="technician_b", has_camera=True, memory_mb=16384)
    takes_in(world, "5CD9994ABC")
    tablet = is_ready(world, takes_in(world, "TAB77X1Y2", kind="tablet"))
    request = asks_for(world, _family(world).code, needs=["video_classes"])
    use_scope(Scope(partner_id=world.partners["a"]))
    found = list_proposals(asked(request))
    assert [one.device.code for one in found] == [good, unknown, deaf]
    assert tablet not in {one.device.code for one in found}
    assert [reason.mark for reason in found[1].reasons] == [1, 1]


def test_proposals_by_classes_are_those_of_sorting_everything(world: World) -> None:
    chance = random.Random(7)
    codes = [
        _ready(world, number, has_camera=chance.choice([None, True, False]), keyboard=chance.choice([None, "en", "vi"]),
               memory_mb=chance.choice([None, 4096, 8192]), battery_percent=chance.choice([None, 60, 90]))
        for number in range(20)
    ]  # fmt: skip
    family = _family(world)
    for needs in (["video_classes"], ["keyboard", "battery"], ["keyboard", "school", "screen_reader"], []):
        request = asks_for(world, family.code, needs=needs, keyboard="vi")
        use_scope(EVERYTHING)
        got = [one.device.code for one in list_proposals(asked(request))]
        wishes = wishes_of(needs, "vi")
        assert got == [one.code for one in ranked([device(code) for code in codes], wishes)][:5]
        _do(world, withdraw_request, code=request, reason="mistake")


def test_override_and_passing_by_say_why(world: World) -> None:
    codes = [_ready(world, number, memory_mb=8192) for number in range(6)]
    first, second = (asks_for(world, _family(world, name).code) for name in ("First One", "Second One"))
    reserves(world, second, codes[0])  # six are enough for both
    _do(world, release_device, code=second)
    with pytest.raises(Invalid) as refused:
        reserves(world, first, codes[5])  # not among the five proposed
    assert "not among those proposed" in refused.value.fields["reason"]
    reserves(world, first, codes[5], reason="its screen is larger")
    assert live()[0].reason == "its screen is larger"
    _do(world, release_device, code=first)
    for code in codes[1:]:
        goes(world, code, "testing")
    with pytest.raises(Invalid) as passed:
        reserves(world, second, codes[0])
    assert "before this one in line" in passed.value.fields["reason"]
    reserves(world, second, codes[0], reason="they move tomorrow")


def test_next_in_line_says_who_is_passed_by(world: World) -> None:
    deaf = _ready(world, has_camera=False)
    video = asks_for(world, _family(world, "Needs Video").code, needs=["video_classes"])
    plain = asks_for(world, _family(world, "Needs Any").code)
    use_scope(Scope(partner_id=world.partners["a"]))
    passed, served = list_next(world.partners["a"])
    assert (passed.asking.request.code, passed.device, passed.missing) == (video, None, ["camera"])
    assert served.asking.request.code == plain and served.device is not None and served.device.code == deaf


def test_other_partners_requests_and_units_are_not_there(world: World) -> None:
    theirs = asks_for(world, _family(world, "Their Family", "b").code, who="navigator_b")
    code = _ready(world)
    for attempt in (
        lambda: reserves(world, theirs, code),
        lambda: _do(world, release_device, code=theirs),
        lambda: _do(world, withdraw_request, code=theirs, reason="mistake"),
    ):
        with pytest.raises(NotFound):
            attempt()
    foreign = _ready(world, 2, who="technician_b")
    ours = asks_for(world, _family(world).code)
    with pytest.raises(Invalid):
        reserves(world, ours, foreign, reason="a foreign label")
    for who in ("technician_a", "program_manager", "auditor"):
        with pytest.raises(NotAllowed):
            _do(world, withdraw_request, who, code=ours, reason="mistake")


def test_erased_household_asks_for_nothing(world: World) -> None:
    family, code = _family(world), _ready(world)
    request = asks_for(world, family.code, needs=["screen_reader"], note="a story")
    reserves(world, request, code)
    _do(world, erase_household, "partner_lead_a", household_id=family.id, reason="asked")
    found = asked(request)
    assert (found.state, found.needs, found.note, found.closed_reason) == ("withdrawn", [], None, "erased")
    assert device(code).state == "ready" and not live()


def test_pages_of_a_request(client: FlaskClient, world: World) -> None:
    family, code = _family(world), _ready(world, has_camera=True, memory_mb=8192)
    signed_in(client, world, "navigator_a")
    home = client.get(f"/households/{family.code}")
    check_page(home)
    form = f"/households/{family.code}/device-requests/new"
    assert form in home.text
    check_page(client.get(form))
    wrong = post_form(client, form, {"kind": "laptop", "needs": ["keyboard"], "keyboard": ""})
    check_page(wrong)
    assert wrong.status_code == 400 and "choose the language of the keyboard" in page_text(wrong)
    made = post_form(client, form, {"kind": "laptop", "needs": ["video_classes"], "keyboard": "", "note": "evenings"})
    assert made.status_code == 303
    page = client.get(made.location)
    check_page(page)
    assert "Laptop for Rosa Delgado" in page_text(page) and "Number 1 of 1 in line" in page_text(page)
    assert "Camera and microphone work" in page_text(page) and "1 of this kind became ready" in page_text(page)
    done = post_form(client, f"{made.location}/reserve", {"scanned": code, "reason": ""}, page=made.location)
    assert done.status_code == 303
    reserved = client.get(made.location)
    check_page(reserved)
    assert "Held back until" in page_text(reserved)
    assert f"{code} is reserved until" in page_text(client.get(f"/households/{family.code}"))
    scan = client.get(f"/households/{family.code}/devices/scan?tag={code}")
    check_page(scan)
    assert f'value="{code}"' in scan.text
    check_page(client.get(f"{made.location}/withdraw"))
    check_page(client.get("/devices/requests"))


def test_technician_sees_needs_and_no_names(client: FlaskClient, world: World) -> None:
    family = _family(world, "Secret Family")
    request = asks_for(world, family.code, needs=["screen_reader"], note="a story")
    signed_in(client, world, "technician_a")
    for path in ("/devices/stock", "/devices/requests", f"/devices/requests/{request}"):
        page = client.get(path)
        check_page(page)
        assert "A screen reader" in page_text(page)
        assert "Secret" not in page.text and family.code not in page.text and "a story" not in page.text


def test_what_went_wrong_is_a_sentence_on_the_page(client: FlaskClient, world: World) -> None:
    family, other, code = _family(world), _family(world, "Binh Tran"), _ready(world)
    request, late = asks_for(world, family.code), asks_for(world, other.code)
    reserves(world, request, code)
    signed_in(client, world, "navigator_a")
    at = f"/devices/requests/{late}"
    page = post_form(client, f"{at}/reserve", {"scanned": code, "reason": ""}, page=at)
    check_page(page)
    assert page.status_code == 400 and "Somebody reserved this device a moment ago" in page_text(page)
    unknown = post_form(client, f"{at}/reserve", {"scanned": "NO-SUCH-THING", "reason": "x"}, page=at)
    assert "We know no device" in page_text(unknown) and 'value="NO-SUCH-THING"' in unknown.text


def test_foreign_action_names_nothing(world: World) -> None:
    with pytest.raises(DomainError):
        _do(world, release_device, code="2222-2222")
