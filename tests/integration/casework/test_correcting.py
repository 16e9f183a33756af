"""Void, correct, end, move: the worked scenarios of "How we count" through the real use cases, on both databases."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from digital_inclusion.casework.actions import changing, correcting
from digital_inclusion.casework.actions.recording import record_check
from digital_inclusion.casework.queries.corrections import list_homes
from digital_inclusion.casework.rules.enrollment import NewAddress
from digital_inclusion.connectivity.actions.activating import activate_line
from digital_inclusion.devices.actions.handing_over import hand_over_device
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, program_session, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from digital_inclusion.progress.models import FactRow, UnitOut
from digital_inclusion.progress.queries.figures import figures
from digital_inclusion.progress.queries.verification import verify
from digital_inclusion.progress.rules.deliveries import Evidence, NewDelivery
from digital_inclusion.progress.rules.facts import Item, Kind
from tests.factories.households import new_laptop, new_line
from tests.factories.served import confirm, entries_of, last_posting, serve
from tests.factories.world import World


def _connected(world: World) -> tuple[int, int, int]:
    """Scenario 1: record, laptop, line; both confirmed."""
    made = serve(world)
    device, line = made.delivery_facts
    confirm(world, device)
    confirm(world, line)
    return made.id, device, line


def _later(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 20, tzinfo=UTC)


def test_correct_delivery_scenario_6(world: World) -> None:
    record, _device, line = _connected(world)
    by = world.actor("navigator_a")
    right = new_line(date(2026, 2, 12), grant_id=world.grants["a"])
    with write_transaction():
        correcting.correct_delivery(household_id=record, number=line, delivery=right, by=by)
    assert entries_of(last_posting()) == sorted(
        ["-V 2026-01-12 3", "-C 2026-01-12 3", "+C 2027-01-12 3", "+P 2026-02-12 3"]
    )
    new = _last(Kind.DELIVERY)
    assert new.occurred_on == date(2026, 2, 12)
    confirm(world, new.number)
    assert entries_of(last_posting()) == sorted(
        ["-P 2026-02-12 3", "+V 2026-02-12 3", "+C 2026-02-12 3", "-C 2027-02-12 3"]
    )


def test_correct_delivery_of_what_is_not_counted_keeps_the_confirmation(world: World) -> None:
    record, _device, line = _connected(world)
    before = figures().of("connected", "verified")
    right = new_line(provider="Other Company", plan="Plus", grant_id=world.grants["a"])
    with write_transaction():
        correcting.correct_delivery(household_id=record, number=line, delivery=right, by=world.actor("navigator_a"))
    assert before == figures().of("connected", "verified") == 1
    assert entries_of(last_posting()) == []
    decision = _last(Kind.DECISION)
    assert decision.entered_by == world.users["verifier"] and decision.partner_id == world.partners["fiscal"]


def test_add_evidence_changes_nothing_but_the_proof(world: World) -> None:
    record, _device, line = _connected(world)
    by = world.actor("navigator_a")
    before = session().get_one(FactRow, line)
    bill = Evidence(type="bill", seen_by="Lan", seen_on=date(2026, 2, 3), reference="B-7")
    with write_transaction():
        correcting.add_evidence(household_id=record, number=line, evidence=bill, by=by)
    assert entries_of(last_posting()) == [] and figures().of("connected", "verified") == 1
    new = _last(Kind.DELIVERY)
    own = {"number", "posting", "entered_by", "document_key"}
    differs = [
        column.key for column in FactRow.__table__.columns if getattr(new, column.key) != getattr(before, column.key)
    ]
    assert {*differs} - own == {"evidence_type", "evidence_seen_by", "evidence_seen_on", "evidence_reference"}
    assert new.document_key is not None
    event = session().scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert event.name == "evidence.added" and "B-7" not in str(event.details) and "Lan" not in str(event.details)
    with pytest.raises(Conflict, match="on record already"), write_transaction():
        correcting.add_evidence(household_id=record, number=new.number, evidence=bill, by=by)
    with pytest.raises(Conflict, match="taken this back"), write_transaction():
        correcting.add_evidence(household_id=record, number=line, evidence=bill, by=by)


@pytest.mark.parametrize(("who", "error"), [("navigator_b", NotFound), ("verifier", NotAllowed)])
def test_add_evidence_is_the_partners_own(world: World, who: str, error: type[Exception]) -> None:
    record, _device, line = _connected(world)
    with pytest.raises(error), write_transaction():
        correcting.add_evidence(household_id=record, number=line, evidence=Evidence(type="bill"), by=world.actor(who))


def test_correct_delivery_takes_its_end_and_its_checks_along(world: World) -> None:
    record, _device, line = _connected(world)
    by = world.actor("navigator_a")
    check = NewDelivery(kind=Kind.CHECK, item=Item.LINE, occurred_on=date(2026, 6, 1), passed=True, refers_to=line)
    with write_transaction():
        record_check(household_id=record, check=check, again=False, by=by)
    with write_transaction():
        correcting.end_thing(household_id=record, number=line, ended_on=date(2026, 7, 1), reason="canceled", by=by)
    right = new_line(date(2026, 2, 1), grant_id=world.grants["a"])
    with write_transaction():
        correcting.correct_delivery(household_id=record, number=line, delivery=right, by=by)
    new = _last(Kind.DELIVERY).number
    assert _last(Kind.END).refers_to == new and _last(Kind.CHECK).refers_to == new
    assert _last(Kind.END).occurred_on == date(2026, 7, 1)


@pytest.mark.parametrize("whole", [False, True])
def test_correct_delivery_past_its_end_is_refused(world: World, whole: bool) -> None:
    record, device, _line = _connected(world)
    by, day = world.actor("navigator_a"), date(2026, 2, 1)
    with write_transaction():
        if whole:
            correcting.end_household(household_id=record, ended_on=day, reason="left_city", by=by)
        else:
            correcting.end_thing(household_id=record, number=device, ended_on=day, reason="returned", by=by)
    with pytest.raises(Invalid) as refused, write_transaction():
        correcting.correct_delivery(household_id=record, number=device, delivery=new_laptop(date(2026, 2, 2)), by=by)
    assert list(refused.value.fields) == ["occurred_on"]
    with write_transaction():
        correcting.correct_delivery(household_id=record, number=device, delivery=new_laptop(day), by=by)


def test_record_check_of_a_line_that_has_ended_is_refused(world: World) -> None:
    record, _device, line = _connected(world)
    by = world.actor("navigator_a")
    with write_transaction():
        correcting.end_thing(household_id=record, number=line, ended_on=date(2026, 4, 1), reason="canceled", by=by)

    def check(day: date) -> None:
        asked = NewDelivery(kind=Kind.CHECK, item=Item.LINE, occurred_on=day, passed=True, refers_to=line)
        with write_transaction():
            record_check(household_id=record, check=asked, again=False, by=by)

    with pytest.raises(Invalid) as refused:
        check(date(2026, 4, 1))
    assert list(refused.value.fields) == ["occurred_on"]
    check(date(2026, 3, 31))


def test_void_fact_scenario_5b(world: World) -> None:
    """Scenarios 1, 3, 4, 5a and then 5b, the day moved along as they are learned."""
    record, device, line = _connected(world)
    by = world.actor("navigator_a")
    with clock.frozen(_later(date(2026, 5, 2))):
        with write_transaction():
            correcting.end_thing(household_id=record, number=line, ended_on=date(2026, 4, 12), reason="canceled", by=by)
        assert entries_of(last_posting()) == sorted(["-C 2026-04-12 3", "+C 2027-01-12 3"])
        with write_transaction():
            delivery = new_line(date(2026, 5, 1), grant_id=world.grants["a"])
            second = activate_line(household_id=record, delivery=delivery, again=False, by=by)
        confirm(world, second)
    with clock.frozen(_later(date(2027, 6, 2))):
        check = NewDelivery(
            kind=Kind.CHECK, item=Item.LINE, occurred_on=date(2027, 4, 20), passed=True, refers_to=second
        )
        with write_transaction():
            number = record_check(household_id=record, check=check, again=False, by=by)
        confirm(world, number)
        with write_transaction():
            correcting.end_thing(
                household_id=record, number=device, ended_on=date(2027, 6, 1), reason="returned", by=by
            )
        assert entries_of(last_posting()) == sorted(["-C 2027-06-01 3", "+C 2028-04-19 3"])
        with write_transaction():
            correcting.void_fact(household_id=record, number=device, reason="never_happened", by=by)
    posting = last_posting()
    assert entries_of(posting) == sorted(
        ["-V 2026-01-12 3", "-C 2026-01-12 3", "+C 2026-04-12 3", "-C 2026-05-01 3", "+C 2027-06-01 3"]
    )
    assert entries_of(posting, "connected_sustained") == ["-V 2027-04-20 3"]
    assert entries_of(posting, "device") == sorted(["-V 2026-01-10 3", "-C 2026-01-10 3", "+C 2027-06-01 3"])


def test_move_and_correct_address_scenario_12(world: World) -> None:
    """In the table's order: they move on 06-01; later it turns out that the first address was D5 from the start."""
    record, _device, _line = _connected(world)
    by, first = world.actor("navigator_a"), _last(Kind.ADDRESS).number
    with write_transaction():
        changing.move_household(household_id=record, address=_home("95112", "7"), from_on=date(2026, 6, 1), by=by)
    assert entries_of(last_posting()) == []
    with pytest.raises(Invalid), write_transaction():
        changing.move_household(household_id=record, address=_home("95112", "7"), from_on=date(2026, 6, 1), by=by)
    right = {"address": _home("95112", "5"), "from_on": date(2026, 1, 5), "by": by}
    with write_transaction():
        changing.correct_address(household_id=record, number=first, **right)
    assert entries_of(last_posting()) == sorted(
        [
            "-V 2026-01-12 3", "+V 2026-01-12 5", "-C 2026-01-12 3", "+C 2026-01-12 5", "+C 2027-01-12 3",
            "-C 2027-01-12 5",
        ]
    )  # fmt: skip
    homes = list_homes(record)
    assert [(home.from_on, home.district) for home in homes] == [(date(2026, 1, 5), "5"), (date(2026, 6, 1), "7")]
    for gone in (first, None):  # somebody was faster; nobody said which
        with pytest.raises(Conflict), write_transaction():
            changing.correct_address(household_id=record, number=gone, **right)
    with write_transaction():
        changing.correct_address(
            household_id=record, number=homes[0].fact_number, **right | {"address": _home("95112", "6")}
        )
    assert "+V 2026-01-12 6" in entries_of(last_posting())


