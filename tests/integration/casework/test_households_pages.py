"""The list, finding, the household page, handing over: what one may see, and that it was seen."""

from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from digital_inclusion.casework.rules.enrollment import NewMember
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import post
from digital_inclusion.progress.rules.facts import Kind
from tests.factories.households import new_household, new_laptop, new_line
from tests.factories.world import World
from tests.support.casework import enrolled, households, signed_in
from tests.support.pages import check_page, hidden_fields, page_text, parse, post_form, text_of
from tests.support.statements import count_statements, of_the_page


def _events(name: str) -> list[AuditEvent]:
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(AuditEvent).where(AuditEvent.name == name).order_by(AuditEvent.id)))


def _find(client: FlaskClient, words: str) -> str:
    sent = post_form(client, "/households/find", {"words": words})
    assert sent.status_code == 303 and words not in unquote(sent.location) and "?" not in sent.location
    answer = client.get(sent.location)
    check_page(answer)
    return page_text(answer)


@pytest.mark.parametrize(
    "words",
    ["nguyen", "VĂN ngu", "an van nguy", "hoa", "4085550123", "(408) 555-0123", "555-0123", "Nguyễn Văn Ân", "nguyenn"],
)
def test_find_is_tolerant(client: FlaskClient, world: World, words: str) -> None:
    members = [NewMember("Nguyễn Văn An", date(1980, 1, 1), is_head=True), NewMember("Lê Thị Hoa")]
    enrolled(world, new_household(members=members))
    enrolled(world, new_household("Maria Lopez", phone_e164="+16505550000"))
    signed_in(client, world, "navigator_a")
    found = _find(client, words)
    assert "Nguyễn Văn An" in found and "Lopez" not in found


def test_find_by_code_and_in_chinese(client: FlaskClient, world: World) -> None:
    one = enrolled(world, new_household("张伟明"))
    signed_in(client, world, "navigator_a")
    assert "张伟明" in _find(client, one.code.replace("-", "").lower())
    assert "张伟明" in _find(client, "张")
    assert "张伟明" in _find(client, "伟明")
    assert "No household fits" in _find(client, "Wong")


def test_find_sees_own_households_only_and_is_audited_by_count(client: FlaskClient, world: World) -> None:
    enrolled(world, new_household("Rosa Delgado"), partner="b")
    signed_in(client, world, "navigator_a")
    assert "No household fits" in _find(client, "Rosa")
    signed_in(client, world, "program_manager")
    assert "Partner B" in _find(client, "Rosa")
    events = _events("household.searched")
    assert [event.details for event in events] == [{"found": 0}, {"found": 1}]


def test_find_can_be_gone_back_to_for_an_hour_by_its_author_alone(client: FlaskClient, world: World) -> None:
    enrolled(world, new_household("Rosa Delgado"))
    signed_in(client, world, "navigator_a")
    place = post_form(client, "/households/find", {"words": "delgado"}).location
    for _time in range(2):
        assert "Rosa Delgado" in page_text(client.get(place))
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        over = signed_in(client, world, "navigator_a").get(place)
        check_page(over)
        assert over.status_code == 404
        assert "This search is over" in page_text(over) and "Rosa" not in page_text(over)
    signed_in(client, world, "partner_lead_a")
    other = client.get(place)
    assert other.status_code == 404 and "delgado" not in other.get_data(as_text=True)


def test_find_tells_exact_matches_from_similar_ones(client: FlaskClient, world: World) -> None:
    for name, phone in (("Rosa Delgado", "+14085550101"), ("Rosalia Delgado", "+14085550102")):
        enrolled(world, new_household(name, phone_e164=phone))
    signed_in(client, world, "navigator_a")
    both = _find(client, "rosa delgado")
    assert both.index("Exact matches 1") < both.index("Rosa Delgado") < both.index("Similar matches 1")
    assert both.index("Similar matches 1") < both.index("Rosalia Delgado")
    assert "Exact" not in _find(client, "delgad") and "Similar" not in _find(client, "Delgado")
    assert "Exact matches 1" in _find(client, "(408) 555-0102") and "Similar matches 2" in _find(client, "408 555 01")


def test_household_of_another_partner_is_not_found(client: FlaskClient, world: World) -> None:
    other = enrolled(world, new_household(), partner="b")
    signed_in(client, world, "navigator_a")
    for page in ("", "/next"):
        assert client.get(f"/households/{other.code}{page}").status_code == 404
    assert _events("household.viewed") == []


def test_household_shows_where_it_stands_and_is_audited(client: FlaskClient, world: World) -> None:
    one = enrolled(world, new_household(grant_id=world.grants["a"], deliveries=[new_laptop(unit="S1"), new_line()]))
    signed_in(client, world, "navigator_a")
    client.get(f"/households/{one.code}")
    with count_statements() as sent:
        shown = client.get(f"/households/{one.code}")
    assert len(of_the_page(sent)) <= 15, sent
    check_page(shown)
    text = page_text(shown)
    assert "waits to be checked by the city" in text and "Laptop (new)" in text and "Bay Fiber" in text
    assert "200 E Santa Clara St" in text and "Grant A" in text
    viewed = _events("household.viewed")[-1]
    assert (viewed.subject_id, viewed.user_id, viewed.details) == (one.id, world.users["navigator_a"], {})


