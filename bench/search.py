"""Finding a household among 1,000,000, the whole request (the words sent, the page that answers), on both databases.

Against the page of one household opened by its code: what 95 of 100 requests keep to, asked in turns on one
connection. The first two thousand households are enrolled by the very action that forms and files use; the others have
what finding reads and what its page shows: household, members, standing, terms.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter
from typing import Any
from urllib.parse import quote

from psycopg.types.json import Json
from sqlalchemy import Connection, MetaData, Table, create_engine, text

from bench.comparing import Figure, figure
from bench.households import ENROLLED, SECRET, Office, open_office
from bench.load import ask_once, get, post, served
from bench.people import FIRST, LAST
from digital_inclusion.casework.rules.finding import search_terms
from digital_inclusion.foundation.database import db
from tests.support.postgres import running_cluster

HOUSEHOLDS = int(os.environ.get("BENCH_SEARCH_HOUSEHOLDS", "1000000"))
TURNS, WARM, BAR, AT_ONCE = 120, 20, 3.0, 20_000
KINDS = ("SQLite", "PostgreSQL")
TABLES = ("households", "members", "standings", "search_terms")
PERSON = "partner_lead_a"  # sees every household of the partner
WORDS = {
    "a common name": "nguyen",
    "a Chinese name": "王伟",
    "a short name": "Lê",
    "last digits of a phone": "4821",
    "two names with a slip": "Marai Hernadez",
    "a first name and a family name": "linh tran",
    "two beginnings": "her mar",
    "a street": "1187 quiet harbor",
}
_MORE = ("王伟", "李娜", "Lê", "Phạm", "Đặng", "Ochoa", "Zamora", "Vue", "Okafor", "Haddad")
_SYLLABLES = ("ba", "ren", "lo", "ti", "mar", "san", "ko", "vel", "dri", "mun", "ga", "zer", "phi", "quo", "nes", "tul")
_STREETS = ("Quiet Harbor Ct", "Paper Heron Way", "Blue Kite Ave", "Copper Kettle St", "Lantern Hill Rd")


def run(households: int = HOUSEHOLDS) -> Iterator[Figure]:
    """Yield a figure for each kind of words on each database."""
    for kind in KINDS:
        past_the_wall = None
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            environment = {"DATA_DIR": str(folder), "SECRET_KEY": SECRET}
            if kind == "PostgreSQL":
                server = stack.enter_context(running_cluster())
                environment["DATABASE_URL"] = server.create_database("bench")
                past_the_wall = server.url("bench", superuser=True)
            office = open_office(folder, ENROLLED, database=environment.get("DATABASE_URL"))
            _fill(office, households - ENROLLED, past_the_wall)
            yield from _compare(kind, office, stack.enter_context(served("wsgi:app", **environment)))


def _compare(kind: str, office: Office, port: int) -> Iterator[Figure]:
    """Ask for the household's page and for each kind of words in turns."""
    status, head, page = ask_once(port, get("/households/find", office.cookie(PERSON)))
    token = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    cookie = re.search(r"set-cookie: (session=[^;]+)", head, re.IGNORECASE)
    assert status == 200 and token is not None and cookie is not None
    taken: dict[str, list[float]] = {name: [] for name in ("", *WORDS)}
    for turn in range(WARM + TURNS):
        code = office.codes[turn % len(office.codes)]
        spent = {"": _page(port, f"/households/{code}", cookie[1])}
        for name, words in WORDS.items():
            spent[name] = _search(port, cookie[1], f"csrf_token={quote(token[1].decode())}&words={quote(words)}")
        for name, seconds in spent.items() if turn >= WARM else ():
            taken[name].append(1000 * seconds)
    page_p95 = _p95(taken.pop(""))
    for name, times in taken.items():
        p95 = _p95(times)
        told = f"finding {name} on {kind}, p95 against a household's page, ms"
        yield figure(told, p95, page_p95, p95 / page_p95, bar=BAR, at_most=True)


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[18]


