"""The outbox: a job leaves with its commit, comes again by itself when it is periodic, and survives its worker."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from digital_inclusion.foundation import jobs
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.jobs import OutboxJob
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.queue import sweep_jobs


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A job ``test.note`` that remembers its payloads."""
    seen: list[int] = []
    monkeypatch.setitem(jobs.HANDLERS, "test.note", lambda payload: seen.append(int(payload.get("n", 0))))
    monkeypatch.setattr(jobs, "PERIODS", {})
    return seen


def test_enqueue_runs_after_the_commit(app: Flask, ran: list[int]) -> None:
    with write_transaction():
        jobs.enqueue("test.note", {"n": 7})
        assert ran == []
    assert ran == [7]


def test_enqueue_of_a_transaction_rolled_back_never_runs(app: Flask, ran: list[int]) -> None:
    with pytest.raises(RuntimeError), write_transaction():
        jobs.enqueue("test.note", {"n": 7})
        raise RuntimeError
    sweep_jobs(app)
    assert ran == []


def test_sweep_runs_what_was_never_handed_over(app: Flask, ran: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "dispatch_job", lambda job_id: None)
    with write_transaction():
        jobs.enqueue("test.note", {"n": 1})
    sweep_jobs(app)
    sweep_jobs(app)
    assert ran == [1]


def test_periodic_job_comes_once_a_period(app: Flask, ran: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.every(timedelta(hours=1), "test.note")
    start = clock.now()
    for minutes in (0, 10, 61, 70):
        with clock.frozen(start + timedelta(minutes=minutes)):
            sweep_jobs(app)
    assert ran == [0, 0]


def test_failing_job_is_tried_again_and_given_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_payload: jobs.Payload) -> None:
        raise ValueError("a name that must not be kept")

    monkeypatch.setitem(jobs.HANDLERS, "test.fail", fail)
    monkeypatch.setattr(jobs, "PERIODS", {})
    start = clock.now()
    with clock.frozen(start), write_transaction():
        jobs.enqueue("test.fail", {})
    for hours in range(1, 8):
        with clock.frozen(start + timedelta(hours=hours)):
            sweep_jobs(app)
    job = session().scalars(select(OutboxJob)).one()
    assert (job.state, job.attempts, job.error) == ("failed", jobs.MAX_ATTEMPTS, "ValueError")


def test_periodic_jobs_have_handlers(app: Flask) -> None:
    assert jobs.PERIODS.keys() <= jobs.HANDLERS.keys()
    assert session().scalar(select(func.count()).select_from(OutboxJob)) == 0
