"""Background work: an outbox row in the same transaction, handed to the queue after the commit, swept if lost."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import JSON, CheckConstraint, ColumnElement, Index, String, and_, event, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from .database import AFTER_COMMIT, Base, session, write_transaction
from .kernel import clock

Payload = Mapping[str, int | str]
Handler = Callable[[Payload], None]

HANDLERS: dict[str, Handler] = {}
PERIODS: dict[str, timedelta] = {}  # jobs that come again by themselves
GIVEN_UP: dict[str, Handler] = {}  # what is to be done when a job failed for good
MAX_ATTEMPTS = 5
LEASE = timedelta(minutes=10)  # without a sign of life for so long, a running job is anybody's
HEARTBEAT = timedelta(minutes=1)
_present: ContextVar[int | None] = ContextVar("present_job", default=None)

logger = logging.getLogger(__name__)


class OutboxJob(Base):
    """A piece of work to do. The payload holds ids only, never a person's data."""

    __tablename__ = "outbox_jobs"
    __exempt__ = True
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state_known"),
        Index("ix_outbox_jobs_state", "state", "run_after", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, object]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
    started_at: Mapped[datetime | None]
    alive_at: Mapped[datetime | None]  # while it runs: its worker's last sign of life
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))  # the kind of error, never its text


def handler(name: str, *, given_up: Handler | None = None) -> Callable[[Handler], Handler]:
    """Register the function that does the job ``name``. It must be safe to run twice.

    ``given_up`` is called once the job has failed for good, with the same payload.
    """

    def register(function: Handler) -> Handler:
        if name in HANDLERS:
            raise ValueError(f"job {name} has two handlers")
        HANDLERS[name] = function
        if given_up is not None:
            GIVEN_UP[name] = given_up
        return function

    return register


def every(period: timedelta, name: str) -> None:
    """Say that the job ``name`` (without a payload) is due whenever ``period`` has passed since the last time."""
    PERIODS[name] = period


def enqueue_periodic() -> None:
    """Ask for every periodic job that is due; two workers at it ask once."""
    now = clock.now()
    for name, period in PERIODS.items():
        last = session().scalar(select(func.max(OutboxJob.created_at)).where(OutboxJob.name == name))
        if last is None or clock.as_utc(last) + period <= now:
            enqueue(name, {})


def enqueue(name: str, payload: Payload, *, delay: timedelta = timedelta()) -> OutboxJob:
    """Write the job into the outbox, inside the present transaction."""
    now = clock.now()
    job = OutboxJob(name=name, payload=dict(payload), created_at=now, run_after=now + delay)
    session().add(job)
    session().flush()
    session().info.setdefault("new_jobs", []).append(job.id)
    return job


@event.listens_for(Session, "after_commit")
def _note_committed(target: Session) -> None:
    """Remember what the commit made due; nothing leaves from inside the commit itself, or from a savepoint."""
    if target.in_nested_transaction():
        return
    target.info.setdefault("committed_jobs", []).extend(target.info.pop("new_jobs", []))


def hand_over_jobs() -> None:
    """Tell the queue about committed jobs; whatever gets lost here is found by the sweep."""
    jobs: list[int] = session().info.pop("committed_jobs", [])
    dispatch: Callable[[int], None] | None = current_app.extensions.get("dispatch_job")
    if dispatch is not None:
        for job_id in jobs:
            dispatch(job_id)


@event.listens_for(Session, "after_rollback")
def _forget(target: Session) -> None:
    target.info.pop("new_jobs", None)


AFTER_COMMIT.append(hand_over_jobs)


def run_job(job_id: int, *, sign_of_life: Callable[[], None] | None = None) -> None:
    """Claim and run one job; done once however often it is called at the same time.

    While it runs, a thread shows every minute that it does, and calls ``sign_of_life``.
    """
    with write_transaction() as target:
        job = _claim(target, job_id)
        if job is None:
            return
        name, payload = job.name, dict(job.payload)
    token = _present.set(job_id)
    try:
        with _heartbeat(job_id, sign_of_life):
            HANDLERS[name](payload)  # type: ignore[arg-type]
    except Exception as error:
        logger.exception("job failed", extra={"job": name, "job_id": job_id})
        _settle(job_id, failed=type(error).__name__)
        return
    finally:
        _present.reset(token)
    _settle(job_id)


