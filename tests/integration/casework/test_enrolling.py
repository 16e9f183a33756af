"""Enrolling households in bulk, on real databases."""

import time
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from digital_inclusion.casework.actions.enrolling import Enrolled, NewHousehold, enroll_households
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import NotAllowed, NotFound
from digital_inclusion.households.models import Consent, Enrollment, Household, HouseholdAddress, SearchTerm
from digital_inclusion.matching.actions.candidates import note_candidates
from digital_inclusion.matching.models import CandidatePair, MatchKey
from digital_inclusion.progress.actions.delivering import DeliveryFor, record_deliveries
from digital_inclusion.progress.models import EntryRow, FactRow, Standing, UnitOut
from tests.factories.households import new_household, new_laptop, new_line
from tests.factories.world import World


def enroll(world: World, *households: NewHousehold, partner: str = "a") -> Enrolled:
    by = world.actor(f"navigator_{partner}")
    use_scope(Scope(partner_id=world.partners[partner]))
    with write_transaction():
        made = enroll_households(households, partner_id=world.partners[partner], cause="household.enrolled", by=by)
    use_scope(EVERYTHING)
    return made


def test_enroll_households_writes_every_table(world: World) -> None:
    new = new_household(grant_id=world.grants["a"], deliveries=[new_laptop(unit="SN 1"), new_line()])
    made = enroll(world, new)
    one = made.households[0]
    assert one is not None, made.problems
    household = session().get_one(Household, one.id)
    assert (household.code, household.head_name, household.navigator_id) == (
        one.code, "Rosa Delgado", world.users["navigator_a"],
    )  # fmt: skip
    assert session().scalars(select(Enrollment)).one().fact_number == one.enrolled_fact
    assert session().scalars(select(Consent)).one().fact_number == one.consent_fact
    assert session().scalars(select(HouseholdAddress)).one().fact_number == one.address_fact
    facts = session().scalars(select(FactRow).order_by(FactRow.number)).all()
    assert [fact.kind for fact in facts] == ["enrolled", "consent", "address", "delivery", "delivery"]
    assert [fact.number for fact in facts][3:] == one.delivery_facts
    assert {fact.grant_id for fact in facts[3:]} == {world.grants["a"]}
    assert session().scalars(select(UnitOut)).one().fact_number == one.delivery_facts[0]
    assert session().get_one(Standing, one.id).reason == "not_verified"
    pending = select(EntryRow.occurred_on).where(EntryRow.milestone == "connected", EntryRow.aspect == "pending")
    assert session().scalars(pending).one() == date(2026, 1, 12)
    terms = set(session().scalars(select(SearchTerm.term)))
    assert {"rosa", "delgado", "4085550123", "<3210555804", one.code.replace("-", "").lower()} <= terms
    assert {key.kind for key in session().scalars(select(MatchKey))} == {"name_birth_phone", "name_birth_address"}


def test_enroll_households_reports_problems_and_keeps_the_good_rows(world: World) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    made = enroll(
        world,
        new_household("Good One", reference="R1"),
        new_household("From Tomorrow", enrolled_on=tomorrow),
        new_household("Same Reference", reference="R1"),
        new_household("Other Grant", grant_id=world.grants["b"]),
        new_household("Also Good", deliveries=[new_laptop(unit="SN-7")]),
        new_household("Same Unit", deliveries=[new_laptop(unit="sn 7")]),
        new_household("Bad Speed", deliveries=[new_line(down_kbps=0)]),
    )
    assert [one is not None for one in made.households] == [True, False, False, False, True, False, False]
    assert {place: problem.code for place, (problem, *_rest) in made.problems.items()} == {
        1: "day_in_future", 2: "reference_taken", 3: "grant_unknown", 5: "unit_already_out", 6: "speed_missing",
    }  # fmt: skip
    assert made.problems[5][0].field == "deliveries.0.unit"
    events = session().scalars(select(AuditEvent).where(AuditEvent.name == "household.enrolled")).all()
    assert [event.details["households"] for event in events] == [2]


def test_enroll_households_refuses_a_unit_that_is_out_with_another_partner(world: World) -> None:
    enroll(world, new_household(deliveries=[new_laptop(unit="5CD-1234ABC")]))
    made = enroll(world, new_household("B", deliveries=[new_laptop(unit="5cd1234abc ")]), partner="b")
    assert [problem.code for problem in made.problems[0]] == ["unit_already_out"]
    assert made.households == [None]


def test_enroll_households_takes_a_unit_that_came_back(world: World) -> None:
    ended = new_laptop(unit="SN-7", ended_on=date(2026, 2, 1), end_reason="returned")
    made = enroll(
        world, new_household("A", deliveries=[ended]), new_household("B", deliveries=[new_laptop(unit="SN-7")])
    )
    assert made.problems == {}


def test_enroll_households_for_another_partner(world: World) -> None:
    with pytest.raises(NotFound), write_transaction():
        enroll_households([new_household()], partner_id=world.partners["b"], cause="x", by=world.actor("navigator_a"))
    with pytest.raises(NotAllowed), write_transaction():
        enroll_households([new_household()], partner_id=world.partners["a"], cause="x", by=world.actor("verifier"))


def test_record_deliveries_for_own_and_foreign_households(world: World) -> None:
    own = enroll(world, new_household()).households[0]
    foreign = enroll(world, new_household("B"), partner="b").households[0]
    assert own and foreign
    by = world.actor("navigator_a")
    use_scope(Scope(partner_id=world.partners["a"]))
    with write_transaction():
        made = record_deliveries(
            [
                DeliveryFor(household_id=own.id, delivery=new_laptop(unit="S1")),
                DeliveryFor(household_id=own.id, delivery=new_laptop(unit="S1")),
                DeliveryFor(household_id=own.id, delivery=new_line()),
            ],
            cause="device.handed_over",
            by=by,
        )
    assert [fact is not None for fact in made.facts] == [True, False, True]
    assert made.problems[1][0].code == "unit_already_out"
    with pytest.raises(NotFound), write_transaction():
        record_deliveries([DeliveryFor(household_id=foreign.id, delivery=new_line())], cause="x", by=by)


def test_note_candidates_notes_each_pair_once_and_tells_nothing_of_others(world: World) -> None:
    first = enroll(world, new_household("Nguyễn Văn An")).households[0]
    second = enroll(world, new_household("AN NGUYEN VAN", phone_e164=None), partner="b").households[0]
    third = enroll(world, new_household("Someone Else"), partner="b").households[0]
    assert first and second and third
    use_scope(Scope(partner_id=world.partners["b"]))
    by = world.actor("navigator_b")
    with write_transaction():
        noted = note_candidates([second.id, third.id], by=by)
        assert (noted.new_pairs, noted.own, noted.elsewhere) == (1, {}, frozenset({second.id}))
    with write_transaction():
        assert note_candidates([first.id, second.id], by=by).new_pairs == 0
    use_scope(EVERYTHING)
    pair = session().scalars(select(CandidatePair)).one()
    assert (pair.record_a, pair.record_b, pair.because) == (first.id, second.id, "name_birth_address")


def test_enroll_households_five_hundred_at_once(world: World) -> None:
    many = [
        new_household(
            f"Person{n} Family{n}", phone_e164=f"+1408555{n:04}", deliveries=[new_laptop(unit=f"S{n}"), new_line()]
        )
        for n in range(500)
    ]
    started = time.perf_counter()
    made = enroll(world, *many)
    print("500 rows in ms", round((time.perf_counter() - started) * 1000))
    assert all(made.households)
    assert session().scalar(select(func.count()).select_from(FactRow)) == 2500
