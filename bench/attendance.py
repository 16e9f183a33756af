"""A list of 300 people who came, saved in one request, against the bare insert of its rows plus one page.

The rows are those that the request leaves or writes anew: 300 facts, their proofs, 300 attendances, and where each of
the 300 households now stands. They are copied into tables of the same columns, keys and indexes, in one transaction.
The page is the one that the request leads to, which whoever saves waits for as well: the class with its 300 people. The
list itself, opened, is the second figure: a lighter page. Each turn takes another session of the same class. What a
browser does is not measured: the form is encoded before.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Connection, select, text
from werkzeug.test import TestResponse

from bench.comparing import figure
from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.casework.actions.enrolling import enroll_households
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope, write_transaction
from digital_inclusion.skills.models import ClassPlace
from tests.factories.classes import joins, plans
from tests.factories.households import new_household
from tests.factories.world import World, build_world, sign_in
from tests.support.pages import hidden_fields

PEOPLE, TURNS, BAR = 300, 5, 2.0
NEW = ("facts", "proofs", "attendances")  # every table of many rows that grows
ANEW = "standings"


@dataclass(frozen=True, slots=True)
class Room:
    """An installation with a full class: who is in it, its sessions, and a browser that is signed in."""

    app: Flask
    client: FlaskClient
    members: list[int]
    lessons: list[str]


class Turn(NamedTuple):
    """Seconds of one turn."""

    request: float
    insert: float
    following: float
    opened: float


def run(people: int = PEOPLE, turns: int = TURNS) -> Iterator[Mapping[str, object]]:
    """Yield two figures: seconds of the request, of insert and page, and their ratio (medians of turns)."""
    with tempfile.TemporaryDirectory() as name:
        room = _room(Path(name), people, turns + 1)
        done = [_turn(room, lesson) for lesson in room.lessons][1:]
    pages = {
        "the page it leads to": [turn.following for turn in done],
        "the list itself, opened": [turn.opened for turn in done],
    }
    for bar, (page, seconds) in zip((BAR, None), pages.items(), strict=True):
        against = [turn.insert + opened for turn, opened in zip(done, seconds, strict=True)]
        ratio = median(turn.request / other for turn, other in zip(done, against, strict=True))
        took, other = median(turn.request for turn in done), median(against)
        name = f"attendance of {people} people in one request against insert and {page}, milliseconds"
        yield figure(name, took * 1000, other * 1000, ratio, bar=bar, at_most=True)


def _turn(room: Room, lesson: str) -> Turn:
    """Return the seconds of the request, of the insert of what it wrote, of the page that follows and of the list."""
    url = f"/skills/sessions/{lesson}/attendance"
    page, listed = _timed(lambda: room.client.get(url))
    people = [str(member) for member in room.members]
    sent = hidden_fields(page, url) | {"listed": people, "present": people}
    sent |= {f"minutes-{member}": "90" for member in people}
    body, before = urlencode(sent, doseq=True), _last(room)
    answer, took = _timed(lambda: room.client.post(url, data=body, content_type="application/x-www-form-urlencoded"))
    if answer.status_code != 303:
        raise RuntimeError(f"the list was answered with {answer.status_code}")
    inserted = _insert(room, before)
    _page, led = _timed(lambda: room.client.get(answer.location))
    return Turn(took, inserted, led, listed)


def _timed(ask: Callable[[], TestResponse]) -> tuple[TestResponse, float]:
    begun = perf_counter()
    answer = ask()
    return answer, perf_counter() - begun


def _last(room: Room) -> dict[str, int]:
    with room.app.app_context():
        rows = {name: f"SELECT coalesce(max(rowid), 0) FROM {name}" for name in NEW}
        return {name: session().execute(text(asked)).scalar_one() for name, asked in rows.items()}


def _insert(room: Room, before: Mapping[str, int]) -> float:
    """Return the seconds that the same rows take into tables of the same columns, written and committed."""
    with room.app.app_context(), db.engine.connect() as connection:
        rows = {
            name: connection.execute(text(f"SELECT * FROM {name} WHERE rowid > :last"), {"last": last}).fetchall()
            for name, last in before.items()
        }
        rows[ANEW] = connection.execute(text(f"SELECT * FROM {ANEW}")).fetchall()
        connection.rollback()
        connection.execute(text(f"DELETE FROM plain_{ANEW}"))
        connection.commit()
        begun = perf_counter()
        for name, found in rows.items():
            marks = ", ".join("?" * len(found[0]))
            connection.exec_driver_sql(f"INSERT INTO plain_{name} VALUES ({marks})", [tuple(row) for row in found])
        connection.commit()
        return perf_counter() - begun


def _room(folder: Path, people: int, sessions: int) -> Room:
    settings = Settings.from_env({"DATA_DIR": str(folder), "SECRET_KEY": "x" * 40})
    app = create_app(replace(settings, immediate_jobs=True))
    with app.app_context():
        upgrade()
        world = build_world()
        course, lessons = plans(world, hours=-24 * 7 * (sessions - 1) - 3, weeks=sessions, seats=people)
        for code in _enroll(world, people):
            joins(world, course, code)
        use_scope(EVERYTHING)
        members = list(session().scalars(select(ClassPlace.member_id).order_by(ClassPlace.id)))
        with db.engine.begin() as connection:
            for name in (*NEW, ANEW):
                _make_plain(connection, name)
        client = sign_in(app.test_client(), world.users["navigator_a"])
        db.session.remove()
    return Room(app, client, members, lessons)


def _make_plain(connection: Connection, name: str) -> None:
    """Make an empty table with the columns, keys and indexes of another."""
    made = text("SELECT sql FROM sqlite_master WHERE tbl_name = :name AND type <> 'trigger' AND sql IS NOT NULL")
    for (sql,) in connection.execute(made.bindparams(name=name)).fetchall():
        renamed = re.sub(rf"\b{name}\b", f"plain_{name}", sql, count=1)
        connection.exec_driver_sql(re.sub(r"(INDEX )", r"\1plain_", renamed, count=1))


def _enroll(world: World, people: int) -> list[str]:
    """Enroll so many households of one person; return their codes."""
    use_scope(EVERYTHING)
    new = [new_household(f"Person {n} Ruiz", grant_id=world.grants["a"], deliveries=()) for n in range(people)]
    with write_transaction():
        by = world.actor("navigator_a")
        done = enroll_households(new, partner_id=world.partners["a"], cause="bench", by=by)
    return [one.code for one in done.households if one is not None]
