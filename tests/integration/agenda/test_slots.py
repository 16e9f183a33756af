"""Slots: offered, booked up to their room and not further, moved, given back, closed."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.agenda.actions.slots import book_slot, cancel_booking, close_slot
from digital_inclusion.agenda.models import Booking, Slot
from digital_inclusion.agenda.queries.slots import get_slot, list_free
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from tests.factories.agenda import offers, two_o_clock
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form

LOT, OTHER = "7KQM-2R9X", "2345-6789"


def does(world: World, action: Any, *, who: str = "technician_a", **arguments: Any) -> Any:
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    try:
        with write_transaction():
            return action(by=by, **arguments)
    finally:
        session().rollback()
        use_scope(EVERYTHING)


def booked() -> list[tuple[str, str]]:
    session().rollback()
    use_scope(EVERYTHING)
    rows = session().execute(
        select(Slot.code, Booking.thing).join(Booking).where(Booking.state == "booked").order_by(Booking.id)
    )
    return [(code, thing) for code, thing in rows]


def test_slot_is_booked_up_to_its_room_and_offers_the_next(world: World) -> None:
    first, second = offers(world, weeks=2)
    does(world, book_slot, code=first, thing=LOT)
    does(world, book_slot, code=first, thing=LOT)  # once more changes nothing
    with pytest.raises(Invalid) as refused:
        does(world, book_slot, code=first, thing=OTHER)
    assert "fully booked" in refused.value.sentence
    assert refused.value.params["next"] == clock.from_local(two_o_clock(10))
    assert booked() == [(first, LOT)]
    does(world, book_slot, code=second, thing=OTHER)
    assert Counter(booked()) == Counter([(first, LOT), (second, OTHER)])


def test_thing_that_moves_gives_its_place_back(world: World) -> None:
    first, second = offers(world, weeks=2)
    does(world, book_slot, code=first, thing=LOT)
    does(world, book_slot, code=second, thing=LOT)
    assert booked() == [(second, LOT)]
    does(world, book_slot, code=first, thing=OTHER)
    does(world, cancel_booking, thing=LOT)
    assert booked() == [(first, OTHER)]
    with pytest.raises(Conflict):
        does(world, cancel_booking, thing=LOT)


def test_slot_that_is_over_or_closed_is_refused(world: World) -> None:
    first, second = offers(world, weeks=2)
    with clock.frozen(clock.now() + timedelta(days=4)), pytest.raises(Invalid) as refused:
        does(world, book_slot, code=first, thing=LOT)
    assert refused.value.sentence.startswith("This time is over. The next free one is")
    does(world, book_slot, code=second, thing=OTHER)
    does(world, close_slot, slot=get_slot(second))
    assert booked() == [(second, OTHER)]  # who has booked may come
    with pytest.raises(Invalid) as refused:
        does(world, book_slot, code=second, thing=LOT)
    assert refused.value.sentence.startswith("This time is no longer offered.")
    with pytest.raises(Conflict):
        does(world, close_slot, slot=get_slot(second))


def test_another_organizations_slot_is_not_there(world: World) -> None:
    (theirs,) = offers(world, who="technician_b")
    with pytest.raises(NotFound):
        does(world, book_slot, code=theirs, thing=LOT)
    slot = get_slot(theirs)
    session().expunge(slot)
    with pytest.raises(NotFound):
        does(world, close_slot, slot=slot)
    use_scope(Scope(partner_id=world.partners["a"]))
    assert list_free(partner_id=world.partners["b"], purpose="drop_off", now=clock.now()) == []
    use_scope(EVERYTHING)
    with pytest.raises(NotAllowed):
        offers(world, who="sanitization_validator_a")


def test_weekly_slots_keep_their_hour_when_clocks_change(world: World) -> None:
    codes = offers(world, weeks=40)
    hours = {clock.local(get_slot(code).starts_at).hour for code in codes}
    assert len(codes) == 40 and hours == {14}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"capacity": 0}, "capacity"), ({"capacity": 10**6}, "capacity"), ({"weeks": 0}, "weeks"),
     ({"weeks": 53}, "weeks"), ({"days": -1}, "day"), ({"days": 800}, "day"),
     ({"place": " "}, "place"), ({"purpose": "party"}, "purpose"),
     ({"ends_at": two_o_clock(2)}, "ends"), ({"ends_at": two_o_clock(9)}, "ends")],
)  # fmt: skip
def test_offer_with_a_mistake_says_where(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        offers(world, **changes)
    assert list(refused.value.fields) == [field]
    assert session().scalar(select(func.count(Slot.id))) == 0


def test_offering_the_same_twice_is_refused(world: World) -> None:
    offers(world)
    with pytest.raises(Invalid):
        offers(world)
    offers(world, who="technician_b")  # theirs is another


@pytest.mark.only_postgresql
@pytest.mark.parametrize("room", [1, 3])
def test_many_at_once_never_get_more_than_there_is_room_for(app: Flask, world: World, room: int) -> None:
    (code,) = offers(world, capacity=room)
    by, outcomes = world.actor("technician_a"), list[str]()
    session().rollback()
    barrier = threading.Barrier(6, timeout=60)

    def books(number: int) -> None:
        with app.app_context():
            try:
                use_scope(EVERYTHING)
                barrier.wait()
                with write_transaction():
                    book_slot(code=code, thing=f"LOT{number}", by=by)
                outcomes.append("booked")
            except DomainError as error:
                outcomes.append(error.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=books, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"booked": room, "This time is fully booked.": 6 - room}
    assert len(booked()) == room


def test_pages_offer_list_and_close(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "technician_a")
    empty = client.get("/appointments")
    check_page(empty)
    assert "No slots" in page_text(empty)
    typed = {"purpose": "pick_up", "day": two_o_clock(5).date().isoformat(), "starts": "09:00", "ends": "11:30",
             "place": "At your door", "capacity": "4", "weeks": "3"}  # fmt: skip
    check_page(client.get("/appointments/offer"))
    wrong = post_form(client, "/appointments/offer", typed | {"ends": "08:00", "starts": "late"})
    check_page(wrong)
    assert wrong.status_code == 400 and "Write a time, for example 14:00." in page_text(wrong)
    wrong = post_form(client, "/appointments/offer", typed | {"ends": "08:00"})
    assert "The end lies before the start." in page_text(wrong)
    fields = hidden_fields(wrong, "/appointments/offer") | typed
    first, second = client.post("/appointments/offer", data=fields), client.post("/appointments/offer", data=fields)
    assert first.status_code == second.status_code == 303
    use_scope(EVERYTHING)
    assert session().scalar(select(func.count(Slot.id))) == 3
    slot = session().scalars(select(Slot).order_by(Slot.starts_at)).first()
    assert slot is not None
    code = slot.code
    does(world, book_slot, code=code, thing=LOT)
    shown = client.get("/appointments")
    check_page(shown)
    assert "1 of 4" in page_text(shown) and LOT in page_text(shown) and "At your door" in page_text(shown)
    close = f"/appointments/{code}/close"
    check_page(client.get(close))
    assert "1 appointment stays" in page_text(client.get(close))
    assert post_form(client, close).status_code == 303
    with clock.frozen(clock.now() + timedelta(days=9)):
        signed_in(client, world, "technician_a")
        over = client.get("/appointments?show=past")
        check_page(over)
        assert LOT in page_text(over)
    assert booked() == [(code, LOT)]


def test_list_goes_on_by_key(client: FlaskClient, world: World) -> None:
    offers(world, weeks=52)
    signed_in(client, world, "technician_a")
    first = client.get("/appointments")
    check_page(first)
    address = next(one.get("href") for one in check_page(first).iter("a") if "after=" in (one.get("href") or ""))
    second = client.get(f"/appointments{address}")
    check_page(second)
    assert page_text(first).count("Bringing devices") == 50 and page_text(second).count("Bringing devices") == 2
