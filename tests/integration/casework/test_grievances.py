"""Complaints, appeals and corrections from the inside: who gets them, who may not, what each step does."""

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.casework.actions import grieving, judging
from digital_inclusion.casework.actions.answering import decline_request
from digital_inclusion.casework.actions.deciding import update_known
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.actions.grieving import RESIDENT, note_grievance
from digital_inclusion.casework.models import GrievanceSide
from digital_inclusion.casework.queries.grievance_list import GrievanceFilter, list_grievances
from digital_inclusion.casework.queries.grievances import list_because, list_open_sides, read_page
from digital_inclusion.casework.rules.grievances import NewGrievance
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, NOTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.jobs import HANDLERS
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.factories.grievances import (
    EMAIL,
    TEXT,
    answers,
    asks_for_side,
    complains,
    judges,
    looks,
    on_record,
    sends,
    words_of,
)
from tests.factories.help import asks
from tests.factories.households import new_household
from tests.factories.world import World, add_user
from tests.support.casework import enrolled


def _resident(action: object, reference: str, **arguments: object) -> None:
    number = on_record(reference).id
    use_scope(NOTHING)
    with write_transaction():
        action(grievance_id=number, by=RESIDENT, **arguments)  # type: ignore[operator]
    use_scope(EVERYTHING)


def _place(
    world: World, reference: str, about: str | None, who: str = "program_manager", code: str | None = None
) -> None:
    number = world.partners[about] if about is not None else None
    judges(world, judging.place_grievance, who, reference=reference, about=number, code=code)


def test_complaint_goes_to_the_city_and_the_partner_finds_nothing(app: Flask, world: World) -> None:
    reference = complains(world, about="a")
    found = on_record(reference)
    assert (found.partner_id, found.about_id, found.state) == (world.partners["city"], world.partners["a"], "received")
    (words,) = words_of(reference)
    assert (words.partner_id, words.text, words.email) == (world.partners["city"], TEXT, EMAIL)
    with pytest.raises(NotFound):
        looks(world, reference, "partner_lead_a")
    with pytest.raises(NotAllowed):
        looks(world, reference, "navigator_a")


def test_complaint_about_the_city_is_not_the_citys(app: Flask, world: World) -> None:
    reference = complains(world, about="city")
    assert on_record(reference).partner_id == world.partners["fiscal"]
    with pytest.raises(Conflict, match="your own organization"):
        looks(world, reference)
    with pytest.raises(Conflict, match="your own organization"):
        _place(world, reference, None)  # nor can it be taken back by saying that it is about nobody
    add_user(world, "program_manager", "fiscal", "agent")
    looks(world, reference, "agent")
    assert on_record(reference).owner_id == world.users["agent"]


def test_appeal_is_not_looked_at_by_who_decided(app: Flask, world: World) -> None:
    home = enrolled(world, new_household())
    add_user(world, "program_manager", "city", "second")
    use_scope(EVERYTHING)
    with write_transaction():  # a manager who is a lead too decided about it
        record(
            "eligibility.decided", by=world.actor("program_manager"), subject_type="households", subject_id=home.id,
            partner_id=world.partners["a"],
        )  # fmt: skip
    reference = complains(world, kind="appeal", code=home.code)
    assert on_record(reference).household_id == home.id
    with pytest.raises(Conflict, match="You made a decision"):
        looks(world, reference)
    looks(world, reference, "second")
    assert on_record(reference).state == "looking"


def test_appeal_against_a_declined_request_is_not_looked_at_by_who_declined(app: Flask, world: World) -> None:
    asked, _pin = asks()  # nobody takes requests: the city has it
    judges(world, decline_request, reference=asked, reason="no_room")
    reference = complains(world, kind="appeal", about=None, code=asked)
    with pytest.raises(Conflict, match="You made a decision"):
        looks(world, reference)
    add_user(world, "program_manager", "city", "second")
    looks(world, reference, "second")


def test_correction_goes_to_who_has_the_record_and_back_to_the_city(app: Flask, world: World) -> None:
    home = enrolled(world, new_household())
    reference = complains(world, kind="correction", about="a", code=home.code)
    assert on_record(reference).partner_id == world.partners["a"]
    with pytest.raises(NotFound):
        looks(world, reference, "partner_lead_b")
    with pytest.raises(Conflict, match="Another organization"):
        looks(world, reference)  # the city does not answer it
    looks(world, reference, "partner_lead_a")
    with pytest.raises(Invalid):
        _place(world, reference, "b", "partner_lead_a")  # a partner chooses no other
    _place(world, reference, None, "partner_lead_a")
    found = on_record(reference)
    assert (found.partner_id, found.state, found.owner_id) == (world.partners["city"], "received", None)
    first, second = words_of(reference)
    assert (first.text, first.email, first.typed_code, second.text) == (None, None, None, TEXT)
    _place(world, reference, "a", code=home.code)
    assert on_record(reference).partner_id == world.partners["a"]
    assert on_record(reference).household_id == home.id


