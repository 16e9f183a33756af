"""Who came: one posting for a list, only the difference, walk-ins, codes at the door, corrections on both sides."""

from collections import Counter
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.casework.actions.changing import withdraw_consent
from digital_inclusion.casework.actions.correcting import correct_delivery, void_fact
from digital_inclusion.foundation.audit.queries import list_events
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotFound
from digital_inclusion.households.models import Household, Member
from digital_inclusion.progress.models import FactRow, PostingRow
from digital_inclusion.progress.queries.deliveries import list_standing
from digital_inclusion.progress.queries.served import get_served
from digital_inclusion.progress.rules.deliveries import Evidence, NewDelivery
from digital_inclusion.progress.rules.facts import Item, Kind
from digital_inclusion.skills.actions.attendance import mark_present, note_attendance
from digital_inclusion.skills.models import Attendance
from digital_inclusion.skills.queries.attendance import list_known
from digital_inclusion.skills.queries.classes import get_session
from digital_inclusion.skills.rules.attendance import Mark
from tests.factories.aftercare import does
from tests.factories.classes import family, joins, notes, plans
from tests.factories.served import confirm
from tests.factories.world import World
from tests.integration.skills.test_classes import at_once
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form
from tests.support.statements import count_statements


def home_of(code: str) -> int:
    use_scope(EVERYTHING)
    return session().scalars(select(Household.id).where(Household.code == code)).one()


def hours(code: str) -> dict[int | None, int]:
    """Return the minutes of training that stand for each member of a household."""
    session().rollback()
    use_scope(EVERYTHING)
    total: Counter[int | None] = Counter()
    for fact in list_standing(home_of(code), [Kind.DELIVERY], Item.TRAINING):
        total[fact.member_id] += fact.minutes or 0
    return dict(total)


def on_record(lesson: str) -> dict[int, int | None]:
    session().rollback()
    use_scope(EVERYTHING)
    return {member: known.minutes for member, known in list_known(get_session(lesson).id).items()}


def count(model: Any) -> int:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalar(select(func.count()).select_from(model)) or 0


def begun(world: World, *names: str, **changes: Any) -> tuple[str, str, str, list[int]]:
    """Return class, a session that has begun, a household and its members, who all have seats."""
    course, (lesson, *_later) = plans(world, hours=-3, **changes)
    code, members = family(world, *(names or ("Ana Ruiz", "Ben Ruiz")))
    for member in members:
        joins(world, course, code, member=member)
    return course, lesson, code, members


def test_list_is_one_posting_and_one_event(world: World) -> None:
    _course, lesson, code, (ana, ben, cy) = begun(world, "Ana Ruiz", "Ben Ruiz", "Cy Ruiz")
    before, events = count(PostingRow), len(list_events(name="attendance.noted", limit=9))
    noted = notes(world, lesson, {ana: 90, ben: 45, cy: None})
    assert (noted.present, noted.posted, noted.voided, noted.uncounted) == (2, 2, 0, 0)
    assert count(PostingRow) == before + 1
    assert hours(code) == {ana: 90, ben: 45}
    assert on_record(lesson) == {ana: 90, ben: 45, cy: None}
    found = list_events(name="attendance.noted", limit=9)
    assert len(found) == events + 1 and "Ruiz" not in str(found[0].details)
    fact = list_standing(home_of(code), [Kind.DELIVERY])[0]
    assert (fact.topic, fact.evidence_type, fact.evidence_reference) == ("Email and safety", "attendance_sheet", lesson)
    assert fact.occurred_on == clock.local(get_session(lesson).starts_at).date()
    assert fact.grant_id == world.grants["a"]
    keys = set(session().scalars(select(FactRow.document_key).where(FactRow.topic == "Email and safety")))
    assert len(keys) == 1 and None not in keys  # one sheet proves them all


def test_same_list_twice_changes_nothing_even_from_an_old_page(world: World) -> None:
    _course, lesson, code, (ana, ben) = begun(world)
    notes(world, lesson, {ana: 90, ben: None})
    facts, postings = count(FactRow), count(PostingRow)
    notes(world, lesson, {ana: 90, ben: None}, seen=0)
    assert (count(FactRow), count(PostingRow), hours(code)) == (facts, postings, {ana: 90})


