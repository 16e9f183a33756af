"""What is to be done: opened once, done in place, put back, closed when nothing is left to do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.agenda.actions.tasks import close_tasks_about, finish_task, open_tasks, reopen_task
from digital_inclusion.agenda.models import Task
from digital_inclusion.agenda.queries.tasks import count_tasks, list_tasks
from digital_inclusion.agenda.rules.tasks import NewTask
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, NotAllowed, NotFound
from digital_inclusion.households.models import Household
from tests.factories.aftercare import does
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form


def new_task(world: World, thing: str, *, days: int = 3, partner: str = "a", mine: bool = True) -> NewTask:
    household = serve(world, partner, name=f"Family {thing}", deliveries=())
    owner = world.users[f"navigator_{partner}"] if mine else None
    return NewTask(
        kind="cliff", thing=thing, household_id=household.id, partner_id=world.partners[partner],
        due_on=clock.today() + timedelta(days=days), owner_id=owner,
    )  # fmt: skip


def acts(world: World, action: Any, *, who: str = "navigator_a", **arguments: Any) -> Any:
    return does(world, action, who=who, **arguments)


def code_of(thing: str) -> str:
    use_scope(EVERYTHING)
    return session().scalars(select(Task.code).where(Task.thing == thing).order_by(Task.id.desc())).first() or ""


def listed(owner_id: int | None = None) -> list[str]:
    session().rollback()
    use_scope(EVERYTHING)
    return [row.task.thing for row in list_tasks(owner_id=owner_id)]


def test_tasks_are_opened_once_and_stand_by_their_day(world: World) -> None:
    late, soon = new_task(world, "LATE", days=-2), new_task(world, "SOON", mine=False)
    assert acts(world, open_tasks, tasks=[soon, late, soon]) == 2
    assert acts(world, open_tasks, tasks=[soon, late]) == 0
    assert listed() == ["LATE", "SOON"]
    assert listed(world.users["navigator_a"]) == ["LATE", "SOON"]  # what is nobody's is everybody's
    assert listed(world.users["partner_lead_a"]) == ["SOON"]
    with write_transaction():  # the caseload is handed over
        session().get_one(Household, late.household_id).navigator_id = world.users["partner_lead_a"]
        record("caseload.handed_over", by=world.actor("partner_lead_a"))
    assert listed(world.users["partner_lead_a"]) == ["LATE", "SOON"]
    assert count_tasks(clock.today(), owner_id=world.users["partner_lead_a"]) == (2, 1)
    with pytest.raises(ValueError, match="unknown kind"):
        acts(world, open_tasks, tasks=[replace(soon, kind="party")])


def test_done_is_done_once_and_can_come_back(world: World) -> None:
    task = new_task(world, "T")
    acts(world, open_tasks, tasks=[task])
    code = code_of("T")
    acts(world, finish_task, code=code)
    assert listed() == []
    with pytest.raises(Conflict, match="done already"):
        acts(world, finish_task, code=code)
    acts(world, reopen_task, code=code)
    with pytest.raises(Conflict, match="on the list already"):
        acts(world, reopen_task, code=code)
    acts(world, finish_task, code=code)
    assert acts(world, open_tasks, tasks=[task]) == 0  # done for this day
    assert acts(world, open_tasks, tasks=[replace(task, due_on=task.due_on + timedelta(days=9))]) == 1
    with pytest.raises(Conflict, match="on the list already"):  # a new one stands in its place
        acts(world, reopen_task, code=code)
    assert listed() == ["T"]


def test_what_is_over_is_closed_for_good(world: World) -> None:
    acts(world, open_tasks, tasks=[new_task(world, "T"), new_task(world, "U")])
    assert acts(world, close_tasks_about, kind="cliff", things=["T", "NONE"]) == 1
    assert listed() == ["U"]
    with pytest.raises(Conflict, match="cannot come back"):
        acts(world, reopen_task, code=code_of("T"))


def test_others_cannot_touch_them(world: World) -> None:
    acts(world, open_tasks, tasks=[new_task(world, "T")])
    code = code_of("T")
    with pytest.raises(NotFound):
        acts(world, finish_task, code=code, who="navigator_b")
    with pytest.raises(NotAllowed):
        acts(world, finish_task, code=code, who="program_manager")
    with pytest.raises(NotFound):
        acts(world, open_tasks, tasks=[new_task(world, "OURS")], who="navigator_b")


def test_pages(client: FlaskClient, world: World) -> None:
    navigator = signed_in(client, world, "navigator_a")
    empty = navigator.get("/tasks")
    check_page(empty)
    assert "Nothing is to be done" in page_text(empty)
    acts(world, open_tasks, tasks=[new_task(world, "LATE", days=-2), new_task(world, "SOON")])
    page = navigator.get("/tasks")
    check_page(page)
    assert "Overdue" in page_text(page)
    done = post_form(navigator, f"/tasks/{code_of('LATE')}/finish", page="/tasks")
    assert done.status_code == 303
    after = navigator.get(done.location)
    check_page(after)
    text = page_text(after)
    assert "Family LATE" in text
    assert "Put it back" in text
    back = post_form(navigator, f"/tasks/{code_of('LATE')}/reopen", page=done.location)
    assert back.status_code == 303
    assert "Overdue" in page_text(navigator.get("/tasks?show=all"))
