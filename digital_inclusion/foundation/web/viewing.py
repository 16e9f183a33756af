"""Views of personal data are recorded too: in a transaction of their own, once the page has been made."""

import contextlib
import logging
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from flask import Flask, g, has_app_context

from config import Settings

from ..access.identity import Actor
from ..audit.actions import record_many
from ..database import write_transaction

logger = logging.getLogger(__name__)
TOGETHER_SECONDS = 1.0  # each write makes SQLite's other connections read again what they had kept of the file
MOST_WAITING = 2000
MOST_AT_ONCE = 500  # in one transaction


class View(NamedTuple):
    """Somebody saw personal data; ``details`` are those of ``audit.actions.record``."""

    name: str
    by: Actor
    details: dict[str, Any]


def note_view(name: str, *, by: Actor, **details: Any) -> None:
    """Remember that ``by`` saw personal data; the event ``name`` is recorded after the response.

    ``details`` are those of ``audit.actions.record`` (subject_type, subject_id, partner_id, counts).
    """
    g.setdefault("views", []).append(View(name, by, details))


def note_household(household_id: int, *, partner_id: int, by: Actor) -> None:
    """Remember that ``by`` saw one household's data."""
    note_view("household.viewed", by=by, subject_type="households", subject_id=household_id, partner_id=partner_id)


def note_households(count: int, *, by: Actor) -> None:
    """Remember that ``by`` saw a list of ``count`` households."""
    if count:
        note_view("household.viewed", by=by, households=count)


class Recorder:
    """Records views beside the requests, so that no page waits for the disk or for somebody's write.

    One thread writes whatever came together in a second. It starts with the first view (so that every
    process of a server has its own) and is waited for when the process ends. A request whose views find too many
    waiting writes them itself.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._waiting: deque[View] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="views")
        self._is_due = False

    def take(self, views: Sequence[View]) -> None:
        """Record these views soon."""
        self._waiting.extend(views)
        if len(self._waiting) > MOST_WAITING:
            self._write()
        elif not self._is_due:
            self._is_due = True
            self._thread.submit(self._write_soon)

    def finish(self) -> None:
        """Wait until everything taken is recorded; the end of the process does the same by itself."""
        self._thread.shutdown()

    def _write_soon(self) -> None:
        time.sleep(TOGETHER_SECONDS)
        self._is_due = False  # before reading: whatever comes from now on makes itself due
        self._write()

    def _write(self) -> None:
        """Record every view that waits."""
        while views := self._some():
            with contextlib.nullcontext() if has_app_context() else self._app.app_context():
                record_views(views)

    def _some(self) -> list[View]:
        """Take some of those that wait, the oldest first; two threads never take the same."""
        views: list[View] = []
        with contextlib.suppress(IndexError):
            while len(views) < MOST_AT_ONCE:
                views.append(self._waiting.popleft())
        return views


def record_views(views: Sequence[View]) -> None:
    """Record the views in a transaction of their own."""
    try:
        with write_transaction():
            record_many(views)
    except Exception:
        # the pages have been made; whoever operates the product must hear of it
        logger.exception("views of personal data were not recorded", extra={"events": [view.name for view in views]})


def init_viewing(app: Flask) -> None:
    """Record what was seen when the request is over; must come after ``init_transactions``."""
    settings: Settings = app.extensions["settings"]
    take = record_views if settings.immediate_jobs else Recorder(app).take

    @app.teardown_request
    def take_views(error: BaseException | None) -> None:
        views = g.pop("views", [])
        if error is None and views:
            take(views)