def test_corrected_ticks_post_exactly_the_difference(world: World) -> None:
    _course, lesson, code, (ana, ben) = begun(world)
    notes(world, lesson, {ana: 90, ben: 90})
    done = notes(world, lesson, {ana: 90, ben: None}, seen=1)
    assert (done.posted, done.voided) == (0, 1) and hours(code) == {ana: 90}
    done = notes(world, lesson, {ana: 60, ben: 90}, seen=2)
    assert (done.posted, done.voided) == (2, 1) and hours(code) == {ana: 60, ben: 90}
    assert on_record(lesson) == {ana: 60, ben: 90}


def test_skills_milestone_comes_from_lists(world: World) -> None:
    course, lessons = plans(world, hours=-24 * 7 - 5, minutes=240, weeks=2)
    code, (ana,) = family(world, "Ana Ruiz")
    joins(world, course, code)
    for lesson in lessons:
        notes(world, lesson, {ana: 240})
    confirm_day = [fact.number for fact in list_standing(home_of(code), [Kind.DELIVERY], Item.TRAINING)]
    posting = confirm(world, *confirm_day)
    assert posting.effect.of("skills", "verified") == 1  # eight hours in two sessions


def test_old_page_never_overwrites_what_a_colleague_saved(world: World) -> None:
    _course, lesson, code, (ana, ben) = begun(world)
    notes(world, lesson, {ana: 90, ben: None})
    with pytest.raises(Invalid, match="meanwhile"):
        notes(world, lesson, {ana: None, ben: 90}, seen=0)
    assert hours(code) == {ana: 90}


def test_stranger_to_the_class_gets_a_sentence(world: World) -> None:
    _course, lesson, code, (ana, _ben) = begun(world)
    _other, (stranger,) = family(world, "Uma Quist", phone_e164="+14085550188")
    _theirs, (foreign,) = family(world, "Bogdana Marin", partner="b")
    for member in (stranger, foreign, 999_999):
        with pytest.raises(Invalid, match="not in this class"):
            notes(world, lesson, {ana: 90, member: 90})
    assert hours(code) == {} and on_record(lesson) == {}


def test_nobody_came_to_a_session_to_come(world: World) -> None:
    course, (lesson,) = plans(world)
    code, (ana,) = family(world, "Ana Ruiz")
    joins(world, course, code)
    with pytest.raises(Conflict, match="not begun"):
        notes(world, lesson, {ana: 90})
    one = get_session(lesson)
    session().expunge(one)
    with pytest.raises(NotFound):
        does(world, note_attendance, who="navigator_b", one=one, marks={}, seen=0)


def test_walk_in_is_marked_once_and_gets_no_seat(world: World) -> None:
    _course, lesson, _code, _members = begun(world, seats=2)
    code, (uma,) = family(world, "Uma Quist", phone_e164="+14085550188")
    for _twice in range(2):
        served = get_served(code)
        does(world, mark_present, who="navigator_a", one=get_session(lesson), household=served, member_id=uma)
        use_scope(EVERYTHING)
    assert hours(code) == {uma: 90} and on_record(lesson) == {uma: 90}
    notes(world, lesson, {uma: None}, seen=1)  # on the list now, and corrected there
    assert hours(code) == {}
    with pytest.raises(Invalid):
        does(world, mark_present, who="navigator_a", one=get_session(lesson), household=get_served(code), member_id=1)
    theirs = get_served(family(world, "Bogdana Marin", partner="b")[0])
    with pytest.raises(NotFound):
        member = theirs.members[0][0]
        does(world, mark_present, who="navigator_a", one=get_session(lesson), household=theirs, member_id=member)


def test_without_consent_the_list_alone_says_it(world: World) -> None:
    _course, lesson, code, (ana, ben) = begun(world)
    does(world, withdraw_consent, who="navigator_a", household_id=home_of(code), purposes=["service"])
    noted = notes(world, lesson, {ana: 90, ben: 90})
    assert (noted.posted, noted.uncounted) == (0, 2)
    assert hours(code) == {} and on_record(lesson) == {ana: 90, ben: 90}
    assert count(Attendance) == 2


