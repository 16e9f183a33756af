"""The worker may be killed at any moment of an import: nothing is lost, nothing doubled, and the recount agrees."""

import io
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench.people import write_people
from digital_inclusion.exchange.actions.starting import Terms, start_import
from digital_inclusion.exchange.actions.uploading import upload_file
from digital_inclusion.exchange.models import ImportBatch, ImportedRow
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.jobs import OutboxJob
from digital_inclusion.households.models import Household, Member
from digital_inclusion.progress.models import FactRow
from digital_inclusion.progress.queries.verification import verify
from tests.factories.world import SYSTEM, World
from tests.support.worker import running_worker

ROWS = 6000
KILLS = 10
PATIENCE = 240.0  # seconds for the last worker to finish what is left


def _rows_done(batch_id: int) -> int:
    session().rollback()
    return session().scalar(select(ImportBatch.rows_done).where(ImportBatch.id == batch_id)) or 0


def _state(batch_id: int) -> str:
    session().rollback()
    return session().scalar(select(ImportBatch.state).where(ImportBatch.id == batch_id)) or ""


def _until(what: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.02)
    return False


def _begin(app: Flask, world: World, file: Path) -> int:
    app.extensions.pop("dispatch_job")  # the outbox row alone: the worker finds it
    with write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        batch = upload_file(
            stream=io.BytesIO(file.read_bytes()),
            filename=file.name,
            partner_id=world.partners["a"],
            limit=2**26,
            by=SYSTEM,
        )
        start_import(batch=batch, terms=Terms(grant_id=world.grants["a"]), by=SYSTEM)
        batch_id = batch.id
    use_scope(EVERYTHING)
    return batch_id


@pytest.fixture
def own_dispatch(app: Flask) -> object:
    """Put back what the test takes away."""
    kept = app.extensions["dispatch_job"]
    yield kept
    app.extensions["dispatch_job"] = kept


def test_killed_worker_loses_and_doubles_nothing(
    app: Flask, world: World, own_dispatch: object, tmp_path: Path
) -> None:
    batch_id = _begin(app, world, write_people(tmp_path / "people.csv", ROWS))
    data_dir, url = app.config["DATA_DIR"], app.config["SQLALCHEMY_DATABASE_URI"]
    chance = random.Random(20260101)
    killed = 0
    while killed < KILLS and _state(batch_id) == "running":
        before = _rows_done(batch_id)
        with running_worker(data_dir, url):
            # a moment into the work, not only into starting up; at times between two chunks, mostly inside one
            _until(lambda seen=before: _rows_done(batch_id) > seen, 60)
            time.sleep(chance.uniform(0, 0.4))
        killed += 1
    with running_worker(data_dir, url):  # the last kill may have come between the last chunk and "done"
        done = _until(lambda: _state(batch_id) == "finished" and _job_state() == "done", PATIENCE)
    assert done, (data_dir / "worker.log").read_text()[-3000:]
    assert killed > KILLS / 2  # a fast machine finishes more than one chunk between two kills
    _assert_whole(batch_id)


def _assert_whole(batch_id: int) -> None:
    session().rollback()
    batch = session().get_one(ImportBatch, batch_id, populate_existing=True)
    count = select(func.count())
    assert (batch.state, batch.rows_done, batch.created_households) == ("finished", ROWS, ROWS)
    assert session().scalar(count.select_from(Household)) == ROWS
    assert session().scalar(select(func.count(func.distinct(Household.reference)))) == ROWS
    assert session().scalar(count.select_from(Member)) == 2 * ROWS
    assert session().scalar(count.select_from(ImportedRow)) == ROWS
    assert session().scalar(count.select_from(FactRow)) == 5 * ROWS
    report = verify(session())
    assert report.holds, [check for check in report.checks if not check.holds]


def _job_state() -> str:
    session().rollback()
    return session().scalars(select(OutboxJob.state).where(OutboxJob.name == "exchange.import")).one()
