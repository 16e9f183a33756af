"""A month's payment batch over 100,000 vouchers against one INSERT ... SELECT of the same rows into an identical table.

Each month one line in 200 ends: their vouchers are stopped with the batch, within the time that is taken.
"""

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.connectivity.actions.paying import make_batch
from digital_inclusion.connectivity.rules.vouchers import months_from
from digital_inclusion.foundation.access.identity import Actor
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.dates import last_day, month_of
from digital_inclusion.funding.actions.budgets import create_budget
from digital_inclusion.funding.rules.money import BudgetTerms
from tests.factories.served import serve
from tests.factories.world import build_world

VOUCHERS = 100_000
TURNS = 5
ENDING = 200  # one line in so many ends, each month
BAR = 0.33
CENTS = 1500
_COLUMNS = "batch_id, budget_id, partner_id, voucher, month, payee, amount_cents, state"
COPY = f"INSERT INTO plain ({_COLUMNS}) SELECT {_COLUMNS} FROM payments WHERE batch_id = :batch"

END = "UPDATE subscriptions SET ended_on = :day WHERE ended_on IS NULL AND fact_number % :of = :place"


def run(vouchers: int = VOUCHERS, turns: int = TURNS) -> Iterator[dict[str, object]]:
    """Yield one figure: payments a second of the batch, of the bare statement, and their ratio (medians of turns)."""
    with tempfile.TemporaryDirectory() as name:
        months = months_from(month_of(clock.today() - timedelta(days=31 * (turns + 1))), turns + 1)
        app, by = _house(Path(name), vouchers, months)
        with app.app_context():
            pairs = [_turn(month, by) for month in months][1:]
    ratio = median(one / other for one, other in pairs)
    yield {
        "name": f"payment batch over {vouchers} vouchers, payments a second",
        "value": round(median(one for one, _other in pairs)),
        "baseline": round(median(other for _one, other in pairs)),
        "ratio": round(ratio, 2),
        "bar": BAR,
        "ok": ratio >= BAR,
    }


def _turn(month: date, by: Actor) -> tuple[float, float]:
    """Return the rates of the batch of a month and of the bare statement that copies its rows; both commit."""
    use_scope(EVERYTHING)
    with write_transaction():
        session().connection().execute(text(END), {"day": month, "place": month.toordinal() % ENDING, "of": ENDING})
    begun = perf_counter()
    with write_transaction():
        batch = make_batch(month=month, by=by).id
    took = perf_counter() - begun
    begun = perf_counter()
    with write_transaction():
        copied = session().connection().execute(text(COPY), {"batch": batch}).rowcount
    return copied / took, copied / (perf_counter() - begun)


def _house(folder: Path, vouchers: int, months: list[date]) -> tuple[Flask, Actor]:
    """Return an installation with so many vouchers over the months, each on a line of its own, and who pays."""
    settings = Settings.from_env({"DATA_DIR": str(folder), "SECRET_KEY": "x" * 40})
    app = create_app(replace(settings, immediate_jobs=True))
    with app.app_context():
        upgrade()
        world = build_world()
        household = serve(world, "a").id
        by = world.actor("program_manager")
        with write_transaction():
            use_scope(EVERYTHING)
            terms = BudgetTerms(
                fund="F", name="B", starts_on=months[0], ends_on=months[-1], amount_cents=99_000_000_000
            )
            budget = create_budget(terms=terms, by=by).id
        file = str(db.engine.url.database)
        db.session.remove()
        with closing(sqlite3.connect(file)) as raw:
            _fill(raw, vouchers, months, (world.partners["a"], household, budget))
    return app, by


def _fill(raw: sqlite3.Connection, vouchers: int, months: list[date], ids: tuple[int, int, int]) -> None:
    """Write lines, vouchers and what they promise past the program, and an empty table like that of payments."""
    partner, household, budget = ids
    first, last, now = (
        months[0].isoformat(),
        last_day(months[-1]).isoformat(),
        clock.now().replace(tzinfo=None).isoformat(" "),
    )
    raw.executemany(
        "INSERT INTO subscriptions (fact_number, partner_id, household_id, is_given, is_void, starts_on,"
        " district, provider, down_kbps, up_kbps, price_cents, kind, updated_at)"
        " VALUES (?, ?, ?, 1, 0, '2020-01-01', 'D1', ?, 100000, 20000, 3000, 'home', ?)",
        ((10_000 + n, partner, household, f"Company {n % 12}", now) for n in range(vouchers)),
    )
    raw.executemany(
        "INSERT INTO vouchers (partner_id, code, household_id, fact_number, budget_id, provider, monthly_cents,"
        " from_on, until_on, months, state, given_at)"
        f" VALUES (?, ?, ?, ?, ?, ?, {CENTS}, ?, ?, {len(months)}, 'running', ?)",
        (
            (partner, f"B{n:08}", household, 10_000 + n, budget, f"Company {n % 12}", first, last, now)
            for n in range(vouchers)
        ),
    )
    for month in months:
        raw.execute(
            "INSERT INTO money_entries (budget_id, kind, cents, voucher, month, happened_on, posted_at, partner_id)"
            f" SELECT budget_id, 'commit', {CENTS}, code, ?, ?, ?, partner_id FROM vouchers",
            (month.isoformat(), first, now),
        )
    raw.execute("UPDATE budgets SET committed_cents = ?", (vouchers * len(months) * CENTS,))
    for (statement,) in raw.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'payments' AND sql IS NOT NULL ORDER BY type DESC"
    ).fetchall():
        raw.execute(
            re.sub(
                r"\b(payments)\b|\b([iu][xq]_payments_\w+)", lambda m: "plain" if m[1] else f"plain_{m[2]}", statement
            )
        )
    raw.execute("ANALYZE")
    raw.commit()
