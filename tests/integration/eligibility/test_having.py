"""What a household got through us or ended is known when it is decided again; what was decided stays."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from digital_inclusion.casework.actions.correcting import end_thing, void_fact
from digital_inclusion.casework.actions.deciding import update_known
from digital_inclusion.casework.queries.eligibility import find_known
from digital_inclusion.casework.rules.having import Known, Source
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.queries import find_last_decision, list_decisions
from digital_inclusion.progress.actions.recording import record_delivery
from digital_inclusion.progress.rules.facts import Kind
from tests.factories.households import ENROLLED_ON, new_laptop, new_line
from tests.factories.served import serve
from tests.factories.world import World, sign_in
from tests.support.pages import check_page, page_text, parse, post_form

BOTH: dict[str, Any] = {"needs_device": True, "needs_connection": True}
DEVICE, LINE = "A computer from the city’s partners", "Help with home internet from the city’s partners"
LAPTOP_ON, LINE_ON = date(2026, 1, 10), date(2026, 1, 12)


def _act(world: World, action: Any, **values: Any) -> Any:
    with write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        done = action(by=world.actor("navigator_a"), **values)
    use_scope(EVERYTHING)
    return done


def _tell(world: World, household_id: int, **told: object) -> None:
    _act(world, update_known, household_id=household_id, told=told)


def _last(household_id: int) -> tuple[dict[str, Any], dict[str, str]]:
    found = find_last_decision(household_id)
    assert found is not None
    return found.facts, {one["title"]: one["answer"] for one in found.ruling.programs}


def _computer(household_id: int, on: date | None = None) -> Known:
    return find_known(household_id, today=on or clock.today())[1]["has_computer"]


def test_update_decides_with_what_was_handed_over_and_keeps_the_earlier_decision(world: World) -> None:
    made = serve(world, **BOTH)
    _tell(world, made.id, size=2)
    facts, answers = _last(made.id)
    assert (facts["has_computer"], facts["has_home_internet"]) == (True, True)
    assert (answers[DEVICE], answers[LINE]) == ("no", "no")
    first = list_decisions(made.id)[-1]
    assert (first.facts["has_computer"], first.facts["has_home_internet"]) == (False, False)
    assert {one["title"]: one["answer"] for one in first.ruling.programs}[DEVICE] == "likely"
    event = session().query(AuditEvent).filter_by(name="eligibility.decided").one()
    assert event.details["fields"] == ["has_computer", "has_home_internet", "size"]


def test_past_day_knows_only_what_stood_on_it(world: World) -> None:
    made = serve(world, **BOTH)
    assert _computer(made.id, date(2026, 1, 9)) == Known(False, Source.ENROLLMENT, ENROLLED_ON)
    assert _computer(made.id, LAPTOP_ON) == Known(True, Source.GIVEN, LAPTOP_ON)


def test_device_that_came_back_is_had_no_more_though_it_was_decided_meanwhile(world: World) -> None:
    made = serve(world, **BOTH)
    _tell(world, made.id, size=2, has_computer=True, has_home_internet=True)  # as the form showed it
    number = made.delivery_facts[0]
    _act(world, end_thing, household_id=made.id, number=number, ended_on=date(2026, 3, 1), reason="returned")
    assert _computer(made.id, date(2026, 2, 28)).value is True
    assert _computer(made.id) == Known(False, Source.ENROLLMENT, ENROLLED_ON)
    _tell(world, made.id, size=3)
    facts, answers = _last(made.id)
    assert (facts["has_computer"], answers[DEVICE]) == (False, "likely")
    assert (facts["has_home_internet"], answers[LINE]) == (True, "no")


def test_hand_over_that_never_was_is_forgotten(world: World) -> None:
    made = serve(world, **BOTH)
    _tell(world, made.id, size=2)
    _act(world, void_fact, household_id=made.id, number=made.delivery_facts[0], reason="twice")
    assert _computer(made.id) == Known(False, Source.ENROLLMENT, ENROLLED_ON)


def test_what_they_already_had_is_known_while_it_stands(world: World) -> None:
    own = new_laptop(ENROLLED_ON, kind=Kind.ALREADY_HAD, evidence=None)
    made = serve(world, deliveries=[own], needs_device=None)
    assert _last(made.id)[0]["has_computer"] is True
    assert _computer(made.id) == Known(True, Source.OWNED, ENROLLED_ON)
    _act(world, void_fact, household_id=made.id, number=made.delivery_facts[0], reason="twice")
    assert _computer(made.id) == Known()


def test_answer_is_believed_until_the_next_hand_over_on_the_same_day_too(world: World) -> None:
    made, today = serve(world, **BOTH), clock.today()
    _tell(world, made.id, has_computer=False)
    assert _computer(made.id) == Known(False, Source.ASKED, today)
    assert _last(made.id)[1][DEVICE] == "likely"
    _tell(world, made.id, size=5)  # says nothing of it
    assert _computer(made.id) == Known(False, Source.ASKED, today)
    second = {"delivery": new_laptop(today, evidence=None), "cause": "device.handed_over", "again": True}
    _act(world, record_delivery, household_id=made.id, **second)
    assert _computer(made.id) == Known(True, Source.GIVEN, today)


def test_answer_that_it_is_not_known_any_more_is_one(world: World) -> None:
    made = serve(world, **BOTH)
    _tell(world, made.id, has_home_internet=None)
    facts, answers = _last(made.id)
    assert "has_home_internet" not in facts
    assert answers[LINE] == "cannot tell yet"


def test_household_page_offers_nothing_that_was_handed_over(client: FlaskClient, world: World) -> None:
    made = serve(world, **BOTH)
    sign_in(client, world.users["navigator_a"])
    shown = client.get(f"/households/{made.code}")
    check_page(shown)
    words = page_text(shown)
    assert "Computer at home Yes, we handed one over on Jan 10, 2026." in words
    assert "Internet at home Yes, we got them a line on Jan 12, 2026." in words
    assert f"{DEVICE}: Likely qualifies → Does not qualify" in words
    assert f"{DEVICE} Likely qualifies" not in words
    assert f"{LINE} Likely qualifies" not in words
    kept = page_text(client.get(f"/households/{made.code}/eligibility"))
    assert f"{DEVICE} Likely qualifies" in kept, "what was decided stays as it was said"


def test_household_page_offers_what_is_still_needed(client: FlaskClient, world: World) -> None:
    made = serve(world, deliveries=[new_line()], **BOTH)
    sign_in(client, world.users["navigator_a"])
    words = page_text(client.get(f"/households/{made.code}"))
    assert "Computer at home No, they asked for it when they enrolled, on Jan 5, 2026." in words
    assert f"{DEVICE} Likely qualifies" in words
    assert f"{LINE} Likely qualifies" not in words


def _chosen(client: FlaskClient, url: str) -> dict[str, str]:
    fields = parse(client.get(url)).iter("input")
    return {
        one.get("name", ""): one.get("value", "")
        for one in fields
        if one.get("type") == "radio" and one.get("checked") is not None
    }


@pytest.mark.parametrize(("chosen", "value"), [("no", False), ("", None), ("yes", True)])
def test_form_asks_both_and_says_where_the_answer_is_from(
    client: FlaskClient, world: World, chosen: str, value: bool | None
) -> None:
    made = serve(world, deliveries=[new_laptop()])
    sign_in(client, world.users["navigator_a"])
    url = f"/households/{made.code}/eligibility/update"
    shown = client.get(url)
    check_page(shown)
    words = page_text(shown)
    assert "Is there a computer at home that works?" in words
    assert "What we know: Yes, we handed one over on Jan 10, 2026." in words
    assert "Is there fast internet at home?" in words
    assert "What we know: Not known." in words
    assert _chosen(client, url) == {"has_computer": "yes", "has_home_internet": ""}
    sent = post_form(client, url, {"has_computer": chosen, "has_home_internet": "no", "income_per": "month"})
    assert sent.status_code == 303
    use_scope(EVERYTHING)
    facts = _last(made.id)[0]
    assert facts.get("has_computer") is value
    assert facts["has_home_internet"] is False
    assert _chosen(client, url) == {"has_computer": chosen, "has_home_internet": "no"}
    again = page_text(client.get(url))
    said = {"no": "No, they said so on", "": "Not known any more since", "yes": "Yes, we handed one over on Jan 10"}
    assert f"What we know: {said[chosen]}" in again


def test_form_takes_no_other_word(client: FlaskClient, world: World) -> None:
    made = serve(world)
    sign_in(client, world.users["navigator_a"])
    sent = post_form(client, f"/households/{made.code}/eligibility/update", {"has_computer": "maybe"})
    assert sent.status_code == 400
    use_scope(EVERYTHING)
    assert len(list_decisions(made.id)) == 1
