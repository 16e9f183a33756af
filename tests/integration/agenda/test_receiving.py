"""What gateways tell: reports in any order, stop words, answers, texts from nobody we know; each thing once."""

import json
from itertools import permutations
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.agenda.actions.messages import MayNotWrite
from digital_inclusion.agenda.jobs import send_message, watch_messages
from digital_inclusion.agenda.models import MessageReport
from digital_inclusion.agenda.routes.messages import HEADER, MOST_LINES
from digital_inclusion.agenda.schemas import Told, read_told
from digital_inclusion.casework.actions.consenting import give_consent
from digital_inclusion.casework.rules.enrollment import NewConsent
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import session
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Invalid
from tests.factories.aftercare import does
from tests.factories.world import World
from tests.support.messages import (
    NUMBER,
    at,
    blocks,
    gateway,
    messages,
    new_text,
    open_tasks,
    tells,
    text_in,
    texted,
    writes,
)

SECRET = "a secret of thirty-two characters!"
URL = "/messages/incoming"


def report(kind: str, reference: str = "G-1") -> Told:
    """Return what the gateway says of a text."""
    return Told(kind, "sms", reference)


@pytest.mark.parametrize("order", list(permutations(("delivered", "failed", "bounced"))))
@pytest.mark.only_sqlite  # the rule is tested for itself
def test_reports_in_any_order_end_alike(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, order: tuple[str, ...]
) -> None:
    gateway(app, monkeypatch)
    with at(10):
        code = writes(world, texted(world).id)
        for kind in order:
            assert tells(report(kind)).new == 1
            assert tells(report(kind), report(kind)).repeated == 2
    assert [(one.state, one.reason) for one in messages()] == [("bounced", "refused")]
    assert blocks() == [("sms", "bounce")] and open_tasks() == [("not_reached", code)]


