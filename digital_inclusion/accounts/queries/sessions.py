"""Who is behind a session, and what stands behind a one-time link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, inspect, select

from ...foundation.access.identity import Actor
from ...foundation.credentials import next_totp_code, unseal
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid, NotFound
from ...foundation.kernel.ids import token_digest
from ...foundation.reading import read_rows
from ...partners.models import Partner, PartnerKind
from ..models import Invitation, PasswordReset, RecoveryCode, RoleAssignment, TeamMember, User, UserSession
from ..rules import SEEN_EVERY, is_over, read_email, valid_roles


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: the actor, and what the pages say about the person."""

    actor: Actor
    email: str
    locale: str
    partner_name: str
    seen_long_ago: bool  # "last active" should be renewed


def find_signed_in(token: str) -> SignedIn | None:
    """Return who is behind the session token; None for unknown, ended or expired ones and deactivated people.

    One statement, because every page asks it.
    """
    rows = _rows_behind(token)
    now = clock.now()
    if not rows or is_over(now, seen_at=rows[0].seen_at, expires_at=rows[0].expires_at):
        return None
    first = rows[0]
    held = {(row.role, row.starts_at, row.ends_at) for row in rows if row.role is not None}
    roles, ends = valid_roles(held, now)
    actor = Actor(
        user_id=first.user_id,
        name=first.name,
        partner_id=first.partner_id,
        roles=roles,
        city_wide=first.kind in {PartnerKind.CITY, PartnerKind.FISCAL_AGENT},
        team_ids=frozenset(row.team_id for row in rows if row.team_id is not None),
        second_factor=first.second_factor_at is not None,
        has_second_factor=first.totp_secret is not None,
        expires_at=ends,
        session_id=first.id,
    )
    old = now >= first.seen_at + SEEN_EVERY
    return SignedIn(actor, first.email, first.locale, first.partner_name, old)


def _rows_behind(token: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return session, person and partner, once for each role and team."""
    return read_rows(_BEHIND, {"digest": token_digest(token)})


# made once, because every page asks it
_BEHIND = (
    select(
        UserSession.id,
        UserSession.seen_at,
        UserSession.expires_at,
        UserSession.second_factor_at,
        User.id.label("user_id"),
        User.email,
        User.name,
        User.locale,
        User.totp_secret,
        Partner.id.label("partner_id"),
        Partner.name.label("partner_name"),
        Partner.kind,
        RoleAssignment.role,
        RoleAssignment.starts_at,
        RoleAssignment.ends_at,
        TeamMember.team_id,
    )
    .join(User, User.id == UserSession.user_id)
    .join(Partner, Partner.id == User.partner_id)
    .outerjoin(RoleAssignment, RoleAssignment.user_id == User.id)
    .outerjoin(TeamMember, TeamMember.user_id == User.id)
    .where(UserSession.token_digest == bindparam("digest"), User.active, Partner.active)
    .order_by(RoleAssignment.id, TeamMember.id)
)


def list_sessions(user_id: int) -> Sequence[UserSession]:
    """Return the person's live sessions, newest first."""
    now = clock.now()
    rows = session().scalars(
        select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.id.desc()).limit(50)
    )
    return [row for row in rows if not is_over(now, seen_at=row.seen_at, expires_at=row.expires_at)]


def find_user_by_email(email: str) -> User | None:
    """Return the account with this address (any case, as it was normalized when the person was invited)."""
    try:
        address = read_email(email)
    except Invalid:
        return None
    return session().scalars(select(User).where(User.email == address)).one_or_none()


def get_user(user_id: int) -> User:
    """Return the account; raise NotFound."""
    user = session().get(User, user_id)
    if user is None:
        raise NotFound
    return user


def demo_code(user_id: int, *, at: datetime) -> str | None:
    """Return the person's present second-factor code; callers make sure that the person is a demo's."""
    user = session().get(User, user_id)
    secret = unseal(user.totp_secret) if user is not None and user.totp_secret else None
    return next_totp_code(secret, at=at, after=user.totp_last_step) if user is not None and secret else None


def find_open_invitation(token: str) -> Invitation | None:
    """Return the invitation behind a link that still works."""
    invitation = (
        session().scalars(select(Invitation).where(Invitation.token_digest == token_digest(token))).one_or_none()
    )
    return invitation if invitation is not None and is_open(invitation, clock.now()) else None


def is_open(invitation: Invitation, now: datetime) -> bool:
    """Return whether the invitation can still be accepted."""
    return invitation.used_at is None and invitation.withdrawn_at is None and now < invitation.expires_at


def find_open_reset(token: str) -> PasswordReset | None:
    """Return the reset behind a link that still works."""
    reset = (
        session().scalars(select(PasswordReset).where(PasswordReset.token_digest == token_digest(token))).one_or_none()
    )
    return reset if reset is not None and reset.used_at is None and clock.now() < reset.expires_at else None


def count_recovery_codes(user_id: int) -> int:
    """Return how many recovery codes are left."""
    unused = select(RecoveryCode.id).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return len(session().scalars(unused.order_by(RecoveryCode.id)).all())


def has_tables() -> bool:
    """Return whether the database has been migrated at all."""
    return inspect(session().connection()).has_table(User.__tablename__)


def has_people() -> bool:
    """Return whether anybody has an account."""
    return session().scalars(select(User.id).order_by(User.id).limit(1)).first() is not None
