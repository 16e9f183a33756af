"""Appointments with households: one, lists, which are near. A reader sees the own organization's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from ...accounts.models import TeamMember, User
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ...partners.models import Partner
from ..models import Appointment, AppointmentMove, Message
from ..rules.appointments import State

PAGE = 50


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment with its household, the name of whoever meets them, and the last message that reminds of it."""

    appointment: Appointment
    household: Household
    owner: str | None
    reminder: Message | None

    @property
    def has_begun(self) -> bool:
        """Return whether it has begun, so that somebody can say how it went."""
        return self.appointment.starts_at <= clock.now()

    @property
    def is_reminded(self) -> bool:
        """Return whether the message tells of the appointment as it stands: it was not moved since."""
        return self.reminder is not None and self.appointment.reminded_for == self.appointment.starts_at


def _rows() -> Select[Appointment, Household, str, Message]:
    return (
        select(Appointment, Household, User.name, Message)
        .join(Household, Household.id == Appointment.household_id)
        .outerjoin(User, User.id == Appointment.owner_id)
        .outerjoin(Message, Message.id == Appointment.reminder_id)
    )


def get_appointment(code: str) -> AppointmentRow:
    """Return the appointment with the code; NotFound for one that is not there or is another organization's."""
    row = session().execute(_rows().where(Appointment.code == code)).first()
    if row is None:
        raise NotFound
    return AppointmentRow(*row)


def find_appointment(code: str | None) -> AppointmentRow | None:
    """Return the appointment, None where there is none."""
    try:
        return get_appointment(code) if code else None
    except NotFound:
        return None


