"""Who pays more soon, over a million lines, against the bare SQL aggregate: the same sums, written by hand."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from statistics import median

from flask_migrate import upgrade

from bench import figure
from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.connectivity.queries.radar import Asked, list_cells
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope

LINES, TIMES, BAR = 1_000_000, 3, 1.5
FIRST = date(2027, 1, 1)
ASKED = Asked(first=FIRST, last=date(2027, 12, 1))
# what somebody would write who had the tables before them and no product
BARE = """
WITH ends AS (
  SELECT fact_number, promo_until_on AS last_day FROM subscriptions WHERE promo_until_on BETWEEN ?1 AND ?2
  UNION SELECT fact_number, until_on FROM subsidies WHERE until_on BETWEEN ?1 AND ?2
), paid AS (
  SELECT l.partner_id, l.district, date(e.last_day, '+1 day') AS day,
    max(0, CASE WHEN l.promo_until_on < e.last_day THEN l.price_after_cents ELSE l.price_cents END
      - coalesce(sum(CASE WHEN s.from_on <= e.last_day THEN s.amount_cents ELSE 0 END), 0)) AS before_cents,
    max(0, CASE WHEN l.promo_until_on <= e.last_day THEN l.price_after_cents ELSE l.price_cents END
      - coalesce(sum(CASE WHEN s.until_on IS NULL OR s.until_on > e.last_day THEN s.amount_cents ELSE 0 END), 0))
      AS after_cents
  FROM ends e JOIN subscriptions l ON l.fact_number = e.fact_number
  LEFT JOIN subsidies s ON s.fact_number = l.fact_number AND s.from_on <= date(e.last_day, '+1 day')
    AND (s.until_on IS NULL OR s.until_on >= e.last_day)
  WHERE NOT l.is_void AND (l.ended_on IS NULL OR l.ended_on > date(e.last_day, '+1 day'))
    AND l.starts_on <= e.last_day
  GROUP BY l.fact_number, e.last_day
)
SELECT strftime('%Y%m', day), partner_id, district, count(*), sum(before_cents), sum(after_cents)
FROM paid WHERE after_cents > before_cents GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def run(lines: int = LINES) -> Iterator[dict[str, object]]:
    """Yield the figure: seconds of the page's statement, of the bare one, and their ratio (medians)."""
    with tempfile.TemporaryDirectory() as name:
        settings = Settings.from_env({"DATA_DIR": name, "SECRET_KEY": "x" * 40})
        app = create_app(replace(settings, immediate_jobs=True))
        with app.app_context():
            upgrade()
            path = str(db.engine.url.database)
            _fill(path, lines)
            use_scope(EVERYTHING)
            ours, bare = [], []
            for _time in range(TIMES):
                ours.append(_ours())
                bare.append(_bare(path))
            db.session.remove()
            db.engine.dispose()
    name = f"who pays more soon among {lines} lines, seconds"
    yield figure(name, round(median(one for one, _sums in ours), 3), round(median(one for one, _sums in bare), 3), BAR)
    assert ours[0][1] == bare[0][1] != (0, 0), "the two do not say the same"


def _ours() -> tuple[float, tuple[int, int]]:
    session().rollback()
    begun = time.perf_counter()
    cells = list_cells(ASKED)
    return time.perf_counter() - begun, (sum(one.lines for one in cells), sum(one.rise_cents for one in cells))


def _bare(path: str) -> tuple[float, tuple[int, int]]:
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA cache_size=-65536")
        begun = time.perf_counter()
        between = (FIRST - timedelta(days=1)).isoformat(), (date(2027, 12, 30)).isoformat()
        rows = base.execute(BARE, between).fetchall()
        took = time.perf_counter() - begun
    return took, (sum(row[3] for row in rows), sum(row[5] - row[4] for row in rows))


def _fill(path: str, lines: int) -> None:
    """Write lines of which some have a promotion, a subsidy, or both; most of those end within two years."""
    chance, start = Random(11), date(2026, 1, 1)
    days = [(start + timedelta(days=number)).isoformat() for number in range(1100)]

    def subscription(number: int) -> tuple[object, ...]:
        promotion = chance.choice(days[300:]) if chance.random() < 0.3 else None
        price = chance.randrange(1000, 6000)
        return (
            number, 1 + number % 8, number, 1, chance.random() < 0.02, days[chance.randrange(300)],
            chance.choice(days) if chance.random() < 0.1 else None, str(1 + number % 10), 100_000, 20_000, price,
            "home",
            promotion, price + 2000 if promotion else None, "2026-01-01 00:00:00",
        )  # fmt: skip

    def subsidy(number: int) -> tuple[object, ...]:
        last = chance.choice(days[300:]) if chance.random() < 0.7 else None
        return 1 + number % 8, number, "lifeline_federal", 925, days[chance.randrange(300)], last, "2026-01-01 00:00:00"

    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA foreign_keys=OFF")
        base.executemany(
            "INSERT INTO subscriptions (fact_number, partner_id, household_id, is_given, is_void, starts_on, ended_on,"
            " district, down_kbps, up_kbps, price_cents, kind, promo_until_on, price_after_cents, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            map(subscription, range(1, lines + 1)),
        )
        base.executemany(
            "INSERT INTO subsidies (partner_id, fact_number, program, amount_cents, from_on, until_on, recorded_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            map(subsidy, range(1, lines + 1, 3)),
        )
        base.commit()
        base.execute("ANALYZE")
        base.commit()
