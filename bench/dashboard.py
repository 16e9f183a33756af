"""The progress page with 1,000,000 households against the same page with 10,000: 36 months, 8 partners, 10 districts.

The ledger, its sums and the standings are written by SQL; sums are added up from the entries written, so every figure
on the page is a true one. Both pages are asked for in turns, so that whatever else the machine does hits both alike.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from bench import figure
from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.partners.models import Partner
from tests.factories.world import SYSTEM, World, build_world, sign_in

SMALL, LARGE, BAR = 10_000, 1_000_000, 1.3
TURNS, WARM = 25, 5
PARTNERS, DISTRICTS, DAYS = 8, 10, 36 * 30
PAGES = {
    "dashboard.everybody": ("program_manager", "/progress"),
    "dashboard.partner_and_district": ("program_manager", "/progress?partner=3&district=4&milestone=device"),
    "dashboard.for_a_partner": ("partner_lead_a", "/progress"),
}

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :households)"
_ENTRIES = f"""
INSERT INTO entries (posting, identity, milestone, aspect, sign, occurred_on, partner_id, grant_id, district)
{_NUMBERS}
SELECT 1, i, what.milestone, what.aspect, 1, date(:first, '+' || ((i * 7919) % :days) || ' days'), 3 + i % :partners,
       NULL, CAST(1 + (i / 7) % :districts AS TEXT)
FROM n, (SELECT 'connected' AS milestone, 'verified' AS aspect UNION ALL SELECT 'connected', 'current'
         UNION ALL SELECT 'device', 'verified') AS what
WHERE i % 5 > 0
"""
_STANDINGS = f"""
INSERT INTO standings (record_id, identity, linked, connected_open, district, partner_id, reason, owed_by, since,
                       connected_verified_on)
{_NUMBERS}
SELECT i, i, 0, 0, CAST(1 + (i / 7) % :districts AS TEXT), 3 + i % :partners,
       CASE WHEN i % 5 = 0 THEN CASE i % 3 WHEN 0 THEN 'no_line' WHEN 1 THEN 'no_device' ELSE 'questioned' END END,
       CASE WHEN i % 5 = 0 THEN 'partner' END, CASE WHEN i % 5 = 0 THEN :first END,
       CASE WHEN i % 5 > 0 THEN :first END
FROM n
"""
_SUMS = (
    "DELETE FROM cube",
    "DELETE FROM margins",
    """INSERT INTO cube SELECT 'month', substr(occurred_on, 1, 7) || '-01', milestone, aspect, partner_id, district,
       sum(sign) FROM entries GROUP BY 2, 3, 4, 5, 6""",
    """INSERT INTO cube SELECT 'day', occurred_on, milestone, aspect, partner_id, district, sum(sign) FROM entries
       WHERE occurred_on >= :open_month GROUP BY 2, 3, 4, 5, 6""",
    """INSERT INTO margins SELECT 'total', grain, starts_on, milestone, aspect, '', sum(net) FROM cube
       GROUP BY 2, 3, 4, 5""",
    """INSERT INTO margins SELECT 'partner', grain, starts_on, milestone, aspect, CAST(partner_id AS TEXT), sum(net)
       FROM cube GROUP BY 2, 3, 4, 5, 6""",
    """INSERT INTO margins SELECT 'district', grain, starts_on, milestone, aspect, district, sum(net)
       FROM cube GROUP BY 2, 3, 4, 5, 6""",
    "DELETE FROM reason_cells",
    """INSERT INTO reason_cells SELECT partner_id, district, reason, count(*) FROM standings WHERE reason IS NOT NULL
       GROUP BY 1, 2, 3""",
)


@dataclass
class Book:
    """A filled installation."""

    app: Flask
    world: World

    def client(self, who: str) -> FlaskClient:
        """Return a signed-in browser."""
        with self.app.app_context():
            return sign_in(self.app.test_client(), self.world.users[who])


def fill(folder: Path, households: int) -> Book:
    """Return an installation with so many households, four fifths of them connected."""
    settings = Settings.from_env({"DATA_DIR": str(folder), "SECRET_KEY": "x" * 40})
    app = create_app(replace(settings, password_cost=1, password_memory_kib=8, immediate_jobs=True))
    with app.app_context():
        upgrade()
        world = build_world()
        with write_transaction():
            for number in range(PARTNERS - 2):
                session().add(
                    Partner(code=f"P{number}", name=f"Partner {number}", kind="grantee", created_at=clock.now())
                )
            record("program.set_up", by=SYSTEM)
        today = clock.today()
        session().close()
    _write(folder / "digital_inclusion.db", households, today)
    return Book(app, world)


def _write(file: Path, households: int, today: date) -> None:
    connection = sqlite3.connect(file)
    values = {
        "households": households,
        "partners": PARTNERS,
        "districts": DISTRICTS,
        "days": DAYS,
        "first": (today - timedelta(days=DAYS)).isoformat(),
        "open_month": today.replace(day=1).isoformat(),
    }
    guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'")
    for (name,) in guards.fetchall():
        connection.execute(f"DROP TRIGGER {name}")  # this book is thrown away
    for statement in (_ENTRIES, _STANDINGS, *_SUMS):
        connection.execute(statement, {name: value for name, value in values.items() if f":{name}" in statement})
    connection.commit()
    connection.close()


def measure(client: FlaskClient, url: str) -> float:
    """Return how long one answer takes, in milliseconds."""
    start = perf_counter()
    response = client.get(url)
    took = (perf_counter() - start) * 1000
    assert response.status_code == 200, response.status_code
    return took


def compare(name: str, small: FlaskClient, large: FlaskClient, url: str) -> dict[str, object]:
    """Return the figure of one page, in milliseconds."""
    for _ in range(WARM):
        measure(small, url)
        measure(large, url)
    taken = [(measure(small, url), measure(large, url)) for _ in range(TURNS)]
    few, many = median(one for one, _other in taken), median(other for _one, other in taken)
    return figure(name, round(many, 3), round(few, 3), BAR)


def run() -> Iterator[dict[str, object]]:
    """Fill both books and yield the figure of each page."""
    large = int(os.environ.get("BENCH_HOUSEHOLDS", LARGE))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        few, many = fill(Path(one), SMALL), fill(Path(other), large)
        for name, (who, url) in PAGES.items():
            yield compare(name, few.client(who), many.client(who), url)
