"""Who has how much to do, and handing several tasks over at once."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.agenda.actions.tasks import finish_task, open_tasks
from digital_inclusion.agenda.models import Task
from digital_inclusion.agenda.rules.tasks import NewTask
from digital_inclusion.casework.actions.caseload import hand_over_tasks
from digital_inclusion.casework.queries.people import list_load
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Invalid, NotAllowed, NotFound
from tests.factories.aftercare import does
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form


def _task(world: World, thing: str, *, owner: str | None = "navigator_a", days: int = 3, partner: str = "a") -> str:
    home = serve(world, partner, name=f"Family {thing}", deliveries=())
    new = NewTask(
        kind="cliff", thing=thing, household_id=home.id, partner_id=world.partners[partner],
        due_on=clock.today() + timedelta(days=days), owner_id=world.users[owner] if owner else None,
    )  # fmt: skip
    does(world, open_tasks, who=f"navigator_{partner}", tasks=[new])
    use_scope(EVERYTHING)
    return session().scalars(select(Task.code).where(Task.thing == thing)).one()


def _load(world: World) -> dict[int | None, tuple[int, int, bool]]:
    session().rollback()
    use_scope(Scope(partner_id=world.partners["a"]))
    found = list_load(world.partners["a"], clock.today())
    use_scope(EVERYTHING)
    return {one.user_id: (one.open, one.overdue, one.is_here) for one in found}


def test_load_is_counted_exactly_and_balanced(world: World) -> None:
    late, soon, free = _task(world, "LATE", days=-1), _task(world, "SOON"), _task(world, "FREE", owner=None)
    done = _task(world, "DONE")
    _task(world, "THEIRS", owner="navigator_b", partner="b")
    gone = _task(world, "GONE", owner="technician_a")  # who holds no caseload
    does(world, finish_task, who="navigator_a", code=done)
    navigator, lead, technician = (world.users[who] for who in ("navigator_a", "partner_lead_a", "technician_a"))
    assert _load(world) == {
        None: (1, 0, True), navigator: (2, 1, True), lead: (0, 0, True), technician: (1, 0, False),
    }  # fmt: skip
    codes = [late, free, gone, done, late]
    assert does(world, hand_over_tasks, who="partner_lead_a", codes=codes, to_user_id=lead) == 3  # what is done stays
    assert _load(world) == {navigator: (1, 0, True), lead: (3, 1, True)}
    assert does(world, hand_over_tasks, who="partner_lead_a", codes=[late, soon], to_user_id=lead) == 1
    use_scope(EVERYTHING)
    told = session().scalars(select(AuditEvent).where(AuditEvent.name == "tasks.handed_over").order_by(AuditEvent.id))
    assert [one.details for one in told] == [{"tasks": 3, "to": lead}, {"tasks": 1, "to": lead}]


def test_only_who_leads_and_only_the_own(world: World) -> None:
    own, theirs = _task(world, "OWN"), _task(world, "THEIRS", owner="navigator_b", partner="b")
    lead = world.users["partner_lead_a"]
    with pytest.raises(NotFound):
        does(world, hand_over_tasks, who="partner_lead_a", codes=[own, theirs], to_user_id=lead)
    assert _load(world)[lead] == (0, 0, True)
    with pytest.raises(NotAllowed):
        does(world, hand_over_tasks, who="navigator_a", codes=[own], to_user_id=lead)
    for to in (world.users["navigator_b"], world.users["technician_a"], 0, -1):
        with pytest.raises(Invalid, match="colleague"):
            does(world, hand_over_tasks, who="partner_lead_a", codes=[own], to_user_id=to)
    for codes in ([], ["X"] * 0):
        with pytest.raises(Invalid, match="at least one"):
            does(world, hand_over_tasks, who="partner_lead_a", codes=codes, to_user_id=lead)


def test_page(client: FlaskClient, world: World) -> None:
    code = _task(world, "SOON", days=-1)
    navigator, lead = world.users["navigator_a"], world.users["partner_lead_a"]
    signed_in(client, world, "partner_lead_a")
    assert "/today/load" in client.get("/today").get_data(as_text=True)
    page = client.get("/today/load")
    check_page(page)
    assert "Family SOON" not in page_text(page)
    assert f"/households?whose=all&amp;navigator={navigator}" in page.get_data(as_text=True)
    assert "Family SOON" in page_text(client.get(f"/households?whose=all&navigator={navigator}"))
    assert "Family SOON" not in page_text(client.get("/households?whose=all&navigator=0"))
    at = f"/today/load?of={navigator}"
    chosen = client.get(at)
    check_page(chosen)
    assert "Family SOON" in page_text(chosen)
    nothing = post_form(client, "/today/load", {"code": None, "to": str(lead)}, page=at)
    assert nothing.status_code == 303
    assert "Choose at least one task." in page_text(client.get(nothing.location))
    wrong = post_form(client, "/today/load", {"code": code, "to": "'--"}, page=at)
    assert "Choose a colleague from the list." in page_text(client.get(wrong.location))
    given = post_form(client, "/today/load", {"code": code, "to": str(lead)}, page=at)
    text = page_text(client.get(given.location))
    assert "1 task is handed over." in text and "Family SOON" not in text
    for odd in ("nobody", "0", "999999", "x", str(world.users["navigator_b"])):
        check_page(client.get(f"/today/load?of={odd}"))