def test_delivered_is_told(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    with at(10):
        writes(world, texted(world).id)
        assert tells(report("delivered"), report("delivered", "NOBODYS")).new == 2
    (one,) = messages()
    assert one.state == "delivered" and one.settled_at is not None and open_tasks() == []


def test_report_before_we_know_the_reference_counts(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    with at(22):
        writes(world, texted(world).id)
    tells(report("delivered"))  # faster than our own note
    with at(9, days=2):
        send_message({"message": messages()[0].id})
        assert [one.state for one in messages()] == ["delivered"]
        watch_messages({})
    assert [one.state for one in messages()] == ["delivered"]


@pytest.mark.parametrize("word", ["STOP", "alto", "DUNG", "停止"])
def test_stop_holds_at_once_and_for_every_partner(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    keeps = gateway(app, monkeypatch)
    home, other = texted(world), texted(world, "b", name="Theirs")
    with at(22):
        writes(world, home.id)  # waits for the morning
    with at(23):
        assert tells(text_in(word)).new == 1
    assert blocks() == [("sms", "stop")]
    with at(9, days=2):
        for who, one in (("navigator_a", home), ("navigator_b", other)):
            with pytest.raises(MayNotWrite, match="asked us to stop"):
                writes(world, one.id, who=who)
        send_message({"message": messages()[0].id})
    assert [(one.kind, one.state, one.reason) for one in messages()] == [
        ("own", "not_sent", "stopped"), ("stop", "received", None)
    ]  # fmt: skip
    assert keeps.sent == [] and open_tasks() == []  # nothing to do: it is heeded


def test_stop_from_a_number_that_nobody_knows_holds_when_it_is_enrolled(world: World) -> None:
    with at(10):
        assert tells(text_in("stop")).unknown_number == 1
        home = texted(world)
        with pytest.raises(MayNotWrite, match="asked us to stop"):
            writes(world, home.id)


def test_start_resumes_what_stop_stopped(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch)
    home = texted(world)
    with at(10):
        tells(text_in("STOP", "1"), text_in("stop", "2"))
        assert blocks() == [("sms", "stop")]
        tells(text_in("Start", "3"))
        assert blocks() == [] and blocks(ended=True) == [("sms", "stop")]
        writes(world, home.id)
        assert len(keeps.sent) == 1
        tells(report("bounced"))
        assert blocks() == [("sms", "bounce")]
        with pytest.raises(MayNotWrite, match="does not work"):
            writes(world, home.id)
        tells(text_in("start", "4"))  # nothing was stopped: it is an answer, and shows that the number works
        assert blocks() == []
    assert [one.kind for one in messages() if one.direction == "in"] == ["stop", "stop", "start", "text"]


def test_new_consent_of_the_person_lifts_the_stop_for_that_household(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch)
    home, other = texted(world), texted(world, "b", name="Theirs")
    with at(10):
        tells(text_in("STOP"))
    with at(11):
        new = NewConsent(
            purposes=["service", "follow_up"],
            text_version="2026-1",
            language="en",
            way="spoken",
            given_on=clock.today(),
        )
        does(world, give_consent, who="navigator_a", household_id=home.id, new=new)
        writes(world, home.id)
        with pytest.raises(MayNotWrite, match="asked us to stop"):
            writes(world, other.id, who="navigator_b")
    assert len(keeps.sent) == 1 and blocks() == [("sms", "stop")]


def test_answer_is_kept_once_and_is_something_to_do(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    home = texted(world)
    texted(world, "b", name="Theirs")  # has the number too, but wrote nothing
    with at(10):
        writes(world, home.id)
        assert tells(text_in("Yes, Monday <b>is</b> fine")).new == 1
        assert tells(text_in("Yes, Monday <b>is</b> fine")).repeated == 1
    came = [one for one in messages() if one.direction == "in"]
    assert [(one.household_id, one.body) for one in came] == [(home.id, "Yes, Monday <b>is</b> fine")]
    assert open_tasks() == [("answered", came[0].code)]


def test_text_from_nobody_we_know_is_counted_and_kept_nowhere(world: World) -> None:
    texted(world)
    assert tells(text_in("Whose number is this?", number="+14085550999")).unknown_number == 1
    assert messages() == [] and open_tasks() == []
    events = session().scalars(select(AuditEvent).where(AuditEvent.name == "messages.received"))
    assert [one.details for one in events] == [{"new": 0, "repeated": 0, "unknown_numbers": 1}]


@pytest.mark.parametrize(
    "line",
    ["", "[]", "nonsense", "{", '{"kind": "delivered"}', '{"kind": "eaten", "reference": "x"}', "[" * 10_000,
     '{"kind": "delivered", "reference": ""}', '{"kind": "delivered", "reference": 7}', "9" * 30_000,
     '{"kind": "delivered", "channel": "pigeon", "reference": "x"}', '{"kind": "text", "reference": "x"}',
     '{"kind": "text", "reference": "x", "from": "12", "body": "hi"}', '{"kind": ["text"], "reference": "x"}',
     '{"kind": "text", "channel": "email", "reference": "x", "from": "(408) 555-0123", "body": "hi"}',
     '{"kind": "delivered", "channel": [], "reference": "x"}', '{"kind": "delivered", "reference": "x\\u0000"}',
     '{"kind": "delivered", "reference": "\\ud800"}', '{"kind": "delivered", "channel": {}, "reference": "x"}',
     '{"kind": "text", "reference": "x", "from": "(408) 555-0123", "body": 7}', json.dumps({"reference": "y" * 121})],
)  # fmt: skip
def test_lines_that_tell_nothing_are_refused(line: str) -> None:
    with pytest.raises(Invalid):
        read_told(line)


def test_half_a_sign_does_not_lose_the_answer(world: World) -> None:
    """A network cut an emoji in two: what is left is kept."""
    home = texted(world)
    line = json.dumps({"kind": "text", "reference": "9", "from": NUMBER, "body": "On my way \ud83d"})
    assert tells(read_told(line)).new == 1
    assert [(one.household_id, one.body) for one in messages()] == [(home.id, "On my way ")]


def test_who_writes_from_a_number_that_bounced_can_be_written_to(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch)
    home = texted(world)
    with at(10):
        writes(world, home.id)
        tells(Told("bounced", "sms", "G-1"))
        assert blocks() == [("sms", "bounce")]
        tells(text_in("I am back"))
        assert blocks() == []
        writes(world, home.id, new_text("Good."))
    assert [one.state for one in messages()] == ["bounced", "received", "sent"]


def test_message_id_of_a_bounced_email_is_its_reference() -> None:
    line = json.dumps({"kind": "bounced", "channel": "email", "reference": "<ABC.1@city.example>"})
    assert read_told(line) == Told("bounced", "email", "ABC.1")


def test_file_is_taken_in_and_the_same_again_changes_nothing(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gateway(app, monkeypatch)
    with at(10):
        writes(world, texted(world).id)
    file = tmp_path / "told.jsonl"
    told = [{"kind": "delivered", "reference": "G-1"}, {"kind": "text", "reference": "7", "from": NUMBER, "body": "ok"}]
    file.write_text("\n".join(map(json.dumps, told)) + "\nnonsense\n")
    runner = app.test_cli_runner()
    first = runner.invoke(args=["messages", "receive", str(file)])
    assert first.exit_code == 1 and "2 new, 0 told before" in first.output
    assert "Line 3 was left out: The line is not JSON." in first.output
    file.write_text("\n".join(map(json.dumps, told)))
    again = runner.invoke(args=["messages", "receive", str(file)])
    assert again.exit_code == 0 and "0 new, 2 told before" in again.output
    assert [one.state for one in messages()] == ["delivered", "received"]


def _call(client: FlaskClient, *told: object, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {HEADER: secret}
    return client.post(URL, data="\n".join(map(json.dumps, told)), headers=headers).status_code


TELLS = {"kind": "delivered", "reference": "G-1"}


def test_nobody_calls_without_the_secret(app: Flask, client: FlaskClient, world: World) -> None:
    assert _call(client, TELLS) == 404  # no secret is set: there is no such page
    app.config["MESSAGES_SECRET"] = SECRET
    try:
        for wrong in (None, "", "x", SECRET[:-1], SECRET + "x"):
            assert _call(client, TELLS, secret=wrong) == 403
        assert session().scalar(select(func.count(MessageReport.id))) == 0
        assert _call(client, TELLS) == 200
        for _time in range(20):
            last = _call(client, TELLS, secret="guess")
        assert last == 429
        assert client.get(URL).status_code in {302, 404, 405}
    finally:
        app.config["MESSAGES_SECRET"] = None


def test_gateway_calls(app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    monkeypatch.setitem(app.config, "MESSAGES_SECRET", SECRET)
    with at(10):
        writes(world, texted(world).id)
        answer = client.post(URL, data=json.dumps(TELLS), headers={HEADER: SECRET}, mimetype="application/json")
        assert answer.get_json() == {"new": 1, "repeated": 0, "unknown_number": 0}
        assert _call(client, {"kind": "text", "reference": "8", "from": NUMBER, "body": "STOP"}) == 200
    assert [one.state for one in messages()] == ["delivered", "received"] and blocks() == [("sms", "stop")]
    assert _call(client) == _call(client, "nonsense") == _call(client, *[TELLS] * (MOST_LINES + 1)) == 400
    assert _call(client, TELLS, {"kind": "failed"}) == 400  # all or nothing: it is told again
    as_form = client.post(URL, data=TELLS, headers={HEADER: SECRET})
    assert as_form.status_code == 400 and "application/x-ndjson" in as_form.get_data(as_text=True)
    big = client.post(URL, data="x" * 300_000, headers={HEADER: SECRET})
    assert big.status_code == 413
