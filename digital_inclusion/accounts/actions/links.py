"""One-time links: invitations and password resets. Only digests are kept, so every mail carries a fresh token."""

from datetime import datetime, timedelta

from sqlalchemy import update

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.credentials import hash_password
from ...foundation.database import session
from ...foundation.jobs import enqueue
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound, Throttled
from ...foundation.kernel.ids import new_token, token_digest
from ...foundation.kernel.messages import _
from ...foundation.mail import can_send, is_printed
from ...foundation.throttle import count_try
from ...partners.queries import get_partner
from ..models import Invitation, PasswordReset, RoleAssignment, User
from ..queries.people import find_waiting_invitation, get_invitation
from ..queries.sessions import find_open_invitation, find_open_reset, find_user_by_email, get_user, is_open
from ..rules import INVITATION_LASTS, RESET_LASTS, address_key, check_grant, check_password, check_period, read_email
from .sessions import begin_session, end_sessions_of

GONE = _("This link has been used or has run out. Ask the person who invited you for a new one.")
RESETS_PER_ACCOUNT, RESETS_PER_ADDRESS = 3, 30
_HOUR = timedelta(hours=1)


def invite(
    *,
    email: str,
    name: str,
    partner_id: int,
    role: str,
    role_ends_at: datetime | None = None,
    by_hand: bool = False,
    by: Actor,
) -> tuple[Invitation, str]:
    """Invite somebody to join; return the invitation and the token of its link.

    Unless the link is handed over ``by_hand``, a job sends it where messages can be sent.
    Raises Invalid, and NotFound for another's partner.
    """
    policy.check(by, "people:invite")
    partner = get_partner(partner_id, by=by)
    now = clock.now()
    check_grant(by, role, partner_id=partner.id, city_wide=partner.is_city_wide)
    check_period(role, now=now, ends_at=role_ends_at)
    address, token = _free_address(email), new_token()
    invitation = Invitation(
        token_digest=token_digest(token),
        email=address,
        name=name,
        partner_id=partner.id,
        role=role,
        role_ends_at=role_ends_at,
        invited_by=by.user_id,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
        handed_over_at=now if by_hand else None,
    )
    session().add(invitation)
    record("user.invited", by=by, subject=invitation, role=role)
    if can_send() and not by_hand:
        enqueue("accounts.mail_invitation", {"invitation": invitation.id})
    return invitation, token


def _free_address(email: str) -> str:
    """Return the address; raise Invalid when somebody has it or is invited with it."""
    address = read_email(email)
    if find_user_by_email(address) is not None:
        raise Invalid(fields={"email": _("Somebody with this e-mail address has an account already.")})
    if find_waiting_invitation(address) is not None:
        raise Invalid(fields={"email": _("This person is invited already. Withdraw that invitation first.")})
    return address


def make_invitation_link(invitation_id: int, *, by_hand: bool = True, by: Actor) -> str:
    """Return the token of a fresh link; the one before stops working.

    One that is handed over ``by_hand`` stays good: the message still on its way is not sent.
    """
    policy.check(by, "people:invite")
    invitation, now = get_invitation(invitation_id, by=by), clock.now()
    if not is_open(invitation, now):
        raise Conflict(_("This invitation is no longer open."))
    token = new_token()
    invitation.token_digest = token_digest(token)
    if by_hand:
        invitation.handed_over_at = now
    record("invitation.link_made", by=by, subject=invitation)
    return token


def withdraw_invitation(invitation_id: int, *, by: Actor) -> None:
    """Make the invitation's link worthless."""
    policy.check(by, "people:invite")
    invitation = get_invitation(invitation_id, by=by)
    if not is_open(invitation, clock.now()):
        raise Conflict(_("This invitation is no longer open."))
    invitation.withdrawn_at = clock.now()
    record("invitation.withdrawn", by=by, subject=invitation)


