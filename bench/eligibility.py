"""Deciding eligibility: one household against functions written by hand and against OpenFisca; a hundred thousand
stored ones against deciding one.

Times are seconds of the processor, so that others at work on the machine count for little.
"""

import importlib.util
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import tracemalloc
import venv
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from bench import by_hand, figure
from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.eligibility.rules.deciding import Decider
from digital_inclusion.eligibility.rules.facts import INCOME, SIZE, Fact, Kind
from digital_inclusion.eligibility.rules.stored import plain_facts
from digital_inclusion.eligibility.schemas import decider_in_use
from digital_inclusion.foundation.database import EVERYTHING, db, use_scope
from digital_inclusion.households.queries import last_decisions
from digital_inclusion.reporting.rules.impact import Impact
from tests.factories.world import build_world

HERE = Path(__file__).resolve().parent
DAY = date(2026, 11, 22)  # for which by_hand.py is written
ASKED = 2_000  # households decided about in one round
ROUNDS = 5
STORED = 100_000


def run(stored: int = STORED) -> Iterator[dict[str, object]]:
    """Yield the figures."""
    with tempfile.TemporaryDirectory() as name:
        settings = Settings.from_env({"DATA_DIR": name, "SECRET_KEY": "x" * 40})
        app = create_app(replace(settings, immediate_jobs=True))
        decider = decider_in_use()
        households = [_household(decider, Random(place)) for place in range(ASKED)]
        _compare(decider, households)
        one, hand = _one_against_hand(decider, households)
        yield figure("one eligibility decision with reasons, microseconds", one, hand, 5.0)
        yield _against_openfisca(one)
        yield from _stored(app, Path(name), decider, stored)


def _one_against_hand(decider: Decider, households: list[dict[str, Any]]) -> tuple[float, float]:
    """Return the microseconds of one decision over all programs, by the engine and by hand: medians of rounds."""
    engine, hand = [], []
    for _round in range(ROUNDS):
        engine.append(_each(lambda facts: decider.decide(facts, on=DAY), households))
        hand.append(_each(by_hand.decide, households))
    return round(median(engine), 2), round(median(hand), 2)


def _each(decide: Callable[[dict[str, Any]], object], households: list[dict[str, Any]]) -> float:
    begun = time.process_time()
    for facts in households:
        decide(facts)
    return (time.process_time() - begun) / len(households) * 1e6


def _compare(decider: Decider, households: list[dict[str, Any]]) -> None:
    """Both must say the same: answers, reasons with their verdicts, amounts."""
    for facts in households:
        said = by_hand.decide(facts)
        for name, one in decider.decide(facts, on=DAY).items():
            reasons = [(reason.leaf.leaf.id, int(reason.verdict)) for reason in one.reasons]
            amounts = [(amount.id, amount.low, amount.high) for amount in one.amounts]
            assert (one.answer, reasons, amounts) == said[name], (name, facts)


def _household(decider: Decider, chance: Random) -> dict[str, Any]:
    """Return a household that tells some of the facts."""
    share = chance.choice([0.2, 0.5, 0.9])
    facts = decider.book.facts.values()
    return {fact.name: _value(decider, fact, chance) for fact in facts if chance.random() < share}


def _value(decider: Decider, fact: Fact, chance: Random) -> object:
    values: dict[Kind, Callable[[], object]] = {
        Kind.YES_NO: lambda: chance.random() < 0.5,
        Kind.COUNT: lambda: chance.randint(1, 12),
        Kind.MONEY: lambda: Decimal(chance.randrange(9_000_000 if fact.name == INCOME else 6_000)) / 100,
        Kind.NUMBER: lambda: Decimal(chance.randrange(400)),
        Kind.DAY: lambda: date(2010 + chance.randrange(17), 1 + chance.randrange(12), 1 + chance.randrange(28)),
        Kind.CHOICE: lambda: chance.choice(fact.words or ("CA", "NV", "laptop")),
        Kind.BENEFITS: lambda: {one: chance.random() < 0.1 for one in decider.book.benefits if chance.random() < 0.9},
    }
    return values[fact.kind]()


