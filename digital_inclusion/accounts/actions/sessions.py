"""Sessions: begun at sign-in, ended on the server."""

import contextlib

from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import db, session
from ...foundation.kernel import clock
from ...foundation.kernel.ids import new_token, token_digest
from ..models import CalendarLink, User, UserSession
from ..rules import ABSOLUTE


def begin_session(user: User, *, second_factor: bool = False) -> str:
    """Open a session for ``user`` and return its token, which only the browser keeps."""
    token, now = new_token(), clock.now()
    session().add(
        UserSession(
            token_digest=token_digest(token),
            user_id=user.id,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
            second_factor_at=now if second_factor else None,
        )
    )
    session().flush()
    return token


def raise_session(session_id: int) -> str:
    """Note that the session has shown its second factor; return its new token (the old one is worthless)."""
    token = new_token()
    row = session().get_one(UserSession, session_id)
    row.token_digest, row.second_factor_at = token_digest(token), clock.now()
    session().flush()
    return token


def sign_out(*, by: Actor) -> None:
    """End this session on the server."""
    policy.check(by, "account:self")
    session().execute(delete(UserSession).where(UserSession.id == by.session_id))
    record("user.signed_out", by=by, subject_type="users", subject_id=by.user_id)


def end_own_sessions(*, by: Actor) -> int:
    """End all sessions of one's own, this one too; return how many."""
    policy.check(by, "account:self")
    return end_sessions_of(by.user_id or 0, by=by)


def end_sessions_of(user_id: int, *, by: Actor) -> int:
    """End all sessions of the person, and the link of their calendar; callers have asked the policy about that person.
    Returns how many sessions ended."""
    policy.check(by, "account:self")
    session().execute(delete(CalendarLink).where(CalendarLink.user_id == user_id))
    ended = session().execute(delete(UserSession).where(UserSession.user_id == user_id))
    count = int(ended.rowcount)  # type: ignore[attr-defined]
    record("user.sessions_ended", by=by, subject_type="users", subject_id=user_id, sessions=count)
    return count


def touch_session(session_id: int) -> None:
    """Renew "last active", in a transaction of its own: pages that only read change nothing else."""
    # a convenience: a busy database never spoils the page
    with contextlib.suppress(OperationalError), Session(db.engine) as own:
        own.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=clock.now()))
        own.commit()