def test_correct_address_stays_between_its_neighbors(world: World) -> None:
    record, _device, _line = _connected(world)
    by, first = world.actor("navigator_a"), _last(Kind.ADDRESS).number
    with write_transaction():
        changing.move_household(household_id=record, address=_home("95112", "7"), from_on=date(2026, 6, 1), by=by)
    second = _last(Kind.ADDRESS).number
    for number, day in ((first, date(2026, 6, 1)), (first, date(2026, 7, 1)), (second, date(2026, 1, 5))):
        with pytest.raises(Invalid) as refused, write_transaction():
            changing.correct_address(
                household_id=record, number=number, address=_home("95112", "5"), from_on=day, by=by
            )
        assert list(refused.value.fields) == ["from_on"]
    with write_transaction():
        changing.correct_address(
            household_id=record, number=second, address=_home("95112", "7"), from_on=date(2026, 5, 1), by=by
        )
    assert [home.from_on for home in list_homes(record)] == [date(2026, 1, 5), date(2026, 5, 1)]


def test_end_household_closes_and_ends(world: World) -> None:
    record, _device, _line = _connected(world)
    by = world.actor("navigator_a")
    with write_transaction():
        correcting.end_household(household_id=record, ended_on=date(2026, 3, 1), reason="left_city", by=by)
    assert entries_of(last_posting()) == sorted(["-C 2026-03-01 3", "+C 2027-01-12 3"])
    assert figures().of("connected", "verified") == 1
    with pytest.raises(Conflict), write_transaction():
        correcting.end_household(household_id=record, ended_on=date(2026, 3, 2), reason="dissolved", by=by)
    end = _last(Kind.END).number
    with write_transaction():
        correcting.void_fact(household_id=record, number=end, reason="mistake", by=by)
    assert entries_of(last_posting()) == sorted(["+C 2026-03-01 3", "-C 2027-01-12 3"])


