"""Classes and their sessions: one, and the list of those that come or are over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ScalarSelect, Select, and_, exists, func, or_, select

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...partners.models import Partner
from ..models import ClassPlace, ClassSession, TrainingClass
from ..rules.classes import SEATED, WAITING

PAGE = 50
Row = TypeVar("Row")


def get_class(code: str) -> TrainingClass:
    """Return the class; NotFound for another organization's."""
    return _there(session().scalars(select(TrainingClass).where(TrainingClass.code == code)).first())


def hold_class(class_id: int) -> TrainingClass:
    """Return the class as it stands, held until the commit: whoever gives or takes seats in it waits."""
    held = select(TrainingClass).where(TrainingClass.id == class_id).with_for_update()
    return _there(session().scalars(held.execution_options(populate_existing=True)).first())


def get_session(code: str) -> ClassSession:
    """Return the session; NotFound for another organization's."""
    return _there(session().scalars(select(ClassSession).where(ClassSession.code == code)).first())


def hold_session(session_id: int) -> ClassSession:
    """Return the session as it stands, held until the commit: whoever notes who came waits."""
    held = select(ClassSession).where(ClassSession.id == session_id).with_for_update()
    return _there(session().scalars(held.execution_options(populate_existing=True)).first())


def _there(found: Row | None) -> Row:
    if found is None:
        raise NotFound
    return found


def is_given(class_id: int, starts: Collection[datetime]) -> bool:
    """Return whether the class has a session, not canceled, that starts at one of the very times."""
    same = select(ClassSession.id).where(
        ClassSession.class_id == class_id,
        ClassSession.starts_at.in_(sorted(starts)),
        ClassSession.canceled_at.is_(None),
    )
    return session().scalar(same.order_by(ClassSession.id).limit(1)) is not None


def list_sessions(class_id: int) -> Sequence[ClassSession]:
    """Return the sessions of a class, the first first."""
    of_class = select(ClassSession).where(ClassSession.class_id == class_id)
    return session().scalars(of_class.order_by(ClassSession.starts_at, ClassSession.id)).all()


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class in a list: whose, when it meets next or met last (None: no session yet), how many sit and wait."""

    course: TrainingClass
    partner: str
    at: datetime | None
    seated: int
    waiting: int

    @property
    def free(self) -> int:
        """Return how many seats are free."""
        return max(0, self.course.seats - self.seated)


def _people(state: str) -> ScalarSelect[int]:
    counted = select(func.count(ClassPlace.id)).where(
        ClassPlace.class_id == TrainingClass.id, ClassPlace.state == state
    )
    return counted.correlate(TrainingClass).scalar_subquery()


def _meets() -> Any:
    return and_(ClassSession.class_id == TrainingClass.id, ClassSession.canceled_at.is_(None))


def _coming_at(now: datetime) -> ScalarSelect[datetime]:
    """Return when the class of the statement around it meets next: the start of its first session not over yet."""
    later = select(func.min(ClassSession.starts_at)).where(_meets(), ClassSession.ends_at > now)
    return later.correlate(TrainingClass).scalar_subquery()


def _was_at() -> ScalarSelect[datetime]:
    return select(func.max(ClassSession.starts_at)).where(_meets()).correlate(TrainingClass).scalar_subquery()


def list_classes(*, now: datetime, past: bool = False, after: str | None = None) -> list[ClassRow]:
    """Return classes that come, the next first and those without a session before all; ``past``: those that are over,
    the last first. ``after`` is the code of the last one shown; one more than a page tells of a next one."""
    at = _was_at() if past else func.coalesce(_coming_at(now), now)
    statement = _rows(at).where(_is_over(now) if past else ~_is_over(now)).limit(PAGE + 1)
    statement = statement.order_by(at.desc() if past else at, TrainingClass.id.desc() if past else TrainingClass.id)
    last = session().execute(_rows(at).where(TrainingClass.code == after)).first() if after else None
    if last is not None:
        one, there = last[0].id, last[2]
        beyond = (at < there) if past else (at > there)
        beside = (TrainingClass.id < one) if past else (TrainingClass.id > one)
        statement = statement.where(or_(beyond, and_(at == there, beside)))
    rows = session().execute(statement).all()
    known = _with_sessions([course.id for course, *_rest in rows])
    return [
        ClassRow(course, partner, when if course.id in known else None, seated or 0, waiting or 0)
        for course, partner, when, seated, waiting in rows
    ]


def _rows(at: Any) -> Select[Any]:
    columns = select(TrainingClass, Partner.name, at, _people(SEATED), _people(WAITING))
    return columns.join(Partner, Partner.id == TrainingClass.partner_id)


def _is_over(now: datetime) -> Any:
    """Return the condition: the class had sessions, and none of them is still to come."""
    return and_(exists().where(_meets()), ~exists().where(_meets(), ClassSession.ends_at > now))


def _with_sessions(class_ids: Collection[int]) -> set[int]:
    statement = select(ClassSession.class_id).where(
        ClassSession.class_id.in_(sorted(class_ids)), ClassSession.canceled_at.is_(None)
    )
    return set(session().scalars(statement.distinct().order_by(ClassSession.class_id)))


def list_joinable(*, partner_id: int, now: datetime) -> list[ClassRow]:
    """Return the organization's classes that are not over, the next first: those that somebody can join."""
    at = func.coalesce(_coming_at(now), now)
    statement = _rows(at).where(TrainingClass.partner_id == partner_id, ~_is_over(now))
    rows = session().execute(statement.order_by(at, TrainingClass.id).limit(PAGE)).all()
    known = _with_sessions([course.id for course, *_rest in rows])
    return [
        ClassRow(course, partner, when if course.id in known else None, seated or 0, waiting or 0)
        for course, partner, when, seated, waiting in rows
    ]
