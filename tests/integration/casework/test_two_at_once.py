"""Two people at one household: the second is told what differs now, and nothing of what was typed is lost."""

import pytest
from flask.testing import FlaskClient

from digital_inclusion.casework.queries.corrections import list_homes
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from tests.factories.served import confirm, row_of, serve
from tests.factories.world import World, sign_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form

HOME = {"home": "fixed", "city": "San José", "zip_code": "95112", "district": "7"}


class Case:
    """A served household, and the browser of somebody who works on it."""

    def __init__(self, client: FlaskClient, world: World) -> None:
        self.made = serve(world)
        confirm(world, *self.made.delivery_facts)
        self.line = self.made.delivery_facts[1]
        self.client = sign_in(client, world.users["navigator_a"])

    def url(self, page: str) -> str:
        """Return the address of a page about the household."""
        return f"/households/{self.made.code}/{page}"

    def saves(self, page: str, data: dict[str, str]) -> None:
        """Look at the effect and save, as the faster of two does."""
        url = self.url(page)
        looked = post_form(self.client, url, data)
        assert looked.status_code == 200, page_text(looked)
        assert self.client.post(url, data=hidden_fields(looked, url) | data).status_code == 303

    def lines(self) -> list[tuple[str, str | None]]:
        """Return the addresses on record: since when, and the street."""
        session().rollback()
        use_scope(EVERYTHING)
        return [(home.from_on.isoformat(), home.line) for home in list_homes(self.made.id)]


@pytest.fixture
def case(client: FlaskClient, world: World) -> Case:
    return Case(client, world)


def test_second_of_two_moves_sees_the_first_and_keeps_what_was_typed(case: Case) -> None:
    url = case.url("move")
    opened = hidden_fields(case.client.get(url), url)
    case.saves("move", HOME | {"line": "7 Fast St", "from_on": "2026-06-01"})
    mine = HOME | {"line": "8 Slow St", "unit": "4", "from_on": "2026-06-03"}
    late = case.client.post(url, data=opened | mine)
    assert late.status_code == 409
    check_page(late)
    body = late.get_data(as_text=True)
    assert "Somebody else changed the address" in body and "7 Fast St" in body and 'value="8 Slow St"' in body
    assert [line for _day, line in case.lines()][1:] == ["7 Fast St"]
    looked = case.client.post(url, data=hidden_fields(late, url) | mine)  # they really moved twice
    assert looked.status_code == 200
    assert case.client.post(url, data=hidden_fields(looked, url) | mine).status_code == 303
    assert case.lines()[1:] == [("2026-06-01", "7 Fast St"), ("2026-06-03", "8 Slow St")]


def test_second_of_two_corrections_corrects_what_the_first_made(case: Case) -> None:
    url = case.url("address")
    opened = hidden_fields(case.client.get(url), url)
    case.saves("address", HOME | {"line": "7 Fast St", "from_on": "2026-01-05"})
    case.saves("move", HOME | {"line": "9 New St", "from_on": "2026-06-01"})  # stands after it, and is not meant
    mine = HOME | {"line": "8 Slow St", "from_on": "2026-01-05"}
    late = case.client.post(url, data=opened | mine)
    assert late.status_code == 409
    check_page(late)
    body = late.get_data(as_text=True)
    assert "7 Fast St" in body and "9 New St" not in body and 'value="8 Slow St"' in body
    looked = case.client.post(url, data=hidden_fields(late, url) | mine)
    assert looked.status_code == 200
    assert case.client.post(url, data=hidden_fields(looked, url) | mine).status_code == 303
    assert case.lines() == [("2026-01-05", "8 Slow St"), ("2026-06-01", "9 New St")]


def test_person_added_meanwhile_is_in_the_second_ones_form(case: Case) -> None:
    url = case.url("edit")
    opened = hidden_fields(case.client.get(url), url)
    head = row_of(case.made).members[0]
    born = head.birth_date
    assert born is not None
    common = {
        "members-0-name": head.name, "members-0-birth_date": f"{born.month} {born.day} {born.year}",
        "head": str(head.id),
    }  # fmt: skip
    first = post_form(case.client, url, common | {"members-1-name": "Added First"})
    assert first.status_code == 303
    mine = common | {"members-1-name": "Added Second", "contact_note": "ring twice", "safe_contact": "text"}
    late = case.client.post(url, data=opened | mine)
    assert late.status_code == 409
    check_page(late)
    body = late.get_data(as_text=True)
    assert 'value="Added First"' in body and 'value="Added Second"' in body and 'value="ring twice"' in body
    assert "Person 2: Name" in page_text(late) and "Text message" in page_text(late)
    again = hidden_fields(late, url) | mine | {"members-2-name": "Added First"}
    assert case.client.post(url, data=again).status_code == 303
    household = row_of(case.made)
    assert [one.name for one in household.members][1:] == ["Added First", "Added Second"]
    assert household.contact_note == "ring twice"


@pytest.mark.parametrize("page", ["void", "correct", "end"])
def test_thing_taken_back_meanwhile_leaves_what_was_typed(case: Case, page: str) -> None:
    url = case.url(f"facts/{case.line}/{page}")
    typed = {
        "void": {"reason": "mistake", "note": "Long typed words"},
        "correct": {
            "provider": "Bay Fiber", "speed": "200/20", "occurred_on": "2026-01-12", "note": "Long typed words",
            "evidence_type": "bill", "evidence_reference": "b", "evidence_seen_by": "Nina",
            "evidence_seen_on": "2026-01-12",
        },
        "end": {"ended_on": "2026-05-01", "reason": "canceled", "note": "Long typed words"},
    }[page]  # fmt: skip
    opened = hidden_fields(case.client.get(url), url)
    case.saves(f"facts/{case.line}/void", {"reason": "mistake"})
    late = case.client.post(url, data=opened | typed)
    assert late.status_code == 409, page_text(late)
    check_page(late)
    assert "Long typed words" in late.get_data(as_text=True)
