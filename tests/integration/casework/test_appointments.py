"""Appointments with households: planned, moved, settled, put back; a clash, a double click, two at once, erasure."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from digital_inclusion.accounts.models import User
from digital_inclusion.agenda.models import AppointmentMove
from digital_inclusion.agenda.queries.appointments import list_appointments, to_remind_of
from digital_inclusion.agenda.rules.appointments import MOVES, State, Step, check_step
from digital_inclusion.casework.actions.appointments import (
    Clash,
    move_appointment,
    plan_appointment,
    put_back_appointment,
    settle_appointment,
)
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.queries.timeline import list_told
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotFound
from tests.factories.aftercare import does
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.appointments import at, new_appointment, on_record, one, plans


def _home(world: World, partner: str = "a", name: str = "Rosa Delgado") -> int:
    return serve(world, partner, name=name, deliveries=()).id


def _moves(code: str) -> list[AppointmentMove]:
    number = one(code).id
    return list(
        session().scalars(
            select(AppointmentMove).where(AppointmentMove.appointment_id == number).order_by(AppointmentMove.id)
        )
    )


def _told(household_id: int) -> set[tuple[str, str | None, str | None]]:
    session().rollback()
    use_scope(EVERYTHING)
    return {
        (entry.source, entry.thing.what, entry.thing.more)
        for entry in list_told(household_id)
        if "appointment" in entry.source
    }


def _settles(world: World, code: str, step: Step, who: str = "navigator_a", days: int = 4) -> None:
    """Settle it as if so many days had passed."""
    with clock.frozen(clock.now() + timedelta(days=days)):
        does(world, settle_appointment, who=who, code=code, step=step)


def test_planned_moved_and_what_was_before_is_kept(world: World) -> None:
    home = _home(world)
    code = plans(world, home)
    before = one(code)
    first = before.starts_at
    assert (before.state, before.sequence) == ("planned", 0) and first == clock.from_local(at(3))
    new = new_appointment(world, starts=at(5, 9), place="home", owner_id=world.users["partner_lead_a"])
    does(world, move_appointment, who="navigator_a", code=code, sequence=0, new=new)
    moved = one(code)
    assert (moved.starts_at, moved.place, moved.sequence) == (clock.from_local(at(5, 9)), "home", 1)
    kept = _moves(code)
    assert [(move.starts_at, move.place, move.owner_id) for move in kept] == [
        (first, "ours", world.users["navigator_a"])
    ]
    assert _told(home) == {("appointment", "papers", "planned"), ("appointment_moved", "papers", None)}


def test_words_alone_are_no_move(world: World) -> None:
    code = plans(world, _home(world))
    does(world, move_appointment, who="navigator_a", code=code, sequence=0, new=new_appointment(world, words="other"))
    assert (one(code).words, one(code).sequence, _moves(code)) == ("other", 1, [])
    does(world, move_appointment, who="navigator_a", code=code, sequence=1, new=new_appointment(world, words="other"))
    assert one(code).sequence == 1  # nothing was changed, so nothing is said


def test_what_was_before_cannot_be_changed(world: World) -> None:
    code = plans(world, _home(world))
    does(world, move_appointment, who="navigator_a", code=code, sequence=0, new=new_appointment(world, starts=at(9)))
    use_scope(EVERYTHING)
    with pytest.raises(Exception, match=r"append|appointment_moves"), write_transaction():
        session().execute(text("UPDATE appointment_moves SET place = 'home'"))


def test_second_to_move_is_told(world: World) -> None:
    code = plans(world, _home(world))
    does(world, move_appointment, who="partner_lead_a", code=code, sequence=0, new=new_appointment(world, starts=at(6)))
    with pytest.raises(Conflict, match="while you were typing"):
        does(
            world, move_appointment, who="navigator_a", code=code, sequence=0, new=new_appointment(world, starts=at(7))
        )
    assert one(code).starts_at == clock.from_local(at(6))


def test_clash_is_told_and_can_be_kept(world: World) -> None:
    plans(world, _home(world))
    other = _home(world, name="Other Family")
    overlapping = {"starts": at(3, 14, 30), "minutes": 15}
    with pytest.raises(Clash, match="Navigator A has another appointment then"):
        plans(world, other, **overlapping)
    plans(world, other, who="partner_lead_a", **overlapping)  # another person
    plans(world, other, starts=at(3, 15))  # begins as the other ends
    plans(world, other, starts=at(3, 13))
    plans(world, other, even_so=True, **overlapping)
    assert len(on_record()) == 5


def test_the_same_again_is_the_one_that_stands(world: World) -> None:
    home = _home(world)
    code = plans(world, home)
    assert plans(world, home) == code
    assert len(on_record()) == 1
    _settles(world, code, Step.CANCEL)
    assert plans(world, home) != code  # what was canceled can be planned anew
    with pytest.raises(Conflict, match="planned already"):
        does(world, put_back_appointment, who="navigator_a", code=code)


def test_moved_onto_another_of_the_same_household(world: World) -> None:
    home = _home(world)
    first, second = plans(world, home), plans(world, home, starts=at(8))
    with pytest.raises(Conflict, match="planned already"):
        does(world, move_appointment, who="navigator_a", code=second, sequence=0, new=new_appointment(world),
             even_so=True)  # fmt: skip
    assert one(first).starts_at != one(second).starts_at


@pytest.mark.parametrize("step", [Step.KEEP, Step.MISS, Step.CANCEL])
def test_settled_once_and_put_back(world: World, step: Step) -> None:
    code = plans(world, _home(world))
    if step is not Step.CANCEL:
        with pytest.raises(Conflict, match="has not begun"):
            does(world, settle_appointment, who="navigator_a", code=code, step=step)
    _settles(world, code, step)
    assert one(code).state == MOVES[step][1] and one(code).settled_by == world.users["navigator_a"]
    with pytest.raises(Conflict, match="meanwhile"):
        _settles(world, code, Step.KEEP, who="partner_lead_a")
    with pytest.raises(Conflict, match="meanwhile"):
        does(world, move_appointment, who="navigator_a", code=code, sequence=1,
             new=new_appointment(world, starts=at(20)))  # fmt: skip
    does(world, put_back_appointment, who="navigator_a", code=code)
    assert (one(code).state, one(code).settled_at, one(code).sequence) == ("planned", None, 2)
    with pytest.raises(Conflict, match="meanwhile"):
        does(world, put_back_appointment, who="navigator_a", code=code)


def test_every_state_and_step_is_thought_of() -> None:
    now = clock.now()
    for step in Step:
        for state in State:
            allowed, following = MOVES[step]
            if state in allowed:
                assert check_step(step, state, starts_at=now - timedelta(hours=1), now=now) == following
            else:
                with pytest.raises(Conflict):
                    check_step(step, state, starts_at=now - timedelta(hours=1), now=now)


def test_what_cannot_be(world: World) -> None:
    home, theirs = _home(world), _home(world, "b")
    yesterday, far = at(-1), at(400)
    wrong: list[dict[str, Any]] = [
        {"starts": yesterday}, {"starts": far}, {"minutes": 7}, {"place": "moon"}, {"purpose": "chat"},
        {"words": "x" * 201}, {"owner_id": world.users["navigator_b"]}, {"owner_id": world.users["technician_a"]},
        {"owner_id": 999_999},
    ]  # fmt: skip
    for values in wrong:
        with pytest.raises(Invalid):
            plans(world, home, **values)
    with pytest.raises(NotFound):
        plans(world, theirs)
    code = plans(world, theirs, who="navigator_b")
    for action, more in (
        (settle_appointment, {"step": Step.CANCEL}), (put_back_appointment, {}),
        (move_appointment, {"sequence": 0, "new": new_appointment(world)}),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            does(world, action, who="navigator_a", code=code, **more)
    with pytest.raises(DomainError):
        does(world, plan_appointment, who="technician_a", household_id=home, new=new_appointment(world))
    assert [found.code for found in on_record()] == [code]


def test_time_that_the_clocks_leave_out(world: World) -> None:
    home = _home(world)
    with clock.frozen(datetime(2027, 3, 1, 20, tzinfo=clock.now().tzinfo)):
        with pytest.raises(Invalid) as refused:
            plans(world, home, starts=datetime(2027, 3, 14, 2, 30))
        assert "clocks go forward" in refused.value.fields["starts"]
        code = plans(world, home, starts=datetime(2027, 3, 14, 3, 30))
    assert clock.local(one(code).starts_at).hour == 3


def test_erased_household_leaves_times_and_no_words(world: World) -> None:
    home = _home(world)
    past, planned = plans(world, home), plans(world, home, starts=at(40), words="Other words")
    _settles(world, past, Step.KEEP)
    does(world, erase_household, who="partner_lead_a", household_id=home, reason="asked")
    assert {(found.state, found.words) for found in on_record()} == {("kept", None), ("cancelled", None)}
    with pytest.raises(Conflict, match="erased"):
        does(world, put_back_appointment, who="navigator_a", code=planned)


def test_audit_holds_no_words(world: World) -> None:
    code = plans(world, _home(world))
    does(world, move_appointment, who="navigator_a", code=code, sequence=0, new=new_appointment(world, words="Secret"))
    use_scope(EVERYTHING)
    told = session().scalars(select(AuditEvent).where(AuditEvent.name.like("appointment.%")).order_by(AuditEvent.id))
    details = [event.details for event in told]
    assert details == [{"place": "ours", "purpose": "papers"}, {"fields": ["words"]}]


def test_list_is_of_the_person_their_caseload_and_nobody_elses(world: World) -> None:
    mine = plans(world, _home(world))
    leads = plans(world, _home(world, name="Leads Family"), who="partner_lead_a")
    plans(world, _home(world, "b"), who="navigator_b")
    use_scope(Scope(partner_id=world.partners["a"]))
    navigator, lead = world.users["navigator_a"], world.users["partner_lead_a"]
    assert _listed(owner_id=navigator) == {mine} and _listed() == {mine, leads}
    assert list_appointments(past=True) == []
    use_scope(EVERYTHING)
    with write_transaction():
        session().get_one(User, lead).active = False  # her appointments must not wait unseen
        record("user.deactivated", by=world.actor("administrator"))
    use_scope(Scope(partner_id=world.partners["a"]))
    assert _listed(owner_id=navigator) == {mine, leads}


def _listed(owner_id: int | None = None) -> set[str]:
    return {row.appointment.code for row in list_appointments(owner_id=owner_id, past=False)}


def test_those_of_tomorrow_are_there_to_be_reminded_of(world: World) -> None:
    home = _home(world)
    wanted = {plans(world, home, starts=at(1, hour)) for hour in (0, 23)}
    plans(world, home, starts=at(2, 0))
    off = plans(world, home, starts=at(1, 12))
    does(world, settle_appointment, who="navigator_a", code=off, step=Step.CANCEL)
    use_scope(EVERYTHING)
    tomorrow = clock.today() + timedelta(days=1)
    rows = session().execute(to_remind_of(tomorrow)).all()
    assert {row[0].code for row in rows} == wanted
    assert session().execute(to_remind_of(tomorrow + timedelta(days=9))).all() == []


def test_settled_by_two_at_once_is_settled_once(app: Flask, world: World) -> None:
    home = _home(world)
    code = plans(world, home)
    by, barrier, ended = world.actor("navigator_a"), threading.Barrier(2, timeout=60), list[str]()
    session().rollback()

    def run(step: Step) -> None:
        with app.app_context():
            use_scope(Scope(partner_id=by.partner_id))
            barrier.wait()
            try:
                with clock.frozen(clock.now() + timedelta(days=4)), write_transaction():
                    settle_appointment(code=code, step=step, by=by)
                ended.append("kept")
            except Conflict:
                ended.append("told")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(step,)) for step in (Step.KEEP, Step.MISS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["kept", "told"] and one(code).sequence == 1


def test_planned_by_two_clicks_at_once_is_one(app: Flask, world: World) -> None:
    home = _home(world)
    new, by, barrier = new_appointment(world), world.actor("navigator_a"), threading.Barrier(2, timeout=60)
    session().rollback()

    def run() -> None:
        with app.app_context():
            use_scope(Scope(partner_id=by.partner_id))
            barrier.wait()
            try:
                with write_transaction():
                    plan_appointment(household_id=home, new=new, by=by)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(on_record()) == 1
    assert isinstance(on_record()[0].starts_at.date(), date)
