"""Classes: planned, changed, their sessions added and canceled, seats never given twice, the first waiting moves up."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from digital_inclusion.households.models import Household
from digital_inclusion.progress.queries.served import get_served
from digital_inclusion.skills.actions.classes import add_sessions, cancel_session, change_class
from digital_inclusion.skills.actions.places import give_up_place, join_class
from digital_inclusion.skills.models import ClassPlace, ClassSession, TrainingClass
from digital_inclusion.skills.queries.classes import get_class, get_session, list_classes
from digital_inclusion.skills.queries.places import get_place, list_places
from tests.factories.aftercare import does
from tests.factories.classes import family, joins, new_class, new_sessions, notes, plans
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form


def acts(world: World, action: Any, **arguments: Any) -> Any:
    return does(world, action, **({"who": "navigator_a"} | arguments))


def sitting(course: str) -> tuple[list[int], list[int]]:
    """Return who sits and who waits, by member."""
    session().rollback()
    use_scope(EVERYTHING)
    seated, waiting = list_places(get_class(course).id)
    return [one.member_id for one in seated], [one.member_id for one in waiting]


def test_class_meets_at_the_same_hour_when_clocks_change(world: World) -> None:
    _course, codes = plans(world, weeks=40)
    hours = {clock.local(get_session(code).starts_at).hour for code in codes}
    assert len(codes) == 40 and len(hours) == 1


def test_full_class_has_a_waiting_list_whose_first_moves_up(world: World) -> None:
    course, _sessions = plans(world, seats=2)
    code, (ana, ben, carla, dan) = family(world, "Ana Ruiz", "Ben Ruiz", "Carla Ruiz", "Dan Ruiz")
    places = [joins(world, course, code, member=member) for member in (ana, ben, carla, dan)]
    assert [one.waits_as for one in places] == [None, None, 1, 2]
    assert joins(world, course, code, member=dan).waits_as == 2  # once more changes nothing
    assert sitting(course) == ([ana, ben], [carla, dan])
    assert acts(world, give_up_place, place=get_place(places[0].place.id)) == 1
    assert sitting(course) == ([ben, carla], [dan])
    with pytest.raises(Conflict, match="given up already"):
        acts(world, give_up_place, place=get_place(places[0].place.id))
    assert joins(world, course, code, member=ana).waits_as == 2  # at the end of the line
    assert acts(world, change_class, course=get_class(course), new=new_class(seats=3)) == 1
    assert sitting(course) == ([ben, carla, dan], [ana])
    with pytest.raises(Invalid) as refused:
        acts(world, change_class, course=get_class(course), new=new_class(seats=2))
    assert list(refused.value.fields) == ["seats"]


def test_erased_household_gives_its_seats_back(world: World) -> None:
    course, _sessions = plans(world, seats=1)
    gone, (first,) = family(world, "Ana Ruiz")
    code, (second,) = family(world, "Ben Haddad", phone_e164="+14085550199")
    joins(world, course, gone)
    joins(world, course, code)
    assert sitting(course) == ([first], [second])
    home = session().scalars(select(Household.id).where(Household.code == gone)).one()
    acts(world, erase_household, who="partner_lead_a", household_id=home, reason="asked")
    assert sitting(course) == ([second], [])
    with pytest.raises(Conflict, match="erased"):
        joins(world, course, gone, member=first)


def test_others_have_no_part_in_it(world: World) -> None:
    course, (lesson,) = plans(world)
    theirs, (stranger,) = family(world, "Bogdana Marin", partner="b")
    place = joins(world, course, family(world, "Ana Ruiz")[0]).place
    found, served = get_class(course), get_served(theirs)
    for what in ({"action": change_class, "course": found, "new": new_class()},
                 {"action": add_sessions, "course": found, "new": new_sessions()},
                 {"action": cancel_session, "one": get_session(lesson)},
                 {"action": give_up_place, "place": get_place(place.id)},
                 {"action": join_class, "course": found, "household": served, "member_id": stranger}):  # fmt: skip
        session().expunge_all()
        with pytest.raises(NotFound):
            acts(world, **what, who="navigator_b")
    with pytest.raises(NotFound):  # our class, their household
        acts(world, join_class, course=get_class(course), household=served, member_id=stranger)
    mine = get_served(family(world, "Cy Okafor", phone_e164="+14085550177")[0])
    with pytest.raises(Invalid):  # our household, their member
        acts(world, join_class, course=get_class(course), household=mine, member_id=stranger)
    with pytest.raises(NotAllowed):
        plans(world, who="program_manager")
    use_scope(Scope(partner_id=world.partners["b"]))
    assert list_classes(now=clock.now()) == []
    use_scope(EVERYTHING)


def test_session_is_planned_once_and_canceled_once(world: World) -> None:
    course, (lesson,) = plans(world)
    with pytest.raises(Invalid) as refused:
        acts(world, add_sessions, course=get_class(course), new=new_sessions(weeks=3))
    assert list(refused.value.fields) == ["starts"]
    acts(world, cancel_session, one=get_session(lesson))
    with pytest.raises(Conflict, match="canceled already"):
        acts(world, cancel_session, one=get_session(lesson))
    assert len(acts(world, add_sessions, course=get_class(course), new=new_sessions(weeks=3))) == 3


def test_session_to_which_people_came_cannot_be_canceled(world: World) -> None:
    course, (lesson,) = plans(world, hours=-3)
    code, (ana,) = family(world, "Ana Ruiz")
    joins(world, course, code)
    notes(world, lesson, {ana: 90})
    with pytest.raises(Conflict, match="took place"):
        acts(world, cancel_session, one=get_session(lesson))


@pytest.mark.only_postgresql
def test_many_at_once_get_no_more_seats_than_there_are(app: Flask, world: World) -> None:
    course, _sessions = plans(world, seats=2)
    code, members = family(world, *[f"Person{n} Ruiz" for n in range(6)])
    at_once(app, [lambda member=one: _joins(world, course, code, member) for one in members])  # type: ignore[misc]
    assert [len(part) for part in sitting(course)] == [2, 4]


@pytest.mark.only_postgresql
def test_two_who_leave_at_once_let_two_move_up(app: Flask, world: World) -> None:
    course, _sessions = plans(world, seats=2)
    code, members = family(world, *[f"Person{n} Ruiz" for n in range(5)])
    places = [joins(world, course, code, member=one).place.id for one in members]
    outcomes = at_once(app, [lambda one=place: _leaves(world, one) for place in (places[0], places[1], places[0])])  # type: ignore[misc]
    assert Counter(outcomes) == {"done": 2, "This place was given up already.": 1}
    assert sitting(course) == (members[2:4], members[4:])


def _joins(world: World, course: str, code: str, member: int) -> None:
    by = world.actor("navigator_a")
    with write_transaction():
        join_class(course=get_class(course), household=get_served(code), member_id=member, by=by)


def _leaves(world: World, place: int) -> None:
    by = world.actor("navigator_a")
    with write_transaction():
        give_up_place(place=get_place(place), by=by)


def at_once(app: Flask, works: list[Any]) -> list[str]:
    """Do everything at the same moment, each in a thread of its own; return "done" or what was said."""
    outcomes, barrier = list[str](), threading.Barrier(len(works), timeout=60)
    session().rollback()

    def run(work: Any) -> None:
        with app.app_context():
            try:
                use_scope(EVERYTHING)
                barrier.wait()
                work()
                outcomes.append("done")
            except (Conflict, Invalid) as error:
                outcomes.append(error.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_list_goes_on_by_key_and_shows_what_is_over(world: World) -> None:
    for place in range(52):
        plans(world, hours=24 + place % 7, title=f"Class {place:02}")
    over, _sessions = plans(world, hours=-30)
    first = list_classes(now=clock.now())
    second = list_classes(now=clock.now(), after=first[49].course.code)
    assert len(first) == 51 and len(second) == 2
    seen = [row.course.code for row in first[:50] + second]
    assert len(set(seen)) == 52 and over not in seen
    assert [row.course.code for row in list_classes(now=clock.now(), past=True)] == [over]
    assert [row.at for row in first] == sorted(row.at for row in first if row.at)


def typed(days: int = 5) -> dict[str, str]:
    day = (clock.today() + timedelta(days=days)).isoformat()
    return {
        "title": "Email <b>first</b>", "topic": "Email", "language": "vi", "place": "Library", "seats": "2",
        "description": "Bring your phone.", "day": day, "starts": "10:00", "ends": "11:30", "weeks": "3",
    }  # fmt: skip


def test_pages_plan_change_and_cancel(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    empty = client.get("/skills/classes")
    check_page(empty)
    assert "No classes" in page_text(empty)
    wrong = post_form(client, "/skills/classes/new", typed() | {"ends": "09:00", "seats": "many", "day": "31/02/2026"})
    check_page(wrong)
    assert wrong.status_code == 400 and "There is no month 31" in page_text(wrong) and "Email &lt;b&gt;" in wrong.text
    wrong = post_form(client, "/skills/classes/new", typed() | {"ends": "09:00"})
    assert wrong.status_code == 400 and "The end lies before the start." in page_text(wrong)
    fields = hidden_fields(wrong, "/skills/classes/new") | typed()
    first, second = (client.post("/skills/classes/new", data=fields) for _twice in range(2))
    assert first.status_code == second.status_code == 303 and first.location == second.location
    use_scope(EVERYTHING)
    assert session().scalar(select(func.count(TrainingClass.id))) == 1
    shown = client.get(first.location)
    check_page(shown)
    assert "0 of 2" in page_text(shown) and page_text(shown).count("Coming") == 3
    changed = post_form(client, f"{first.location}/change", typed() | {"seats": "5"})
    assert changed.status_code == 303 and "Bring your phone." in page_text(client.get(first.location))
    assert post_form(client, f"{first.location}/sessions/new", typed(days=40) | {"place": "Room 2"}).status_code == 303
    lesson = session().scalars(select(ClassSession).order_by(ClassSession.starts_at)).all()[0]
    check_page(client.get(f"/skills/sessions/{lesson.code}/cancel"))
    assert post_form(client, f"/skills/sessions/{lesson.code}/cancel").status_code == 303
    assert "Canceled" in page_text(client.get(first.location))
    again = post_form(client, f"/skills/sessions/{lesson.code}/cancel")
    assert again.status_code == 409 and "canceled already" in page_text(again)


def test_pages_enroll_from_household_and_from_class(client: FlaskClient, world: World) -> None:
    course, _sessions = plans(world, seats=1)
    code, (ana, ben) = family(world, "Ana Ruiz", "Ben Ruiz")
    signed_in(client, world, "navigator_a")
    assert f"/households/{code}/classes" in client.get(f"/households/{code}").text
    find = f"/skills/classes/{course}/find"
    check_page(client.get(find))
    assert post_form(client, find, {"words": ""}).status_code == 400
    fits = post_form(client, find, {"words": "ruiz"})
    check_page(fits)
    join = f"/households/{code}/classes"
    assert f"{join}?class={course}" in fits.text and "ruiz" not in str(fits.location or "")
    assert "No household fits" in page_text(post_form(client, find, {"words": "zzzz"}))
    page = client.get(f"{join}?class={course}")
    check_page(page)
    assert "1 seat free" in page_text(page)
    nobody = post_form(client, join, {"course": course})
    assert nobody.status_code == 400 and "Please choose a person." in page_text(nobody)
    for member, said in ((ana, "Ana Ruiz has a seat."), (ben, "Ben Ruiz is number 1 on the waiting list.")):
        assert post_form(client, join, {"member_id": str(member), "course": course}).status_code == 303
        assert said in page_text(client.get(f"/skills/classes/{course}"))
    use_scope(EVERYTHING)
    place = session().scalars(select(ClassPlace.id).order_by(ClassPlace.id)).all()[0]
    check_page(client.get(f"/skills/places/{place}/give-up"))
    left = post_form(client, f"/skills/places/{place}/give-up")
    assert left.status_code == 303
    assert "The first who waited has it now." in page_text(client.get(left.location))
    assert sitting(course) == ([ben], [])


def test_no_class_to_join_says_what_to_do(client: FlaskClient, world: World) -> None:
    code, _members = family(world, "Ana Ruiz")
    plans(world, hours=-30)  # over
    signed_in(client, world, "navigator_a")
    page = client.get(f"/households/{code}/classes")
    check_page(page)
    assert "No class is coming" in page_text(page)