def test_end_household_that_came_back(world: World) -> None:
    record, _device, _line = _connected(world)
    by = world.actor("navigator_a")
    left = {"household_id": record, "reason": "left_city", "by": by}
    with write_transaction():
        correcting.end_household(ended_on=date(2026, 3, 1), **left)
    with write_transaction():
        device = hand_over_device(household_id=record, delivery=new_laptop(date(2026, 6, 1)), again=False, by=by)
        line = activate_line(household_id=record, delivery=new_line(date(2026, 6, 1)), again=False, by=by)
    confirm(world, device, line)
    assert entries_of(last_posting()) == sorted(["+C 2026-06-01 3", "-C 2027-06-01 3"])
    with pytest.raises(Invalid), write_transaction():
        correcting.end_household(ended_on=date(2026, 5, 1), **left)
    with write_transaction():
        correcting.end_household(ended_on=date(2026, 8, 1), **left)
    assert entries_of(last_posting()) == sorted(["-C 2026-08-01 3", "+C 2027-06-01 3"])
    with program_session("test") as city:
        assert verify(city).holds


def test_a_returned_unit_may_go_out_again_a_lost_one_not(world: World) -> None:
    made = serve(world, deliveries=[new_laptop(unit="5CD 1234-ABC")])
    other = serve(world, "b", name="Other Person", deliveries=[])
    by, by_b = world.actor("navigator_a"), world.actor("navigator_b")
    (device,) = made.delivery_facts
    ended = {"household_id": made.id, "number": device, "ended_on": date(2026, 3, 1), "by": by}
    with write_transaction():
        correcting.end_thing(reason="lost", **ended)
    assert _units() == ["5CD1234ABC"]
    with write_transaction():
        correcting.void_fact(household_id=made.id, number=_last(Kind.END).number, reason="mistake", by=by)
    with write_transaction():
        correcting.end_thing(reason="returned", **ended)
    assert _units() == []
    with write_transaction():
        hand_over_device(
            household_id=other.id, delivery=new_laptop(date(2026, 3, 2), unit="5cd1234abc"), again=False, by=by_b
        )
    with pytest.raises(Invalid, match="still out"), write_transaction():
        correcting.void_fact(household_id=made.id, number=_last(Kind.END).number, reason="mistake", by=by)
    assert _units() == ["5CD1234ABC"]


