"""Reading funds and grants. Grants are narrowed to the reader's partner by the session's scope."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ..models import Fund, Grant


def list_funds() -> Sequence[Fund]:
    """Return the funds by name."""
    return session().scalars(select(Fund).order_by(Fund.name, Fund.id)).all()


def find_fund_named(name: str) -> Fund | None:
    """Return the fund of this name."""
    return session().scalars(select(Fund).where(Fund.name == name)).one_or_none()


def list_grants(partner_id: int | None = None, *, on: date | None = None) -> Sequence[Grant]:
    """Return grants, latest first, with fund and targets; ``on`` keeps those running that day."""
    statement = (
        select(Grant)
        .options(joinedload(Grant.fund), selectinload(Grant.targets))
        .order_by(Grant.starts_on.desc(), Grant.id.desc())
    )
    if partner_id is not None:
        statement = statement.where(Grant.partner_id == partner_id)
    if on is not None:
        statement = statement.where(Grant.starts_on <= on, Grant.ends_on >= on)
    return session().scalars(statement).all()


def get_grant(grant_id: int, *, by: Actor) -> Grant:
    """Return the grant; raise NotFound also for another partner's."""
    grant = session().scalars(select(Grant).where(Grant.id == grant_id)).one_or_none()
    if grant is None or not policy.may_see(by, grant):
        raise NotFound
    return grant


def find_grant_by_number(number: str) -> Grant | None:
    """Return the grant with this number, as far as the reader may see."""
    return session().scalars(select(Grant).where(Grant.number == number)).one_or_none()
