"""The pages of corrections: every effect is shown before it happens, and nothing happens before it is confirmed."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.households.models import Household
from digital_inclusion.progress.models import FactRow, PostingRow
from tests.factories.households import new_laptop, new_line
from tests.factories.served import confirm, row_of, serve
from tests.factories.world import World, sign_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form


class Case:
    """A connected household with the number of its line."""

    def __init__(self, world: World) -> None:
        made = serve(world)
        confirm(world, *made.delivery_facts)
        self.made, self.code, self.line = made, made.code, made.delivery_facts[1]

    def url(self, page: str) -> str:
        """Return the address of a page about the household."""
        return f"/households/{self.code}/{page}"


@pytest.fixture
def case(world: World) -> Case:
    return Case(world)


@pytest.fixture
def navigator(client: FlaskClient, case: Case, world: World) -> FlaskClient:
    return sign_in(client, world.users["navigator_a"])


def _counts() -> tuple[int, int]:
    use_scope(EVERYTHING)
    postings = session().scalar(select(func.count()).select_from(PostingRow)) or 0
    written = select(func.count()).select_from(AuditEvent).where(AuditEvent.name != "household.viewed")
    return postings, session().scalar(written) or 0


def _walk(client: FlaskClient, url: str, data: dict[str, str], *, shows: str, changes: int = 1) -> TestResponse:
    """Send the form once, check that the effect is shown and nothing written; send it again as shown."""
    check_page(client.get(url))
    before = _counts()
    looked = post_form(client, url, data)
    assert looked.status_code == 200, page_text(looked)
    check_page(looked)
    assert shows in page_text(looked)
    assert _counts() == before
    done = client.post(url, data=hidden_fields(looked, url) | data)
    assert done.status_code == 303, page_text(done)
    assert _counts()[1] == before[1] + changes
    return done


def test_void_delivery_shows_the_count_before_and_after(navigator: FlaskClient, case: Case) -> None:
    url = case.url(f"facts/{case.line}/void")
    _walk(navigator, url, {"reason": "mistake"}, shows="Connected households, verified from 1 to 0 −1")
    assert navigator.get(url).status_code == 200
    again = post_form(navigator, url, {"reason": "mistake"})
    assert again.status_code == 409


def test_void_delivery_changed_after_the_look_is_shown_once_more(navigator: FlaskClient, case: Case) -> None:
    url = case.url(f"facts/{case.line}/void")
    looked = post_form(navigator, url, {"reason": "mistake"})
    other = navigator.post(url, data=hidden_fields(looked, url) | {"reason": "twice"})
    assert other.status_code == 200 and "Nothing is recorded yet" in page_text(other)


def test_void_delivery_sent_twice_happens_once(navigator: FlaskClient, case: Case) -> None:
    url = case.url(f"facts/{case.line}/void")
    looked = post_form(navigator, url, {"reason": "mistake"})
    data = hidden_fields(looked, url) | {"reason": "mistake"}
    first, second = (navigator.post(url, data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303 and first.location == second.location
    use_scope(EVERYTHING)
    assert session().scalar(select(func.count()).select_from(FactRow).where(FactRow.kind == "void")) == 1


def test_correct_delivery_begins_with_what_is_on_record(navigator: FlaskClient, case: Case) -> None:
    url = case.url(f"facts/{case.line}/correct")
    shown = navigator.get(url).get_data(as_text=True)
    assert 'value="100/20"' in shown and 'value="2026-01-12"' in shown
    data = {"provider": "Bay Fiber", "speed": "50/10", "occurred_on": "2026-01-12"}
    _walk(navigator, url, data, shows="Connected households, verified from 1 to 0 −1")


def test_correct_delivery_of_the_device(navigator: FlaskClient, case: Case) -> None:
    device = case.made.delivery_facts[0]
    url = case.url(f"facts/{device}/correct")
    data = {"device_kind": "laptop", "source": "new", "unit": "New 1", "occurred_on": "2026-01-10"}
    _walk(navigator, url, data, shows="No count changes")


@pytest.mark.parametrize(
    ("page", "data", "shows"),
    [
        ("left", {"reason": "left_city", "ended_on": "2026-05-01"}, "Connected households, current from 1 to 0 −1"),
        (
            "move",
            {"home": "fixed", "line": "5 New St", "zip_code": "95112", "from_on": "2026-05-01"},
            "No count changes",
        ),
        (
            "address",
            {"home": "no_fixed", "description": "Shelter", "in_city": "no", "from_on": "2026-01-05"},
            "Connected households, verified from 1 to 0 −1",
        ),
        ("consent/withdraw", {"purposes": "service"}, "No count changes"),
    ],
)
def test_other_corrections(navigator: FlaskClient, case: Case, page: str, data: dict[str, str], shows: str) -> None:
    _walk(navigator, case.url(page), data, shows=shows)


def test_correct_address_of_a_former_home(navigator: FlaskClient, case: Case) -> None:
    move = {"home": "fixed", "line": "5 New St", "zip_code": "95112", "district": "7", "from_on": "2026-05-01"}
    _walk(navigator, case.url("move"), move, shows="No count changes")
    use_scope(EVERYTHING)
    first = min(row_of(case.made).addresses, key=lambda home: home.from_on).fact_number
    start = navigator.get(case.url("correct")).get_data(as_text=True)
    assert f"/address?home={first}" in start
    page = navigator.get(case.url(f"address?home={first}"))
    check_page(page)
    data = hidden_fields(page, case.url("address")) | {"home": "no_fixed", "in_city": "no", "from_on": "2026-01-05"}
    looked = navigator.post(case.url("address"), data=data | {"description": "Shelter"})
    assert "Connected households, verified from 1 to 0 −1" in page_text(looked)
    across = navigator.post(case.url("address"), data=data | {"description": "Shelter", "from_on": "2026-05-01"})
    assert across.status_code == 400 and "They had moved on by this day" in page_text(across)
    assert 'value="2026-05-01"' in across.get_data(as_text=True)


def test_add_proof_leads_from_the_household_to_the_verifier(client: FlaskClient, world: World) -> None:
    made = serve(world, deliveries=[new_laptop(evidence=None), new_line()])
    device, _line = made.delivery_facts
    sign_in(client, world.users["navigator_a"])
    page, url = f"/households/{made.code}", f"/households/{made.code}/facts/{device}/proof"
    shown = client.get(page)
    text = page_text(shown)
    assert "No proof yet Entered, but nothing proves it yet." in text and url in shown.get_data(as_text=True)
    assert "The laptop is entered, but nothing proves it yet." in text and "waits to be checked" not in text
    nothing = post_form(client, url, {"evidence_type": "", "evidence_seen_on": "2026-01-10"})
    assert nothing.status_code == 400 and "Please choose what proves it." in page_text(nothing)
    proof = {"evidence_type": "signed_hand_over", "evidence_reference": "R-1", "evidence_seen_on": "2026-01-10"}
    assert _walk(client, url, proof, shows="No count changes").location == page
    after = page_text(client.get(page))
    assert "A verifier looks at it next." in after and "The proof of the laptop waits to be checked" in after
    assert "Laptop (new), taken back" not in after and "Replaced by a corrected entry" in after
    assert "Devices, lines and training 2" in after  # what was replaced is not counted
    assert post_form(client, f"{page}/facts/{_fact('device')}/proof", proof).status_code == 409


def _fact(item: str) -> int:
    use_scope(EVERYTHING)
    found = session().scalar(select(func.max(FactRow.number)).where(FactRow.item == item, FactRow.kind == "delivery"))
    assert found is not None
    return int(found)


def test_end_delivery(navigator: FlaskClient, case: Case) -> None:
    data = {"reason": "canceled", "ended_on": "2026-05-01"}
    shows = "Connected households, current from 1 to 0 −1"
    _walk(navigator, case.url(f"facts/{case.line}/end"), data, shows=shows)


def test_close_enrollment(navigator: FlaskClient, case: Case) -> None:
    enrollment = row_of(case.made).enrollments[0].id
    data = {"enrollment": str(enrollment), "reason": "served", "closed_on": "2026-05-01"}
    _walk(navigator, case.url("close"), data, shows="No count changes")


def test_erase_household(client: FlaskClient, case: Case, world: World) -> None:
    sign_in(client, world.users["partner_lead_a"])
    _walk(client, case.url("erase"), {"reason": "asked", "certain": "y"}, shows="No count changes")
    assert "Delgado" not in client.get(f"/households/{case.code}").get_data(as_text=True)
    assert client.get(case.url("devices/new")).status_code == 409
    assert client.get(case.url("correct")).status_code == 200


def test_correct_start_lists_what_can_be_corrected(navigator: FlaskClient, case: Case) -> None:
    shown = navigator.get(case.url("correct"))
    check_page(shown)
    assert case.url(f"facts/{case.line}/void") in shown.get_data(as_text=True)


def _edit_data(household: Household, **changes: str) -> dict[str, str]:
    head = household.members[0]
    born = head.birth_date or date.min
    return {
        "members-0-name": head.name,
        "members-0-birth_date": f"{born.month} {born.day} {born.year}",
        "members-1-name": "",
        "head": str(head.id),
        "phone": household.phone or "",
    } | changes


def test_correct_household_second_editor_sees_and_loses_nothing(
    navigator: FlaskClient, case: Case, world: World
) -> None:
    url = case.url("edit")
    check_page(navigator.get(url))
    hidden = hidden_fields(navigator.get(url), url)
    household = row_of(case.made)
    mine = _edit_data(household, email="mine@example.org", **{"members-1-name": "New Child"})
    theirs = _edit_data(household, email="theirs@example.org")
    assert post_form(navigator, url, theirs).status_code == 303
    late = navigator.post(url, data=hidden | mine)
    assert late.status_code == 409
    check_page(late)
    text = late.get_data(as_text=True)
    assert "theirs@example.org" in text and 'value="mine@example.org"' in text and "New Child" in text
    saved = navigator.post(url, data=hidden_fields(late, url) | mine)
    assert saved.status_code == 303
    household = row_of(case.made)
    assert household.email == "mine@example.org" and [one.name for one in household.members][1] == "New Child"


def test_correct_household_shows_every_mistake(navigator: FlaskClient, case: Case) -> None:
    url = case.url("edit")
    data = _edit_data(row_of(case.made), phone="call me", **{"members-0-name": ""})
    wrong = post_form(navigator, url, data)
    assert wrong.status_code == 400
    assert "Write a name" in page_text(wrong) and "area code" in page_text(wrong)
    assert 'value="call me"' in wrong.get_data(as_text=True)


PAGES = ["correct", "edit", "left", "move", "address", "consent/withdraw", "close", "erase"]


@pytest.mark.parametrize(
    "page", [*PAGES, "facts/{line}/void", "facts/{line}/end", "facts/{line}/correct", "facts/{line}/proof"]
)
def test_corrections_are_closed_to_others(client: FlaskClient, case: Case, world: World, page: str) -> None:
    url = case.url(page.format(line=case.line))
    assert sign_in(client, world.users["partner_lead_b"]).get(url).status_code == 404
    assert sign_in(client, world.users["auditor"]).get(url).status_code == 403
    assert sign_in(client, world.users["partner_lead_a"]).get(url).status_code == 200


def test_every_correction_page_asks_few_questions(client: FlaskClient, case: Case, world: World) -> None:
    from sqlalchemy import event

    from digital_inclusion.foundation.database import db

    sign_in(client, world.users["partner_lead_a"])
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _k, statement, *_r: asked.append(statement))
    for page in [*PAGES, f"facts/{case.line}/void", "devices/new", "lines/new", "training/new", "checks/new"]:
        asked.clear()
        assert client.get(case.url(page)).status_code == 200
        selects = [statement for statement in asked if statement.startswith("SELECT") and "set_config" not in statement]
        assert len(selects) <= 15, (page, len(selects), selects)