def _against_openfisca(microseconds: float) -> dict[str, object]:
    """Return the figure; where OpenFisca cannot be had, it is missed and says why."""
    name = "one eligibility decision against one OpenFisca simulation of two rules, microseconds"
    try:
        told = subprocess.run(
            [_environment(), HERE / "federal_by_openfisca.py"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        why = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1:]
        return {"name": name, "value": microseconds, "baseline": None, "ratio": None, "bar": 1.0, "ok": False,
                "why": f"OpenFisca does not run here: {''.join(why)}"}  # fmt: skip
    return figure(name, microseconds, round(json.loads(told)["microseconds"], 2), 1.0)


def _environment() -> Path:
    """Return the Python of OpenFisca's own environment, made once; its packages are pinned by hash."""
    folder, wanted = HERE / ".venv", HERE.parent / "requirements" / "bench.txt"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = folder / "installed"
    if stamp.is_file() and stamp.read_text() == wanted.read_text():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    pip = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", "--require-hashes",
           "--only-binary", ":all:", "-r", wanted]  # fmt: skip
    if importlib.util.find_spec("ensurepip") is not None:
        venv.create(folder, with_pip=True)
        subprocess.run([python, *pip], check=True, capture_output=True, text=True)
    else:
        subprocess.run(["uv", "venv", "--quiet", folder], check=True, capture_output=True, text=True)
        subprocess.run(
            ["uv", "pip", "install", "--quiet", "--python", python, "--no-deps", "--require-hashes", "-r", wanted],
            check=True,
            capture_output=True,
            text=True,
        )
    stamp.write_text(wanted.read_text())
    return python


def _stored(app: Flask, folder: Path, decider: Decider, stored: int) -> Iterator[dict[str, object]]:
    """Yield the rate at which stored households are decided about again, and what ten times as many take in memory.

    What is measured is the preview of another rulebook: every household is read and told all answers by both.
    """
    with app.app_context():
        upgrade()
        partner = build_world().partners["a"]
        db.session.remove()
        _store(folder / "digital_inclusion.db", decider, partner, stored // 10)
        few = _peak(decider)
        _store(folder / "digital_inclusion.db", decider, partner, stored - stored // 10)
        begun = time.process_time()
        households = _decide_again(decider)
        seconds = time.process_time() - begun
        assert households == stored
        many = _peak(decider)
        known = [{SIZE: 1 + place % 8, **_told(place)} for place in range(ASKED)]
        single = median(_each(lambda facts: decider.decide(facts, on=DAY), known) for _round in range(ROUNDS))
        db.engine.dispose()
    yield figure(
        f"{stored} stored households told all answers again by two rulebooks, decisions a second",
        round(2 * households / seconds),
        round(1e6 / single),
        0.8,
        at_most=False,
    )
    yield figure(f"memory of that, for {stored} against {stored // 10} households, kilobytes", many, few, 1.5)


def _decide_again(decider: Decider) -> int:
    use_scope(EVERYTHING)
    households = Impact(decider, decider).take_all(last_decisions()).households
    db.session.remove()
    return households


def _peak(decider: Decider) -> int:
    """Return the most memory that was held at once, in kilobytes."""
    tracemalloc.start()
    _decide_again(decider)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak // 1024


def _told(place: int) -> dict[str, Any]:
    """Return what one household tells; no two tell the same."""
    return {
        INCOME: Decimal(1_000_000 + place * 37) / 100,
        "benefits": {"calfresh": place % 3 == 0, "medi_cal": place % 5 == 0},
        "lives_in_city": True,
        "has_computer": place % 2 == 0,
    }


def _store(file: Path, decider: Decider, partner: int, number: int) -> None:
    """Write so many households with an open enrollment and a decision, past the application."""
    with closing(sqlite3.connect(file, isolation_level=None)) as book:
        book.execute("PRAGMA synchronous=OFF")
        book.execute("BEGIN")
        first = book.execute("SELECT coalesce(max(id), 0) + 1 FROM households").fetchone()[0]
        places = range(first, first + number)
        book.execute(
            "INSERT OR IGNORE INTO eligibility_rulings (id, digest, version, fingerprint, programs) "
            "VALUES (1, '', '', '', '[]')"
        )
        book.executemany(
            "INSERT INTO households (id, partner_id, code, head_name, created_at, updated_at, version) "
            "VALUES (?, ?, ?, '', '2026-11-22', '2026-11-22', 1)",
            ((place, partner, f"C{place}") for place in places),
        )
        book.executemany(
            "INSERT INTO enrollments (partner_id, household_id, enrolled_on) VALUES (?, ?, '2026-11-22')",
            ((partner, place) for place in places),
        )
        book.executemany(
            "INSERT INTO eligibility_decisions (partner_id, household_id, decided_on, facts, ruling_id, recorded_at) "
            "VALUES (?, ?, '2026-11-22', ?, 1, '2026-11-22')",
            ((partner, place, json.dumps(plain_facts({SIZE: 1 + place % 8, **_told(place)}))) for place in places),
        )
        book.execute("COMMIT")
        book.execute("ANALYZE")
