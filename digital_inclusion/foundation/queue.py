"""The queue behind the outbox: huey on SQLite (a file of its own) or PostgreSQL."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from huey import Huey, SqliteHuey, crontab

from config import Settings

from . import jobs
from .database import session, write_transaction
from .throttle import forget_old


def _make_huey(settings: Settings) -> Huey:
    if settings.database_url.startswith("postgresql"):
        from huey import PostgresHuey

        dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
        return PostgresHuey("digital_inclusion", dsn=dsn, results=False)
    return SqliteHuey("digital_inclusion", filename=str(settings.data_dir / "queue.db"), results=False)


def init_queue(app: Flask, settings: Settings) -> None:
    """Connect the outbox to the queue; with ``immediate_jobs`` jobs run in process right after the commit."""
    if settings.immediate_jobs:
        app.extensions["dispatch_job"] = lambda job_id: run_in_app(app, job_id)
        return
    queue = _make_huey(settings)
    app.extensions["queue"] = queue

    @queue.task(name="run_job")
    def run(job_id: int) -> None:
        run_in_app(app, job_id)

    @queue.periodic_task(crontab(minute="*"), name="sweep")
    def sweep() -> None:
        sweep_jobs(app)

    def dispatch(job_id: int) -> None:
        # A queue that does not answer loses nothing: the outbox row stays and the sweep finds it.
        with contextlib.suppress(Exception):
            run(job_id)

    app.extensions["dispatch_job"] = dispatch


def run_in_app(app: Flask, job_id: int) -> None:
    """Run one job with an application context and a session of its own."""
    with app.app_context():
        try:
            jobs.run_job(job_id, sign_of_life=_sign_of_life(app.config["DATA_DIR"]).touch)
        finally:
            session().close()


def take_over(app: Flask) -> None:
    """Free what the last worker left half done and hand every due job over again. For the starting worker alone."""
    with app.app_context():
        jobs.release_running()
        due = jobs.due_jobs()
        session().close()
    for job_id in due:
        app.extensions["dispatch_job"](job_id)
    _sign_of_life(app.config["DATA_DIR"]).touch()


def sweep_jobs(app: Flask) -> int:
    """Run every due job (lost, retried or never handed over); returns how many."""
    with app.app_context():
        with write_transaction() as target:
            forget_old(target)
            jobs.enqueue_periodic()
        due = jobs.due_jobs()
    for job_id in due:
        run_in_app(app, job_id)
    _sign_of_life(app.config["DATA_DIR"]).touch()
    return len(due)


def _sign_of_life(data_dir: Path) -> Path:
    return data_dir / "worker-seen"


def last_sweep(data_dir: Path) -> datetime | None:
    """Return when the worker last swept the outbox (every minute, while it runs); None before the first time."""
    path = _sign_of_life(data_dir)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None
