"""Messages to households: sent once, at decent hours, to those who agreed, checked again when they go."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.agenda.actions import messages as actions
from digital_inclusion.agenda.actions import sending
from digital_inclusion.agenda.jobs import send_message, watch_messages
from digital_inclusion.agenda.models import Message
from digital_inclusion.agenda.rules.messages import LEASE
from digital_inclusion.casework.actions.changing import withdraw_consent
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.jobs import OutboxJob
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, NotAllowed, NotFound, Unavailable
from digital_inclusion.foundation.mail import Refused, Unsure
from digital_inclusion.foundation.queue import sweep_jobs
from tests.factories.aftercare import does
from tests.factories.world import SYSTEM, World
from tests.support.accounts import KeepingMailer
from tests.support.messages import NUMBER, at, blocks, changes, gateway, messages, new_text, open_tasks, texted, writes

WORDS = "See you on Monday."


def states() -> list[tuple[str, str | None]]:
    return [(one.state, one.reason) for one in messages()]


def test_in_the_day_it_goes_at_once(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch)
    with at(10):
        code = writes(world, texted(world).id)
    (one,) = messages()
    assert keeps.sent == [(NUMBER, WORDS)]
    assert (one.code, one.state, one.reference, one.parts, one.tries) == (code, "sent", "G-1", 1, 1)


def test_at_night_it_waits_for_the_morning(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch)
    with at(22, 40):
        writes(world, texted(world).id)
        sweep_jobs(app)
    (one,) = messages()
    assert one.state == "waiting" and one.send_after is not None and keeps.sent == []
    assert clock.local(one.send_after).hour == 8 and clock.local(one.send_after) > clock.local(one.written_at)
    with at(7, 59, days=2):
        sweep_jobs(app)
        assert states() == [("waiting", None)]
    with at(8, 1, days=2):
        sweep_jobs(app)
        sweep_jobs(app)
    assert states() == [("sent", None)] and keeps.sent == [(NUMBER, WORDS)]


def test_a_late_worker_does_not_wake_anybody(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written in the day, but the worker comes at night: it waits again."""
    keeps = gateway(app, monkeypatch, Unavailable())
    with at(19, 59):
        writes(world, texted(world).id)
    assert states() == [("waiting", None)]  # the gateway did not answer
    with at(20, 30):
        sweep_jobs(app)
    assert keeps.sent == [] and states() == [("waiting", None)]
    with at(8, 1, days=2):
        sweep_jobs(app)
    assert len(keeps.sent) == 1


@pytest.mark.parametrize(
    ("written", "goes"),
    [
        ("2026-03-07 22:00", "2026-03-08 08:00"),  # the night in which clocks go forward
        ("2026-03-08 01:59", "2026-03-08 08:00"),
        ("2026-10-31 23:00", "2026-11-01 08:00"),  # the night in which they go back
        ("2026-11-01 01:30", "2026-11-01 08:00"),
        ("2026-11-01 12:00", "2026-11-01 12:00"),
    ],
)
@pytest.mark.only_sqlite  # a rule of the clock
def test_quiet_hours_end_by_the_citys_clock(world: World, written: str, goes: str) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    now = datetime.fromisoformat(written).replace(tzinfo=zone)
    assert clock.local(actions.awake_at(now)) == datetime.fromisoformat(goes).replace(tzinfo=zone)


