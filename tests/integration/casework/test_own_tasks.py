"""Tasks that people make by hand: made, changed, handed over, finished, coming again, cancelled, erased."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from digital_inclusion.accounts.models import User
from digital_inclusion.agenda.actions.tasks import finish_task, reopen_task
from digital_inclusion.agenda.models import Task
from digital_inclusion.agenda.rules.tasks import REPEATS, OwnTask, next_due
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.actions.tasks import cancel_task, change_task, make_task
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.factories.aftercare import does
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form

WORDS = "Call Rosa 100% <b>back</b>"


def _new(world: World, **changes: Any) -> OwnTask:
    values = {"words": WORDS, "due_on": clock.today(), "owner_id": world.users["navigator_a"]} | changes
    return OwnTask(**values)


def _made(world: World, **changes: Any) -> tuple[int, str]:
    home = serve(world, name="Rosa Delgado", deliveries=())
    does(world, make_task, who="navigator_a", household_id=home.id, new=_new(world, **changes))
    return home.id, _tasks(home.id)[0].code


def _tasks(household_id: int, *, is_open: bool = True) -> list[Task]:
    session().rollback()
    use_scope(EVERYTHING)
    found = select(Task).where(Task.household_id == household_id, Task.done_at.is_(None) == is_open)
    return list(session().scalars(found.order_by(Task.id)))


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-400, 4000), st.sampled_from(sorted(REPEATS)))
def test_next_day_is_the_first_of_its_series_after_today(due_on: date, later: int, repeats: str) -> None:
    today = due_on + timedelta(days=later)
    found = next_due(due_on, repeats, after=today)
    assert found > max(today, due_on) or later < 0
    assert found > due_on
    if repeats == "weekly":
        assert (found - due_on).days % 7 == 0 and (found - max(today, due_on)).days <= 7
    else:
        assert found.day == due_on.day or (found + timedelta(days=1)).day == 1
        assert (found - max(today, due_on)).days <= 31


def test_what_began_on_the_last_of_a_month_comes_on_the_last_again() -> None:
    began = date(2026, 1, 31)
    february = next_due(began, "monthly", after=began)
    assert (february, next_due(began, "monthly", after=february)) == (date(2026, 2, 28), date(2026, 3, 31))


def test_done_early_it_comes_a_month_after_and_not_the_same_month(world: World) -> None:
    far = clock.today() + timedelta(days=20)
    home, code = _made(world, repeats="monthly", due_on=far)
    does(world, finish_task, who="navigator_a", code=code)
    assert [one.due_on for one in _tasks(home)] == [next_due(far, "monthly", after=far)]


def test_finishing_makes_the_next_and_putting_back_takes_it_away(world: World) -> None:
    home, code = _made(world, repeats="weekly")
    does(world, finish_task, who="navigator_a", code=code)
    following = _tasks(home)
    assert [(one.words, one.due_on, one.repeats) for one in following] == [
        (WORDS, clock.today() + timedelta(days=7), "weekly")
    ]
    with pytest.raises(Conflict, match="faster"):
        does(world, finish_task, who="partner_lead_a", code=code)
    assert len(_tasks(home)) == 1
    does(world, reopen_task, who="navigator_a", code=code)
    assert [one.code for one in _tasks(home)] == [code]
    does(world, finish_task, who="navigator_a", code=code)
    assert len(_tasks(home)) == 1
    does(world, cancel_task, who="navigator_a", code=_tasks(home)[0].code)
    assert _tasks(home) == []  # what is cancelled does not come again


def test_changed_and_handed_over_without_words_in_the_audit(world: World) -> None:
    _home, code = _made(world)
    lead = world.users["partner_lead_a"]
    does(world, change_task, who="navigator_a", code=code, new=_new(world, words="Other words", owner_id=lead))
    use_scope(EVERYTHING)
    assert session().scalars(select(Task.owner_id).where(Task.code == code)).one() == lead
    told = session().scalars(select(AuditEvent).where(AuditEvent.name.in_(["task.made", "task.changed"])))
    details = [one.details for one in told.all()]
    assert {"fields": ["owner_id", "words"]} in details and "words" not in str(details).replace("'words'", "")
    does(world, finish_task, who="navigator_a", code=code)
    with pytest.raises(Conflict, match="faster"):
        does(world, change_task, who="navigator_a", code=code, new=_new(world))


def test_what_cannot_be(world: World) -> None:
    home, code = _made(world)
    theirs = serve(world, "b", deliveries=()).id
    wrong = [
        {"words": " "}, {"words": "x" * 201}, {"due_on": clock.today() - timedelta(days=1)}, {"repeats": "daily"},
        {"due_on": date(2200, 1, 1)}, {"owner_id": world.users["navigator_b"]},
    ]  # fmt: skip
    for values in wrong:
        with pytest.raises(Invalid):
            does(world, make_task, who="navigator_a", household_id=home, new=_new(world, **values))
    with pytest.raises(NotFound):
        does(world, make_task, who="navigator_a", household_id=theirs, new=_new(world))
    with pytest.raises(NotFound):
        does(world, change_task, who="navigator_b", code=code, new=_new(world))
    with pytest.raises(NotFound):
        does(world, cancel_task, who="navigator_b", code=code)
    with pytest.raises(NotAllowed):
        does(world, make_task, who="program_manager", household_id=home, new=_new(world))
    assert len(_tasks(home)) == 1


def test_words_are_erased_with_the_household(world: World) -> None:
    home, code = _made(world, repeats="monthly")
    does(world, finish_task, who="navigator_a", code=code)
    does(world, erase_household, who="partner_lead_a", household_id=home, reason="asked")
    assert _tasks(home) == []
    assert {one.words for one in _tasks(home, is_open=False)} == {None}
    with pytest.raises(Conflict, match="erased"):  # it would take new words about them
        does(world, reopen_task, who="navigator_a", code=code)
    with pytest.raises(Conflict):
        does(world, make_task, who="navigator_a", household_id=home, new=_new(world))


def test_of_who_has_left_it_becomes_whoever_comes_first(client: FlaskClient, world: World) -> None:
    lead = world.users["partner_lead_a"]
    home, code = _made(world, owner_id=lead, repeats="weekly")
    signed_in(client, world, "navigator_a")
    session().execute(update(User).where(User.id == lead).values(active=False))
    session().commit()
    page = check_page(client.get(f"/tasks/{code}/change"))
    chosen = [one.get("value") for one in page.iter("option") if "selected" in one.attrib]
    assert chosen == ["0"]  # not the first of the colleagues
    does(world, finish_task, who="navigator_a", code=code)
    (following,) = _tasks(home)
    assert following.owner_id is None


def test_pages(client: FlaskClient, world: World) -> None:
    home = serve(world, name="Rosa Delgado", deliveries=())
    signed_in(client, world, "navigator_a")
    at = f"/households/{home.code}/tasks/new"
    check_page(client.get(at))
    assert at in client.get(f"/households/{home.code}").get_data(as_text=True)
    empty = post_form(client, at, {"words": "", "due_on": clock.today().isoformat()})
    assert empty.status_code == 400
    values = {"words": WORDS, "due_on": clock.today().isoformat(), "owner": "0", "repeats": "weekly"}
    late = post_form(client, at, values | {"due_on": "2020-01-01"})
    assert late.status_code == 400 and "This day is over." in page_text(late)
    assert "Call Rosa 100% &lt;b&gt;back&lt;/b&gt;" in late.get_data(as_text=True)
    assert post_form(client, at, values).status_code == 303
    code = _tasks(home.id)[0].code
    for page in ("/today", "/tasks", f"/tasks/{code}/change"):
        shown = client.get(page)
        check_page(shown)
        assert "<b>back" not in shown.get_data(as_text=True), page
    assert WORDS in page_text(client.get("/today")) and WORDS in page_text(client.get("/tasks"))
    change = f"/tasks/{code}/change"
    assert post_form(client, change, values | {"words": "Visit them"}).status_code == 303
    assert "Visit them" in page_text(client.get("/today"))
    gone = post_form(client, f"/tasks/{code}/cancel", page=change)
    check_page(client.get(gone.location))
    assert "Put it back" in page_text(client.get(gone.location))


def test_says_on_whose_list_it_stands(client: FlaskClient, world: World) -> None:
    home = serve(world, name="Rosa Delgado", deliveries=())
    signed_in(client, world, "navigator_a")
    said = {"navigator_a": "The task is on the list.", "partner_lead_a": "The task is on the list of Partner Lead A."}
    for who, sentence in said.items():
        values = {"words": WORDS, "due_on": clock.today().isoformat(), "owner": str(world.users[who])}
        sent = post_form(client, f"/households/{home.code}/tasks/new", values | {"repeats": "once"})
        assert sent.status_code == 303 and sentence in page_text(client.get(sent.location))