def test_code_of_another_partners_household_is_not_linked(app: Flask, world: World) -> None:
    home = enrolled(world, new_household(), "b")
    reference = complains(world, about="a", code=home.code)
    assert on_record(reference).household_id is None
    with pytest.raises(Invalid):
        _place(world, reference, "a", code=home.code)
    _place(world, reference, "b", code=home.code)
    assert on_record(reference).household_id == home.id


def test_partner_sees_the_question_and_nothing_else(app: Flask, world: World) -> None:
    reference = complains(world)
    side = asks_for_side(world, reference, question="Who answers your phone?")
    with pytest.raises(NotFound):
        judges(world, judging.say_side, "partner_lead_b", code=side, answer="We do.")
    judges(world, judging.say_side, "partner_lead_a", code=side, answer="Nobody did in May.")
    with pytest.raises(Conflict):
        judges(world, judging.say_side, "partner_lead_a", code=side, answer="Again")
    use_scope(EVERYTHING)
    (row,) = session().scalars(select(GrievanceSide).order_by(GrievanceSide.id))
    assert (row.partner_id, row.question, row.answer) == (
        world.partners["a"], "Who answers your phone?", "Nobody did in May.",
    )  # fmt: skip


def test_answer_then_disagree_once_then_the_last_answer(app: Flask, world: World) -> None:
    add_user(world, "program_manager", "city", "second")
    reference = complains(world)
    with pytest.raises(Conflict):
        answers(world, reference)  # nobody looks at it yet
    looks(world, reference)
    with pytest.raises(Conflict, match="Only who looks"):
        answers(world, reference, "second")
    answers(world, reference, outcome="not_upheld", text="No.", english=None)
    assert (on_record(reference).state, on_record(reference).outcome) == ("answered", "not_upheld")
    with pytest.raises(Invalid):
        _resident(grieving.disagree, reference, text=" ")
    _resident(grieving.disagree, reference, text="It is so.")
    found = on_record(reference)
    assert (found.state, found.outcome, found.answered_on) == ("received", None, None)
    assert found.reopened_on == clock.today()
    assert words_of(reference)[-1].earlier_answer == "No." and words_of(reference)[-1].answer is None
    with pytest.raises(Conflict, match="You gave the answer"):
        looks(world, reference)
    looks(world, reference, "second")
    answers(world, reference, "second")
    found = on_record(reference)
    assert (found.state, found.outcome, found.closed_at is not None) == ("closed", "upheld", True)
    with pytest.raises(Conflict):
        _resident(grieving.disagree, reference, text="Again.")


def test_partners_answer_to_a_correction_is_looked_at_by_the_city_when_disagreed_with(app: Flask, world: World) -> None:
    reference = complains(world, kind="correction")
    looks(world, reference, "partner_lead_a")
    answers(world, reference, "partner_lead_a", outcome="not_upheld")
    _resident(grieving.disagree, reference, text="My name is wrong.")
    assert on_record(reference).partner_id == world.partners["city"]
    assert words_of(reference)[-1].disagreement == "My name is wrong." and words_of(reference)[0].text is None
    looks(world, reference)


def test_decision_that_was_changed_says_so(app: Flask, world: World) -> None:
    home = enrolled(world, new_household())
    reference = complains(world, kind="appeal", code=home.code)
    judges(world, update_known, "navigator_a", household_id=home.id, told={"household_size": 4})
    use_scope(EVERYTHING)
    event = session().scalars(select(AuditEvent).where(AuditEvent.name == "eligibility.decided")).all()[-1].id
    looks(world, reference)
    with pytest.raises(Invalid):
        answers(world, reference, changed=event + 1000)
    answers(world, reference, changed=event)
    found = on_record(reference)
    assert (found.changed_what, found.changed_event, found.changed_on) == ("eligibility.decided", event, clock.today())
    (because,) = list_because(home.id, what="eligibility.decided")
    assert (because.kind, because.on) == ("appeal", clock.today())


