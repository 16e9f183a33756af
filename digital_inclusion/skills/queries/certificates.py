"""What a certificate of attendance rests on: the sessions of a class to which one person came."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ...foundation.database import session
from ...partners.models import Partner
from ..models import Attendance, ClassPlace, ClassSession


@dataclass(frozen=True, slots=True)
class Attended:
    """How many sessions of a class somebody came to, of how many that took place, for how long, and between when."""

    sessions: int
    held: int
    minutes: int
    first_at: datetime | None
    last_at: datetime | None
    partner: str


def get_attended(place: ClassPlace) -> Attended:
    """Return what is on record about one person in one class."""
    one = Attendance
    statement = (
        select(ClassSession.starts_at, one.minutes)
        .outerjoin(one, (one.session_id == ClassSession.id) & (one.member_id == place.member_id) & one.present)
        .where(ClassSession.class_id == place.class_id, ClassSession.noted_at.is_not(None))
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    rows = session().execute(statement).all()
    came = [(at, minutes) for at, minutes in rows if minutes is not None]
    partner = session().scalar(select(Partner.name).where(Partner.id == place.partner_id)) or ""
    return Attended(
        sessions=len(came),
        held=len(rows),
        minutes=sum(minutes for _at, minutes in came),
        first_at=came[0][0] if came else None,
        last_at=came[-1][0] if came else None,
        partner=partner,
    )