def accept_invitation(*, token: str, name: str, password: str, by: Actor) -> tuple[User, str]:
    """Use the invitation up: make the account and return it with a session's token. ``by`` is the page itself."""
    policy.check(by, "account:self")
    invitation = find_open_invitation(token)
    if invitation is None:
        raise NotFound(GONE)
    check_password(password, email=invitation.email, name=name)
    invitation_id = invitation.id
    session().rollback()  # hashing takes long: no lock is held meanwhile
    hashed, now = hash_password(password), clock.now()
    used = session().execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.token_digest == token_digest(token),
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(used_at=now)
    )
    if not used.rowcount or find_user_by_email(invitation.email) is not None:  # type: ignore[attr-defined]
        raise NotFound(GONE)
    user = User(
        email=invitation.email,
        name=name,
        partner_id=invitation.partner_id,
        password_hash=hashed,
        created_at=now,
        last_signed_in_at=now,
    )
    user.roles.append(RoleAssignment(role=invitation.role, starts_at=now, ends_at=invitation.role_ends_at))
    session().add(user)
    record("invitation.accepted", by=by, subject=user, invitation=invitation_id)
    return user, begin_session(user)


def ask_for_reset(*, email: str, address: str, by: Actor) -> None:
    """Send a link to set a new password, if there is such a person; takes the same steps if there is not."""
    policy.check(by, "account:self")
    session().rollback()
    count_try("reset.address", address, limit=RESETS_PER_ADDRESS, window=_HOUR)
    may_send = _count_reset(email)
    user = find_user_by_email(email)
    found = user is not None and user.active and may_send
    record(
        "password.reset_requested",
        by=by,
        subject_type="users",
        subject_id=user.id if user is not None else None,
        sent=found,
    )
    enqueue("accounts.mail_reset", {"user": user.id if user is not None and found else 0})


def _count_reset(email: str) -> bool:
    """Return whether this account may get another message; too many are dropped without a word."""
    try:
        count_try("reset.account", address_key(email), limit=RESETS_PER_ACCOUNT, window=_HOUR)
    except Throttled:
        return False
    return True


def hand_over_reset_link(user_id: int, *, by: Actor) -> str:
    """Return the token of a link to hand over, where messages do not reach people; raise Conflict elsewhere."""
    policy.check(by, "people:invite")
    policy.check(by, "people:invite", get_user(user_id))
    if can_send() and not is_printed():
        raise Conflict(_("The person gets the link by mail: on the sign-in page, “Forgot your password?”."))
    if user_id == by.user_id:
        raise Conflict(_("Your own password is changed on your account page."))
    return make_reset_link(user_id, by=by)


def make_reset_link(user_id: int, *, by: Actor) -> str:
    """Return the token of a link with which the person sets a new password; earlier ones stop working."""
    policy.check(by, "people:invite")
    user = get_user(user_id)
    policy.check(by, "people:invite", user)
    now, token = clock.now(), new_token()
    _end_resets(user_id, now)
    session().add(
        PasswordReset(token_digest=token_digest(token), user_id=user_id, created_at=now, expires_at=now + RESET_LASTS)
    )
    record("password.reset_link_made", by=by, subject=user)
    return token


def reset_password(*, token: str, password: str, by: Actor) -> User:
    """Use the link up: set the password and end every session. ``by`` is the page itself."""
    policy.check(by, "account:self")
    reset = find_open_reset(token)
    if reset is None:
        raise NotFound(GONE)
    user = get_user(reset.user_id)
    check_password(password, email=user.email, name=user.name)
    reset_id, user_id = reset.id, user.id
    session().rollback()  # hashing takes long: no lock is held meanwhile
    hashed = hash_password(password)
    used = session().execute(
        update(PasswordReset)
        .where(PasswordReset.id == reset_id, PasswordReset.used_at.is_(None))
        .values(used_at=clock.now())
    )
    user = get_user(user_id)
    if not used.rowcount or not user.active:  # type: ignore[attr-defined]
        raise NotFound(GONE)
    user.password_hash = hashed
    _end_resets(user_id, clock.now())
    record("password.reset", by=by, subject=user)
    end_sessions_of(user_id, by=by)
    return user


def _end_resets(user_id: int, now: datetime) -> None:
    session().execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
