"""Links of people's calendars: one's own, and who stands behind a token."""

from sqlalchemy import select

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...foundation.kernel.ids import token_digest
from ...partners.models import Partner
from ..models import CalendarLink, User
from ..rules import valid_roles


def find_calendar_link(user_id: int) -> CalendarLink | None:
    """Return the person's link, None where there is none."""
    return session().scalars(select(CalendarLink).where(CalendarLink.user_id == user_id)).first()


def hold_person(user_id: int) -> User:
    """Return the person, held until the commit, so that two links made at once follow each other."""
    found = session().scalars(select(User).where(User.id == user_id).with_for_update(of=User)).first()
    if found is None:
        raise NotFound
    return found


def find_calendar_owner(token: str) -> tuple[Actor, str] | None:
    """Return whose calendar the token reads, with the roles in force now, and their language.

    None for an unknown, renewed or stopped token, and once the person or the organization is deactivated.
    """
    statement = (
        select(User)
        .join(CalendarLink, CalendarLink.user_id == User.id)
        .join(Partner, Partner.id == User.partner_id)
        .where(CalendarLink.token_digest == token_digest(token), User.active, Partner.active)
    )
    person = session().scalars(statement).first()
    if person is None:
        return None
    roles, ends = valid_roles(((one.role, one.starts_at, one.ends_at) for one in person.roles), clock.now())
    owner = Actor(
        user_id=person.id, name=person.name, partner_id=person.partner_id, roles=roles, expires_at=ends,
        city_wide=person.partner.is_city_wide,
    )  # fmt: skip
    return owner, person.locale
