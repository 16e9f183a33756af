"""The enrollment sitting: typed once, nothing lost, nobody twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import session
from digital_inclusion.households.models import Consent, HouseholdAddress, Member
from digital_inclusion.matching.models import CandidatePair
from digital_inclusion.progress.models import FactRow
from tests.factories.households import new_household
from tests.factories.world import World, sign_in
from tests.support.casework import ENROLL, enrolled, households, send, signed_in, typed
from tests.support.pages import check_page, hidden_fields, page_text, parse, text_of
from tests.support.statements import count_statements


def test_enroll_a_whole_household(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    check_page(client.get(ENROLL))
    data = typed(
        **{
            "members-1-name": "Sukarno",
            "members-1-birth_date": ["", "", ""],
            "members-2-name": "",
            "grant_id": str(world.grants["a"]),
            "has_device": "laptop",
            "has_device_proof": "seen_at_home",
            "has_line": "y",
            "has_line_down": "100",
            "has_line_up": "20.5",
            "populations": ["aging", "language_barrier"],
            "reference": "X-1",
        }
    )
    answer = send(client, data)
    (household,) = households()
    assert answer.status_code == 303
    assert answer.location == f"/households/{household.code}/next"
    assert household.populations == ["aging", "language_barrier"]
    assert (household.needs_device, household.needs_skills, household.language) == (True, False, "es")
    members = session().scalars(select(Member).order_by(Member.id)).all()
    assert [(m.name, m.birth_date, m.is_head) for m in members] == [
        ("Rosa Delgado", date(1980, 4, 23), True),
        ("Sukarno", None, False),
    ]
    consent = session().scalars(select(Consent)).one()
    assert (consent.text_version, consent.language, consent.way) == ("2026-1", "es", "spoken")
    facts = session().scalars(select(FactRow).order_by(FactRow.number)).all()
    assert [fact.kind for fact in facts] == ["enrolled", "consent", "address", "already_had", "already_had"]
    assert (facts[4].down_kbps, facts[4].up_kbps, facts[3].evidence_type) == (100_000, 20_500, "seen_at_home")
    shown = client.get(answer.location)
    check_page(shown)
    assert household.code in page_text(shown)


def test_every_choice_of_the_form_looks_like_one(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    choices = list(parse(client.get(ENROLL)).iter("select"))
    assert len(choices) >= 5
    assert {"di-input--select" in str(choice.get("class")) for choice in choices} == {True}


def test_enroll_without_fixed_address(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    assert send(client, typed(home="no_fixed", line=None, zip_code=None)).status_code == 400
    answer = send(client, typed(home="no_fixed", description="Near the library", in_city="yes"))
    assert answer.status_code == 303
    assert len(households()) == 1
    address = session().scalars(select(HouseholdAddress)).one()
    assert (address.fixed, address.in_city, address.line, address.zip_code) == (False, True, None, None)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"members-0-name": ""}, "Write a name."),
        ({"members-0-birth_date": ["2", "31", "1980"]}, "Write a date that exists"),
        ({"members-0-birth_date": ["2", "30", "1980"]}, "February 1980 has 29 days"),
        ({"members-0-birth_date": ["13", "4", "1980"]}, "There is no month 13. Write the month first: 04/13/1980."),
        ({"members-0-birth_date": ["13", "40", "1980"]}, "There is no month 13: a year has 12."),
        ({"members-0-birth_date": ["4", "23", "86"]}, "Write the year with four digits, for example 1986."),
        ({"members-0-birth_date": ["4", "", "1980"]}, "Write month, day and year"),
        ({"members-0-birth_date": ["April", "2", "1980"]}, "Write a date that exists"),
        ({"members-0-birth_date": ["1", "1", "2999"]}, "cannot lie in the future"),
        ({"zip_code": "9511"}, "five digits"),
        ({"phone": "call me"}, "not a phone number"),
        ({"email": "a@@b"}, "not an email address"),
        ({"phone": "", "safe_contact": "phone"}, "Write the phone number"),
        ({"consent_purposes": ["follow_up"]}, "Without this consent"),
        ({"consent_way": None}, "Say how they agreed"),
        ({"enrolled_on": "2999-01-01"}, "lies in the future"),
        ({"enrolled_on": "2026-02-31"}, "date that exists"),
        ({"enrolled_on": "3/31/26"}, "Write the year with four digits, for example 2026."),
        ({"enrolled_on": "0000-01-01"}, "date that exists"),
        ({"populations": ["aging", "declined"]}, "not both"),
        ({"has_line": "y"}, "Write the speeds"),
        ({"grant_id": "999"}, "valid choice"),
    ],
)
def test_enroll_says_what_is_wrong_and_keeps_what_was_typed(
    client: FlaskClient, world: World, wrong: dict[str, object], sentence: str
) -> None:
    signed_in(client, world, "navigator_a")
    answer = send(client, typed(contact_note="after six <b>only</b>", **wrong))
    assert answer.status_code == 400
    check_page(answer)
    assert sentence in page_text(answer)
    kept = answer.get_data(as_text=True)
    assert 'value="after six &lt;b&gt;only&lt;/b&gt;"' in kept and 'value="200 E Santa Clara St"' in kept
    assert households() == []


def test_enroll_adds_and_removes_members_without_scripts(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    more = send(client, typed(**{"add_member": "1", "members-1-name": "Sukarno"}))
    assert more.status_code == 200
    assert 'name="members-2-name"' in more.get_data(as_text=True)
    fewer = send(client, typed(**{"remove_member": "members-0", "members-1-name": "Sukarno"}))
    kept = fewer.get_data(as_text=True)
    assert "Rosa Delgado" not in kept and "Sukarno" in kept
    assert households() == []


def test_enroll_sent_twice_lands_where_the_first_led(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    hidden = hidden_fields(client.get(ENROLL), ENROLL)
    first = send(client, typed(), hidden)
    again = send(client, typed(), hidden)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert len(households()) == 1


def test_enroll_warns_of_an_own_like_household_until_ruled_out(client: FlaskClient, world: World) -> None:
    known = enrolled(world, new_household("Rosa  DELGADO"))
    signed_in(client, world, "navigator_a")
    warned = send(client, typed(line="1 Other St"))
    assert warned.status_code == 400
    assert "You may already know this household" in page_text(warned) and known.code in page_text(warned)
    assert len(households()) == 1
    assert send(client, typed(line="1 Other St", not_same=known.code)).status_code == 303
    assert len(households()) == 2


def test_enroll_uses_a_known_household_and_keeps_what_was_typed(client: FlaskClient, world: World) -> None:
    known = enrolled(world, new_household("Rosa Delgado"))
    signed_in(client, world, "navigator_a")
    warned = send(client, typed())
    check_page(warned)
    links = {link.get("href"): text_of(link) for link in parse(warned).iter("a")}
    assert links["#likely"] == "You may already know this household."
    used = next(button.get("value") for button in parse(warned).iter("button") if button.get("name") == "use")
    assert used == known.code
    answer = send(client, typed(use=used, contact_note="after six"))
    assert (answer.status_code, answer.location) == (303, f"/households/{known.code}")
    assert "kept under Drafts" in page_text(client.get(answer.location))
    assert "Rosa Delgado" in page_text(client.get("/drafts"))
    assert len(households()) == 1
    assert send(client, typed(use="nonsense")).status_code == 400


def test_enroll_says_everything_at_once(client: FlaskClient, world: World) -> None:
    enrolled(world, new_household("Rosa Delgado"))
    signed_in(client, world, "navigator_a")
    text = page_text(send(client, typed(zip_code="1", phone="call", consent_way=None)))
    for sentence in ("five digits", "not a phone number", "Say how they agreed", "You may already know this household"):
        assert sentence in text


def test_likely_compares_own_households_only(client: FlaskClient, world: World) -> None:
    own = enrolled(world, new_household("Nguyễn Văn An", phone_e164=None, phone=None))
    enrolled(world, new_household("Nguyen Van An"), partner="b")
    signed_in(client, world, "navigator_a")
    hidden = hidden_fields(client.get(ENROLL), ENROLL)
    data = {
        "csrf_token": hidden["csrf_token"],
        "members-0-name": "nguyen van an",
        "members-0-birth_date": ["4", "23", "1980"],
    }
    shown = client.post(f"{ENROLL}/likely", data=data)
    assert own.code in page_text(shown)
    assert page_text(shown).count("Văn An") == 1
    assert client.post(f"{ENROLL}/likely", data=data | {"members-0-name": "Somebody Else"}).data.strip() == b""


def test_enroll_tells_of_another_partners_match_in_one_sentence(client: FlaskClient, world: World) -> None:
    other = enrolled(world, new_household("Rosa Delgado"), partner="b")
    signed_in(client, world, "navigator_a")
    answer = send(client, typed())
    assert answer.status_code == 303
    shown = page_text(client.get(answer.location))
    assert "possibly known to another organization. The city will look." in shown
    assert other.code not in shown and "Partner B" not in shown
    pair = session().scalars(select(CandidatePair)).one()
    assert (pair.record_a, pair.because) == (other.id, "name_birth_address,name_birth_phone")
    logged = session().scalars(select(AuditEvent).where(AuditEvent.name == "household.possibly_known")).one()
    assert (logged.user_id, logged.details) == (world.users["navigator_a"], {})


def test_enroll_keeps_silent_past_the_daily_cap(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    told = 0
    for number in range(22):
        name, phone = f"{chr(97 + number) * 6} {chr(98 + number) * 7}", f"(408) 555-01{number:02}"
        enrolled(world, new_household(name, phone_e164=f"+140855501{number:02}"), partner="b")
        answer = send(client, typed(**{"members-0-name": name}, phone=phone, line=f"{number} A St"))
        told += "possibly known" in page_text(client.get(answer.location))
    assert told == 20  # imports.possibly_known_per_day
    assert len(session().scalars(select(CandidatePair)).all()) == 22


def test_enroll_by_two_navigators_at_once_warns_the_second(app: Flask, world: World) -> None:
    clients = [sign_in(app.test_client(), world.users[who]) for who in ("navigator_a", "partner_lead_a")]
    forms = [hidden_fields(client.get(ENROLL), ENROLL) for client in clients]

    def send_in_thread(place: int) -> int:
        with app.app_context():
            return send(clients[place], typed(), forms[place]).status_code

    with ThreadPoolExecutor(2) as both:
        statuses = sorted(both.map(send_in_thread, (0, 1)))
    assert statuses == [303, 400]
    assert len(households()) == 1


def test_enroll_takes_naughty_names(client: FlaskClient, world: World, shared: Path) -> None:
    signed_in(client, world, "navigator_a")
    found = json.loads((shared / "data/attack/blns.json").read_text(encoding="utf-8"))
    names = [name for name in found if name.strip()][::9]
    for number, name in enumerate(names):
        data = typed(**{"members-0-name": name}, phone="", safe_contact="", line=f"{number} Main St")
        answer = send(client, data)
        assert answer.status_code in {303, 400}, name
        if answer.status_code == 303:
            assert client.get(answer.location).status_code == 200
    assert len(households()) > len(names) * 0.8


def test_enroll_needs_few_statements(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "navigator_a")
    client.get(ENROLL)
    with count_statements() as sent:
        client.get(ENROLL)
    assert len(sent) <= 15, sent
