"""The one place that decides who may. Asked by the gate before every view, by every action, and by templates.

*Who may* is decided here; *when it is possible* is a business rule and lives in ``rules.py`` of a feature.
"""

from collections.abc import Collection

from ..kernel.errors import NotAllowed, NotFound
from .identity import Actor
from .permissions import PERMISSIONS
from .roles import needs_second_factor, permissions_of, sees_every_partner


def allows(by: Actor | None, permission: str, thing: object | None = None) -> bool:
    """Return whether ``by`` may do ``permission`` on ``thing`` (anything with a ``partner_id``; None: in general)."""
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission}")
    if by is None or permission not in permissions_of(by.roles):
        return False
    return thing is None or may_see(by, thing)


def may_see(by: Actor, thing: object) -> bool:
    """Return whether ``thing`` lies within what ``by`` may see: one's own partner's, or everything for the city."""
    if sees_every_partner(by.roles) or not hasattr(thing, "partner_id"):
        return True
    return by.partner_id is not None and thing.partner_id == by.partner_id


def may_read_closely(by: Actor, *, writer_id: int | None, team_ids: Collection[int]) -> bool:
    """Return whether ``by`` may read what a writer keeps to the own teams: the writer, and who is in one of them.

    A role opens nothing here: neither leading the partner nor working for the city.
    """
    if by.user_id is None:
        return False
    return by.user_id == writer_id or not by.team_ids.isdisjoint(team_ids)


def check(by: Actor | None, permission: str, thing: object | None = None) -> None:
    """Raise NotAllowed, or NotFound for another partner's thing, unless ``by`` may do ``permission`` on it."""
    if allows(by, permission, thing):
        return
    if by is not None and thing is not None and not may_see(by, thing):
        raise NotFound
    raise NotAllowed


def owes_second_factor(by: Actor) -> bool:
    """Return whether this session must show a second factor first: the role needs one, or the account has one."""
    return not by.second_factor and (by.has_second_factor or needs_second_factor(by.roles))