def test_void_and_correction_on_the_household_page_reach_the_list(world: World) -> None:
    _course, lesson, code, (ana, ben) = begun(world)
    notes(world, lesson, {ana: 90, ben: 90})
    facts = {fact.member_id: fact for fact in list_standing(home_of(code), [Kind.DELIVERY], Item.TRAINING)}
    does(world, void_fact, who="navigator_a", household_id=home_of(code), number=facts[ben].number, reason="mistake")
    right = NewDelivery(
        item=Item.TRAINING, occurred_on=facts[ana].occurred_on, member_id=ana, topic="Email", minutes=30,
        evidence=Evidence(type="attendance_sheet"),
    )  # fmt: skip
    does(
        world, correct_delivery, who="navigator_a", household_id=home_of(code), number=facts[ana].number, delivery=right
    )
    assert on_record(lesson) == {ana: 30, ben: None} and hours(code) == {ana: 30}
    notes(world, lesson, {ana: 30, ben: None}, seen=1)
    assert hours(code) == {ana: 30}
    notes(world, lesson, {ana: 90, ben: 90}, seen=1)
    assert hours(code) == {ana: 90, ben: 90}


def test_hours_of_another_person_now_are_no_attendance(world: World) -> None:
    _course, lesson, code, (ana, ben) = begun(world)
    notes(world, lesson, {ana: 90, ben: None})
    fact = list_standing(home_of(code), [Kind.DELIVERY], Item.TRAINING)[0]
    right = NewDelivery(item=Item.TRAINING, occurred_on=fact.occurred_on, member_id=ben, minutes=90)
    does(world, correct_delivery, who="navigator_a", household_id=home_of(code), number=fact.number, delivery=right)
    assert on_record(lesson) == {ana: None, ben: None} and hours(code) == {ben: 90}


@pytest.mark.only_postgresql
def test_two_who_save_at_once_never_double_hours(app: Flask, world: World) -> None:
    _course, lesson, code, (ana, ben) = begun(world)
    by = world.actor("navigator_a")

    def saves(marks: dict[int, Mark]) -> None:
        with write_transaction():
            note_attendance(one=get_session(lesson), marks=marks, seen=0, by=by)

    same = {ana: Mark(90), ben: Mark(None)}
    outcomes = at_once(app, [lambda: saves(same), lambda: saves(same), lambda: saves({ana: Mark(None), ben: Mark(90)})])
    assert hours(code) in ({ana: 90}, {ben: 90}) and len(outcomes) == 3
    assert outcomes.count("done") in {1, 2}


def test_pages_note_and_correct(client: FlaskClient, world: World) -> None:
    course, lesson, code, (ana, ben) = begun(world, "Ana Ruiz", "Ben <i>Ruiz</i>")
    signed_in(client, world, "navigator_a")
    url = f"/skills/sessions/{lesson}/attendance"
    assert url in client.get(f"/skills/classes/{course}").text
    page = client.get(url)
    check_page(page)
    assert page.text.count('value="90"') == 2 and "<i>" not in page.text
    listed = {"listed": [str(ana), str(ben)]}
    wrong = post_form(client, url, listed | {"present": [str(ana)], f"minutes-{ana}": "lots", f"minutes-{ben}": "90"})
    tree = check_page(wrong)
    assert (
        wrong.status_code == 400 and "whole number from 1 to 1440" in page_text(wrong) and 'value="lots"' in wrong.text
    )
    assert [
        box.get("value") for box in tree.iter("input") if box.get("name") == "present" and "checked" in box.attrib
    ] == [str(ana)]
    wrong = post_form(client, url, listed | {"present": [str(ana)], f"minutes-{ana}": "0"})
    assert wrong.status_code == 400 and hours(code) == {}
    sent = hidden_fields(client.get(url), url) | listed | {"present": [str(ana)], f"minutes-{ana}": "90"}
    first, second = (client.post(url, data=sent) for _twice in range(2))
    assert first.status_code == second.status_code == 303
    assert "1 person came" in page_text(client.get(first.location))
    assert hours(code) == {ana: 90}
    stale = client.post(
        url, data={**sent, "_once": hidden_fields(client.get(url), url)["_once"], "present": [str(ben)]}
    )
    assert stale.status_code == 400 and "Somebody else saved this list" in page_text(stale)
    strange = post_form(client, url, {"listed": ["999999", "x", "-1"], "present": ["999999"]})
    assert strange.status_code == 400 and "not in this class" in page_text(strange)


