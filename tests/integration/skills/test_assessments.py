"""Assessments: before and after, by our own scale and named ones; passing one counts, a void takes it back."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.casework.actions.correcting import void_fact
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Invalid, NotFound
from digital_inclusion.progress.queries.deliveries import list_standing
from digital_inclusion.progress.queries.served import get_served
from digital_inclusion.progress.rules.facts import Item, Kind
from digital_inclusion.skills.actions.assessments import Proof, note_assessment
from digital_inclusion.skills.models import Assessment
from digital_inclusion.skills.rules.assessments import Gain, NewAssessment, Result, gains
from tests.factories.aftercare import does
from tests.factories.classes import family
from tests.factories.served import confirm
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text


def takes(world: World, code: str, *, who: str = "navigator_a", again: bool = False, **changes: Any) -> Assessment:
    use_scope(EVERYTHING)
    served = get_served(code)
    values = {"member_id": served.members[0][0], "stage": "after", "taken_on": clock.today()} | changes
    new = NewAssessment(**values)
    made: Assessment = does(world, note_assessment, who=who, household=served, new=new, proof=Proof(), again=again)
    return made


def facts(code: str) -> list[int]:
    session().rollback()
    use_scope(EVERYTHING)
    return [fact.number for fact in list_standing(get_served(code).id, [Kind.DELIVERY], Item.TRAINING)]


def test_passing_a_named_one_reaches_the_milestone(world: World) -> None:
    code, _members = family(world, "Ana Ruiz")
    takes(world, code, stage="before", score=20)
    takes(world, code, name="northstar", passed=False, score=60)
    assert facts(code) == []
    made = takes(world, code, name="northstar", passed=True, score=85, again=True)
    assert facts(code) == [made.fact_number]
    assert confirm(world, *facts(code)).effect.of("skills", "verified") == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({}, "score"), ({"score": 101}, "score"), ({"score": -1}, "score"), ({"score": 1, "stage": "party"}, "stage"),
     ({"name": "invented", "passed": True}, "name"), ({"name": "northstar", "score": 3}, "passed"),
     ({"score": 1, "member_id": 999_999}, "member_id")],
)  # fmt: skip
def test_result_that_cannot_be_says_where(world: World, changes: dict[str, Any], field: str) -> None:
    code, _members = family(world, "Ana Ruiz")
    with pytest.raises(Invalid) as refused:
        takes(world, code, **changes)
    assert list(refused.value.fields) == [field]
    assert session().scalar(select(func.count(Assessment.id))) == 0


def test_same_result_twice_is_asked_about(world: World) -> None:
    code, _members = family(world, "Ana Ruiz")
    takes(world, code, score=50)
    with pytest.raises(Invalid, match="check"):
        takes(world, code, score=60)
    takes(world, code, score=60, again=True)
    with pytest.raises(NotFound):
        takes(world, code, who="navigator_b", score=50)


def test_void_on_the_household_page_takes_the_result_back(world: World) -> None:
    code, _members = family(world, "Ana Ruiz")
    made = takes(world, code, name="northstar", passed=True)
    home = get_served(code).id
    does(world, void_fact, who="navigator_a", household_id=home, number=made.fact_number, reason="mistake")
    session().rollback()
    use_scope(EVERYTHING)
    row = session().scalars(select(Assessment)).one()
    assert row.voided_at is not None and row.fact_number is None and facts(code) == []
    takes(world, code, name="northstar", passed=True)  # the right one, without being asked
    does(world, erase_household, who="partner_lead_a", household_id=home, reason="asked")
    assert session().scalar(select(func.count(Assessment.id))) == 0


def test_gain_is_from_the_first_before_to_the_last_after() -> None:
    days = [clock.today().replace(day=day) for day in (1, 2, 3, 4)]
    results = [
        Result(1, None, "before", days[1], 40), Result(1, None, "before", days[0], 20),
        Result(1, None, "after", days[2], 50), Result(1, None, "follow_up", days[3], 70),
        Result(1, "named", "after", days[3], 99), Result(2, None, "after", days[0], 9),
    ]  # fmt: skip
    assert gains(results) == [Gain(1, None, 20, 70)]


def test_pages(client: FlaskClient, world: World) -> None:
    code, (ana, ben) = family(world, "Ana Ruiz", "Ben Ruiz")
    signed_in(client, world, "navigator_a")
    url = f"/households/{code}/assessments"
    assert url in client.get(f"/households/{code}").text
    empty = client.get(url)
    check_page(empty)
    assert "No result yet" in page_text(empty)
    day = clock.today().isoformat()
    fields = hidden_fields(empty, url)
    wrong = client.post(
        url, data=fields | {"member_id": str(ana), "stage": "before", "score": "many", "occurred_on": day}
    )
    check_page(wrong)
    assert wrong.status_code == 400 and "whole number" in page_text(wrong) and 'value="many"' in wrong.text
    for stage, score in (("before", "20"), ("after", "80")):
        fields = hidden_fields(client.get(url), url)
        sent = fields | {"member_id": str(ana), "stage": stage, "score": score, "occurred_on": day}
        first, second = (client.post(url, data=sent) for _twice in range(2))
        assert first.status_code == second.status_code == 303
    shown = client.get(url)
    check_page(shown)
    assert "from 20 to 80 of 100" in page_text(shown) and page_text(shown).count("Our own scale") == 3
    signed_in(client, world, "navigator_b")
    assert client.get(url).status_code == 404
