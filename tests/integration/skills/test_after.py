"""After the class: the certificate in four languages, and who is to be asked whether the skills are still used."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.changing import withdraw_consent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from digital_inclusion.progress.models import FactRow
from digital_inclusion.skills.models import ClassPlace
from digital_inclusion.skills.queries.sustaining import count_to_ask, list_to_ask
from tests.factories.aftercare import does
from tests.factories.classes import family, joins, notes, plans
from tests.factories.served import confirm
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form

LONG_AGO = -24 * 95  # hours: 95 days


def skilled(world: World, *, hours: int = LONG_AGO, name: str = "Ana Ruiz", partner: str = "a") -> tuple[str, int]:
    """Let somebody reach eight hours in one long day, confirmed; return the household's code and the place's id."""
    who = f"navigator_{partner}"
    course, (lesson,) = plans(world, who=who, hours=hours, minutes=480, title=f"Class of {name}", language="es")
    code, (member,) = family(world, name, partner=partner, phone_e164=None)
    place = joins(world, course, code, who=who).place
    notes(world, lesson, {member: 480}, who=who)
    facts = session().scalars(select(FactRow.number).where(FactRow.member_id == member, FactRow.kind == "delivery"))
    confirm(world, *facts.all())
    return code, place.id


def to_ask(partner: str | None = None) -> list[str]:
    session().rollback()
    use_scope(EVERYTHING)
    rows = list_to_ask(clock.today(), 90)
    assert count_to_ask(clock.today(), 90) == len(rows)
    return [row.household.code for row in rows]


def test_certificate_tells_hours_and_days_in_four_languages(client: FlaskClient, world: World) -> None:
    _code, place = skilled(world, name="Mai <b>Nguyễn</b>")
    signed_in(client, world, "navigator_a")
    page = client.get(f"/skills/places/{place}/certificate")
    tree = check_page(page)
    assert tree.find(".").get("lang") == "es"  # the class's own
    assert "Mai &lt;b&gt;Nguyễn" in page.text
    for language in ("en", "es", "vi", "zh"):
        check_page(client.get(f"/skills/places/{place}/certificate?language={language}"))
        paper = client.get(f"/skills/places/{place}/certificate.pdf?language={language}")
        assert paper.content_type == "application/pdf" and paper.data.startswith(b"%PDF")
    english = page_text(client.get(f"/skills/places/{place}/certificate?language=en"))
    assert "took part in the class" in english and "Hours 8" in english and "1 of 1" in english
    assert check_page(client.get(f"/skills/places/{place}/certificate?language=xx")).get("lang") == "es"


def test_certificate_needs_a_session_and_is_our_own(client: FlaskClient, world: World) -> None:
    course, _sessions = plans(world)
    place = joins(world, course, family(world, "Ana Ruiz")[0]).place.id
    signed_in(client, world, "navigator_a")
    refused = client.get(f"/skills/places/{place}/certificate")
    assert refused.status_code == 409 and "has not come to a session" in page_text(refused)
    assert "Certificate" not in page_text(client.get(f"/skills/classes/{course}"))
    signed_in(client, world, "navigator_b")
    assert client.get(f"/skills/places/{place}/certificate").status_code == 404
    assert client.get(f"/skills/places/{place}/certificate.pdf").status_code == 404


def test_class_page_links_to_certificates(client: FlaskClient, world: World) -> None:
    _code, place = skilled(world)
    signed_in(client, world, "navigator_a")
    use_scope(EVERYTHING)
    course = session().get_one(ClassPlace, place).course.code
    assert f"/skills/places/{place}/certificate" in client.get(f"/skills/classes/{course}").text


def test_who_is_to_be_asked(world: World) -> None:
    code, _place = skilled(world)
    skilled(world, hours=-24 * 30, name="Too Early")
    unasked, _place = skilled(world, name="Never Asked")
    household = session().scalars(select(Household.id).where(Household.code == unasked)).one()
    does(world, withdraw_consent, who="navigator_a", household_id=household, purposes=["follow_up"])
    assert to_ask() == [code]
    with clock.frozen(clock.now() - timedelta(days=10)):
        assert to_ask() == []


@pytest.mark.parametrize(("answer", "later"), [("yes", []), ("no", ["asked again"])])
def test_answer_is_recorded_from_the_list(client: FlaskClient, world: World, answer: str, later: list[str]) -> None:
    code, _place = skilled(world)
    signed_in(client, world, "navigator_a")
    page = client.get("/skills/still-used")
    check_page(page)
    assert "Ana Ruiz" in page_text(page) and f"/households/{code}/checks/new?about=skills" in page.text
    check = client.get(f"/households/{code}/checks/new?about=skills")
    chosen = [box.get("value") for box in check_page(check).iter("input") if "checked" in box.attrib]
    assert chosen == ["skills"]
    sent = post_form(
        client, f"/households/{code}/checks/new",
        {"about": "skills", "answer": answer, "occurred_on": clock.today().isoformat()},
        page=f"/households/{code}/checks/new?about=skills",
    )  # fmt: skip
    assert sent.status_code == 303 and to_ask() == []
    empty = client.get("/skills/still-used")
    check_page(empty)
    assert "Nobody is to be asked today" in page_text(empty)
    with clock.frozen(clock.now() + timedelta(days=91)):
        assert to_ask() == ([code] if later else [])


def test_answer_that_came_too_early_is_asked_for_again(client: FlaskClient, world: World) -> None:
    code, _place = skilled(world)
    signed_in(client, world, "navigator_a")
    early = (clock.today() - timedelta(days=20)).isoformat()
    sent = post_form(
        client, f"/households/{code}/checks/new", {"about": "skills", "answer": "yes", "occurred_on": early}
    )
    assert sent.status_code == 303 and to_ask() == [code]


def test_confirmed_answer_makes_it_sustained(client: FlaskClient, world: World) -> None:
    code, _place = skilled(world)
    signed_in(client, world, "navigator_a")
    day = clock.today().isoformat()
    post_form(client, f"/households/{code}/checks/new", {"about": "skills", "answer": "yes", "occurred_on": day})
    session().rollback()
    use_scope(EVERYTHING)
    check = session().scalars(select(FactRow.number).where(FactRow.kind == "check")).one()
    assert confirm(world, check).effect.of("skills_sustained", "verified") == 1


def test_list_is_ones_own(client: FlaskClient, world: World) -> None:
    skilled(world, name="Bogdana Marin", partner="b")
    signed_in(client, world, "navigator_a")
    assert "Bogdana" not in page_text(client.get("/skills/still-used"))
