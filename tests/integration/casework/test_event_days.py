"""Event days: what is taken along, what comes back, what cannot be recorded, and that nothing counts twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from digital_inclusion.accounts.models import RoleAssignment
from digital_inclusion.casework.actions.changing import withdraw_consent
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.actions.event_days import load_event_day, prepare_event_day, settle_item, take_taps
from digital_inclusion.casework.queries.event_days import (
    count_open,
    get_event_day,
    homes_kept,
    list_event_days,
    list_items,
)
from digital_inclusion.casework.rules import event_days as rules
from digital_inclusion.devices.actions.handing_over import Signed, hand_over_scanned
from digital_inclusion.devices.actions.reserving import release_device
from digital_inclusion.devices.models import DeviceRequest
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.audit.queries import list_events
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, Unavailable
from digital_inclusion.households.models import Household
from digital_inclusion.progress.actions import deadline
from digital_inclusion.progress.models import FactRow
from digital_inclusion.progress.rules.facts import Item, Kind
from digital_inclusion.skills.actions.classes import cancel_session
from digital_inclusion.skills.queries.classes import get_session
from tests.factories.aftercare import does
from tests.factories.classes import family, joins, notes, plans
from tests.factories.devices import STROKES, device
from tests.factories.event_days import hands_over, outcomes, prepares, sends, ticks, waits
from tests.factories.world import World, add_user
from tests.integration.skills.test_classes import at_once


def facts(item: Item) -> list[FactRow]:
    session().rollback()
    use_scope(EVERYTHING)
    given = select(FactRow).where(FactRow.item == item.value, FactRow.kind == Kind.DELIVERY.value)
    return list(session().scalars(given.order_by(FactRow.number)))


def home_id(code: str) -> int:
    use_scope(EVERYTHING)
    return session().scalars(select(Household.id).where(Household.code == code)).one()


def lesson_of(world: World) -> tuple[str, str, dict[str, int]]:
    """A session that began an hour ago today, with three of one household in it."""
    course, (lesson,) = plans(world, hours=0)
    home, members = family(world, "Ana Ruiz", "Ben Ruiz", "Cleo Ruiz")
    for member in members:
        joins(world, course, home, member=member)
    return lesson, home, dict(zip(("ana", "ben", "cleo"), members, strict=True))


def lesson_day(lesson: str) -> Any:
    use_scope(EVERYTHING)
    return clock.local(get_session(lesson).starts_at).date()


def test_hand_over_comes_back_as_a_delivery_with_its_proof(world: World) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    assert sends(world, day, hands_over(home, tag)) == [(rules.TAKEN, None)]
    (fact,) = facts(Item.DEVICE)
    assert (fact.record_id, fact.occurred_on, fact.evidence_type) == (home_id(home), clock.today(), "signed_hand_over")
    assert fact.evidence_reference == f"{tag}, offline, event day {day}"
    assert fact.evidence_seen_by == world.actor("navigator_a").name
    assert device(tag).state == "handed_over"
    assert session().scalars(select(DeviceRequest.state)).one() == "fulfilled"


def test_signature_of_the_screen_is_its_own_proof(world: World) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    due = clock.today() + timedelta(days=90)
    tap = hands_over(home, tag, signed="screen", strokes=STROKES, loan_due_on=due)
    assert sends(world, day, tap) == [(rules.TAKEN, None)]
    (fact,) = facts(Item.DEVICE)
    assert fact.evidence_type == "scanned_label" and fact.evidence_file_id is not None and fact.loan_due_on == due


def test_attendance_comes_back(world: World) -> None:
    lesson, home, who = lesson_of(world)
    day, on = prepares(world, lesson=lesson), lesson_day(lesson)
    sent = sends(world, day, *(ticks(home, member, on=on) for member in who.values()))
    assert sent == [(rules.TAKEN, None)] * 3
    came = facts(Item.TRAINING)
    assert [fact.member_id for fact in came] == list(who.values())
    assert {fact.evidence_reference for fact in came} == {f"{lesson}, offline, event day {day}"}


def test_replay_returns_the_first_outcome_and_posts_nothing(world: World) -> None:
    home, tag = waits(world, 1)
    other, other_tag = waits(world, 2)
    day = prepares(world, tag)
    taps = [hands_over(home, tag), hands_over(other, other_tag)]
    first = sends(world, day, *taps)
    assert first == [(rules.TAKEN, None), (rules.CONFLICT, rules.NOT_OURS)]
    events = len(list_events(name="event_day.sent"))
    changed = [hands_over(other, other_tag, key=taps[0].key), hands_over(home, tag, key=taps[1].key)]
    assert sends(world, day, *taps[::-1], *taps, *changed) == [*first[::-1], *first, *first]
    assert len(facts(Item.DEVICE)) == 1 and len(outcomes()) == 2
    assert len(list_events(name="event_day.sent")) == events


def test_second_key_for_the_same_thing_was_there_already(world: World) -> None:
    home, tag = waits(world, 1)
    lesson, family_home, who = lesson_of(world)
    day, on = prepares(world, tag, lesson=lesson), lesson_day(lesson)
    taps = [hands_over(home, tag), ticks(family_home, who["ana"], on=on)]
    again = [hands_over(home, tag), ticks(family_home, who["ana"], on=on)]
    assert [result for result, _why in sends(world, day, *taps, *again)] == ["taken", "taken", "already", "already"]
    assert len(facts(Item.DEVICE)) == len(facts(Item.TRAINING)) == 1


def test_noted_online_meanwhile_was_there_already(world: World) -> None:
    home, tag = waits(world, 1)
    lesson, family_home, who = lesson_of(world)
    day, on = prepares(world, tag, lesson=lesson), lesson_day(lesson)
    number = does(
        world, hand_over_scanned, who="partner_lead_a", household_id=home_id(home), scanned=tag, on=clock.today(),
        signed=Signed(how="paper", seen_by="A"), loan_due_on=None, grant_id=None,
    )  # fmt: skip
    notes(world, lesson, {who["ana"]: 30})
    sent = sends(world, day, hands_over(home, tag), ticks(family_home, who["ana"], on=on))
    assert [result for result, _why in sent] == ["already", "already"]
    assert {one.fact_number for one in outcomes()} == {number, facts(Item.TRAINING)[0].number}
    assert facts(Item.TRAINING)[0].minutes == 30  # what was noted online stands


def test_what_changed_meanwhile_is_a_conflict_with_a_sentence(world: World) -> None:
    released, freed = waits(world, 1)
    given, gone = waits(world, 2)
    withdrawn, kept = waits(world, 3)
    fine, tag = waits(world, 4)
    lesson, home, who = lesson_of(world)
    day, on = prepares(world, freed, gone, kept, tag, lesson=lesson), lesson_day(lesson)
    for code in (released, given):
        request = select(DeviceRequest.code).where(DeviceRequest.household_id == home_id(code))
        does(world, release_device, who="navigator_a", code=session().scalars(request).one())
    other, _spare = waits(world, 5)
    does(
        world, hand_over_scanned, who="navigator_a", household_id=home_id(other), scanned=gone, on=clock.today(),
        signed=Signed(how="paper", seen_by="A"), loan_due_on=None, grant_id=None,
    )  # fmt: skip
    does(world, withdraw_consent, who="navigator_a", household_id=home_id(withdrawn), purposes=["service"])
    does(world, cancel_session, who="navigator_a", one=get_session(lesson))
    taps = [hands_over(released, freed), hands_over(given, gone), hands_over(withdrawn, kept), hands_over(fine, tag),
            ticks(home, who["ana"], on=on)]  # fmt: skip
    sent = sends(world, day, *taps)
    assert [result for result, _why in sent] == ["conflict", "conflict", "conflict", "taken", "conflict"]
    assert [why for _result, why in sent[:3]] == [rules.NOT_RESERVED, rules.GONE, rules.NO_CONSENT]
    assert "canceled" in (sent[4][1] or "")
    assert {device(one).state for one in (freed, kept)} == {"ready", "reserved"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"on": None, "readable": False}, rules.UNREADABLE),
        ({"home": "AAAA-AAAA"}, rules.NOT_OURS),
        ({"scanned": "9999"}, rules.OTHER_TAG),
        ({"signed": "screen", "strokes": "<script>"}, "Please let them sign in the field, or choose paper."),
    ],
)
def test_nonsense_is_a_conflict_and_keeps_nobody_back(world: World, changes: dict[str, Any], sentence: str) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    sent = sends(world, day, replace(hands_over(home, tag), **changes), hands_over(home, tag))
    assert sent == [(rules.CONFLICT, sentence), (rules.TAKEN, None)]


def test_day_of_the_tap_lies_between_preparing_and_sending(world: World) -> None:
    home, tag = waits(world, 1)
    day, today = prepares(world, tag), clock.today()
    early = hands_over(home, tag, on=today - timedelta(days=1))
    late = hands_over(home, tag, on=today + timedelta(days=1))
    assert [why for _result, why in sends(world, day, early, late)] == [rules.TOO_EARLY, rules.IN_FUTURE]
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert sends(world, day, hands_over(home, tag, on=today + timedelta(days=1))) == [(rules.TAKEN, None)]
    assert facts(Item.DEVICE)[0].occurred_on == today + timedelta(days=1)


def test_tick_counts_on_the_day_of_the_class_alone(world: World) -> None:
    lesson, home, who = lesson_of(world)
    day, on = prepares(world, lesson=lesson), lesson_day(lesson)
    with clock.frozen(clock.now() + timedelta(days=2)):
        tap = ticks(home, who["ana"], on=on + timedelta(days=1))
        assert [why for _result, why in sends(world, day, tap)] == [rules.NOT_THE_DAY]
    (item,) = outcomes()
    assert item.reason_values == {"day": on.isoformat()}


def test_nobody_else_loads_or_sends(world: World) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    add_user(world, "navigator", "a", "colleague")
    for who, error in (("colleague", NotAllowed), ("partner_lead_a", NotAllowed), ("navigator_b", NotFound),
                       ("technician_a", NotAllowed), ("auditor", NotAllowed)):  # fmt: skip
        for action, given in ((load_event_day, {}), (take_taps, {"taps": [hands_over(home, tag)]})):
            with pytest.raises(error):
                does(world, action, who=who, code=day, **given)
    assert outcomes() == [] and facts(Item.DEVICE) == []


def test_person_without_the_role_cannot_send_any_more(world: World) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    by = world.actor("navigator_a")
    with write_transaction():
        session().query(RoleAssignment).filter_by(user_id=by.user_id).update({"ends_at": clock.now()})
        record("program.set_up", by=by)
    use_scope(EVERYTHING)
    with pytest.raises(NotAllowed), write_transaction():
        take_taps(code=day, taps=[hands_over(home, tag)], by=replace(by, roles=frozenset()))


def test_another_partners_household_is_nobody_we_know(world: World) -> None:
    theirs, their_tag = waits(world, 1, partner="b")
    home, tag = waits(world, 2)
    day = prepares(world, tag)
    sent = sends(world, day, hands_over(theirs, their_tag), hands_over(theirs, tag), hands_over(home, their_tag))
    assert [why for _result, why in sent] == [rules.NOT_OURS, rules.NOT_OURS, rules.OTHER_TAG]
    assert [one.household_id for one in outcomes() if one.household_id is not None] == [home_id(home)]


def test_same_key_of_two_partners_is_no_secret_told(world: World) -> None:
    home, tag = waits(world, 1)
    theirs, their_tag = waits(world, 2, partner="b")
    ours, other = prepares(world, tag), prepares(world, their_tag, who="navigator_b")
    tap = hands_over(home, tag)
    assert sends(world, ours, tap) == [(rules.TAKEN, None)]
    assert sends(world, other, hands_over(theirs, their_tag, key=tap.key), who="navigator_b") == [(rules.TAKEN, None)]


@pytest.mark.parametrize(
    ("days", "tags", "field"), [(-1, 1, "happens_on"), (15, 1, "happens_on"), (0, 0, "homes"), (0, 2, "homes")]
)
def test_prepare_refuses_what_cannot_be(world: World, days: int, tags: int, field: str) -> None:
    _home, tag = waits(world, 1)
    chosen = {tag, "AAAA-AAAA"} if tags == 2 else {tag} if tags else set()
    with pytest.raises(Invalid) as refused:
        does(
            world, prepare_event_day, who="navigator_a", happens_on=clock.today() + timedelta(days=days), lesson=None,
            tags=chosen,
        )  # fmt: skip
    assert field in refused.value.fields


def test_event_with_a_class_is_on_the_day_of_the_class(world: World) -> None:
    _course, (lesson,) = plans(world, hours=72)
    day = does(world, prepare_event_day, who="navigator_a", happens_on=clock.today(), lesson=lesson, tags=set())
    assert day.happens_on == lesson_day(lesson) != clock.today()


def test_prepare_takes_at_most_200_households(world: World) -> None:
    with pytest.raises(Invalid, match="check"):
        does(world, prepare_event_day, who="navigator_a", happens_on=clock.today(), lesson=None,
             tags={str(number) for number in range(201)})  # fmt: skip


def test_another_partners_class_and_device_cannot_be_taken_along(world: World) -> None:
    _theirs, their_tag = waits(world, 1, partner="b")
    _course, (lesson,) = plans(world, who="navigator_b")
    with pytest.raises(NotFound):
        does(world, prepare_event_day, who="navigator_a", happens_on=clock.today(), lesson=lesson, tags=set())
    with pytest.raises(Invalid):
        does(world, prepare_event_day, who="navigator_a", happens_on=clock.today(), lesson=None, tags={their_tag})


def test_list_can_be_loaded_until_the_day_after(world: World) -> None:
    _home, tag = waits(world, 1)
    day = prepares(world, tag)
    with clock.frozen(clock.now() + timedelta(days=1)):
        does(world, load_event_day, who="navigator_a", code=day)
    with clock.frozen(clock.now() + timedelta(days=2)), pytest.raises(Conflict, match="day after"):
        does(world, load_event_day, who="navigator_a", code=day)
    late = prepares(world, tag, on=clock.today() + timedelta(days=2))
    with pytest.raises(Conflict, match="day before"):
        does(world, load_event_day, who="navigator_a", code=late)


def test_conflict_is_settled_once(world: World) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    sends(world, day, hands_over(home, "9999"), hands_over(home, tag))
    conflict, taken = sorted(outcomes(), key=lambda one: one.result)
    ours = {"who": "partner_lead_a", "code": day}
    for item in (taken.id, 10**6):
        with pytest.raises((Conflict, NotFound)):
            does(world, settle_item, item_id=item, **ours)
    with pytest.raises(NotFound):
        does(world, settle_item, item_id=conflict.id, who="navigator_b", code=day)
    assert list_event_days(user_id=world.users["navigator_a"])[0].open == 1 == count_open(conflict.event_day_id)
    assert [one.needs_somebody for one in list_items(conflict.event_day_id)] == [True, False]
    does(world, settle_item, item_id=conflict.id, **ours)
    with pytest.raises(Conflict):
        does(world, settle_item, item_id=conflict.id, **ours)
    assert list_event_days(user_id=world.users["navigator_a"])[0].open == 0 == count_open(conflict.event_day_id)


def test_erased_household_is_not_handed_anything(world: World) -> None:
    home, tag = waits(world, 1)
    day = prepares(world, tag)
    does(world, erase_household, who="partner_lead_a", household_id=home_id(home), reason="asked")
    ((result, why),) = sends(world, day, hands_over(home, tag))
    assert result == rules.CONFLICT and why
    use_scope(EVERYTHING)
    day_then = get_event_day(day)
    assert [one.household.code for one in day_then.homes] == [home] and homes_kept(day_then) == []


def test_what_happened_is_audited_without_names(world: World) -> None:
    home, tag = waits(world, 1, name="Secretname Hidden")
    day = prepares(world, tag)
    does(world, load_event_day, who="navigator_a", code=day)
    sends(world, day, hands_over(home, tag), hands_over(home, "nothing"))
    told = {name: list_events(name=f"event_day.{name}")[0].details for name in ("prepared", "loaded", "sent")}
    assert told["prepared"]["households"] == 1
    assert told["sent"] == {"taken": 1, "already": 0, "conflicts": 1}
    assert "Secretname" not in str(told)


def test_what_went_wrong_this_time_alone_is_no_outcome(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    home, tag = waits(world, 1)
    day, tap = prepares(world, tag), hands_over(home, tag)
    with monkeypatch.context() as late, pytest.raises(Unavailable):
        late.setattr(deadline, "LONGEST", -1.0)
        sends(world, day, tap)
    assert outcomes() == [] and facts(Item.DEVICE) == []
    assert sends(world, day, tap) == [(rules.TAKEN, None)]


@pytest.mark.only_postgresql
def test_two_replays_at_once_are_one(app: Flask, world: World) -> None:
    homes = [waits(world, number) for number in range(4)]
    lesson, family_home, who = lesson_of(world)
    day = prepares(world, *(tag for _home, tag in homes), lesson=lesson)
    on = lesson_day(lesson)
    taps = [hands_over(home, tag) for home, tag in homes] + [ticks(family_home, one, on=on) for one in who.values()]
    by = world.actor("navigator_a")
    told: list[list[str]] = []

    def replay(order: int) -> None:
        with write_transaction():
            made = take_taps(code=day, taps=taps[::order], by=by)
            told.append([one.result for one in made])

    try:
        done = at_once(app, [lambda: replay(1), lambda: replay(-1), lambda: replay(1)])
    except DomainError as error:  # nothing else may be said
        raise AssertionError(error.sentence) from error
    assert done == ["done"] * 3 and told == [["taken"] * 7] * 3
    assert len(facts(Item.DEVICE)) == 4 and len(facts(Item.TRAINING)) == 3
    assert session().scalar(select(func.count()).select_from(type(outcomes()[0]))) == 7
