"""Who looks at a complaint is written to before the answer is due: once, without a word of what was written."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from digital_inclusion.accounts.models import User
from digital_inclusion.casework.actions.grievance_reminding import MAIL
from digital_inclusion.casework.queries.grievance_list import GrievanceFilter, list_grievances, to_do
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.jobs import HANDLERS, OutboxJob
from digital_inclusion.foundation.kernel import clock
from tests.factories.grievances import TEXT, answers, complains, looks, on_record
from tests.factories.world import World, add_user
from tests.support.accounts import KeepingMailer


@pytest.fixture
def sent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> KeepingMailer:
    keeping = KeepingMailer()
    monkeypatch.setitem(app.extensions, "mailer", keeping)
    return keeping


def works_off(days: int) -> None:
    """Run the daily job so many days later, and the mails that were ever asked for."""
    with clock.frozen(clock.now() + timedelta(days=days)):
        HANDLERS["casework.close_grievances"]({})
        use_scope(EVERYTHING)
        asked = select(OutboxJob.payload).where(OutboxJob.name == MAIL).order_by(OutboxJob.id)
        payloads = list(session().scalars(asked))
        session().rollback()
        for payload in payloads:
            HANDLERS[MAIL](payload)  # type: ignore[arg-type]


def test_owner_is_written_to_once_before_the_day(world: World, sent: KeepingMailer) -> None:
    reference, _nobodys = complains(world), complains(world)
    looks(world, reference)
    works_off(24)
    assert sent.sent == []
    works_off(25)
    works_off(26)
    assert session().scalar(select(func.count(OutboxJob.id)).where(OutboxJob.name == MAIL)) == 1  # nor asked for again
    ((_to, subject, body),) = [mail[:3] for mail in sent.sent]
    assert reference in subject and f"/grievances/{reference}" in body and TEXT not in body


def test_nobody_is_written_to_about_what_is_answered(world: World, sent: KeepingMailer) -> None:
    reference = complains(world)
    looks(world, reference)
    works_off(0)
    answers(world, reference)
    works_off(26)
    assert sent.sent == []


def test_what_somebody_left_behind_is_anybodys(world: World, sent: KeepingMailer) -> None:
    add_user(world, "program_manager", "city", "second")
    reference = complains(world)
    looks(world, reference)
    session().execute(update(User).where(User.id == world.users["program_manager"]).values(active=False))
    session().commit()
    works_off(31)
    use_scope(EVERYTHING)
    assert session().scalar(select(func.count(OutboxJob.id)).where(OutboxJob.name == MAIL)) == 0
    second = world.actor("second")
    assert sent.sent == [] and on_record(reference).state == "looking"
    assert [one.reference for one in session().scalars(to_do(second))] == [reference]
    with clock.frozen(clock.now() + timedelta(days=33)):
        (row,) = list_grievances(GrievanceFilter(late=True), by=second)
        assert (row.is_here, row.days_late) == (False, 3)
