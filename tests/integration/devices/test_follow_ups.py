"""After 90 days and a year the household is asked whether the device is still used."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.correcting import end_household, end_thing, void_fact
from digital_inclusion.devices.actions.follow_ups import note_follow_up
from digital_inclusion.devices.models import FollowUp, RepairRequest
from digital_inclusion.devices.queries.follow_ups import count_answers, count_due, list_due
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, NotFound
from digital_inclusion.households.models import Household
from tests.factories.aftercare import does, goes_home
from tests.factories.devices import is_ready, takes_in
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form

PAGE = "/devices/follow-ups"
TERMS = [90, 365]


@contextmanager
def after(days: int) -> Iterator[None]:
    """Live so many days later, at the same time of the city's day, also when its summer time begins between."""
    with clock.frozen(clock.local(clock.now()) + timedelta(days=days)):
        yield


def at_home(world: World, serial: str = "USED12345A", *, who: str = "a") -> tuple[str, int, int]:
    """Return code and id of a household that got a device today, and the number of the hand-over."""
    tag = is_ready(world, takes_in(world, serial, who=f"technician_{who}"), who=f"technician_{who}")
    household, number = goes_home(world, tag, who=f"navigator_{who}")
    use_scope(EVERYTHING)
    return session().get_one(Household, household).code, household, number


def due() -> list[tuple[int, int, int]]:
    session().rollback()
    use_scope(EVERYTHING)
    rows = [(one.fact.number, one.term_days, one.tries) for one in list_due(clock.today(), TERMS)]
    assert len(rows) == count_due(clock.today(), TERMS)
    return rows


def says(world: World, code: str, number: int, answer: str, **more: Any) -> Any:
    return does(world, note_follow_up, **({"who": "navigator_a"} | more), household_code=code, number=number,
                answer=answer)  # fmt: skip


def test_hand_over_comes_due_by_its_day(world: World) -> None:
    code, _household, number = at_home(world)
    told = {}
    for days in (0, 89, 90, 364, 365, 544, 545):
        with after(days):
            told[days] = due()
    assert told == {
        0: [], 89: [], 90: [(number, 90, 0)], 364: [(number, 90, 0)], 365: [(number, 365, 0)],
        544: [(number, 365, 0)], 545: [],
    }  # fmt: skip
    with after(30), pytest.raises(Conflict, match="Nothing is to be asked"):
        says(world, code, number, "used")


def test_answer_takes_it_off_the_list_until_the_next_term(world: World) -> None:
    code, _household, number = at_home(world)
    with after(100):
        says(world, code, number, "used")
        assert due() == []
        with pytest.raises(Conflict, match="noted an answer already"):
            says(world, code, number, "lost")
    with after(365):
        assert due() == [(number, 365, 0)]
    assert count_answers() == {90: {"used": 1}}


def test_nobody_answers_three_times(world: World) -> None:
    code, _household, number = at_home(world)
    for days, tries in ((90, 0), (93, 1), (96, 2)):
        with after(days):
            assert due() == [(number, 90, tries)]
            says(world, code, number, "no_answer")
            assert due() == []
            with pytest.raises(Conflict):
                says(world, code, number, "no_answer")
    with after(120):
        assert due() == []
        with pytest.raises(Conflict, match="three times"):
            says(world, code, number, "used")
    assert count_answers() == {90: {"unreached": 1}}


def test_two_note_an_answer_at_once(app: Flask, world: World) -> None:
    code, _household, number = at_home(world)
    later, barrier, told = clock.local(clock.now()) + timedelta(days=90), threading.Barrier(2, timeout=30), list[str]()

    def say(answer: str) -> None:
        with app.app_context(), clock.frozen(later):
            barrier.wait()
            try:
                says(world, code, number, answer)
            except DomainError as error:
                told.append(error.sentence)
            finally:
                db.session.remove()

    both = [threading.Thread(target=say, args=(one,)) for one in ("used", "lost")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert told == ["Somebody noted an answer already."]
    session().rollback()
    use_scope(EVERYTHING)
    assert len(session().scalars(select(FollowUp)).all()) == 1


def test_what_ended_is_not_asked_about(world: World) -> None:
    by = {"who": "navigator_a"}
    _code, one, number = at_home(world, "ENDED1234A")
    does(world, end_thing, **by, household_id=one, number=number, ended_on=clock.today(), reason="returned")
    _code, two, number = at_home(world, "VOIDED123A")
    does(world, void_fact, **by, household_id=two, number=number, reason="never_happened")
    _code, three, _number = at_home(world, "LEFTED123A")
    does(world, end_household, **by, household_id=three, ended_on=clock.today(), reason="left_city")
    with after(100):
        assert due() == []


def test_page_leads_to_what_follows(client: FlaskClient, world: World) -> None:
    homes = [at_home(world, f"PAGES1234{letter}") for letter in "ABCD"]
    with after(91):
        signed_in(client, world, "navigator_a")
        page = client.get(PAGE)
        check_page(page)
        assert "To ask today 4" in page_text(page)
        leads = {}
        for (code, _household, number), answer in zip(
            homes, ("used", "broken", "given_back", "no_answer"), strict=True
        ):
            form = f"/households/{code}/devices/{number}/follow-up"
            check_page(client.get(form))
            assert post_form(client, form, {}).status_code == 400
            told = post_form(client, form, {"answer": answer})
            assert told.status_code == 303
            leads[answer] = told.location
        assert leads["used"].endswith(PAGE) and leads["no_answer"].endswith(PAGE)
        assert leads["given_back"].endswith(f"/facts/{homes[2][2]}/end")
        check_page(client.get(leads["broken"]))
        assert client.get(leads["given_back"]).status_code == 200
        shown = client.get(PAGE)
        check_page(shown)
        assert "Nobody is to be asked today" in page_text(shown) and "What they said so far" in page_text(shown)
    session().rollback()
    use_scope(EVERYTHING)
    (repair,) = session().scalars(select(RepairRequest)).all()
    assert (repair.source, repair.fact_number, repair.state) == ("follow_up", homes[1][2], "sent")


def test_households_of_another_organization_are_not_there(client: FlaskClient, world: World) -> None:
    code, _household, number = at_home(world)
    with after(91):
        signed_in(client, world, "navigator_b")
        assert "Nobody is to be asked today" in page_text(client.get(PAGE))
        assert client.get(f"/households/{code}/devices/{number}/follow-up").status_code == 404
        with pytest.raises(NotFound):
            says(world, code, number, "used", who="navigator_b")
        own, _id, other = at_home(world, "OTHERS123B", who="b")
        assert client.get(f"/households/{own}/devices/{number}/follow-up").status_code == 404
        assert client.get(f"/households/{own}/devices/{other}/follow-up").status_code == 200
        for who in ("technician_a", "program_manager", "auditor"):
            assert signed_in(client, world, who).get(PAGE).status_code == 403
