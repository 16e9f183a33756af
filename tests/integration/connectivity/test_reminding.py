"""A deadline that comes near is a task of the navigator, and a letter to those who agreed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.agenda.actions.tasks import finish_task
from digital_inclusion.agenda.models import Task
from digital_inclusion.connectivity.jobs.reminding import MAIL, REMIND
from digital_inclusion.connectivity.rules.applications import State
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.jobs import HANDLERS, OutboxJob
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Consent
from tests.factories.aftercare import does
from tests.factories.applications import application, moves, prepares
from tests.factories.served import serve
from tests.factories.world import SYSTEM, World
from tests.support.accounts import KeepingMailer


def tasks() -> list[tuple[str, str | None]]:
    session().rollback()
    use_scope(EVERYTHING)
    return [(one.thing, one.outcome) for one in session().scalars(select(Task).order_by(Task.id))]


def works_off() -> None:
    """Run the daily job, and the mails that it asks for."""
    HANDLERS[REMIND]({})
    use_scope(EVERYTHING)
    jobs = session().scalars(select(OutboxJob).where(OutboxJob.name == MAIL).order_by(OutboxJob.id)).all()
    payloads = [dict(job.payload) for job in jobs]
    session().rollback()
    for payload in payloads:
        HANDLERS[MAIL](payload)  # type: ignore[arg-type]


@pytest.fixture
def sent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> KeepingMailer:
    keeping = KeepingMailer()
    monkeypatch.setitem(app.extensions, "mailer", keeping)
    return keeping


def test_deadline_near_is_a_task_and_a_letter_once(world: World, sent: KeepingMailer) -> None:
    household = serve(world, email="rosa@example.org", safe_contact="email", language="es")
    code = prepares(world, household, "ca_lifeline")
    works_off()
    assert (tasks(), sent.sent) == ([], [])  # thirty days ahead
    with clock.frozen(clock.now() + timedelta(days=16)):
        works_off()
        works_off()
        assert tasks() == [(code, None)]
        assert [message[0] for message in sent.sent] == ["rosa@example.org"]
        text = "".join(sent.sent[0][1:])
        assert "LifeLine" not in text
        assert "Rosa" not in text
        use_scope(EVERYTHING)
        done = session().scalars(select(Task.code)).one()
        does(world, finish_task, who="navigator_a", code=done)
        works_off()
        assert tasks() == [(code, "done")]


def test_deadline_that_moved_closes_its_task(world: World, sent: KeepingMailer) -> None:
    code = prepares(world, serve(world), "ca_lifeline")
    with clock.frozen(clock.now() + timedelta(days=20)):
        works_off()
        moves(world, code, State.SUBMITTED)
        assert tasks() == [(code, "closed")]
        moves(world, code, State.PROBLEM, problem="not_used")
        with clock.frozen(clock.now() + timedelta(days=2)):
            works_off()
            assert tasks() == [(code, "closed"), (code, None)]
    assert sent.sent == []  # nobody said that mail is safe


@pytest.mark.parametrize("why", ["phone", "no address", "withdrawn", "not agreed", "expired"])
def test_no_letter_to_who_did_not_agree(world: World, sent: KeepingMailer, why: str) -> None:
    household = serve(world, email=None if why == "no address" else "rosa@example.org",
                      safe_contact="phone" if why == "phone" else "email")  # fmt: skip
    use_scope(EVERYTHING)
    with write_transaction():
        consent = session().scalars(select(Consent).where(Consent.household_id == household.id)).one()
        if why == "withdrawn":
            consent.withdrawn_on, consent.withdrawn_by, consent.withdrawn_purposes = clock.today(), 1, ["follow_up"]
        if why == "not agreed":
            consent.purposes = ["service"]
        if why == "expired":
            consent.expires_on = clock.today()
        record("household.changed", by=SYSTEM, fields=["consent"])
    code = prepares(world, household, "ca_lifeline")
    with clock.frozen(clock.now() + timedelta(days=20)):
        works_off()
    assert application(code).due_on is not None
    assert len(tasks()) == 1
    assert sent.sent == []
