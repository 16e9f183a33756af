"""The day of a navigator: everything in one list, done in place, put back; another's never."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import literal, select

from digital_inclusion.accounts.models import Team, TeamMember
from digital_inclusion.agenda.actions.tasks import finish_task, open_tasks
from digital_inclusion.agenda.models import Task
from digital_inclusion.agenda.rules.tasks import NewTask
from digital_inclusion.casework.actions.answering import accept_request
from digital_inclusion.casework.actions.drafting import keep_draft
from digital_inclusion.casework.queries.today import MOST, days_left
from digital_inclusion.devices.actions.appointments import book_hand_over
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Consent, Household
from digital_inclusion.progress.actions.verifying import question_evidence
from digital_inclusion.progress.models import Proof
from tests.factories.aftercare import does
from tests.factories.agenda import offers
from tests.factories.devices import is_ready, takes_in
from tests.factories.help import asks, takes
from tests.factories.households import new_laptop, new_line
from tests.factories.requests import asks_for, reserves
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form
from tests.support.statements import count_statements, of_the_page


def _tasks(world: World, household_id: int, *things: str, days: int = 0, partner: str = "a") -> None:
    owner = world.users[f"navigator_{partner}"]
    new = [
        NewTask(
            kind="cliff", thing=thing, household_id=household_id, partner_id=world.partners[partner],
            due_on=clock.today() + timedelta(days=days), owner_id=owner,
        )
        for thing in things
    ]  # fmt: skip
    does(world, open_tasks, who=f"navigator_{partner}", tasks=new)


def _code(thing: str) -> str:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalars(select(Task.code).where(Task.thing == thing)).one()


def _changes(world: World, household_id: int, **values: Any) -> None:
    use_scope(EVERYTHING)
    with write_transaction():
        home = session().get_one(Household, household_id)
        for name, value in values.items():
            setattr(home, name, value)
        record("caseload.handed_over", by=world.actor("partner_lead_a"))


def _books(world: World, name: str) -> str:
    """Reserve a device for a new household that comes for it tomorrow; return the unit's tag."""
    family = serve(world, name=name, deliveries=())
    unit = is_ready(world, takes_in(world, "5CD144XYZ"))
    request = asks_for(world, family.code)
    reserves(world, request, unit)
    slot = offers(world, who="navigator_a", days=1, purpose="hand_over")[0]
    does(world, book_hand_over, who="navigator_a", code=request, slot=slot)
    return unit


def _questioned(world: World, name: str, partner: str) -> None:
    given = serve(world, partner, name=name, deliveries=(new_laptop(),))
    use_scope(EVERYTHING)
    fact = session().scalars(select(Proof.fact_number).where(Proof.record_id == given.id)).one()
    does(world, question_evidence, who="verifier", fact=fact, sentence="Which page?")


def _ends(world: World, household_id: int, days: int) -> None:
    use_scope(EVERYTHING)
    with write_transaction():
        consent = session().scalars(select(Consent).where(Consent.household_id == household_id)).one()
        consent.expires_on = clock.today() + timedelta(days=days)
        record("caseload.handed_over", by=world.actor("partner_lead_a"))


