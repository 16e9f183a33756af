"""What people do with their own account: name, language, password, second factor, recovery codes."""

from sqlalchemy import delete

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.access.roles import needs_second_factor
from ...foundation.audit.actions import record
from ...foundation.credentials import (
    find_totp_step,
    hash_password,
    new_recovery_code,
    recovery_digest,
    seal,
    verify_password,
)
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.messages import _
from ...foundation.throttle import count_try
from ..models import RecoveryCode, User
from ..queries.sessions import get_user
from ..rules import RECOVERY_CODES, check_password
from .sessions import begin_session, end_sessions_of, raise_session
from .signing_in import PER_DEVICE, WINDOW, WRONG_CODE

_WRONG_PASSWORD = _("This is not your present password.")


def change_own_account(*, name: str, locale: str, by: Actor) -> None:
    """Change one's name and language."""
    policy.check(by, "account:self")
    user = get_user(by.user_id or 0)
    changed = [field for field, value in (("name", name), ("locale", locale)) if getattr(user, field) != value]
    user.name, user.locale = name, locale
    record("user.changed", by=by, subject=user, fields=changed)


def change_password(*, present: str, password: str, by: Actor) -> str:
    """Set a new password, end every session, and return the token of a new one for this browser.

    Raises Invalid; Throttled after too many wrong present passwords.
    """
    policy.check(by, "account:self")
    user = _confirm_password(present, by)
    check_password(password, email=user.email, name=user.name)
    user.password_hash = hash_password(password)
    record("password.changed", by=by, subject=user)
    end_sessions_of(user.id, by=by)
    return begin_session(user, second_factor=by.second_factor)


def set_up_second_factor(*, secret: str, code: str, present: str | None, by: Actor) -> tuple[str, list[str]]:
    """Tie the account to an authenticator app that has shown it knows ``secret``.

    Returns the session's new token and fresh recovery codes. Replacing an app needs the present password and a
    session that has shown the old one. Raises Invalid, NotAllowed.
    """
    policy.check(by, "account:self")
    user = get_user(by.user_id or 0)
    if user.totp_secret is not None:
        if not by.second_factor:
            raise NotAllowed
        user = _confirm_password(present or "", by)
    step = find_totp_step(secret, code, at=clock.now(), after=None)
    if step is None:
        raise Invalid(fields={"code": WRONG_CODE})
    user.totp_secret, user.totp_last_step = seal(secret), step
    record("second_factor.set_up", by=by, subject=user)
    codes = _fresh_codes(user)
    return raise_session(by.session_id or 0), codes


def renew_recovery_codes(*, by: Actor) -> list[str]:
    """Throw the old recovery codes away and return ten fresh ones, shown once."""
    policy.check(by, "account:self")
    user = get_user(by.user_id or 0)
    if user.totp_secret is None:
        raise Conflict(_("Recovery codes belong to a second factor. Set one up first."))
    if not by.second_factor:
        raise NotAllowed
    codes = _fresh_codes(user)
    record("recovery_codes.renewed", by=by, subject=user)
    return codes


def remove_own_second_factor(*, present: str, by: Actor) -> None:
    """Take the second factor away; roles of the city cannot do without it."""
    policy.check(by, "account:self")
    if needs_second_factor(by.roles):
        raise Conflict(_("Your role needs a second factor. You can set up another app instead."))
    if not by.second_factor:
        raise NotAllowed
    user = _confirm_password(present, by)
    remove_second_factor_of(user, by=by)


def remove_second_factor_of(user: User, *, by: Actor) -> None:
    """Forget the person's app and recovery codes; callers have asked the policy about that person."""
    user.totp_secret, user.totp_last_step = None, None
    session().execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    record("second_factor.removed", by=by, subject=user)


def _confirm_password(present: str, by: Actor) -> User:
    session().rollback()  # neither the count nor the hashing waits for, or holds, this transaction
    count_try("present_password", str(by.user_id), limit=PER_DEVICE, window=WINDOW)
    stored = get_user(by.user_id or 0).password_hash
    session().rollback()
    if not verify_password(stored, present):
        raise Invalid(fields={"present": _WRONG_PASSWORD})
    return get_user(by.user_id or 0)


def _fresh_codes(user: User) -> list[str]:
    session().execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [new_recovery_code() for _number in range(RECOVERY_CODES)]
    session().add_all(RecoveryCode(user_id=user.id, code_digest=recovery_digest(user.id, code)) for code in codes)
    session().flush()
    return codes
