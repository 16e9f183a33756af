"""A navigator's day: all that waits on one page, the most urgent first, and nobody else's."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from digital_inclusion.agenda.actions.tasks import open_tasks
from digital_inclusion.agenda.models import Task
from digital_inclusion.agenda.rules import NewTask
from digital_inclusion.casework.queries.today import ALL, MINE, TEAM, Item, list_today
from digital_inclusion.casework.rules.today import KINDS, Urgency, urgency_of
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import new_code
from digital_inclusion.households.models import Consent, Household
from digital_inclusion.progress.actions.verifying import question_evidence
from tests.factories.aftercare import does
from tests.factories.help import asks, takes
from tests.factories.households import new_laptop, new_line
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import ENROLL, signed_in, typed
from tests.support.pages import check_page, hidden_fields, page_text, post_form
from tests.support.statements import count_statements, of_the_page


def _day(world: World, whose: str = MINE, who: str = "navigator_a") -> list[Item]:
    by = world.actor(who)
    session().rollback()
    use_scope(Scope(partner_id=by.partner_id))
    found = list_today(whose, by=by, today=clock.today())
    use_scope(EVERYTHING)
    return found


def _task(world: World, thing: str, *, days: int, partner: str = "a", household: int | None = None) -> None:
    record = household or serve(world, partner, name=f"Family {thing}", deliveries=()).id
    new = NewTask(
        kind="cliff", thing=thing, household_id=record, partner_id=world.partners[partner],
        due_on=clock.today() + timedelta(days=days), owner_id=world.users[f"navigator_{partner}"],
    )  # fmt: skip
    does(world, open_tasks, who=f"navigator_{partner}", tasks=[new])


def _set(model: type, where: object, **values: object) -> None:
    with write_transaction():
        use_scope(EVERYTHING)
        session().execute(update(model).where(where).values(values))  # type: ignore[arg-type]
        session().info["audited"] = True


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [
        ("task", -1, Urgency.OVERDUE),
        ("task", 0, Urgency.TODAY),
        ("task", 7, Urgency.SOON),
        ("task", 8, Urgency.LATER),
        ("question", None, Urgency.TODAY),
        ("draft", None, Urgency.LATER),
    ],
)
def test_urgency_is_the_day_or_whoever_waits(kind: str, days: int | None, expected: Urgency) -> None:
    today = date(2026, 3, 2)
    due = None if days is None else today + timedelta(days=days)
    assert urgency_of(kind, due, today=today) is expected


def test_all_kinds_stand_on_one_page_the_most_urgent_first(client: FlaskClient, world: World) -> None:
    asked = serve(world, name="Quinn Questioned", deliveries=(new_laptop(),))
    does(world, question_evidence, who="verifier", fact=asked.delivery_facts[0], sentence="Which serial?")
    loan = new_laptop(loan_due_on=clock.today() - timedelta(days=2))
    serve(world, name="Lena Loan", deliveries=(loan,))
    serve(world, name="Cole Checked", deliveries=(new_line(occurred_on=clock.today() - timedelta(days=31)),))
    ending = serve(world, name="Connie Consent", deliveries=())
    _set(Consent, Consent.household_id == ending.id, expires_on=clock.today() + timedelta(days=20))
    _set(Household, Household.id > 0, safe_contact="phone")
    takes(world)
    reference, _pin = asks()
    _task(world, "SOON", days=3)
    _task(world, "LATE", days=-3)
    navigator = signed_in(client, world, "navigator_a")
    token = hidden_fields(navigator.get(ENROLL), ENROLL)["csrf_token"]
    assert navigator.post(f"{ENROLL}/draft", data={"csrf_token": token, **typed()}).status_code == 204
    items = _day(world)
    assert [item.urgency for item in items] == sorted((item.urgency for item in items), key=list(Urgency).index)
    kinds = {item.kind: item for item in items}
    assert kinds.keys() >= {"task", "question", "request", "loan", "consent", "check", "draft"}
    assert kinds["request"].thing == reference and kinds["request"].household is None
    assert [item.urgency for item in items if item.kind == "task"] == [Urgency.OVERDUE, Urgency.SOON]
    assert kinds["loan"].urgency is Urgency.OVERDUE
    page = navigator.get("/today")
    check_page(page)
    text = page_text(page)
    for name in ("Quinn Questioned", "Lena Loan", "Connie Consent", "Family LATE", reference, "Overdue"):
        assert name in text


def test_day_is_ones_own_and_the_teams_and_never_another_partners(world: World) -> None:
    own = serve(world, name="Olga Own", deliveries=(new_laptop(),))
    other = serve(world, name="Otto Other", deliveries=(new_laptop(),))
    foreign = serve(world, "b", name="Fay Foreign", deliveries=(new_laptop(),))
    for one in (own, other, foreign):
        does(world, question_evidence, who="verifier", fact=one.delivery_facts[0], sentence="Which serial?")
    _set(Household, Household.id == own.id, navigator_id=world.users["navigator_a"])
    _set(Household, Household.id == other.id, navigator_id=world.users["partner_lead_a"])
    assert [item.household for item in _day(world)] == ["Olga Own"]
    assert {item.household for item in _day(world, ALL)} == {"Olga Own", "Otto Other"}
    assert _day(world, TEAM) == []  # in no team
    assert [item.household for item in _day(world, ALL, "navigator_b")] == ["Fay Foreign"]


def test_task_is_done_from_the_day_and_put_back(client: FlaskClient, world: World) -> None:
    _task(world, "LATE", days=-3)
    navigator = signed_in(client, world, "navigator_a")
    code = _day(world)[0].thing
    led = post_form(navigator, f"/tasks/{code}/finish", {"show": "today"}, page="/today")
    assert led.location == f"/today?done={code}"
    page = navigator.get(led.location)
    check_page(page)
    assert "Done: The price goes up" in page_text(page) and _day(world) == []
    assert post_form(navigator, f"/tasks/{code}/reopen", {"show": "today"}, page=led.location).location == "/today"
    assert [item.thing for item in _day(world)] == [code]
    assert navigator.get("/today?whose=somebody").status_code == 200  # what the address asks wrongly is left out


def test_five_hundred_things_take_fifteen_statements_at_most(client: FlaskClient, world: World) -> None:
    household = serve(world, name="Busy Family", deliveries=())
    row = {
        "partner_id": world.partners["a"], "kind": "cliff", "household_id": household.id,
        "owner_id": world.users["navigator_a"], "due_on": clock.today(), "created_at": clock.now(),
    }  # fmt: skip
    with write_transaction():
        session().execute(insert(Task), [row | {"thing": f"T{place}", "code": new_code()} for place in range(500)])
        session().info["audited"] = True
    navigator = signed_in(client, world, "navigator_a")
    navigator.get("/today")
    with count_statements() as sent:
        page = navigator.get("/today")
    check_page(page)
    assert len(of_the_page(sent)) <= 15
    text = page_text(page)
    assert "500 things wait." in text and f"{KINDS['task'].most} of 500 are shown." in text
