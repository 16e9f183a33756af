"""Who acts."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A signed-in person, or a part of the product acting on its own (``user_id`` None).

    ``roles`` holds only assignments valid right now; ``partner_id`` is the organization the person works for.
    ``city_wide`` says whether the partner is the city or its fiscal agent.
    """

    user_id: int | None
    name: str
    partner_id: int | None
    roles: frozenset[str] = frozenset()
    city_wide: bool = False
    team_ids: frozenset[int] = frozenset()
    second_factor: bool = False  # this session was opened with one
    has_second_factor: bool = False  # an app is set up for the account
    expires_at: datetime | None = None  # time-boxed roles (auditor)
    session_id: int | None = field(default=None, compare=False)


def system_actor(name: str, *, partner_id: int | None = None) -> Actor:
    """Return the actor for commands and jobs: may do what the program itself does, and its name is audited."""
    return Actor(user_id=None, name=name, partner_id=partner_id, roles=frozenset({"system"}), city_wide=True)
