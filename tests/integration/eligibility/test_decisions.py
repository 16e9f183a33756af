"""Every enrollment keeps what the rules of its day said; what is learned later is a new decision."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from digital_inclusion.casework.actions.deciding import update_known
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.queries.eligibility import find_told
from digital_inclusion.casework.queries.household import get_page
from digital_inclusion.casework.rules.enrollment import NewAddress, NewMember
from digital_inclusion.casework.rules.knowing import known_facts
from digital_inclusion.eligibility.schemas import decider_in_use
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import NotFound
from digital_inclusion.households.models import EligibilityDecision, EligibilityRuling
from digital_inclusion.households.queries import Decided, find_last_decision, list_decisions
from digital_inclusion.progress.queries.program import get_program
from digital_inclusion.progress.rules.deliveries import NewDelivery
from digital_inclusion.progress.rules.facts import Item, Kind
from tests.factories.households import ENROLLED_ON, new_household
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.files import ROW, import_rows

TOLD = {"annual_income": Decimal("21000.50"), "benefits": {"calfresh": True, "ssi": False}}


def _answers(decision: EligibilityDecision | Decided) -> dict[str, str]:
    return {one["program"]: one["answer"] for one in decision.ruling.programs}


def _last(household_id: int) -> Decided:
    use_scope(EVERYTHING)
    found = find_last_decision(household_id)
    assert found is not None
    return found


def test_enrolling_keeps_facts_day_rulebook_answers_and_reasons(world: World) -> None:
    made = serve(world, told=TOLD)
    decision, book = _last(made.id), decider_in_use().book
    assert decision.decided_on == ENROLLED_ON
    assert decision.fact_number == made.enrolled_fact
    assert (decision.ruling.version, decision.ruling.fingerprint) == (book.version, book.fingerprint)
    assert decision.facts == {
        "annual_income": "21000.5",
        "benefits": {"calfresh": True, "ssi": False},
        "has_computer": False,
        "lives_in_city": True,
        "size": 1,
    }
    lifeline = next(one for one in decision.ruling.programs if one["program"] == "lifeline_federal")
    assert lifeline["answer"] == "likely"  # one Lifeline per household is presumed
    assert lifeline["amounts"][0]["high"] == "9.25"
    told = {reason["says"]: reason for reason in lifeline["reasons"]}
    income = told["The household’s yearly income is at or below 135 percent of the poverty guideline."]
    assert (income["verdict"], income["confidence"]) == ("likely", "secondary")  # as that of the year's guideline
    assert "47 CFR 54.409(a)(1)" in income["source"]


def test_unknown_stays_unknown(world: World) -> None:
    made = serve(world, needs_device=None)
    decision = _last(made.id)
    assert decision.facts.keys() == {"size", "lives_in_city"}
    assert _answers(decision)["lifeline_federal"] == "cannot tell yet"
    assert _answers(decision)["city_device"] == "cannot tell yet"


def test_what_an_enrollment_tells(world: World) -> None:
    program = get_program().counting
    head = NewMember("Rosa", is_head=True)
    owned = [
        NewDelivery(kind=Kind.ALREADY_HAD, item=Item.DEVICE, occurred_on=ENROLLED_ON, device_kind="laptop"),
        NewDelivery(kind=Kind.ALREADY_HAD, item=Item.LINE, occurred_on=ENROLLED_ON, down_kbps=1, up_kbps=1),
    ]
    assert known_facts(new_household(deliveries=owned, needs_connection=True), program) == {
        "size": 1, "lives_in_city": True, "has_computer": True, "has_home_internet": True,
    }  # fmt: skip
    of_file = new_household(members=[head], import_batch_id=1, address=NewAddress(zip_code="94085", line="1 A St"))
    assert known_facts(of_file, program) == {"lives_in_city": False, "has_computer": False}
    of_three = new_household(members=[head, NewMember("A"), NewMember("B")], import_batch_id=1, address=None)
    assert known_facts(of_three, program) == {"size": 3, "has_computer": False}
    nowhere = new_household(address=NewAddress(fixed=False, in_city=True))
    assert known_facts(nowhere, program)["lives_in_city"] is True


def test_equal_answers_are_kept_once(world: World) -> None:
    ids = [serve(world, name=f"Family {number}").id for number in range(3)]
    use_scope(EVERYTHING)
    assert len({_last(one).ruling.digest for one in ids}) == 1
    assert session().scalar(select(func.count(EligibilityRuling.id))) == 1


def test_file_keeps_decisions_too_and_a_lone_name_says_no_size(world: World) -> None:
    second = {"Client ID": "C2", "Name": "Luis Tester", "Phone": "", "Enrolled": "2025-03-01"}
    import_rows([ROW, ROW | second], world.partners["a"])
    decisions = session().scalars(select(EligibilityDecision).order_by(EligibilityDecision.id)).all()
    assert [(one.decided_on, one.facts) for one in decisions] == [
        (date(2026, 1, 5), {"lives_in_city": True}),
        (date(2025, 3, 1), {"lives_in_city": True}),
    ]


def test_what_is_learned_later_is_a_new_decision_and_names_no_value_in_the_trail(world: World) -> None:
    made = serve(world, deliveries=())
    with write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        new: dict[str, object] = {"size": 4, "annual_income": Decimal(30_000), "benefits": {"medi_cal": True}}
        update_known(household_id=made.id, told=new, by=world.actor("navigator_a"))
    use_scope(EVERYTHING)
    newest, first = list_decisions(made.id)
    assert (first.decided_on, newest.decided_on) == (ENROLLED_ON, clock.today())
    assert newest.fact_number is None
    told = {"size": 4, "annual_income": "30000", "benefits": {"medi_cal": True}}
    answers = {"has_computer": {"value": False, "on": ENROLLED_ON.isoformat(), "after": None}}
    assert newest.facts == first.facts | told | {"answers": answers}
    assert _answers(newest)["lifeline_federal"] == "likely"
    event = session().scalars(select(AuditEvent).where(AuditEvent.name == "eligibility.decided")).one()
    assert event.details["fields"] == ["annual_income", "benefits", "size"]
    assert "30000" not in str(event.details)


def test_what_they_no_longer_tell_is_unknown_again(world: World) -> None:
    made = serve(world, told=TOLD)
    with write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        told = {"size": 1, "annual_income": None, "benefits": None}
        update_known(household_id=made.id, told=told, by=world.actor("navigator_a"))
    assert not {"annual_income", "benefits"} & _last(made.id).facts.keys()


def test_another_partner_cannot_update(world: World) -> None:
    made = serve(world, "b")
    with pytest.raises(NotFound), write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        update_known(household_id=made.id, told={"size": 2}, by=world.actor("navigator_a"))
    assert _last(made.id).facts["size"] == 1


def test_another_partner_sees_no_decision(world: World) -> None:
    made = serve(world, "b")
    use_scope(Scope(partner_id=world.partners["a"]))
    assert find_last_decision(made.id) is None
    assert session().scalars(select(EligibilityDecision)).all() == []


def test_deciding_again_on_another_day_shows_the_difference(world: World) -> None:
    made = serve(world, told={"annual_income": Decimal("21300"), "benefits": {}})
    use_scope(EVERYTHING)
    rows = get_page(made.code, today=ENROLLED_ON).facts
    then = find_told(made.id, rows=rows, today=ENROLLED_ON)
    later = find_told(
        made.id, rows=rows, today=date(2026, 6, 15)
    )  # guideline of 2026-01-13, California's table of 2026-06-01
    assert then is not None
    assert later is not None
    assert not then.changed
    changed = {one.title: (one.before, one.today) for one in later.changed}
    assert changed["California LifeLine"] == ("cannot tell yet", "likely")
    assert changed["A computer from the city’s partners"] == ("likely", "no")  # handed over on January 10


def test_erasing_takes_the_decisions(app: Flask, world: World) -> None:
    made, kept = serve(world, told=TOLD), serve(world, name="Other Family")
    with write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        erase_household(household_id=made.id, reason="asked", by=world.actor("partner_lead_a"))
    use_scope(EVERYTHING)
    assert [one.household_id for one in session().scalars(select(EligibilityDecision))] == [kept.id]
