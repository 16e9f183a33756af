"""What leads and administrators do about people: roles, deactivation, sessions, second factor."""

from datetime import datetime

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ..models import RoleAssignment, User
from ..queries.people import count_administrators, get_person
from ..rules import check_grant, check_period, valid_roles
from .own_account import remove_second_factor_of
from .sessions import end_sessions_of


def deactivate(user_id: int, *, by: Actor) -> None:
    """Close the person's account and end all sessions at once."""
    policy.check(by, "people:invite")
    person = _somebody_else(user_id, by)
    if not person.active:
        raise Conflict(_("This account is deactivated already."))
    _keep_an_administrator(person)
    person.active = False
    record("user.deactivated", by=by, subject=person)
    end_sessions_of(person.id, by=by)


def reactivate(user_id: int, *, by: Actor) -> None:
    """Open the person's account again, with the roles it had."""
    policy.check(by, "people:invite")
    person = _somebody_else(user_id, by)
    if person.active:
        raise Conflict(_("This account is active already."))
    person.active = True
    record("user.reactivated", by=by, subject=person)


def end_persons_sessions(user_id: int, *, by: Actor) -> int:
    """Sign the person out everywhere; return how many sessions ended."""
    policy.check(by, "people:invite")
    return end_sessions_of(_somebody_else(user_id, by).id, by=by)


def remove_persons_second_factor(user_id: int, *, by: Actor) -> None:
    """Let a person who lost phone and codes set up a new second factor at the next sign-in."""
    policy.check(by, "people:invite")
    person = _somebody_else(user_id, by)
    remove_second_factor_of(person, by=by)
    end_sessions_of(person.id, by=by)


def give_role(user_id: int, *, role: str, ends_at: datetime | None, by: Actor) -> RoleAssignment:
    """Give the person a role from now on."""
    policy.check(by, "people:invite")
    person, now = _somebody_else(user_id, by), clock.now()
    check_grant(by, role, partner_id=person.partner_id, city_wide=person.partner.is_city_wide)
    check_period(role, now=now, ends_at=ends_at)
    if role in _roles_of(person, now):
        raise Invalid(fields={"role": _("The person has this role already.")})
    assignment = RoleAssignment(user_id=person.id, role=role, starts_at=now, ends_at=ends_at)
    person.roles.append(assignment)
    session().flush()
    record("role.assigned", by=by, subject=person, role=role, assignment=assignment.id)
    return assignment


def end_role(user_id: int, *, assignment_id: int, by: Actor) -> None:
    """End a role now; what it allowed is gone with the person's next click."""
    policy.check(by, "people:invite")
    person, now = _somebody_else(user_id, by), clock.now()
    held = next((row for row in person.roles if row.id == assignment_id), None)
    if held is None or (held.ends_at is not None and held.ends_at <= now):
        raise Conflict(_("This role has ended already."))
    check_grant(by, held.role, partner_id=person.partner_id, city_wide=person.partner.is_city_wide)
    if held.role == "administrator":
        _keep_an_administrator(person)
    held.ends_at = now
    record("role.ended", by=by, subject=person, role=held.role, assignment=held.id)


def _somebody_else(user_id: int, by: Actor) -> User:
    person = get_person(user_id, by=by)
    if person.id == by.user_id:
        raise Conflict(_("Ask a colleague to do this: nobody changes their own rights."))
    return person


def _roles_of(person: User, now: datetime) -> frozenset[str]:
    return valid_roles(((row.role, row.starts_at, row.ends_at) for row in person.roles), now)[0]


def _keep_an_administrator(person: User) -> None:
    if "administrator" in _roles_of(person, clock.now()) and count_administrators() <= 1:
        raise Conflict(_("This is the last administrator. Make somebody else one first."))
