"""Views are recorded beside the requests: every one of them, and never in the request's way."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.web import viewing
from digital_inclusion.foundation.web.viewing import Recorder, View
from tests.factories.world import SYSTEM


def _view(number: int) -> View:
    return View("household.viewed", SYSTEM, {"subject_type": "households", "subject_id": number})


def _seen() -> int:
    session().rollback()
    return session().scalar(select(func.count()).select_from(AuditEvent)) or 0


@pytest.fixture
def recorder(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """A recorder as a server has it, that waits for nobody."""
    monkeypatch.setattr(viewing, "TOGETHER_SECONDS", 0.0)
    made = Recorder(app)
    yield made
    made.finish()


def test_recorder_has_written_every_view_when_the_process_ends(recorder: Recorder) -> None:
    for number in range(1, 251):
        recorder.take([_view(number)])
    recorder.finish()
    assert _seen() == 250


def test_recorder_takes_a_view_at_once_while_somebody_else_writes(recorder: Recorder) -> None:
    with write_transaction():
        session().execute(select(func.count()).select_from(AuditEvent))
        recorder.take([_view(1)])  # would wait for the lock if it wrote here
    recorder.finish()
    assert _seen() == 1


def test_recorder_writes_in_the_request_when_too_many_wait(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewing, "MOST_WAITING", 2)
    recorder.take([_view(1), _view(2), _view(3)])
    assert _seen() == 3
