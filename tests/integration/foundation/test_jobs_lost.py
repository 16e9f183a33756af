"""Jobs whose worker died: freed, taken up again, and given up when they kill their worker every time."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from digital_inclusion.foundation import jobs
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.jobs import OutboxJob
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.queue import last_sweep, take_over


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, app: Flask) -> Iterator[list[str]]:
    """A job ``test.note`` that remembers that it ran, and that it was given up."""
    seen: list[str] = []
    monkeypatch.setitem(jobs.HANDLERS, "test.note", lambda _payload: seen.append("ran"))
    monkeypatch.setitem(jobs.GIVEN_UP, "test.note", lambda _payload: seen.append("given up"))
    monkeypatch.setitem(app.extensions, "dispatch_job", lambda _job_id: None)
    yield seen


def _left_running(**values: object) -> int:
    """Write a job as a killed worker leaves it."""
    with write_transaction() as target:
        job = jobs.enqueue("test.note", {})
        now = {"state": "running", "attempts": 1, "started_at": clock.now(), "alive_at": clock.now()}
        target.execute(update(OutboxJob).where(OutboxJob.id == job.id).values(**(now | values)))
        return job.id


def _job() -> OutboxJob:
    session().rollback()
    return session().scalars(select(OutboxJob).execution_options(populate_existing=True)).one()


def test_running_job_is_nobody_elses_while_its_worker_lives(ran: list[str]) -> None:
    job_id = _left_running(started_at=clock.now() - timedelta(hours=5))
    jobs.run_job(job_id)
    assert (ran, jobs.due_jobs()) == ([], [])


def test_job_without_a_sign_of_life_is_taken_up(ran: list[str]) -> None:
    job_id = _left_running(alive_at=clock.now() - jobs.LEASE - timedelta(seconds=1))
    assert jobs.due_jobs() == [job_id]
    jobs.run_job(job_id)
    assert (ran, _job().state) == (["ran"], "done")


def test_starting_worker_takes_over_at_once(app: Flask, ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[int] = []
    job_id = _left_running()
    monkeypatch.setitem(app.extensions, "dispatch_job", handed.append)
    take_over(app)
    assert handed == [job_id]
    assert last_sweep(app.config["DATA_DIR"]) is not None
    jobs.run_job(job_id)
    assert ran == ["ran"]


def test_job_that_kills_every_worker_is_given_up(app: Flask, ran: list[str]) -> None:
    _left_running(attempts=jobs.MAX_ATTEMPTS)
    take_over(app)
    assert (_job().state, _job().error, ran) == ("failed", "WorkerDied", ["given up"])


def test_progress_forgives_earlier_deaths(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def get_on(_payload: jobs.Payload) -> None:
        with write_transaction():
            jobs.made_progress()

    monkeypatch.setitem(jobs.HANDLERS, "test.note", get_on)
    job_id = _left_running(state="waiting", attempts=4)
    jobs.run_job(job_id)
    assert (_job().attempts, _job().state) == (1, "done")


def test_long_job_shows_that_it_lives(app: Flask, ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT", timedelta(seconds=0.05))
    monkeypatch.setitem(jobs.HANDLERS, "test.note", lambda _payload: time.sleep(0.6))
    job_id = _left_running(state="waiting", attempts=0)
    signs: list[float] = []
    jobs.run_job(job_id, sign_of_life=lambda: signs.append(time.monotonic()))
    assert signs
    assert _job().state == "done"
