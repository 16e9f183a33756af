"""Classes to look at: planned by a partner's navigator, with people in them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from digital_inclusion.casework.rules.enrollment import NewMember
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Member
from digital_inclusion.progress.queries.served import get_served
from digital_inclusion.skills.actions.asking import RESIDENT, ask_for_seat
from digital_inclusion.skills.actions.attendance import Noted, note_attendance
from digital_inclusion.skills.actions.classes import create_class
from digital_inclusion.skills.actions.places import join_class
from digital_inclusion.skills.models import ClassRequest, ClassSession
from digital_inclusion.skills.queries.classes import get_class, get_session
from digital_inclusion.skills.queries.places import Joined
from digital_inclusion.skills.queries.requests import get_open
from digital_inclusion.skills.rules.attendance import Mark
from digital_inclusion.skills.rules.classes import NewClass, NewSessions
from digital_inclusion.skills.rules.requests import Asking
from tests.factories.aftercare import does
from tests.factories.served import serve
from tests.factories.world import World


def new_class(**changes: Any) -> NewClass:
    """Return a class of email for twelve."""
    values: dict[str, Any] = {
        "title": "Email, mornings", "topic": "Email and safety", "language": "es", "place": "Library, Room 2",
        "seats": 12,
    }  # fmt: skip
    return NewClass(**values | changes)


def new_sessions(*, hours: int = 48, minutes: int = 90, weeks: int = 1, place: str | None = None) -> NewSessions:
    """Return sessions, the first in so many hours from now, on the hour of the city's clock."""
    starts = (clock.local(clock.now()) + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    return NewSessions(starts_at=starts, ends_at=starts + timedelta(minutes=minutes), weeks=weeks, place=place)


def plans(
    world: World, *, who: str = "navigator_a", hours: int = 48, minutes: int = 90, weeks: int = 1, **changes: Any
) -> tuple[str, list[str]]:
    """Plan a class; return its code and the codes of its sessions."""
    sessions = new_sessions(hours=hours, minutes=minutes, weeks=weeks)
    made = does(world, create_class, who=who, new=new_class(**changes), sessions=sessions)
    use_scope(EVERYTHING)
    of_class = select(ClassSession.code).where(ClassSession.class_id == made.id).order_by(ClassSession.starts_at)
    return made.code, list(session().scalars(of_class))


def joins(world: World, course: str, household: str, *, who: str = "navigator_a", member: int | None = None) -> Joined:
    """Let a member of the household, by default the head, join the class."""
    use_scope(EVERYTHING)
    served = get_served(household)
    chosen = member if member is not None else served.members[0][0]
    joined: Joined = does(world, join_class, who=who, course=get_class(course), household=served, member_id=chosen)
    return joined


def family(world: World, *names: str, partner: str = "a", **changes: Any) -> tuple[str, list[int]]:
    """Enroll a household of these people, nothing given yet; return its code and the members' ids."""
    members = [NewMember(name, is_head=place == 0) for place, name in enumerate(names)]
    made = serve(world, partner, name=names[0], deliveries=(), members=members, **changes)
    of_household = select(Member.id).where(Member.household_id == made.id).order_by(Member.id)
    return made.code, list(session().scalars(of_household))


def notes(world: World, lesson: str, marks: dict[int, int | None], *, who: str = "navigator_a", seen: int = 0) -> Noted:
    """Note who came: minutes by member, None for who did not."""
    use_scope(EVERYTHING)
    said = {member: Mark(minutes) for member, minutes in marks.items()}
    noted: Noted = does(world, note_attendance, who=who, one=get_session(lesson), marks=said, seen=seen)
    return noted


def asks_for_seat(world: World, course: str, *, name: str = "Lan", contact: str = "lan@example.org") -> str:
    """Let a resident ask for a seat on the public page; return the code of the request."""
    asking = Asking(name=name, language="vi", email=contact)
    found = get_open(course, now=clock.now())
    with write_transaction():
        ask_for_seat(course=found, asking=asking, consent_language="vi", address="192.0.2.7", by=RESIDENT)
    use_scope(EVERYTHING)
    return session().scalars(select(ClassRequest.code).where(ClassRequest.email == contact)).all()[-1]
