"""Colleagues: whose caseload a household may be in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, exists, func, select

from ...accounts.models import RoleAssignment, TeamMember, User
from ...agenda.queries.tasks import count_by_owner
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.reading import read_rows
from ...households.models import Household
from ...progress.models import Standing

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


@dataclass(frozen=True, slots=True)
class Load:
    """How much one person has to do, and how many households are in the caseload.

    ``user_id`` None: what is nobody's yet; ``is_here``: may be given more.
    """

    user_id: int | None
    name: str
    open: int
    overdue: int
    households: int = 0
    is_here: bool = True


def list_load(partner_id: int | None, today: date) -> list[Load]:
    """Return who has how much to do: what is nobody's first, then the most first; also who has nothing, and who has
    left but still has something."""
    counts, colleagues = count_by_owner(today), dict(list_colleagues(partner_id))
    homes = _count_caseloads()
    gone = [one for one in {*counts, *homes} if one is not None and one not in colleagues]
    names = select(User.id, User.name).where(User.id.in_(sorted(gone))).order_by(User.name, User.id)
    left = {row.id: row.name for row in session().execute(names)} if gone else {}

    def load(one: int | None, name: str, *, is_here: bool = True) -> Load:
        return Load(one, name, *counts.get(one, (0, 0)), households=homes.get(one, 0), is_here=is_here)

    found = [load(one, name) for one, name in colleagues.items()]
    found += [load(one, left.get(one, ""), is_here=False) for one in gone]
    nobodys = [load(None, "")] if None in counts or None in homes else []
    return nobodys + sorted(found, key=lambda one: (-one.open, one.name, one.user_id or 0))


def _count_caseloads() -> dict[int | None, int]:
    """Return how many households each person looks after (None: nobody), as the list of households counts them."""
    counted = select(Household.navigator_id, func.count(Household.id)).group_by(Household.navigator_id)
    stands = exists().where(Standing.record_id == Household.id)
    rows = session().execute(counted.where(stands).order_by(Household.navigator_id))
    return {row[0]: row[1] for row in rows}
