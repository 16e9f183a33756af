"""Reading organizations. Names of partners are known to everybody signed in; a partner's page only to its people."""

from collections.abc import Sequence

from sqlalchemy import func, select

from ..foundation.access import policy
from ..foundation.access.identity import Actor
from ..foundation.access.roles import sees_every_partner
from ..foundation.database import session
from ..foundation.kernel.errors import NotFound
from .models import Partner, PartnerKind

PAGE = 50


class _Owned:
    """What the policy asks of a thing: whose it is."""

    def __init__(self, partner_id: int) -> None:
        self.partner_id = partner_id


def list_partners(*, by: Actor, after: str | None = None, limit: int = PAGE) -> Sequence[Partner]:
    """Return the partners ``by`` may open, by name; ``after`` is the last name shown."""
    statement = select(Partner).order_by(Partner.name, Partner.id).limit(limit)
    if not sees_every_partner(by.roles):
        statement = statement.where(Partner.id == (by.partner_id or -1))
    if after is not None:
        statement = statement.where(Partner.name > after)
    return session().scalars(statement).all()


def list_all_partners(*, active_only: bool = True) -> Sequence[Partner]:
    """Return every partner by name, for choices and for reports."""
    statement = select(Partner).order_by(Partner.name, Partner.id)
    return session().scalars(statement.where(Partner.active) if active_only else statement).all()


def count_partners(*, by: Actor) -> int:
    """Return how many partners ``by`` may open."""
    statement = select(func.count(Partner.id))
    if not sees_every_partner(by.roles):
        statement = statement.where(Partner.id == (by.partner_id or -1))
    return session().scalar(statement) or 0


def get_partner(partner_id: int, *, by: Actor) -> Partner:
    """Return the partner; raise NotFound also when ``by`` may not open it."""
    partner = session().get(Partner, partner_id)
    if partner is None or not policy.may_see(by, _Owned(partner.id)):
        raise NotFound
    return partner


def find_partner_by_code(code: str) -> Partner | None:
    """Return the partner with this code (any case)."""
    return session().scalars(select(Partner).where(Partner.code == code.strip().upper())).one_or_none()


def find_partner_named(name: str) -> Partner | None:
    """Return the partner of this name."""
    return session().scalars(select(Partner).where(Partner.name == name)).one_or_none()


def find_city_partner() -> Partner | None:
    """Return the city's own organization."""
    return session().scalars(select(Partner).where(Partner.kind == "city").order_by(Partner.id).limit(1)).first()


def list_city_wide_ids() -> list[int]:
    """Return the ids of the city and its fiscal agent: of the organizations whose people see everybody's households."""
    wide = select(Partner.id).where(Partner.kind.in_((PartnerKind.CITY, PartnerKind.FISCAL_AGENT)))
    return list(session().scalars(wide.order_by(Partner.id)))


def partner_names() -> dict[int, str]:
    """Return every partner's name by id."""
    rows = session().execute(select(Partner.id, Partner.name).order_by(Partner.id))
    return {row.id: row.name for row in rows}