def test_corrections_that_cannot_be(world: World) -> None:
    record, device, line = _connected(world)
    by = world.actor("navigator_a")
    with pytest.raises(Invalid), write_transaction():
        correcting.void_fact(household_id=record, number=line, reason="because", by=by)
    with pytest.raises(Invalid), write_transaction():
        correcting.end_thing(household_id=record, number=line, ended_on=date(2025, 1, 1), reason="canceled", by=by)
    with pytest.raises(Invalid), write_transaction():
        correcting.end_thing(household_id=record, number=device, ended_on=date(2026, 2, 1), reason="canceled", by=by)
    with pytest.raises(NotFound), write_transaction():
        correcting.void_fact(household_id=record, number=line, reason="mistake", by=world.actor("navigator_b"))
    with pytest.raises(NotAllowed), write_transaction():
        correcting.void_fact(household_id=record, number=line, reason="mistake", by=world.actor("auditor"))
    enrolled = session().scalars(select(FactRow).where(FactRow.kind == "enrolled").order_by(FactRow.number)).first()
    assert enrolled is not None
    with pytest.raises(NotFound), write_transaction():
        correcting.void_fact(household_id=record, number=enrolled.number, reason="mistake", by=by)
    with write_transaction():
        correcting.void_fact(household_id=record, number=line, reason="mistake", by=by)
    with pytest.raises(Conflict), write_transaction():
        correcting.void_fact(household_id=record, number=line, reason="mistake", by=by)


def _home(zip_code: str, district: str) -> NewAddress:
    return NewAddress(line="12 Example Street", city="San José", zip_code=zip_code, district=district)


def _last(kind: Kind) -> FactRow:
    use_scope(EVERYTHING)
    statement = select(FactRow).where(FactRow.kind == kind.value).order_by(FactRow.number.desc()).limit(1)
    return session().scalars(statement).one()


def _units() -> list[str]:
    return list(session().scalars(select(UnitOut.unit_key).order_by(UnitOut.unit_key)))
