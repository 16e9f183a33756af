"""Another SECRET_KEY: nobody who stopped us is recognized, so nothing goes until somebody says how to go on."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from digital_inclusion.agenda.actions.keys import note_restored
from digital_inclusion.agenda.actions.messages import MayNotWrite, settle_message
from digital_inclusion.foundation.database import EVERYTHING, use_scope, write_transaction
from digital_inclusion.foundation.queue import sweep_jobs
from tests.factories.aftercare import does
from tests.factories.world import SYSTEM, World, sign_in
from tests.support.messages import at, blocks, gateway, messages, tells, text_in, texted, writes
from tests.support.pages import check_page, page_text

OTHER = "another key of thirty-two characters!"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(app: Flask) -> Run:
    def do(*arguments: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["messages", "key", *arguments])
        return done.exit_code, done.output

    return do


def test_under_another_key_nothing_goes_until_somebody_accepts_it(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    keeps = gateway(app, monkeypatch)
    stopped, waits = texted(world, phone_e164="+14085550121"), texted(world, name="Waits", phone_e164="+14085550122")
    with at(10):
        tells(text_in("STOP", number="+14085550121"), text_in("stop", "2", number="+14085550199"))
        assert run()[0] == 0 and run("--accept")[0] == 0
    with at(22):
        writes(world, waits.id)
    monkeypatch.setitem(app.config, "SECRET_KEY", OTHER)
    with at(9, days=2):
        sweep_jobs(app)
        assert [one.state for one in messages() if one.direction == "out"] == ["waiting"]
        with pytest.raises(MayNotWrite) as refused:
            writes(world, stopped.id)
        assert refused.value.code == "key_changed"
        page = sign_in(client, world.users["administrator"]).get("/operations/health")
        check_page(page)
        assert "no message is sent to anybody" in page_text(page)
        code, said = run()
        assert code == 1 and "2 addresses get nothing" in said and "--accept" in said
        code, said = run("--accept")
        assert code == 0 and "1 addresses stay stopped, 1 are not recognized" in said
        assert run("--accept")[0] == 0 and len(blocks()) == 3  # once
        with pytest.raises(MayNotWrite) as refused:
            writes(world, stopped.id)
        assert refused.value.code == "stopped"
    with at(11, days=2):
        sweep_jobs(app)
        # its fingerprint is of the old key: nobody can tell whether the number is still the same
        assert [one.reason for one in messages() if one.direction == "out"] == ["changed"] and keeps.sent == []
        writes(world, waits.id)
    assert len(keeps.sent) == 1


def test_what_waited_in_a_backup_is_sent_by_nobody_but_a_person(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch)
    with at(22):
        codes = [writes(world, texted(world, name=f"Family {place}").id) for place in range(2)]
    with write_transaction():
        assert note_restored(key=None, by=SYSTEM) == 2
    use_scope(EVERYTHING)
    with at(9, days=2):
        sweep_jobs(app)
        assert [one.state for one in messages()] == ["unknown", "unknown"] and keeps.sent == []
        does(world, settle_message, who="navigator_a", code=codes[0], went=True)
        does(world, settle_message, who="navigator_a", code=codes[1], went=False)
    assert [one.state for one in messages()] == ["sent", "sent"] and len(keeps.sent) == 1
