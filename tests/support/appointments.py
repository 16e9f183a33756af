"""Appointments in tests: plan one the short way, move the clock past it, what is on record."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from digital_inclusion.agenda.models import Appointment
from digital_inclusion.agenda.rules.appointments import NewAppointment
from digital_inclusion.casework.actions.appointments import plan_appointment
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from tests.factories.aftercare import does
from tests.factories.world import World


def at(days: int, hour: int = 14, minute: int = 0) -> datetime:
    """Return a time on the city's clock, so many days from today."""
    day = clock.today() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute)


def new_appointment(world: World, *, who: str = "navigator_a", **changes: Any) -> NewAppointment:
    """Return an hour at our place, in three days at 2 PM."""
    values = {
        "owner_id": world.users[who], "starts": at(3), "minutes": 60, "place": "ours", "purpose": "papers",
        "words": "Bring the <b>letter</b>; 100%",
    } | changes  # fmt: skip
    return NewAppointment(**values)


def plans(world: World, household_id: int, *, who: str = "navigator_a", even_so: bool = False, **changes: Any) -> str:
    """Plan an appointment as somebody who meets them; return its code."""
    new = new_appointment(world, who=who, **changes)
    made = does(world, plan_appointment, who=who, household_id=household_id, new=new, even_so=even_so)
    return str(made.code)


def on_record() -> list[Appointment]:
    """Return all appointments as they stand, the oldest first."""
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(Appointment).order_by(Appointment.id)))


def one(code: str) -> Appointment:
    """Return the appointment with the code."""
    return next(found for found in on_record() if found.code == code)
