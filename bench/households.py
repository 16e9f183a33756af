"""A partner's 50,000 households to measure pages with.

The first thousands are enrolled by the very action that forms and files use, and verified; the rest are copies of
their rows under numbers and codes of their own. The ledger holds the first ones only: list and household pages read
standings, never entries.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.casework.actions.enrolling import EnrolledHousehold, enroll_households
from digital_inclusion.casework.rules.enrollment import NewAddress, NewConsent, NewHousehold, NewMember
from digital_inclusion.foundation.access.identity import system_actor
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel.ids import new_code
from digital_inclusion.households.models import Household
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import post
from digital_inclusion.progress.rules.deliveries import Evidence, NewDelivery
from digital_inclusion.progress.rules.facts import Item, Kind
from tests.factories.world import World, build_world, sign_in

CHUNK = 1000  # enrolled at once, in one posting
ENROLLED = 2 * CHUNK
SECRET = "x" * 40
_FIRST = [
    "Ana",
    "Luis",
    "Linh",
    "Minh",
    "Wei",
    "Priya",
    "Sofia",
    "Diego",
    "Rosa",
    "Juan",
    "Elena",
    "Tuan",
    "Grace",
    "Omar",
    "Fatima",
    "Olga",
    "Nadia",
    "Peter",
]
_LAST = [
    "Garcia",
    "Nguyen",
    "Tran",
    "Lopez",
    "Chen",
    "Singh",
    "Patel",
    "Kim",
    "Smith",
    "Brown",
    "Le",
    "Pham",
    "Torres",
    "Rivera",
    "Diaz",
    "Cruz",
    "Morales",
]
_STREETS = ("Paper Heron Way", "Blue Kite Ave", "Copper Kettle St", "Lantern Hill Rd", "Quiet Harbor Ct")
_ZIPS = ("95110", "95112", "95116", "95122", "95127")


_OF_FACT = {"record_id": f"record_id + n * {ENROLLED}", "fact_number": f"fact_number + n * {100 * ENROLLED}"}
_OF_HOUSEHOLD = {"household_id": f"household_id + n * {ENROLLED}", "fact_number": _OF_FACT["fact_number"]}
_COPIED = {  # table -> column -> its value in the n-th copy; other columns stay, an "id" not named is given anew
    "households": {"id": f"id + n * {ENROLLED}", "code": "new_code()", "reference": "reference || '-' || n"},
    "members": _OF_HOUSEHOLD,
    "household_addresses": _OF_HOUSEHOLD,
    "consents": _OF_HOUSEHOLD,
    "enrollments": _OF_HOUSEHOLD,
    "search_terms": _OF_HOUSEHOLD,
    "facts": {
        "number": f"number + n * {100 * ENROLLED}",
        "record_id": _OF_FACT["record_id"],
        "refers_to": f"refers_to + n * {100 * ENROLLED}",
    },
    "proofs": _OF_FACT,
    "standings": {"record_id": _OF_FACT["record_id"], "identity": f"identity + n * {ENROLLED}"},
}


@dataclass(frozen=True, slots=True)
class Office:
    """A filled installation: where it lies, its people, some codes of its households, and a way in."""

    folder: Path
    app: Flask
    world: World
    codes: list[str]
    newest: list[int]  # ids, the newest first, one in a thousand: where pages of the list begin

    def cookie(self, who: str) -> str:
        """Sign somebody in and return the browser's cookie."""
        with self.app.app_context():
            client = sign_in(self.app.test_client(), self.world.users[who])
            found = client.get_cookie("session")
            db.session.remove()
        assert found is not None
        return f"session={found.value}"


