"""Make an account at once, without an invitation: for the people of a demo. No page calls this."""

from dataclasses import dataclass
from datetime import datetime

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.credentials import seal
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...partners.queries import get_partner
from ..models import RoleAssignment, User
from ..queries.sessions import find_user_by_email
from ..rules import check_grant, check_period, read_email


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Who gets the account, and with what they sign in."""

    email: str
    name: str
    partner_id: int
    role: str
    role_ends_at: datetime | None = None
    password_hash: str
    totp_secret: str | None = None


def provide_account(new: NewAccount, *, by: Actor) -> User:
    """Make the account and return it; raise Invalid when the address is taken or the role does not fit."""
    policy.check(by, "people:invite")
    partner = get_partner(new.partner_id, by=by)
    now = clock.now()
    check_grant(by, new.role, partner_id=partner.id, city_wide=partner.is_city_wide)
    check_period(new.role, now=now, ends_at=new.role_ends_at)
    email = read_email(new.email)
    if find_user_by_email(email) is not None:
        raise Invalid(fields={"email": _("Somebody with this e-mail address has an account already.")})
    user = User(
        email=email,
        name=new.name,
        partner_id=partner.id,
        password_hash=new.password_hash,
        totp_secret=seal(new.totp_secret) if new.totp_secret else None,
        created_at=now,
    )
    user.roles.append(RoleAssignment(role=new.role, starts_at=now, ends_at=new.role_ends_at))
    session().add(user)
    record("account.provided", by=by, subject=user, role=new.role)
    return user