def test_calm_when_empty(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    page = client.get("/today")
    check_page(page)
    assert "Nothing is waiting" in page_text(page)


def test_one_list_of_everything_and_nothing_of_others(client: FlaskClient, world: World) -> None:
    late = serve(world, name="Late Family", deliveries=())
    _tasks(world, late.id, "LATE", days=-2)
    theirs = serve(world, "b", name="Their Family", deliveries=())
    _tasks(world, theirs.id, "THEIRS", partner="b")
    _questioned(world, "Questioned Family", "a")
    _questioned(world, "Questioned Theirs", "b")
    takes(world)
    reference, _pin = asks()
    does(world, keep_draft, who="navigator_a", values={"members-0-name": ["Half Typed"]}, code=None)
    does(world, keep_draft, who="partner_lead_a", values={"members-0-name": ["Lead Typed"]}, code=None)
    unit = _books(world, "Coming Family")
    ending = serve(world, name="Ending Family", deliveries=())
    _ends(world, ending.id, 30)
    asked = serve(world, name="Connected Family", deliveries=(new_line(clock.today() - timedelta(days=95)),),
                  enrolled_on=clock.today() - timedelta(days=99))  # fmt: skip
    assert asked.id
    signed_in(client, world, "navigator_a")
    page = client.get("/today")
    check_page(page)
    text = page_text(page)
    for name in ("Late Family", "Questioned Family", reference, "Half Typed", "Coming Family", "Ending Family"):
        assert name in text, name
    assert "Connected Family" in text
    for name in ("Their Family", "Questioned Theirs", "Lead Typed", "THEIRS"):
        assert name not in text, name
    assert text.index("Late Family") < text.index("Coming Family") < text.index("Ending Family")
    assert f"tag={unit}" in page.get_data(as_text=True)
    _ends(world, ending.id, 31)
    assert "Ending Family" not in page_text(client.get("/today"))


def test_a_request_says_what_is_needed_and_who_asks_once_we_accepted(client: FlaskClient, world: World) -> None:
    takes(world, most_open=9)
    waits, accepted = asks("Not Opened")[0], asks("Now Ours", address="10.1.0.2")[0]
    does(world, accept_request, who="navigator_a", reference=accepted)
    signed_in(client, world, "navigator_a")
    text = page_text(client.get("/today"))
    assert "Computer" in text and waits in text and text.count("Now Ours") > 1  # the request, and what was begun of it
    assert "Not Opened" not in text  # the resident is told when somebody opens it
    assert f'/households/{accepted}"' not in client.get("/today").get_data(as_text=True)


def test_a_draft_is_unfinished_today(client: FlaskClient, world: World) -> None:
    does(world, keep_draft, who="navigator_a", values={"members-0-name": ["Half Typed"]}, code=None)
    signed_in(client, world, "navigator_a")
    page = client.get("/today").get_data(as_text=True)
    assert page.index('id="today"') < page.index("Half Typed") and 'id="later"' not in page


def test_what_is_opened_from_the_list_leads_back_to_it(client: FlaskClient, world: World) -> None:
    home = serve(world, name="Late Family", deliveries=())
    signed_in(client, world, "navigator_a")
    note = f"/households/{home.code}/notes/new?back=/today%3Fwhose%3Dteam"
    page = client.get(note)
    check_page(page)
    assert page.get_data(as_text=True).count('href="/today?whose=team"') == 2  # the way above, and "Cancel"
    values = {"kind": "other", "happened_on": str(clock.today()), "text": "They called."}
    sent = post_form(client, f"/households/{home.code}/notes/new", values, page=note)
    assert (sent.status_code, sent.location) == (303, "/today?whose=team")
    away = post_form(
        client, f"/households/{home.code}/notes/new", values, page=note.replace("=/today", "=//evil.example")
    )
    assert away.location.startswith(f"/households/{home.code}")
    page = f"/households/{home.code}?back=/today"  # whoever logs a call stays at the household, and still finds back
    called = post_form(client, f"/households/{home.code}/calls", {"how": "no_answer"}, page=page)
    assert called.location == page


def test_mine_the_teams_everybodys(client: FlaskClient, world: World) -> None:
    own, teams, leads, free = (
        serve(world, name=f"{who} Family", deliveries=()) for who in ("Own", "Team", "Leads", "Free")
    )
    use_scope(EVERYTHING)
    with write_transaction():
        team = Team(
            partner_id=world.partners["a"], name="North", created_at=clock.now(),
            members=[TeamMember(user_id=world.users["navigator_a"])],
        )  # fmt: skip
        session().add(team)
        record("caseload.handed_over", by=world.actor("partner_lead_a"))
        session().flush()
        team_id = team.id
    lead = world.users["partner_lead_a"]
    for one in (own, teams, leads, free):
        _ends(world, one.id, 3)
    _changes(world, teams.id, navigator_id=lead, team_id=team_id)
    _changes(world, leads.id, navigator_id=lead)
    _changes(world, free.id, navigator_id=None)
    signed_in(client, world, "navigator_a")
    names = ("Own", "Team", "Leads", "Free")

    def seen(whose: str) -> list[str]:
        text = page_text(client.get(f"/today?whose={whose}"))
        return [name for name in names if f"{name} Family" in text]

    assert seen("mine") == ["Own", "Free"]
    assert seen("team") == ["Team"]
    assert seen("all") == ["Own", "Free"]  # for who leads
    assert seen("'--") == ["Own", "Free"]
    signed_in(client, world, "partner_lead_a")
    assert seen("all") == list(names)
    assert seen("team") == ["Team", "Leads", "Free"]  # who is in no team has no such view: mine


def test_done_in_the_list_and_put_back(client: FlaskClient, world: World) -> None:
    home = serve(world, name="Late Family", deliveries=())
    _tasks(world, home.id, "LATE", days=-2)
    code = _code("LATE")
    signed_in(client, world, "partner_lead_a")
    at = "/today?whose=all"
    done = post_form(client, f"/tasks/{code}/finish", page=at)
    assert done.status_code == 303 and done.location.startswith("/today") and "whose=all" in done.location
    after = client.get(done.location)
    check_page(after)
    assert "Put it back" in page_text(after) and "1 thing done today" in page_text(after)
    later = client.get(at)
    assert "1 thing done today" in page_text(later)  # the list of the day keeps it
    back = post_form(client, f"/tasks/{code}/reopen", page=at)
    assert back.status_code == 303 and back.location.startswith("/today")
    text = page_text(client.get(at))
    assert "It is on the list again." in text and "done today" not in text


def test_who_comes_second_is_told_kindly(client: FlaskClient, world: World) -> None:
    home = serve(world, name="Late Family", deliveries=())
    _tasks(world, home.id, "LATE")
    code = _code("LATE")
    signed_in(client, world, "partner_lead_a")
    shown = client.get("/today?whose=all")
    assert "Late Family" in page_text(shown)
    fields = hidden_fields(shown, f"/tasks/{code}/finish")
    does(world, finish_task, who="navigator_a", code=code)
    sent = client.post(f"/tasks/{code}/finish", data=fields)
    assert sent.status_code == 303 and "whose=all" in sent.location
    assert "Somebody was faster." in page_text(client.get(sent.location))
    use_scope(EVERYTHING)
    assert session().scalars(select(Task.done_by).where(Task.code == code)).one() == world.users["navigator_a"]


def test_five_hundred_things_cost_fifteen_statements(client: FlaskClient, world: World) -> None:
    homes = [serve(world, name=f"Family {number}", deliveries=()) for number in range(3)]
    for place, home in enumerate(homes):
        _tasks(world, home.id, *(f"T{place}-{number}" for number in range(170)), days=place)
    takes(world, most_open=100)
    for number in range(3):
        asks(f"Asker {number}", address=f"10.1.0.{number}")
    for _number in range(MOST + 5):
        does(world, keep_draft, who="navigator_a", values={"members-0-name": ["Half Typed"]}, code=None)
    signed_in(client, world, "navigator_a")
    client.get("/today")
    with count_statements() as sent:
        page = client.get("/today")
    assert len(of_the_page(sent)) <= 15, "\n".join(one[:90] for one in sent)
    text = page_text(page)
    assert "568 things to do. Nothing is overdue." in text
    assert "To do: all 510 of them" in text and "Unfinished enrollment: all 55 of them" in text
    assert page.get_data(as_text=True).count("?draft=") == MOST


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("verifier", 403), ("technician_a", 403)])
def test_only_who_works_with_households(client: FlaskClient, world: World, who: str, status: int) -> None:
    signed_in(client, world, who)
    assert client.get("/today").status_code == status


def test_questions_with_few_days_left_come_first_whatever_their_term(app: Flask) -> None:
    firsts = [date(2026, 1, 1), date(2026, 4, 1)]
    days = [date(2026, 1, 1), date(2026, 4, 1), date(2026, 4, 7), date(2026, 1, 8), date(2026, 3, 1)]
    with app.app_context():
        use_scope(EVERYTHING)
        assert [session().scalar(select(days_left(literal(day), firsts))) for day in days] == [0, 0, 6, 7, 7]
