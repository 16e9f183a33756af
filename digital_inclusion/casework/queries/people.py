"""Colleagues: whose caseload a household may be in."""

from collections.abc import Collection
from functools import cache

from sqlalchemy import Select, bindparam, select

from ...accounts.models import RoleAssignment, TeamMember, User
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.reading import read_rows

_WORKERS = ("navigator", "partner_lead")


def list_colleagues(partner_id: int | None) -> list[tuple[int, str]]:
    """Return the active people of a partner who may hold a caseload, by name."""
    rows = read_rows(_colleagues(), {"now": clock.now(), "partner_id": partner_id})
    return [(user_id, name) for user_id, name in rows]


@cache
def _colleagues() -> Select[int, str]:
    now = bindparam("now", type_=RoleAssignment.starts_at.type)
    holds = (RoleAssignment.starts_at <= now) & (RoleAssignment.ends_at.is_(None) | (RoleAssignment.ends_at > now))
    worker = select(RoleAssignment.user_id).where(RoleAssignment.role.in_(_WORKERS), holds)
    return (
        select(User.id, User.name)
        .where(User.partner_id == bindparam("partner_id"), User.active, User.id.in_(worker))
        .order_by(User.name, User.id)
    )


def team_mates(team_ids: Collection[int]) -> list[int]:
    """Return the people of some teams."""
    statement = select(TeamMember.user_id).where(TeamMember.team_id.in_(sorted(team_ids)))
    return list(session().scalars(statement.distinct().order_by(TeamMember.user_id)))