def open_office(folder: Path, households: int, *, database: str | None = None) -> Office:
    """Return an installation in which partner A serves so many households; ``database``: other than its own SQLite."""
    named = {} if database is None else {"DATABASE_URL": database}
    settings = Settings.from_env({"DATA_DIR": str(folder), "SECRET_KEY": SECRET} | named)
    app = create_app(replace(settings, immediate_jobs=True))
    with app.app_context():
        upgrade()
        world = build_world()
        for start in range(0, ENROLLED, CHUNK):
            _enroll(world, range(start, start + CHUNK))
            db.session.remove()
        if households > ENROLLED:
            _copy(folder / "digital_inclusion.db", households // ENROLLED - 1)
        use_scope(EVERYTHING)
        assert session().scalar(select(func.count(Household.id))) == households
        every = session().execute(
            select(Household.id, Household.code)
            .where(Household.id % min(1000, households // 20) == 7)
            .order_by(Household.id.desc())
        )
        rows = [(number, code) for number, code in every]
        db.session.remove()
        db.engine.dispose()
    return Office(folder, app, world, [code for _number, code in rows][:20], [number for number, _code in rows])


def _copy(file: Path, times: int) -> None:
    """Copy what belongs to the enrolled households so many times."""
    with closing(sqlite3.connect(file, isolation_level=None)) as book:
        book.execute("PRAGMA synchronous=OFF")
        used = {code for (code,) in book.execute("SELECT code FROM households")}
        book.create_function("new_code", 0, lambda: _unused(used))
        book.execute("BEGIN")
        for table, columns in _COPIED.items():
            names = [row[1] for row in book.execute(f"PRAGMA table_info({table})") if row[1] != "id" or "id" in columns]
            values = ", ".join(columns.get(name, name) for name in names)
            book.execute(
                f"WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {times}) "
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM copy, {table} ORDER BY n, {table}.rowid"
            )
        book.execute("COMMIT")
        book.execute("ANALYZE")


def _unused(used: set[str]) -> str:
    """Return a code that no household has."""
    while (code := new_code()) in used:
        pass
    used.add(code)
    return code


def _enroll(world: World, places: range) -> None:
    """Enroll some households in one posting, and let a verifier decide about two thirds of them in another."""
    partner, grant = world.partners["a"], world.grants["a"]
    with write_transaction():
        use_scope(EVERYTHING)
        by = system_actor("bench", partner_id=partner)
        new = [_household(place, grant, world.users["navigator_a"]) for place in places]
        made = enroll_households(new, partner_id=partner, cause="household.enrolled", by=by)
        assert not made.problems, made.problems
        decisions = [
            fact
            for place, one, household in zip(places, made.households, new, strict=True)
            for fact in _decisions(place, one, household, partner)
        ]
        post(decisions, cause="evidence.confirmed", by=world.actor("verifier"))
        record("evidence.confirmed", by=world.actor("verifier"))


def _decisions(
    place: int, one: EnrolledHousehold | None, household: NewHousehold, partner_id: int
) -> Iterator[NewFact]:
    """Of three households one is confirmed, one half confirmed, one left waiting."""
    assert one is not None
    for number, delivery in list(zip(one.delivery_facts, household.deliveries, strict=True))[: 2 - place % 3]:
        yield NewFact(
            kind=Kind.DECISION,
            record_id=one.id,
            partner_id=partner_id,
            occurred_on=delivery.occurred_on,
            refers_to=number,
            values={"positive": True},
        )


def _household(place: int, grant_id: int, navigator_id: int) -> NewHousehold:
    chance = Random(place)
    day = date(2025, 1, 6) + timedelta(days=chance.randrange(500))
    last = chance.choice(_LAST)
    return NewHousehold(
        members=[
            NewMember(f"{chance.choice(_FIRST)} {last}", date(1950, 1, 1) + timedelta(days=place % 15_000), True),
            NewMember(f"{chance.choice(_FIRST)} {last}", date(2008, 1, 1) + timedelta(days=place % 5000)),
        ],
        enrolled_on=day,
        address=NewAddress(
            line=f"{1 + place % 9000} {chance.choice(_STREETS)}",
            city="San Jose",
            zip_code=chance.choice(_ZIPS),
            district=str(1 + place % 10),
        ),
        reference=f"R{place:06d}",
        phone=f"(408) 555-{place % 10_000:04d}",
        phone_e164=f"+1408555{place % 10_000:04d}",
        language="es",
        safe_contact="phone",
        needs_device=True,
        needs_connection=True,
        consent=NewConsent(purposes=["service"], text_version="1", language="es", way="signed_paper", given_on=day),
        grant_id=grant_id,
        navigator_id=navigator_id,
        deliveries=[_device(place, day, chance), _line(day, chance)],
    )


def _device(place: int, day: date, chance: Random) -> NewDelivery:
    given = day + timedelta(days=chance.randrange(20))
    return NewDelivery(
        item=Item.DEVICE,
        occurred_on=given,
        device_kind="laptop",
        donated=False,
        unit=f"SN{place:08d}",
        evidence=Evidence(type="signed_hand_over", seen_by="Sam", seen_on=given, reference=f"H-{place}"),
    )


def _line(day: date, chance: Random) -> NewDelivery:
    on = day + timedelta(days=chance.randrange(40))
    return NewDelivery(
        item=Item.LINE,
        occurred_on=on,
        provider="Provider One",
        down_kbps=chance.choice([50_000, 100_000, 200_000, 300_000]),
        up_kbps=20_000,
        evidence=Evidence(type="bill", seen_by="Sam", seen_on=on, reference="B"),
    )