@pytest.mark.only_sqlite  # a rule of the clock
def test_hour_that_the_clock_shows_twice_still_lies_ahead(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    file = actions.get_program().file
    quiet = file.messages.model_copy(update={"quiet_from": "22:00", "quiet_until": "01:30"})
    again = type("Program", (), {"file": file.model_copy(update={"messages": quiet})})
    monkeypatch.setattr(actions, "get_program", lambda: again)
    second = datetime(2026, 11, 1, 1, 10, fold=1, tzinfo=ZoneInfo("America/Los_Angeles"))
    awake = actions.awake_at(clock.as_utc(second))
    assert awake - clock.as_utc(second) == timedelta(minutes=20)


def test_what_changed_between_writing_and_sending_is_heeded(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch)
    homes = {why: texted(world, name=f"Family {why}") for why in ("withdrawn", "erased", "phone", "changed")}
    with at(22):
        for home in homes.values():
            writes(world, home.id)
        does(
            world, withdraw_consent, who="navigator_a", household_id=homes["withdrawn"].id, purposes=["follow_up"],
        )  # fmt: skip
        does(world, erase_household, who="partner_lead_a", household_id=homes["erased"].id, reason="asked")
    changes(homes["phone"].id, safe_contact="phone")
    changes(homes["changed"].id, phone_e164="+14085550199")
    with at(9, days=2):
        sweep_jobs(app)
    assert states() == [("not_sent", why) for why in homes] and keeps.sent == []
    assert [one.body is None for one in messages()] == [False, True, False, False]


@pytest.mark.parametrize(
    ("safe", "code"), [(None, "way_unknown"), ("phone", "phone"), ("in_person", "in_person"), ("none", "none")]
)
def test_no_safe_way_no_message(world: World, safe: str | None, code: str) -> None:
    home = texted(world, safe_contact=safe)
    with at(10), pytest.raises(actions.MayNotWrite) as refused:
        writes(world, home.id)
    assert refused.value.code == code and messages() == []


def test_others_households_are_not_there(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    home = texted(world)
    with at(22):
        code = writes(world, home.id)
        with pytest.raises(NotFound):
            writes(world, home.id, who="navigator_b")
        for who, error in (("navigator_b", NotFound), ("auditor", NotAllowed), ("technician_a", NotAllowed)):
            with pytest.raises(error):
                does(world, actions.cancel_message, who=who, code=code)
        does(world, actions.cancel_message, who="partner_lead_a", code=code)
        with pytest.raises(Conflict, match="too late"):
            does(world, actions.cancel_message, who="navigator_a", code=code)
    with at(9, days=2):
        sweep_jobs(app)
    assert states() == [("not_sent", "cancelled")]


def test_killed_while_sending_it_is_never_sent_again_by_itself(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch, KeyboardInterrupt())  # type: ignore[arg-type]
    with at(10), pytest.raises(KeyboardInterrupt):
        writes(world, texted(world).id)
    (one,) = messages()
    assert one.state == "sending"
    with at(11):
        send_message({"message": one.id})  # the worker after it
        watch_messages({})
        watch_messages({})
    assert states() == [("unknown", None)] and keeps.sent == [] and open_tasks() == [("not_reached", one.code)]
    with at(22):
        does(world, actions.settle_message, who="navigator_a", code=one.code, went=False)
        with pytest.raises(Conflict, match="known by now"):
            does(world, actions.settle_message, who="navigator_a", code=one.code, went=True)
    with at(9, days=2):
        sweep_jobs(app)
    assert states() == [("sent", None)] and len(keeps.sent) == 1


def test_a_person_says_that_it_went(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch, Unsure())
    with at(10):
        code = writes(world, texted(world).id)
        assert states() == [("unknown", None)]
        does(world, actions.settle_message, who="navigator_a", code=code, went=True)
    assert states() == [("sent", None)] and keeps.sent == []


def test_gateway_that_is_down_is_tried_again_and_then_told(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch, *[Unavailable() for _time in range(5)])
    with at(10):
        code = writes(world, texted(world).id)
    for minutes in (1, 5, 20, 59):
        assert states() == [("waiting", None)]
        with at(10, minutes):
            sweep_jobs(app)
    assert states() == [("failed", "unreachable")] and keeps.sent == [] and open_tasks() == [("not_reached", code)]


def test_refused_address_gets_nothing_more(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch, Refused())
    home = texted(world)
    with at(10):
        code = writes(world, home.id)
        assert states() == [("bounced", "refused")] and blocks() == [("sms", "bounce")]
        assert open_tasks() == [("not_reached", code)]
        with pytest.raises(actions.MayNotWrite, match="does not work"):
            writes(world, home.id)
        changes(home.id, phone_e164="+14085550177")  # corrected: the new number is another one
        writes(world, home.id)


def test_email_carries_the_reference_by_which_it_bounces(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = KeepingMailer()
    monkeypatch.setitem(app.extensions, "mailer", mail)
    home = texted(world, safe_contact="email", email="family@example.org")
    with at(10):
        writes(world, home.id, new_text(channel="email", subject="Your appointment"))
    assert mail.sent == [("family@example.org", "Your appointment", WORDS)]
    (one,) = messages()
    assert (one.state, one.reference, one.parts) == ("sent", f"{one.code}.1", None)


def test_without_a_gateway_nobody_can_write(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from digital_inclusion.foundation.texting import NoTexter

    monkeypatch.setitem(app.extensions, "texter", NoTexter())
    with at(10), pytest.raises(actions.MayNotWrite, match="cannot send"):
        writes(world, texted(world).id)


def test_neither_audit_nor_jobs_tell_words_or_numbers(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch, Unavailable())
    with at(10):
        writes(world, texted(world).id, new_text("Zanzibarwords"))
    with at(11):
        sweep_jobs(app)
    session().rollback()
    told = [str(row.details) for row in session().scalars(select(AuditEvent).order_by(AuditEvent.id))]
    told += [f"{row.payload} {row.error}" for row in session().scalars(select(OutboxJob).order_by(OutboxJob.id))]
    assert any("message" in one for one in told)
    assert not [one for one in told if any(word in one for word in ("Zanzibar", "5550123", "555-0123"))]
    assert session().scalars(select(Message.state)).all() == ["sent"]


def test_lease_is_respected(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that is just being sent is nobody's to judge."""
    gateway(app, monkeypatch)
    with at(22):
        writes(world, texted(world).id)
    (one,) = messages()
    with at(9, days=2):
        with write_transaction():
            assert sending.begin_sending(message_id=one.id, links={}, by=SYSTEM) is not None
        now = clock.now()
    use_scope(EVERYTHING)
    with clock.frozen(now + LEASE - timedelta(seconds=1)):
        watch_messages({})
        assert states() == [("sending", None)]
    with clock.frozen(now + LEASE + timedelta(seconds=1)):
        watch_messages({})
        assert states() == [("unknown", None)]
