"""The demo's classes: one that runs, with who came so far, and one to come. Invented."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ...households.models import Enrollment, Household
from ...progress.queries.served import get_served
from ...skills.actions.asking import RESIDENT, ask_for_seat
from ...skills.actions.attendance import note_attendance
from ...skills.actions.classes import create_class
from ...skills.actions.places import join_class
from ...skills.models import TrainingClass
from ...skills.queries.classes import list_sessions
from ...skills.queries.places import list_places
from ...skills.queries.requests import get_open
from ...skills.rules.attendance import Mark
from ...skills.rules.classes import NewClass, NewSessions
from ...skills.rules.requests import Asking
from .doing import Desk

_RUNS = NewClass(
    title="Computer basics, mornings", topic="Email and safety", language="es", seats=8,
    place="Branch library, program room", description="Bring your phone or your laptop. Children are welcome.",
)  # fmt: skip
_COMES = NewClass(
    title="Video calls with family and doctors", topic="Video calls", language="vi", seats=10,
    place="Community center, room 4", description="We lend you a tablet. Tea is served.", is_open=True,
)  # fmt: skip
_ASKING = (
    Asking(name="Hoa", language="vi", phone="(408) 555-0171", phone_e164="+14085550171"),
    Asking(name="Beatriz", language="es", email="beatriz@example.org"),
)
_SESSIONS_SO_FAR, _WEEKS, _PEOPLE = 3, 5, 10
_WEEK, _LONG = timedelta(weeks=1), timedelta(minutes=90)


def fill_classes(desk: Desk) -> None:
    """Plan two classes for two organizations, enroll people, and note who came to the sessions that are over."""
    for staff in [one for one in desk.world.staff.values() if one][:2]:
        _fill(desk, staff[0])


def _fill(desk: Desk, by: Actor) -> None:
    until = datetime.combine(desk.plan.until, time(8, 30))  # before a desk day begins
    first = until - _SESSIONS_SO_FAR * _WEEK + timedelta(days=1)
    with desk.at(first.date() - _WEEK):
        runs = create_class(
            new=_RUNS, sessions=NewSessions(starts_at=first, ends_at=first + _LONG, weeks=_WEEKS), by=by
        )
        for code in _households(by.partner_id or 0, before=first.date()):
            served = get_served(code)
            join_class(course=runs, household=served, member_id=served.members[0][0], by=by)
    for week in range(_SESSIONS_SO_FAR):
        with desk.at(first.date() + week * _WEEK):
            _note(runs, week, by)
    with desk.at(desk.plan.until):
        comes = until + timedelta(days=10, hours=5)
        made = create_class(new=_COMES, sessions=NewSessions(starts_at=comes, ends_at=comes + _LONG, weeks=3), by=by)
        _ask(made.code)


def _ask(code: str) -> None:
    """Let residents ask for a seat on the public page."""
    found = get_open(code, now=clock.now())
    for asking in _ASKING:
        ask_for_seat(course=found, asking=asking, consent_language="vi", address="203.0.113.9", by=RESIDENT)


def _households(partner_id: int, *, before: date) -> Sequence[str]:
    """Return households that had agreed by the first session, so that their hours count."""
    served = select(Household.code).where(
        Household.partner_id == partner_id,
        Household.erased_at.is_(None),
        Household.id.in_(
            select(Enrollment.household_id).where(Enrollment.closed_on.is_(None), Enrollment.enrolled_on < before)
        ),
    )
    return session().scalars(served.order_by(Household.id.desc()).limit(_PEOPLE)).all()


def _note(course: TrainingClass, week: int, by: Actor) -> None:
    """Note who came: each week another one stayed away, and one left early."""
    seated, _waiting = list_places(course.id)
    marks = {place.member_id: Mark(90) for place in seated}
    marks[seated[week].member_id] = Mark(None)
    marks[seated[-1].member_id] = Mark(60)
    note_attendance(one=list_sessions(course.id)[week], marks=marks, seen=0, by=by)