def test_pages_at_the_door(client: FlaskClient, world: World) -> None:
    _course, lesson, code, (ana, ben) = begun(world)
    alone, (uma,) = family(world, "Uma Quist", phone_e164="+14085550188")
    signed_in(client, world, "navigator_a")
    sheet, door = f"/skills/sessions/{lesson}/attendance", f"/skills/sessions/{lesson}/check-in"
    for scanned, said in (("", "Write or scan the code."), ("ABC", "no code of a household"), ("2345-6789", "code")):
        wrong = post_form(client, door, {"scanned": scanned}, page=sheet)
        check_page(wrong)
        assert wrong.status_code == 400 and said in page_text(wrong)
    theirs, _members = family(world, "Bogdana Marin", partner="b")
    assert "no household with this code" in page_text(post_form(client, door, {"scanned": theirs}, page=sheet))
    asked = post_form(client, door, {"scanned": code.lower().replace("-", "")}, page=sheet)
    assert asked.location == f"{door}/{code}"  # two of them are in the class
    check_page(client.get(asked.location))
    assert post_form(client, asked.location, {}).status_code == 400
    assert post_form(client, asked.location, {"member_id": str(ben)}).location == f"{sheet}?by=code"
    assert "Ben Ruiz is here." in page_text(client.get(sheet))
    walk_in = post_form(client, door, {"scanned": alone}, page=sheet)
    page = client.get(walk_in.location)
    check_page(page)
    assert "walk-in: not in this class" in page_text(page)
    post_form(client, walk_in.location, {"member_id": str(uma)})
    assert "walk-in" in page_text(client.get(sheet))
    assert on_record(lesson) == {ben: 90, uma: 90} and hours(alone) == {uma: 90}
    assert client.get(f"{door}/{theirs}").status_code == 404


def test_single_member_in_the_class_is_marked_by_one_scan(client: FlaskClient, world: World) -> None:
    course, (lesson,) = plans(world, hours=-3)
    code, (ana, _ben) = family(world, "Ana Ruiz", "Ben Ruiz")
    joins(world, course, code, member=ana)
    signed_in(client, world, "navigator_a")
    door = f"/skills/sessions/{lesson}/check-in"
    done = post_form(client, door, {"scanned": code}, page=f"/skills/sessions/{lesson}/attendance")
    assert done.status_code == 303 and on_record(lesson) == {ana: 90}


def test_page_of_a_session_to_come_takes_no_list(client: FlaskClient, world: World) -> None:
    _course, (lesson,) = plans(world)
    signed_in(client, world, "navigator_a")
    page = client.get(f"/skills/sessions/{lesson}/attendance")
    check_page(page)
    assert "has not begun yet" in page_text(page) and "Save who came" not in page_text(page)


def test_long_list_takes_no_more_statements_than_a_short_one(world: World) -> None:
    course, (lesson,) = plans(world, hours=-3, seats=1000)
    code, members = family(world, *[f"Person{n} Ruiz" for n in range(40)])
    for member in members:
        joins(world, course, code, member=member)
    with count_statements() as few:
        notes(world, lesson, dict.fromkeys(members[:3], 90))
    with count_statements() as many:
        notes(world, lesson, dict.fromkeys(members, 90), seen=1)
    assert len(many) <= len(few) + 3
    use_scope(EVERYTHING)
    assert session().scalar(select(func.count(Member.id)).join(Attendance, Attendance.member_id == Member.id)) == 40