def test_household_says_what_another_partner_did_without_saying_who(client: FlaskClient, world: World) -> None:
    own = enrolled(world, new_household(deliveries=[new_laptop()]))
    other = enrolled(world, new_household(deliveries=[new_line()]), partner="b")
    by = world.actor("program_manager")
    with write_transaction():
        link = NewFact(
            kind=Kind.LINK,
            record_id=own.id,
            partner_id=world.partners["city"],
            occurred_on=date(2026, 3, 1),
            values={"other_record_id": other.id},
        )
        post([link], cause="records.linked", by=by)
        record("records.linked", by=by)
    signed_in(client, world, "navigator_a")
    with count_statements() as sent:
        text = page_text(client.get(f"/households/{own.code}"))
    assert len(of_the_page(sent)) <= 15, sent
    assert "done by another partner, Jan 12, 2026" in text
    assert "Internet line: done" not in text and "Bay Fiber" not in text and "Partner B" not in text


def test_list_households_by_caseload_status_and_page(client: FlaskClient, world: World) -> None:
    for number in range(53):
        enrolled(world, new_household(f"Person {number:02}", phone_e164=None))
    pending = enrolled(world, new_household("Zoe Pending", deliveries=[new_laptop(), new_line()]))
    enrolled(world, new_household("Other Partner"), partner="b")
    signed_in(client, world, "navigator_a")
    client.get("/households")
    with count_statements() as sent:
        first = client.get("/households?sort=name")
    assert len(of_the_page(sent)) <= 15, sent
    check_page(first)
    text = page_text(first)
    assert "Households 54" in text and "Person 00" in text and "Person 49" in text and "Person 50" not in text
    after = next(one.id for one in households() if one.head_name == "Person 49")
    second = page_text(client.get(f"/households?sort=name&after={after}"))
    assert "Person 50" in second and "Zoe Pending" in second and "Person 49" not in second
    assert "Other Partner" not in text + second
    back = next(one.id for one in households() if one.head_name == "Person 50")
    assert "Person 49" in page_text(client.get(f"/households?sort=name&before={back}"))
    waiting = page_text(client.get("/households?status=pending"))
    assert pending.code in waiting and "Person 00" not in waiting
    signed_in(client, world, "partner_lead_a")
    assert "No households here" in page_text(client.get("/households?whose=mine"))


def test_list_households_by_day_of_enrollment_and_then_by_record(client: FlaskClient, world: World) -> None:
    days = [date(2026, 1 + number % 3, 5) for number in range(55)]
    codes = [
        enrolled(world, new_household(f"Day {n}", phone_e164=None, enrolled_on=day)).code for n, day in enumerate(days)
    ]
    expected = [code for _day, _number, code in sorted(zip(days, range(55), codes, strict=True))]
    signed_in(client, world, "navigator_a")
    for whose in ("mine", "all"):
        for sort, order in (("enrolled", expected), ("-enrolled", expected[::-1])):
            url = f"/households?whose={whose}&sort={sort}"
            first = client.get(url)
            assert _codes(first) == order[:50]
            key = next(one.id for one in households() if one.code == order[49])
            assert _codes(client.get(f"{url}&after={key}")) == order[50:]
            key = next(one.id for one in households() if one.code == order[50])
            assert _codes(client.get(f"{url}&before={key}")) == order[:50]
    newest = enrolled(world, new_household("Newest", phone_e164=None, enrolled_on=date(2026, 4, 1))).code
    assert _codes(client.get("/households?whose=all"))[0] == newest


def _codes(page: TestResponse) -> list[str]:
    return [text_of(code) for code in parse(page).iter("code")]


def test_hand_over_moves_the_chosen_households_only_to_colleagues(client: FlaskClient, world: World) -> None:
    one, two = enrolled(world, new_household("One")), enrolled(world, new_household("Two"))
    other = enrolled(world, new_household("Other"), partner="b")
    signed_in(client, world, "partner_lead_a")
    hidden = hidden_fields(client.get("/households?whose=all"), "/households/hand-over")

    def hand_over(codes: list[str], to: str) -> int:
        data = {**hidden, "_once": "", "code": codes, "to": str(world.users[to])}
        return client.post("/households/hand-over", data=data).status_code

    assert hand_over([one.code], "navigator_b") == 400
    assert hand_over([one.code, other.code], "partner_lead_a") == 404
    assert hand_over([], "partner_lead_a") == 400
    assert hand_over([one.code], "partner_lead_a") == 303
    holders = {household.code: household.navigator_id for household in households()}
    assert holders[one.code] == world.users["partner_lead_a"]
    assert holders[two.code] == world.users["navigator_a"]
    (event,) = _events("caseload.handed_over")
    assert event.details == {"households": 1, "to": world.users["partner_lead_a"]}


def test_navigator_may_not_hand_over(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    shown = client.get("/households")
    token = hidden_fields(client.get("/households/find"), "/households/find")
    assert "Hand over" not in page_text(shown)
    assert client.post("/households/hand-over", data=token).status_code == 403