def test_deadlines_are_counted_from_the_day_it_came(app: Flask, world: World) -> None:
    with clock.frozen(clock.now().replace(year=2026, month=11, day=23, hour=20)):  # the week of Thanksgiving
        found = on_record(complains(world))
    assert (found.received_on, found.acknowledge_by, found.answer_by) == (
        date(2026, 11, 23), date(2026, 11, 27), date(2026, 12, 23),
    )  # fmt: skip


def test_household_page_note_goes_where_it_belongs(app: Flask, world: World) -> None:
    home = enrolled(world, new_household())
    new = NewGrievance(kind="complaint", text=TEXT, language="vi", about_id=world.partners["a"])
    with pytest.raises(NotFound):
        judges(world, note_grievance, "navigator_b", household_id=home.id, new=new, way="phone", token="t" * 40)
    made = judges(world, note_grievance, "navigator_a", household_id=home.id, new=new, way="phone", token="t" * 40)
    found = on_record(made.reference)
    assert (found.partner_id, found.household_id, found.noted_by, found.way) == (
        world.partners["city"], home.id, world.users["navigator_a"], "phone",
    )  # fmt: skip


def test_correction_about_another_organization_shows_it_nothing_of_the_record(app: Flask, world: World) -> None:
    home = enrolled(world, new_household())
    new = NewGrievance(kind="correction", text=TEXT, language="vi", about_id=world.partners["b"], typed_code=home.code)
    made = judges(world, note_grievance, "navigator_a", household_id=home.id, new=new, way="phone", token="t" * 40)
    reference = made.reference
    judges(world, update_known, "navigator_a", household_id=home.id, told={"household_size": 4})
    looks(world, reference, "partner_lead_b")
    page = judges(world, read_page, "partner_lead_b", grievance=on_record(reference))
    assert (page.words.text, page.household, list(page.changes)) == (TEXT, None, [])
    assert page.writer == "Navigator A"
    event = session().scalars(select(AuditEvent).where(AuditEvent.name == "eligibility.decided")).all()[-1].id
    with pytest.raises(Invalid):
        answers(world, reference, "partner_lead_b", changed=event)


def test_resident_takes_it_back_and_has_it_erased(app: Flask, world: World) -> None:
    reference, pin = sends(world)
    side = asks_for_side(world, reference)
    _resident(grieving.withdraw_grievance, reference)
    assert (on_record(reference).state, on_record(reference).outcome) == ("closed", "withdrawn")
    _resident(grieving.erase_grievance, reference)
    found = on_record(reference)
    assert (found.language, found.pin_hash, found.erased_at is not None) == (None, "", True)
    (words,) = words_of(reference)
    assert not any(getattr(words, name) for name in grieving.MOVED)
    asked = session().scalars(select(GrievanceSide).where(GrievanceSide.code == side)).one()
    assert (asked.question, asked.answer) == (None, None)
    use_scope(NOTHING)
    with pytest.raises(Invalid):
        grieving.open_grievance(reference=reference, pin=pin, address="10.9.9.9", by=RESIDENT)
    with pytest.raises(NotFound):
        _resident(grieving.erase_grievance, reference)


def test_erasing_the_household_ends_no_complaint_about_who_erases_it(app: Flask, world: World) -> None:
    home = enrolled(world, new_household())
    against = complains(world, code=home.code)
    wrong = complains(world, kind="correction", code=home.code)
    over = complains(world, code=home.code)
    looks(world, over)
    answers(world, over)
    judges(world, erase_household, "partner_lead_a", household_id=home.id, reason="asked")
    assert on_record(wrong).erased_at is not None and words_of(wrong)[0].text is None
    assert on_record(wrong).state == "closed"
    assert (on_record(against).state, words_of(against)[0].text) == ("received", TEXT)  # it is still answered
    looks(world, against)
    answers(world, against)
    with clock.frozen(clock.now() + timedelta(days=40)):
        HANDLERS["casework.close_grievances"]({})
    for reference in (against, over):
        assert (on_record(reference).state, words_of(reference)[0].text) == ("closed", None)


def test_what_was_erased_with_the_household_takes_no_new_words(app: Flask, world: World) -> None:
    home = enrolled(world, new_household())
    reference = complains(world, kind="correction", code=home.code)
    looks(world, reference, "partner_lead_a")
    answers(world, reference, "partner_lead_a")
    judges(world, erase_household, "partner_lead_a", household_id=home.id, reason="asked")
    assert (on_record(reference).state, on_record(reference).outcome) == ("closed", "upheld")
    with pytest.raises(Conflict):
        _resident(grieving.disagree, reference, text="Still wrong.")
    assert words_of(reference)[0].disagreement is None