def made_progress() -> None:
    """Say, inside the present transaction, that the running job got on: how often it died before no longer matters."""
    job_id = _present.get()
    if job_id is not None:
        session().execute(update(OutboxJob).where(OutboxJob.id == job_id).values(attempts=1, alive_at=clock.now()))


@contextmanager
def _heartbeat(job_id: int, sign_of_life: Callable[[], None] | None) -> Iterator[None]:
    app, over = current_app._get_current_object(), threading.Event()  # type: ignore[attr-defined]

    def beat() -> None:
        while not over.wait(HEARTBEAT.total_seconds()):
            try:
                if sign_of_life is not None:
                    sign_of_life()
                with app.app_context(), write_transaction() as target:
                    target.execute(update(OutboxJob).where(OutboxJob.id == job_id).values(alive_at=clock.now()))
            except Exception:
                logger.exception("no heartbeat", extra={"job_id": job_id})

    thread = threading.Thread(target=beat, name=f"heartbeat-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _is_lost(now: datetime) -> ColumnElement[bool]:
    return and_(OutboxJob.state == "running", OutboxJob.alive_at < now - LEASE)


def _claim(target: Session, job_id: int) -> OutboxJob | None:
    now = clock.now()
    free = (OutboxJob.state == "waiting") | _is_lost(now)
    claimed = target.execute(
        update(OutboxJob)
        .where(OutboxJob.id == job_id, free, OutboxJob.run_after <= now)
        .values(state="running", started_at=now, alive_at=now, attempts=OutboxJob.attempts + 1)
    )
    return target.get(OutboxJob, job_id) if claimed.rowcount else None  # type: ignore[attr-defined]


def _settle(job_id: int, failed: str | None = None) -> None:
    with write_transaction() as target:
        job = target.get(OutboxJob, job_id, populate_existing=True)
        if job is None:
            return
        job.error, job.alive_at = failed, None
        if failed is None:
            job.state, job.finished_at = "done", clock.now()
        elif job.attempts >= MAX_ATTEMPTS:
            job.state, job.finished_at = "failed", clock.now()
        else:
            job.state, job.run_after = "waiting", clock.now() + timedelta(seconds=5 * 4**job.attempts)
        given_up = (job.name, dict(job.payload)) if job.state == "failed" else None
    if given_up is not None:
        _give_up(*given_up)


def _give_up(name: str, payload: dict[str, object]) -> None:
    try:
        if name in GIVEN_UP:
            GIVEN_UP[name](payload)  # type: ignore[arg-type]
    except Exception:
        logger.exception("job could not be given up", extra={"job": name})


def release_running() -> None:
    """Free the jobs that a dead worker left running; one that killed its worker too often has failed.

    Only the one worker of an installation may call this, when it starts: nobody else runs jobs then.
    """
    failed = []
    with write_transaction() as target:
        left = select(OutboxJob).where(OutboxJob.state == "running").order_by(OutboxJob.id)
        for job in target.scalars(left.with_for_update()):
            job.alive_at = None
            if job.attempts >= MAX_ATTEMPTS:
                job.state, job.finished_at, job.error = "failed", clock.now(), "WorkerDied"
                failed.append((job.name, dict(job.payload)))
            else:
                job.state, job.run_after = "waiting", clock.now()
    for name, payload in failed:
        _give_up(name, payload)


def due_jobs(limit: int = 100) -> list[int]:
    """Return ids of jobs that should run now, oldest first: new ones, retries, and ones whose worker died."""
    now = clock.now()
    ready = (OutboxJob.state == "waiting") & (OutboxJob.run_after <= now)
    due = select(OutboxJob.id).where(ready | _is_lost(now)).order_by(OutboxJob.id).limit(limit)
    return list(session().scalars(due).all())
