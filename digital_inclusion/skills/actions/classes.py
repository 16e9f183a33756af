"""Plan a class: write it down, change it, add sessions, cancel one."""

from datetime import datetime

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...households.rules import LANGUAGES
from ..models import ClassSession, TrainingClass
from ..queries.classes import hold_class, hold_session, is_given
from ..queries.places import count_seated
from ..rules.classes import NewClass, NewSessions, check_class, check_sessions
from .places import move_up

_FIELDS = ("title", "topic", "language", "place", "seats", "is_open", "description")


def create_class(*, new: NewClass, sessions: NewSessions, by: Actor) -> TrainingClass:
    """Write a class of the own organization down, with its first sessions. Raises Invalid with a sentence per field."""
    policy.check(by, "class:work")
    if by.partner_id is None or by.user_id is None:
        raise NotAllowed
    check_class(new, LANGUAGES)
    check_sessions(sessions, now=_local_now())
    made = TrainingClass(
        code=new_code(), partner_id=by.partner_id, created_at=clock.now(), created_by=by.user_id, **_values(new)
    )
    session().add(made)
    session().flush()
    planned = _plan(made, sessions)
    record("class.created", by=by, subject=made, sessions=len(planned), seats=new.seats, open=new.is_open)
    return made


def _values(new: NewClass) -> dict[str, object]:
    return {name: getattr(new, name) for name in _FIELDS}


def _local_now() -> datetime:
    return clock.local(clock.now()).replace(tzinfo=None)


def _plan(course: TrainingClass, new: NewSessions) -> list[ClassSession]:
    planned = [
        ClassSession(
            code=new_code(), partner_id=course.partner_id, class_id=course.id, starts_at=clock.from_local(starts),
            ends_at=clock.from_local(ends), place=new.place, revision=0,
        )
        for starts, ends in new.spans()
    ]  # fmt: skip
    if is_given(course.id, [one.starts_at for one in planned]):
        raise Invalid(fields={"starts": _("This class has a session at this time already, in one of these weeks.")})
    session().add_all(planned)
    return planned


def change_class(*, course: TrainingClass, new: NewClass, by: Actor) -> int:
    """Change what is written about a class; return how many of the waiting list got a seat because there are more.

    Raises Invalid with a sentence per field, also for fewer seats than people who have one.
    """
    policy.check(by, "class:work", course)
    held = hold_class(course.id)
    check_class(new, LANGUAGES, seated=count_seated(held.id))
    changed = sorted(name for name, value in _values(new).items() if getattr(held, name) != value)
    for name, value in _values(new).items():
        setattr(held, name, value)
    session().flush()
    seated = move_up(held)
    record("class.changed", by=by, subject=held, fields=changed, moved_up=seated)
    return seated


def add_sessions(*, course: TrainingClass, new: NewSessions, by: Actor) -> list[ClassSession]:
    """Add a session to a class, and the same in the weeks after it. Raises Invalid with a sentence per field."""
    policy.check(by, "class:work", course)
    check_sessions(new, now=_local_now())
    held = hold_class(course.id)
    planned = _plan(held, new)
    record("class.sessions_added", by=by, subject=held, sessions=len(planned))
    return planned


def cancel_session(*, one: ClassSession, by: Actor) -> None:
    """Say that a session does not take place. Raises Conflict where it is canceled already, or where people came."""
    policy.check(by, "class:work", one)
    held = hold_session(one.id)
    if held.canceled_at is not None:
        raise Conflict(_("This session is canceled already."))
    if held.noted_at is not None:
        raise Conflict(_("Who came to this session is on record, so it took place. Correct the list instead."))
    held.canceled_at, held.canceled_by = clock.now(), by.user_id
    record("class.session_canceled", by=by, subject=held)