def hold_appointment(code: str) -> Appointment:
    """Return the appointment as it stands, held until the commit; NotFound for another organization's."""
    held = select(Appointment).where(Appointment.code == code).with_for_update()
    found = session().scalars(held.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def list_moves(appointment_id: int) -> Sequence[AppointmentMove]:
    """Return when it was before, the latest first."""
    statement = select(AppointmentMove).where(AppointmentMove.appointment_id == appointment_id)
    return session().scalars(statement.order_by(AppointmentMove.id.desc())).all()


def find_clash(
    *, owner_id: int, starts_at: datetime, ends_at: datetime, besides: int | None = None
) -> AppointmentRow | None:
    """Return the first other planned appointment of the person that overlaps the time; None where there is none."""
    overlaps = (Appointment.starts_at < ends_at) & (Appointment.ends_at > starts_at)
    statement = _rows().where(Appointment.owner_id == owner_id, Appointment.state == State.PLANNED, overlaps)
    if besides is not None:
        statement = statement.where(Appointment.id != besides)
    row = session().execute(statement.order_by(Appointment.starts_at, Appointment.id).limit(1)).first()
    return AppointmentRow(*row) if row is not None else None


def find_same(
    *, household_id: int, owner_id: int, starts_at: datetime, besides: int | None = None
) -> Appointment | None:
    """Return what is planned already for the household with the person at the very same time."""
    statement = select(Appointment).where(
        Appointment.household_id == household_id, Appointment.owner_id == owner_id,
        Appointment.starts_at == starts_at, Appointment.state == State.PLANNED, Appointment.id != (besides or 0),
    )  # fmt: skip
    return session().scalars(statement.order_by(Appointment.id).limit(1)).first()


def list_reminded_by(message: Message) -> Sequence[Appointment]:
    """Return of which appointments the message reminds, as they stand."""
    statement = select(Appointment).where(
        Appointment.household_id == message.household_id, Appointment.reminder_id == message.id
    )
    held = statement.order_by(Appointment.id).execution_options(populate_existing=True)
    return session().scalars(held).all()


def hold_planned_of(household_id: int) -> Sequence[Appointment]:
    """Return what is planned for the household, held until the commit."""
    statement = select(Appointment).where(
        Appointment.household_id == household_id, Appointment.state == State.PLANNED
    )  # fmt: skip
    return session().scalars(statement.order_by(Appointment.id).with_for_update()).all()


def _whose(owner_id: int | None, team_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    """Return whose appointments: a person's, and those in their caseload of a colleague who has left; teams'; with
    neither: everybody's."""
    wanted: list[ColumnElement[bool]] = []
    if owner_id is not None:
        left = Appointment.owner_id.in_(select(User.id).where(~User.active))
        wanted.append(or_(Appointment.owner_id == owner_id, and_(Household.navigator_id == owner_id, left)))
    if team_ids is not None:
        people = select(TeamMember.user_id).where(TeamMember.team_id.in_(sorted(team_ids)))
        wanted.append(or_(Household.team_id.in_(sorted(team_ids)), Appointment.owner_id.in_(people)))
    return wanted


def planned_until(
    day: date, *, owner_id: int | None = None, team_ids: Collection[int] | None = None
) -> Select[Appointment, Household]:
    """Return the statement that finds what is planned up to the city's day and not settled, the first first."""
    statement = select(Appointment, Household).join(Household, Household.id == Appointment.household_id)
    near = Appointment.state == State.PLANNED, Appointment.starts_at < clock.end_of_day(day)
    return statement.where(*near, *_whose(owner_id, team_ids)).order_by(Appointment.starts_at, Appointment.id)


def to_remind_of(day: date) -> Select[Appointment, Household]:
    """Return the statement that finds what is planned on the city's day, for whoever reminds residents of it."""
    begins = clock.end_of_day(day - timedelta(days=1))
    return (
        select(Appointment, Household)
        .join(Household, Household.id == Appointment.household_id)
        .where(Appointment.state == State.PLANNED, Appointment.starts_at >= begins)
        .where(Appointment.starts_at < clock.end_of_day(day), Household.erased_at.is_(None))
        .order_by(Appointment.starts_at, Appointment.id)
    )


@dataclass(frozen=True, slots=True)
class Due:
    """An appointment of which its household is to be reminded, and what the organization calls itself."""

    appointment: Appointment
    household: Household
    partner: str


def list_due(
    day: date, *, heard_before: datetime, after: int, limit: int, held: Collection[int] | None = None
) -> list[Due]:
    """Return of which appointments of the city's day nobody was reminded as they stand now, by id from past ``after``.

    Left out is what was planned, or moved, from ``heard_before`` on, and what an organization planned that has left.
    ``held``: these alone, as they stand, held until the commit.
    """
    moved = exists().where(
        AppointmentMove.appointment_id == Appointment.id, AppointmentMove.moved_at > heard_before
    )  # fmt: skip
    statement = (
        to_remind_of(day).add_columns(Partner.name).join(Partner, Partner.id == Appointment.partner_id)
        .where(Partner.active, Appointment.created_at <= heard_before, ~moved, Appointment.id > after)
        .where(or_(Appointment.reminded_for.is_(None), Appointment.reminded_for != Appointment.starts_at))
        .order_by(None).order_by(Appointment.id).limit(limit)
    )  # fmt: skip
    if held is not None:
        statement = statement.where(Appointment.id.in_(sorted(held))).with_for_update(of=Appointment)
    rows = session().execute(statement.execution_options(populate_existing=True))
    return [Due(*row) for row in rows]


def list_appointments(
    *, owner_id: int | None = None, team_ids: Collection[int] | None = None, past: bool, after: str | None = None
) -> list[AppointmentRow]:
    """Return what is planned, the next first; ``past``: what is settled, the last first.

    ``after`` is the code of the last one shown. One more than a page tells of a next one.
    """
    statement = _rows().where(*_whose(owner_id, team_ids))
    last = find_appointment(after)
    if past:
        statement = statement.where(Appointment.state != State.PLANNED)
        statement = statement.order_by(Appointment.starts_at.desc(), Appointment.id.desc())
    else:
        statement = statement.where(Appointment.state == State.PLANNED)
        statement = statement.order_by(Appointment.starts_at, Appointment.id)
    if last is not None:
        statement = statement.where(_behind(last.appointment, past=past))
    return [AppointmentRow(*row) for row in session().execute(statement.limit(PAGE + 1))]


def _behind(last: Appointment, *, past: bool) -> ColumnElement[bool]:
    at, number = Appointment.starts_at, Appointment.id
    beside = at == last.starts_at
    if past:
        return or_(at < last.starts_at, and_(beside, number < last.id))
    return or_(at > last.starts_at, and_(beside, number > last.id))


def count_appointments(*, owner_id: int | None = None, team_ids: Collection[int] | None = None, past: bool) -> int:
    """Return how many the list holds in all."""
    is_wanted = (Appointment.state != State.PLANNED) if past else (Appointment.state == State.PLANNED)
    counted = select(func.count(Appointment.id)).join(Household, Household.id == Appointment.household_id)
    return session().scalar(counted.where(is_wanted, *_whose(owner_id, team_ids))) or 0