def _page(port: int, path: str, cookie: str) -> float:
    begun = perf_counter()
    status, _head, _body = ask_once(port, get(path, cookie))
    assert status == 200, (path, status)
    return perf_counter() - begun


def _search(port: int, cookie: str, body: str) -> float:
    begun = perf_counter()
    status, head, _body = ask_once(port, post("/households/find", cookie, body))
    led = re.search(r"location: (\S+)", head, re.IGNORECASE)
    assert status == 303 and led is not None
    status, _head, page = ask_once(port, get(led[1], cookie))
    taken = perf_counter() - begun
    assert status == 200 and b"No household fits" not in page, body
    return taken


def _fill(office: Office, count: int, address: str | None) -> None:
    """Add so many households straight into the tables. ``address``: of a PostgreSQL, as somebody past its wall."""
    with office.app.app_context():
        engine = create_engine(address) if address is not None else db.engine
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA cache_size = -1000000")
            tables = MetaData()
            tables.reflect(connection, only=TABLES)
            made = _households(count, _templates(connection, tables))
            terms = sorted(tables.tables["search_terms"].indexes, key=lambda index: str(index.name))
            for index in terms:  # made at the end, which is quicker by far
                index.drop(connection)
            while chunk := list(islice(made, AT_ONCE)):
                for name in TABLES:
                    _insert(connection, tables.tables[name], [row for one in chunk for row in one[name]])
            for index in terms:
                index.create(connection)
            connection.execute(text("ANALYZE"))
        engine.dispose()
        db.engine.dispose()


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if connection.dialect.name == "sqlite":
        names = ", ".join(rows[0])
        marks = ", ".join("?" * len(rows[0]))
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) VALUES ({marks})", [tuple(row.values()) for row in rows]
        )
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY {table.name} ({', '.join(rows[0])}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([Json(value) if isinstance(value, dict | list) else value for value in row.values()])


def _templates(connection: Connection, tables: MetaData) -> dict[str, dict[str, Any]]:
    """Return a row of the newest enrolled household in each table, as its driver gives it."""
    last = connection.exec_driver_sql("SELECT max(id) FROM households").scalar_one()
    found: dict[str, dict[str, Any]] = {}
    for name, key in (("households", "id"), ("members", "household_id"), ("standings", "record_id")):
        asked = f"SELECT * FROM {name} WHERE {key} = {last} LIMIT 1"
        found[name] = dict(connection.exec_driver_sql(asked).mappings().one())
    return found


def _households(count: int, template: dict[str, dict[str, Any]]) -> Iterator[dict[str, list[Any]]]:
    """Yield the rows of one household after the other, each with names, phone and street of its own."""
    home, member, standing = (template[name] for name in TABLES[:3])
    partner, chance = home["partner_id"], Random(7)
    for number in range(home["id"] + 1, home["id"] + 1 + count):
        names = [_name(chance) for _person in range(1 + number % 2)]
        code, phone = f"B{number:07d}", f"+1408{chance.randrange(2_000_000, 9_999_999)}"
        line = f"{chance.randrange(1, 9000)} {chance.choice(_STREETS)}"
        own = {"id": number, "code": code, "phone": phone, "phone_e164": phone}
        terms = search_terms(names, phone_e164=phone, line=line, code=code)
        yield {
            "households": [home | own | {"head_name": names[0], "reference": None}],
            "members": [
                {key: value for key, value in member.items() if key != "id"}
                | {"household_id": number, "name": name, "is_head": place == 0}
                for place, name in enumerate(names)
            ],
            "standings": [standing | {"record_id": number, "identity": number}],
            "search_terms": [{"partner_id": partner, "household_id": number, "term": term} for term in sorted(terms)],
        }  # fmt: skip


def _name(chance: Random) -> str:
    """Return a name: three of four out of the lists, as common as in a city; the others nobody else has."""
    if chance.random() < 0.02:
        return chance.choice(_MORE)
    made = "".join(chance.choice(_SYLLABLES) for _part in range(3)).title()
    last = chance.choice(LAST) if chance.random() < 0.75 else made
    return f"{chance.choice(FIRST)} {last}"
