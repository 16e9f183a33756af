"""The list of complaints, appeals and corrections, what a person has to look at, and what the figures are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, case, cast, exists, func, or_, select

from ...accounts.models import User
from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.audit.models import AuditEvent
from ...foundation.database import session
from ...foundation.kernel import clock
from ...partners.models import Partner
from ..models import Grievance
from ..rules.grievances import OPEN, Answered, Deadlines, State, due_of
from .grievances import PAGE, find_grievance

REMINDED = "grievance.reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrievanceFilter:
    """What the list shows. ``state``: open, answered, closed; ``late``: only what is past its last day."""

    state: str = "open"
    kind: str | None = None
    late: bool = False
    mine: bool = False


class GrievanceRow(NamedTuple):
    """A grievance in a list: who answers it, whom it is about, who looks at it and whether that one is still here."""

    grievance: Grievance
    partner: str
    about: str | None
    owner: str | None
    is_here: bool | None

    @property
    def due(self) -> date | None:
        """Return the last day of what comes next."""
        return due_on(self.grievance)

    @property
    def days_late(self) -> int:
        """Return how many days ago that day was, 0 where it is not over."""
        return max((clock.today() - self.due).days, 0) if self.due is not None else 0


def due_on(grievance: Grievance) -> date | None:
    """Return the last day of what comes next for a grievance."""
    return due_of(grievance.state, Deadlines(grievance.acknowledge_by, grievance.answer_by))


def list_grievances(wanted: GrievanceFilter, *, by: Actor, after: str | None = None) -> list[GrievanceRow]:
    """Return grievances, due first (of answered and closed ones the latest); one more than a page tells of more."""
    about, partner = Partner.__table__.alias("about"), Partner.__table__.alias("answering")
    statement = (
        select(Grievance, partner.c.name, about.c.name, User.name, User.active)
        .join(partner, partner.c.id == Grievance.partner_id)
        .outerjoin(about, about.c.id == Grievance.about_id)
        .outerjoin(User, User.id == Grievance.owner_id)
        .where(*_conditions(wanted, by))
    )
    last = find_grievance(after)
    if wanted.state != "open":
        order: tuple[Any, ...] = (Grievance.id.desc(),)
        statement = statement.where(Grievance.id < last.id) if last is not None else statement
    else:
        order = (due(), Grievance.id)
        day = due_on(last) if last is not None else None
        if last is not None and day is not None:
            statement = statement.where((due() > day) | ((due() == day) & (Grievance.id > last.id)))
    rows = session().execute(statement.order_by(*order).limit(PAGE + 1))
    return [GrievanceRow(*row) for row in rows]


def count_grievances(wanted: GrievanceFilter, *, by: Actor) -> int:
    """Return how many grievances the filter shows in all."""
    return session().scalar(select(func.count(Grievance.id)).where(*_conditions(wanted, by))) or 0


_STATES = {"open": sorted(OPEN), "answered": [State.ANSWERED], "closed": [State.CLOSED]}


def _conditions(wanted: GrievanceFilter, by: Actor) -> list[ColumnElement[bool]]:
    found = [Grievance.state.in_(_STATES[wanted.state]), *_seen_by(by)]
    if wanted.kind is not None:
        found.append(Grievance.kind == wanted.kind)
    if wanted.late:
        found.append(late())
    if wanted.mine:
        found.append(Grievance.owner_id == (by.user_id or -1))
    return found


def due() -> ColumnElement[date]:
    """Return the last day of what comes next, as ``due_on`` tells it."""
    first = case((Grievance.acknowledge_by < Grievance.answer_by, Grievance.acknowledge_by), else_=Grievance.answer_by)
    return case((Grievance.state == State.RECEIVED, first), else_=Grievance.answer_by)


def _seen_by(by: Actor) -> list[ColumnElement[bool]]:
    return [] if sees_every_partner(by.roles) else [Grievance.partner_id == (by.partner_id or -1)]


def late() -> ColumnElement[bool]:
    today = clock.today()
    waits = (Grievance.state == State.RECEIVED) & (Grievance.acknowledge_by < today)
    return waits | (Grievance.state.in_(sorted(OPEN)) & (Grievance.answer_by < today))


def to_do(by: Actor) -> Select[Grievance]:
    """Return the statement that finds what a person has to look at: one's own, and what is nobody's yet or of somebody
    who has left."""
    gone = exists().where(User.id == Grievance.owner_id, User.active.is_(False))
    free = (Grievance.partner_id == (by.partner_id or -1)) & ((Grievance.state == State.RECEIVED) | gone)
    wanted = or_(Grievance.owner_id == (by.user_id or -1), free)
    return select(Grievance).where(wanted).order_by(due(), Grievance.id)


def list_to_remind(until: date, *, limit: int) -> Sequence[Grievance]:
    """Return what somebody who is still here has to answer by ``until``, or should have, and was not written to about
    that day yet; oldest first."""
    told = AuditEvent.details
    reminded = exists().where(
        AuditEvent.subject_type == Grievance.__tablename__,
        AuditEvent.subject_id == Grievance.id,
        AuditEvent.name == REMINDED,
        told["owner"].as_integer() == Grievance.owner_id,
        told["due"].as_string() == cast(Grievance.answer_by, String),  # both databases write a day as ISO does
    )
    here = exists().where(User.id == Grievance.owner_id, User.active)
    near = select(Grievance).where(Grievance.state == State.LOOKING, Grievance.answer_by <= until, here, ~reminded)
    return session().scalars(near.order_by(Grievance.answer_by, Grievance.id).limit(limit)).all()


def was_reminded(grievance: Grievance) -> bool:
    """Return whether who looks at it was written to about the day on which it is due."""
    statement = select(AuditEvent.details).where(
        AuditEvent.subject_type == Grievance.__tablename__,
        AuditEvent.subject_id == grievance.id,
        AuditEvent.name == REMINDED,
    )
    told = session().scalars(statement.order_by(AuditEvent.id))
    return any(one == reminder_of(grievance) for one in told)


def reminder_of(grievance: Grievance) -> dict[str, Any]:
    """Return what is recorded of a reminder: who was reminded of which day."""
    return {"owner": grievance.owner_id, "due": grievance.answer_by.isoformat()}


def list_answered(*, since: date, by: Actor) -> list[Answered]:
    """Return what the figures are made of: every grievance that came since then, oldest first."""
    columns = select(Grievance.received_on, Grievance.first_answered_on, Grievance.outcome)
    rows = session().execute(columns.where(Grievance.received_on >= since, *_seen_by(by)).order_by(Grievance.id))
    return [Answered(*row) for row in rows]
