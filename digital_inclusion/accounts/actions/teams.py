"""Teams: named groups of people inside one partner."""

from collections.abc import Collection

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ..models import Team, TeamMember
from ..queries.people import find_team_named, get_team, list_colleagues


def create_team(*, name: str, member_ids: Collection[int], by: Actor) -> Team:
    """Form a team in one's own organization."""
    policy.check(by, "team:manage")
    partner_id = by.partner_id or 0
    if find_team_named(partner_id, name) is not None:
        raise Invalid(fields={"name": _("There is a team of this name already.")})
    team = Team(partner_id=partner_id, name=name, created_at=clock.now())
    team.members = [TeamMember(user_id=user_id) for user_id in _own_people(partner_id, member_ids)]
    session().add(team)
    record("team.created", by=by, subject=team, members=len(team.members))
    return team


def change_team(team_id: int, *, name: str, member_ids: Collection[int], by: Actor) -> Team:
    """Rename a team and say who is in it."""
    policy.check(by, "team:manage")
    team = get_team(team_id, by=by)
    other = find_team_named(team.partner_id, name)
    if other is not None and other.id != team.id:
        raise Invalid(fields={"name": _("There is a team of this name already.")})
    wanted = _own_people(team.partner_id, member_ids)
    before = {member.user_id for member in team.members}
    team.name = name
    team.members = [member for member in team.members if member.user_id in wanted] + [
        TeamMember(user_id=user_id) for user_id in wanted if user_id not in before
    ]
    record("team.changed", by=by, subject=team, joined=len(set(wanted) - before), left=len(before - set(wanted)))
    return team


def _own_people(partner_id: int, member_ids: Collection[int]) -> list[int]:
    """Return the ids in order; raise Invalid when one is not an active colleague."""
    known = {person.id for person in list_colleagues(partner_id)}
    wanted = sorted(set(member_ids))
    if not set(wanted) <= known:
        raise Invalid(fields={"members": _("Only people of your organization can be in its teams.")})
    return wanted
