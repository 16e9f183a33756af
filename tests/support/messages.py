"""Messages in tests: a household that may be texted, gateways that keep or fail, what is on record."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.agenda.actions.receiving import Counted, receive
from digital_inclusion.agenda.models import Message, MessageBlock, Task
from digital_inclusion.agenda.rules.messages import NewMessage
from digital_inclusion.agenda.schemas import Told
from digital_inclusion.casework.actions.enrolling import EnrolledHousehold
from digital_inclusion.casework.actions.writing import write_to_household
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from tests.factories.aftercare import does
from tests.factories.served import serve
from tests.factories.world import SYSTEM, World

NUMBER = "+14085550123"


@dataclass
class KeepingTexter:
    """A gateway that keeps what it is given; ``fails`` is raised instead, as often as it holds errors."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    def send(self, *, to: str, body: str) -> str:
        """Keep one message, under the reference "G-1", "G-2", …"""
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append((to, body))
        return f"G-{len(self.sent)}"


def gateway(app: Flask, monkeypatch: pytest.MonkeyPatch, *fails: Exception) -> KeepingTexter:
    """Let the app send by a gateway that keeps."""
    keeps = KeepingTexter(fails=list(fails))
    monkeypatch.setitem(app.extensions, "texter", keeps)
    return keeps


def at(hour: int, minute: int = 0, *, days: int = 1) -> AbstractContextManager[None]:
    """Hold the clock at an hour of the city's day after ``days`` days."""
    day = clock.today() + timedelta(days=days)
    return clock.frozen(clock.from_local(datetime(day.year, day.month, day.day, hour, minute)))


def texted(world: World, partner: str = "a", **changes: Any) -> EnrolledHousehold:
    """Enroll a household that agreed to be texted."""
    return serve(world, partner, deliveries=(), **({"safe_contact": "text"} | changes))


def new_text(words: str = "See you on Monday.", **changes: Any) -> NewMessage:
    """Return a text message in English."""
    return NewMessage(**({"kind": "own", "channel": "sms", "language": "en", "words": words} | changes))


def writes(world: World, household_id: int, new: NewMessage | None = None, *, who: str = "navigator_a") -> str:
    """Write to the household, and commit; return the message's code. In the day it is sent at once."""
    new = new or new_text()
    made = does(world, write_to_household, who=who, household_id=household_id, new=new, goes_out=new.words)
    return str(made.code)


def tells(*told: Told) -> Counted:
    """Let the gateway tell something, and commit."""
    use_scope(EVERYTHING)
    with write_transaction():
        counted = receive(told=list(told), by=SYSTEM)
    use_scope(EVERYTHING)
    return counted


def text_in(words: str, reference: str = "IN-1", number: str = NUMBER) -> Told:
    """Return a text that somebody sends us."""
    return Told("text", "sms", reference, number, words)


def messages() -> list[Message]:
    """Return all messages as they stand, the oldest first."""
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(Message).order_by(Message.id)))


def blocks(*, ended: bool = False) -> list[tuple[str, str]]:
    """Return channel and cause of what keeps addresses from getting anything."""
    session().rollback()
    rows = select(MessageBlock).where(MessageBlock.ended_at.is_not(None) if ended else MessageBlock.ended_at.is_(None))
    return [(one.channel, one.cause) for one in session().scalars(rows.order_by(MessageBlock.id))]


def open_tasks() -> list[tuple[str, str]]:
    """Return kind and thing of all open tasks."""
    session().rollback()
    use_scope(EVERYTHING)
    rows = select(Task).where(Task.done_at.is_(None)).order_by(Task.id)
    return [(one.kind, one.thing) for one in session().scalars(rows)]


def changes(household_id: int, **values: object) -> None:
    """Change the household's contact, as its page does."""
    use_scope(EVERYTHING)
    with write_transaction():
        home = session().get_one(Household, household_id)
        for name, value in values.items():
            setattr(home, name, value)
        record("household.changed", by=SYSTEM, subject=home, fields=sorted(values))
    use_scope(EVERYTHING)
