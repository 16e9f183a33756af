"""People, invitations and teams, narrowed to what the reader may see."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...partners.models import Partner
from ..models import Invitation, RoleAssignment, Team, TeamMember, User

PAGE = 50
Statement = TypeVar("Statement", bound="Select[*tuple[Any, ...]]")


def _narrowed(statement: Statement, by: Actor, owner: Any) -> Statement:
    """Narrow to the reader's own organization, except for the city."""
    return statement if sees_every_partner(by.roles) else statement.where(owner.partner_id == (by.partner_id or -1))


def list_people(
    *, by: Actor, partner_id: int | None = None, role: str | None = None, after: int | None = None, limit: int = PAGE
) -> Sequence[User]:
    """Return people the reader may see, in the order they joined, newest first; ``after`` is the last id shown."""
    statement = _narrowed(select(User).order_by(User.id.desc()).limit(limit), by, User)
    if partner_id is not None:
        statement = statement.where(User.partner_id == partner_id)
    if role is not None:
        statement = statement.where(User.roles.any(_in_force() & (RoleAssignment.role == role)))
    if after is not None:
        statement = statement.where(User.id < after)
    return session().scalars(statement).all()


def count_people(*, by: Actor, partner_id: int | None = None, role: str | None = None) -> int:
    """Return how many people the list holds."""
    statement = _narrowed(select(func.count(User.id)), by, User)
    if partner_id is not None:
        statement = statement.where(User.partner_id == partner_id)
    if role is not None:
        statement = statement.where(User.roles.any(_in_force() & (RoleAssignment.role == role)))
    return session().scalar(statement) or 0


def get_person(user_id: int, *, by: Actor) -> User:
    """Return the person; raise NotFound also for another partner's."""
    user = session().get(User, user_id)
    if user is None or not policy.may_see(by, user):
        raise NotFound
    return user


def list_colleagues(partner_id: int) -> Sequence[User]:
    """Return the active people of one partner by name."""
    return (
        session()
        .scalars(select(User).where(User.partner_id == partner_id, User.active).order_by(User.name, User.id))
        .all()
    )


def count_administrators() -> int:
    """Return how many active people hold the administrator's role now."""
    held = select(func.count(User.id.distinct())).join(RoleAssignment, RoleAssignment.user_id == User.id)
    return session().scalar(held.where(User.active, RoleAssignment.role == "administrator", _in_force())) or 0


def _in_force() -> Any:
    now = clock.now()
    return (RoleAssignment.starts_at <= now) & (RoleAssignment.ends_at.is_(None) | (RoleAssignment.ends_at > now))


def _waiting() -> Any:
    return Invitation.used_at.is_(None) & Invitation.withdrawn_at.is_(None) & (Invitation.expires_at > clock.now())


def find_waiting_invitation(email: str) -> Invitation | None:
    """Return the open invitation to this address."""
    statement = select(Invitation).where(Invitation.email == email, _waiting()).order_by(Invitation.id).limit(1)
    return session().scalars(statement).first()


def list_waiting_invitations(*, by: Actor) -> Sequence[tuple[Invitation, str]]:
    """Return open invitations the reader may see, newest first, each with its partner's name."""
    statement = (
        select(Invitation, Partner.name)
        .join(Partner, Partner.id == Invitation.partner_id)
        .where(_waiting())
        .order_by(Invitation.id.desc())
        .limit(PAGE)
    )
    return [(row[0], row[1]) for row in session().execute(_narrowed(statement, by, Invitation))]


def get_invitation(invitation_id: int, *, by: Actor) -> Invitation:
    """Return the invitation; raise NotFound also for another partner's."""
    invitation = session().get(Invitation, invitation_id)
    if invitation is None or not policy.may_see(by, invitation):
        raise NotFound
    return invitation


def get_invited_partner(invitation: Invitation) -> Partner:
    """Return the organization the invited person will work for."""
    return session().get_one(Partner, invitation.partner_id)


def list_teams(partner_id: int) -> Sequence[Team]:
    """Return the partner's teams by name, with their members."""
    return (
        session()
        .scalars(
            select(Team)
            .where(Team.partner_id == partner_id)
            .options(selectinload(Team.members))
            .order_by(Team.name, Team.id)
        )
        .all()
    )


def get_team(team_id: int, *, by: Actor) -> Team:
    """Return the team; raise NotFound also for another partner's."""
    team = session().get(Team, team_id)
    if team is None or team.partner_id != by.partner_id:
        raise NotFound
    return team


def find_team_named(partner_id: int, name: str) -> Team | None:
    """Return the partner's team of this name."""
    return session().scalars(select(Team).where(Team.partner_id == partner_id, Team.name == name)).one_or_none()


def list_teams_of(user_id: int) -> Sequence[Team]:
    """Return the teams the person is in, by name."""
    statement = select(Team).join(TeamMember).where(TeamMember.user_id == user_id).order_by(Team.name, Team.id)
    return session().scalars(statement).all()
