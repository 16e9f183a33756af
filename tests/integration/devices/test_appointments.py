"""A household comes for its device at a time that somebody offers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from digital_inclusion.agenda.queries.slots import count_taken, find_booking, get_slot
from digital_inclusion.devices.actions.appointments import book_hand_over, cancel_hand_over
from digital_inclusion.devices.actions.handing_over import Signed, hand_over_scanned
from digital_inclusion.devices.actions.reserving import release_device
from digital_inclusion.devices.queries.appointments import find_next_day, list_hand_overs
from digital_inclusion.foundation.database import EVERYTHING, Scope, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotFound
from tests.factories.agenda import offers
from tests.factories.devices import STROKES, is_ready, takes_in
from tests.factories.requests import asks_for, live, reserves
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form


def _do(world: World, action: Callable[..., Any], who: str = "navigator_a", **arguments: Any) -> Any:
    use_scope(EVERYTHING)
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        done = action(by=by, **arguments)
    use_scope(EVERYTHING)
    return done


def _reserved(world: World, number: int = 1) -> tuple[Any, str, str]:
    """Return a household, its request and the unit that is reserved for it."""
    family = serve(world, name=f"Family Number{number}", deliveries=())
    code = is_ready(world, takes_in(world, f"5CD{number}44XYZ"))
    request = asks_for(world, family.code)
    reserves(world, request, code)
    return family, request, code


def _slot(world: World, *, who: str = "navigator_a", days: int = 10, **changes: Any) -> str:
    return offers(world, who=who, days=days, **({"purpose": "hand_over"} | changes))[0]


def test_booking_holds_the_unit_back_until_that_day(world: World) -> None:
    _family, request, _code = _reserved(world)
    slot = _slot(world)
    _do(world, book_hand_over, code=request, slot=slot)
    assert live()[0].until_on == clock.today() + timedelta(days=10)
    use_scope(Scope(partner_id=world.partners["a"]))
    assert [one.request.code for one in list_hand_overs(clock.today() + timedelta(days=10))] == [request]
    assert find_next_day(clock.today()) == clock.today() + timedelta(days=10)
    sooner = _slot(world, days=4)
    _do(world, book_hand_over, code=request, slot=sooner)  # another time instead
    use_scope(EVERYTHING)
    assert (count_taken(get_slot(slot)), count_taken(get_slot(sooner))) == (0, 1)


def test_last_place_is_taken_once(world: World) -> None:
    first, second = _reserved(world, 1)[1], _reserved(world, 2)[1]
    slot = _slot(world)
    _do(world, book_hand_over, code=first, slot=slot)
    with pytest.raises(Invalid, match="fully booked"):
        _do(world, book_hand_over, code=second, slot=slot)


def test_only_reserved_requests_and_own_times_of_hand_overs_fit(world: World) -> None:
    _family, request, _code = _reserved(world)
    waiting = asks_for(world, serve(world, name="Has None", deliveries=()).code)
    with pytest.raises(Conflict):
        _do(world, book_hand_over, code=waiting, slot=_slot(world))
    for wrong in (_slot(world, who="navigator_b"), _slot(world, purpose="pick_up", days=11), "2222-2222"):
        with pytest.raises(NotFound):
            _do(world, book_hand_over, code=request, slot=wrong)
    with pytest.raises(NotFound):
        _do(world, book_hand_over, "navigator_b", code=request, slot=_slot(world, who="navigator_b", days=12))


def test_time_is_given_back_when_the_reservation_ends(world: World) -> None:
    _family, request, _code = _reserved(world)
    _do(world, book_hand_over, code=request, slot=_slot(world))
    _do(world, release_device, code=request)
    use_scope(EVERYTHING)
    assert find_booking(request) is None
    with pytest.raises(Conflict):
        _do(world, cancel_hand_over, code=request)


def test_device_fetched_early_frees_the_place(world: World) -> None:
    family, request, code = _reserved(world)
    slot = _slot(world)
    _do(world, book_hand_over, code=request, slot=slot)
    signed = Signed(how="screen", seen_by="", strokes=STROKES)
    _do(world, hand_over_scanned, household_id=family.id, scanned=code, on=clock.today(), signed=signed,
        loan_due_on=None, grant_id=None)  # fmt: skip
    use_scope(EVERYTHING)
    assert count_taken(get_slot(slot)) == 0


def test_pages_of_an_appointment(client: FlaskClient, world: World) -> None:
    family, request, code = _reserved(world)
    at = f"/devices/requests/{request}"
    signed_in(client, world, "navigator_a")
    assert "No times are offered" in page_text(client.get(at))
    slot = _slot(world)
    nothing = post_form(client, f"{at}/appointment", {"slot": ""}, page=at)
    check_page(nothing)
    assert nothing.status_code == 400 and "Please choose a time." in page_text(nothing)
    assert post_form(client, f"{at}/appointment", {"slot": slot}, page=at).status_code == 303
    shown = client.get(at)
    check_page(shown)
    assert "1 Depot Way" in page_text(shown)
    assert "they come" in page_text(client.get(f"/households/{family.code}"))
    day = (clock.today() + timedelta(days=10)).isoformat()
    listed = client.get(f"/devices/appointments?day={day}")
    check_page(listed)
    assert "Family Number1" in page_text(listed) and code in listed.text
    for path in ("/devices/appointments", "/devices/appointments?day=9999-12-31", "/devices/appointments?day=x"):
        check_page(client.get(path))
    assert "The next one is on" in page_text(client.get("/devices/appointments"))
    assert post_form(client, f"{at}/appointment/cancel", page=at).status_code == 303
    assert "they come" not in page_text(client.get(f"/households/{family.code}"))
