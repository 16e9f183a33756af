"""Many workers take the same message, and a gateway tells the same thing many times, at the same instant."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from digital_inclusion.agenda.jobs import send_message
from digital_inclusion.agenda.schemas import Told
from digital_inclusion.foundation.database import db, session
from digital_inclusion.foundation.kernel import clock
from tests.factories.world import World
from tests.support.messages import at, blocks, gateway, messages, open_tasks, tells, text_in, texted, writes

AT_ONCE = 6


def _at_once(app: Flask, work: Callable[[], object]) -> list[object]:
    """Do the work in several threads that begin together, each by this test's clock; return what each ended with."""
    barrier, ended, now = threading.Barrier(AT_ONCE, timeout=60), list[object](), clock.now()

    def run() -> None:
        with app.app_context(), clock.frozen(now):
            barrier.wait()
            try:
                ended.append(work())
            except Exception as error:
                ended.append(error)
            finally:
                db.session.remove()

    session().rollback()
    threads = [threading.Thread(target=run) for _number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def test_many_workers_send_once(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch)
    with at(22):
        writes(world, texted(world).id)
    (one,) = messages()
    payload = {"message": one.id}
    with at(9, days=2):
        assert _at_once(app, lambda: send_message(payload)) == [None] * AT_ONCE
    assert [(one.state, one.tries) for one in messages()] == [("sent", 1)] and len(keeps.sent) == 1


def test_the_same_told_many_times_at_once_counts_once(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch)
    with at(10):
        writes(world, texted(world).id)
        told = (Told("bounced", "sms", "G-1"), text_in("STOP", "7"), text_in("Hello", "8"))
        counts = [(one.new, one.repeated) for one in _at_once(app, lambda: tells(*told))]  # type: ignore[attr-defined]
    assert sum(new for new, _repeated in counts) == 3 and len(counts) == AT_ONCE
    assert blocks() == [("sms", "stop")] and blocks(ended=True) == [("sms", "bounce")]  # who writes has a number
    assert [one.kind for one in messages()] == ["own", "stop", "text"] and len(open_tasks()) == 2
