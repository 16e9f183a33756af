"""A company's answer, compared and applied, against the baseline of an import of as many rows in the same run.

The baseline is that of ``bench.imports``: writing, bare, the rows that an import of as many households ends up with,
parsing its file, and normalizing each distinct value once.
"""

import csv
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import select, update

from bench import figure
from bench.imports import _bare, _copy, _start
from bench.people import write_people
from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.connectivity.models import Subscription
from digital_inclusion.exchange.actions.answering import Work, upload_answer
from digital_inclusion.exchange.actions.applying import run_answer
from digital_inclusion.exchange.actions.committing import run_import
from digital_inclusion.exchange.actions.comparing import compare_answer
from digital_inclusion.exchange.models import AnswerFile, ProviderFile, ProviderFileRow
from digital_inclusion.foundation.access.identity import system_actor
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import new_code
from tests.factories.world import build_world

ROWS = 50_000
BAR = 2.0
PROVIDER = "Provider One"


def run(rows: int = ROWS) -> Iterator[dict[str, object]]:
    """Yield the figure: seconds of comparing and applying, of the baseline, and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        empty, finished = folder / "empty.db", folder / "finished.db"
        settings = Settings.from_env({"DATA_DIR": str(folder / "data"), "SECRET_KEY": "x" * 40})
        app = create_app(replace(settings, immediate_jobs=False))
        people = write_people(folder / "people.csv", rows)
        with app.app_context():
            upgrade()
            partner_id = build_world().partners["a"]
            db.session.remove()
            _copy(db.engine, empty)
            run_import(batch_id=_start(people, partner_id), partner_id=partner_id)
            db.session.remove()
            _copy(db.engine, finished)
            took = _take(_upload(_answer(folder / "answer.csv", partner_id), partner_id))
            db.session.remove()
            db.engine.dispose()
        bare = _bare(people, empty, finished, folder / "bare.db")
    yield figure(f"answer of {rows} rows, seconds", round(took, 2), round(bare, 2), BAR)


def _answer(path: Path, partner_id: int) -> Path:
    """Give every line a reference, and write an answer that confirms most, ends some and changes some prices."""
    with write_transaction():
        use_scope(EVERYTHING)
        session().execute(update(Subscription).values(provider=PROVIDER))
        made = ProviderFile(
            code=new_code(), partner_id=partner_id, provider=PROVIDER, file_id=0, rows=0, left_out=0, sha256="",
            expires_on=clock.today(), created_at=clock.now(),
        )  # fmt: skip
        session().add(made)
        session().flush()
        numbers = session().scalars(select(Subscription.fact_number).order_by(Subscription.fact_number)).all()
        references = [
            {"file_id": made.id, "partner_id": partner_id, "reference": new_code(), "fact_number": number}
            for number in numbers
        ]
        session().execute(ProviderFileRow.__table__.insert(), references)
        session().info["audited"] = True
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(("Reference", "Status", "End date", "Monthly rate"))
        for place, row in enumerate(references):
            off, dearer = place % 20 == 0, place % 10 == 3
            day = clock.today().isoformat() if off else ""
            writer.writerow((row["reference"], "cancelled" if off else "active", day, "39.99" if dearer else ""))
    return path


def _upload(file: Path, partner_id: int) -> Work:
    by = system_actor("bench", partner_id=partner_id)
    with write_transaction(), file.open("rb") as stream:
        use_scope(Scope(partner_id=partner_id))
        answer = upload_answer(
            stream=stream, filename=file.name, provider=PROVIDER, answered_on=clock.today(), limit=2**30, by=by
        )
        answer.is_city, answer.state = False, "comparing"
        return Work.on(answer, by)


def _take(work: Work) -> float:
    begun = time.perf_counter()
    compare_answer(work)
    compared = time.perf_counter() - begun
    with write_transaction():
        use_scope(Scope(partner_id=work.partner_id))
        answer = session().get_one(AnswerFile, work.file_id, populate_existing=True)
        answer.state, answer.chosen, answer.rows_done = "running", ["on", "ended", "terms"], 0
        session().info["audited"] = True
    begun = time.perf_counter()
    run_answer(work)
    return compared + time.perf_counter() - begun
