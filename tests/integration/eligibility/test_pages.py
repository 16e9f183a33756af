"""The household's pages about eligibility, and what the enrollment form may be told."""

from flask.testing import FlaskClient

from digital_inclusion.foundation.database import EVERYTHING, use_scope
from digital_inclusion.households.queries import find_last_decision, list_decisions
from tests.factories.served import serve
from tests.factories.world import World, sign_in
from tests.support.casework import households, send, typed
from tests.support.pages import check_page, page_text, post_form

INCOME = {"income": "1,500", "income_per": "month", "benefits": ["calfresh", "wic"], "benefits_all": "y"}


def _facts(household_id: int) -> dict[str, object]:
    use_scope(EVERYTHING)
    found = find_last_decision(household_id)
    assert found is not None
    return found.facts


def test_household_page_says_what_they_may_qualify_for(client: FlaskClient, world: World) -> None:
    made = serve(world, told={"benefits": {"medi_cal": True}})
    sign_in(client, world.users["navigator_a"])
    page = client.get(f"/households/{made.code}")
    check_page(page)
    words = page_text(page)
    assert "What this household may qualify for" in words
    assert "the day of enrollment, rulebook 2026-11" in words
    assert "Lifeline (federal) Likely qualifies" in words
    assert "47 CFR 54.409(a)(2)" in words
    assert "to be confirmed" in words
    assert "Update what we know" in words
    assert "Counts as connected" not in words  # a measure is offered to nobody


def test_verifier_reads_and_may_not_update(client: FlaskClient, world: World) -> None:
    made = serve(world)
    sign_in(client, world.users["verifier"])
    assert "Update what we know" not in page_text(client.get(f"/households/{made.code}"))
    assert client.get(f"/households/{made.code}/eligibility").status_code == 200
    assert client.get(f"/households/{made.code}/eligibility/update").status_code == 403


def test_update_takes_income_by_the_month_and_keeps_both_decisions(client: FlaskClient, world: World) -> None:
    made = serve(world)
    sign_in(client, world.users["navigator_a"])
    url = f"/households/{made.code}/eligibility/update"
    assert post_form(client, url, {"size": "3", **INCOME}).status_code == 303
    facts = _facts(made.id)
    assert (facts["size"], facts["annual_income"]) == (3, "18000")
    benefits = facts["benefits"]
    assert isinstance(benefits, dict)
    assert {name for name, gets in benefits.items() if gets} == {"calfresh", "wic"}
    assert benefits["medi_cal"] is False
    assert len(list_decisions(made.id)) == 2
    page = client.get(f"/households/{made.code}/eligibility")
    check_page(page)
    assert "$18,000.00" in page_text(page)
    assert "WIC" in page_text(page)
    again = client.get(url).get_data(as_text=True)
    assert 'value="18000"' in again


def test_what_cannot_be_understood_is_said_beside_the_field(client: FlaskClient, world: World) -> None:
    made = serve(world)
    sign_in(client, world.users["navigator_a"])
    url = f"/households/{made.code}/eligibility/update"
    for wrong in ({"income": "a lot"}, {"income": "-5"}, {"size": "0"}, {"size": "31"}, {"benefits": ["moon"]}):
        sent = post_form(client, url, {"income_per": "month", **wrong})
        assert sent.status_code == 400, wrong
    use_scope(EVERYTHING)
    assert len(list_decisions(made.id)) == 1


def test_enrolling_takes_income_and_benefits(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["navigator_a"])
    assert send(client, typed(**INCOME)).status_code == 303
    facts = _facts(households()[0].id)
    assert facts["annual_income"] == "18000"
    assert facts["size"] == 1


def test_enrolling_without_them_leaves_them_unknown(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["navigator_a"])
    assert send(client, typed()).status_code == 303
    assert not {"annual_income", "benefits"} & _facts(households()[0].id).keys()


def test_enrolling_with_an_income_that_is_none_keeps_what_was_typed(client: FlaskClient, world: World) -> None:
    sign_in(client, world.users["navigator_a"])
    sent = send(client, typed(income="lots", income_per="month"))
    assert sent.status_code == 400
    assert "Write an amount like 1,234.50." in page_text(sent)
    assert 'value="lots"' in sent.get_data(as_text=True)
