"""Classes that residents see, and who asked for a seat in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from ...foundation.database import scope_of, session
from ...foundation.kernel.clock import as_utc
from ...foundation.kernel.errors import NotFound
from ...partners.queries import list_all_partners
from ..models import ClassRequest, ClassSession, TrainingClass
from ..rules.requests import KEPT, WAITS, Asking
from .classes import list_joinable, list_sessions


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session that residents see: when, and where if not where the class is."""

    starts_at: datetime
    ends_at: datetime
    place: str | None


@dataclass(frozen=True, slots=True)
class OpenClass:
    """A class that residents may ask for a seat in. ``meetings``: those that are still to come, the next first."""

    id: int
    partner_id: int
    partner: str
    code: str
    title: str
    language: str
    place: str
    description: str | None
    free: int
    meetings: Sequence[Meeting]


def list_open(*, now: datetime) -> list[OpenClass]:
    """Return every organization's classes that are open and still to come, the next first.

    Each organization's are read through its own eyes: nobody is signed in on the public page.
    """
    found = []
    for partner in list_all_partners():
        with scope_of(partner.id):
            rows = list_joinable(partner_id=partner.id, now=now)
            found += [
                one for row in rows if row.course.is_open and (one := _open(row.course, partner.name, row.free, now))
            ]
    return sorted(found, key=lambda one: (one.meetings[0].starts_at, one.id))


def _open(course: TrainingClass, partner: str, free: int, now: datetime) -> OpenClass | None:
    coming = [
        Meeting(one.starts_at, one.ends_at, one.place)
        for one in list_sessions(course.id)
        if one.canceled_at is None and as_utc(one.ends_at) > now
    ]
    if not coming:
        return None
    return OpenClass(
        course.id, course.partner_id, partner, course.code, course.title, course.language, course.place,
        course.description, free, coming,
    )  # fmt: skip


def get_open(code: str, *, now: datetime) -> OpenClass:
    """Return the class that residents see under the code; NotFound for one that is closed, over, or not there."""
    found = next((one for one in list_open(now=now) if one.code == code), None)
    if found is None:
        raise NotFound
    return found


def count_waiting_requests(class_id: int) -> int:
    """Return how many wait for an answer."""
    counted = select(func.count(ClassRequest.id)).where(ClassRequest.class_id == class_id, ClassRequest.state == WAITS)
    return session().scalar(counted) or 0


def find_same(class_id: int, asking: Asking) -> ClassRequest | None:
    """Return a request that waits from the same phone number or email address."""
    same = ClassRequest.phone_e164 == asking.phone_e164 if asking.phone_e164 else ClassRequest.email == asking.email
    statement = select(ClassRequest).where(ClassRequest.class_id == class_id, ClassRequest.state == WAITS, same)
    return session().scalars(statement.order_by(ClassRequest.id)).first()


def list_requests(class_id: int) -> Sequence[ClassRequest]:
    """Return who waits for an answer, the first first."""
    waiting = select(ClassRequest).where(ClassRequest.class_id == class_id, ClassRequest.state == WAITS)
    return session().scalars(waiting.order_by(ClassRequest.id)).all()


def get_request(code: str) -> ClassRequest:
    """Return the request; NotFound for another organization's."""
    found = session().scalars(select(ClassRequest).where(ClassRequest.code == code)).first()
    if found is None:
        raise NotFound
    return found


def get_class_of(request: ClassRequest) -> TrainingClass:
    """Return the class that a request is about."""
    return session().get_one(TrainingClass, request.class_id)


def hold_request(request_id: int) -> ClassRequest:
    """Return the request as it stands, held until the commit."""
    held = select(ClassRequest).where(ClassRequest.id == request_id).with_for_update()
    return session().scalars(held.execution_options(populate_existing=True)).one()


def list_kept_too_long(*, now: datetime, limit: int) -> Sequence[ClassRequest]:
    """Return requests that still wait although their class has been over for the time that they are kept, held."""
    lately = exists().where(
        ClassSession.class_id == ClassRequest.class_id,
        ClassSession.canceled_at.is_(None),
        ClassSession.ends_at > now - KEPT,
    )
    old = select(ClassRequest).where(ClassRequest.state == WAITS, ClassRequest.created_at <= now - KEPT, ~lately)
    return session().scalars(old.order_by(ClassRequest.id).limit(limit).with_for_update()).all()