def test_last_answer_can_be_read_though_the_household_was_erased_meanwhile(app: Flask, world: World) -> None:
    home = enrolled(world, new_household())
    add_user(world, "program_manager", "city", "second")
    reference = complains(world, code=home.code)
    looks(world, reference)
    answers(world, reference)
    _resident(grieving.disagree, reference, text="Still wrong.")
    judges(world, erase_household, "partner_lead_a", household_id=home.id, reason="asked")
    looks(world, reference, "second")
    answers(world, reference, "second", text="Perdone.")
    assert (on_record(reference).state, words_of(reference)[0].answer) == ("closed", "Perdone.")
    now = clock.now()
    for days, text in ((30, TEXT), (31, None)):
        with clock.frozen(now + timedelta(days=days)):
            HANDLERS["casework.close_grievances"]({})
        assert words_of(reference)[0].text == text


def test_answered_ones_close_and_what_they_say_is_erased_in_time(app: Flask, world: World) -> None:
    reference = complains(world)
    looks(world, reference)
    answers(world, reference)
    now = clock.now()
    with clock.frozen(now + timedelta(days=30)):
        HANDLERS["casework.close_grievances"]({})
    assert on_record(reference).state == "answered"  # this is the last day to disagree
    with clock.frozen(now + timedelta(days=31)):
        HANDLERS["casework.close_grievances"]({})
    assert (on_record(reference).state, words_of(reference)[0].text) == ("closed", TEXT)
    with clock.frozen(now + timedelta(days=31 + 731)):
        HANDLERS["casework.close_grievances"]({})
    assert on_record(reference).erased_at is not None and words_of(reference)[0].text is None


def test_two_people_at_once_make_one_owner(app: Flask, world: World) -> None:
    add_user(world, "program_manager", "city", "second")
    reference = complains(world)
    use_scope(EVERYTHING)
    people = [world.actor("program_manager"), world.actor("second")]
    session().rollback()
    start, ends = threading.Barrier(2), []

    def take(by: object) -> None:
        with app.app_context():
            use_scope(EVERYTHING)
            start.wait()
            try:
                with write_transaction():
                    judging.take_grievance(reference=reference, by=by)  # type: ignore[arg-type]
                ends.append("taken")
            except Conflict:
                ends.append("late")
            finally:
                session().close()

    threads = [threading.Thread(target=take, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["late", "taken"]
    assert on_record(reference).owner_id in {by.user_id for by in people}


def test_list_is_due_first_and_goes_on_after_the_last_one_shown(app: Flask, world: World) -> None:
    now = clock.now().replace(year=2026, month=3, day=2, hour=20)
    made = []
    for days, is_taken in ((0, True), (5, False), (1, False), (20, True)):
        with clock.frozen(now + timedelta(days=days)):
            made.append(complains(world))
            if is_taken:
                looks(world, made[-1])
    use_scope(EVERYTHING)
    by, wanted = world.actor("program_manager"), GrievanceFilter()
    shown = [row.grievance.reference for row in list_grievances(wanted, by=by)]
    assert shown == [made[2], made[1], made[0], made[3]]
    for place, reference in enumerate(shown):
        rest = list_grievances(wanted, by=by, after=reference)
        assert [row.grievance.reference for row in rest] == shown[place + 1 :]
    assert list_grievances(wanted, by=world.actor("partner_lead_a")) == []


def test_side_is_no_longer_asked_once_it_is_answered(app: Flask, world: World) -> None:
    reference = complains(world)
    side = asks_for_side(world, reference)
    with pytest.raises(Conflict, match="asked already"):
        judges(world, judging.ask_side, "program_manager", reference=reference, question="And then?")
    assert [one.code for one in list_open_sides(world.partners["a"])] == [side]
    answers(world, reference)
    assert list_open_sides(world.partners["a"]) == []
    with pytest.raises(Conflict):
        judges(world, judging.say_side, "partner_lead_a", code=side, answer="Too late.")


def test_no_word_of_it_is_in_the_audit(app: Flask, world: World) -> None:
    reference = complains(world)
    asks_for_side(world, reference, question="Who answers your phone?")
    answers(world, reference)
    use_scope(EVERYTHING)
    told = " ".join(str(event.details) for event in session().scalars(select(AuditEvent).order_by(AuditEvent.id)))
    for word in (TEXT, EMAIL, "Tiene", "phone?"):
        assert word not in told
