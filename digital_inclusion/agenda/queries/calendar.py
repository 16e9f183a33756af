"""What a person's calendar reads by the secret link: times and codes of the own appointments, nobody's name."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select

from ...accounts.queries.calendar_links import find_calendar_owner
from ...foundation.access import policy
from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ..models import Appointment
from ..rules.calendar import span_around

MOST = 2000


@dataclass(frozen=True, slots=True)
class Feed:
    """The rows of a calendar (an appointment and the code of its household), and the language of its owner."""

    rows: list[tuple[Appointment, str]]
    locale: str


def read_feed(token: str) -> Feed:
    """Return what the calendar with the token shows. Raises NotFound, the same for every reason: an unknown or stopped
    token, a person who left, a role that ended."""
    found = find_calendar_owner(token)
    if found is None or found[0].partner_id is None or not policy.allows(found[0], "appointment:plan"):
        raise NotFound
    owner, locale = found
    with scope_of(owner.partner_id or 0):
        rows = session().execute(_own(owner.user_id or 0, clock.today())).all()
    return Feed([(row[0], row[1]) for row in rows], locale)


def _own(owner_id: int, today: date) -> Select[*tuple[Any, ...]]:
    first, last = span_around(today)
    return (
        select(Appointment, Household.code)
        .join(Household, Household.id == Appointment.household_id)
        .where(Appointment.owner_id == owner_id)
        .where(Appointment.starts_at >= clock.end_of_day(first - timedelta(days=1)))
        .where(Appointment.starts_at < clock.end_of_day(last))
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MOST)
    )
