"""Signing in: password first, second factor next. Counted per device, account and address."""

from datetime import timedelta

from sqlalchemy import update

from ...foundation.access import policy
from ...foundation.access.identity import Actor, system_actor
from ...foundation.audit.actions import record
from ...foundation.credentials import (
    find_totp_step,
    hash_password,
    is_outdated,
    recovery_digest,
    unseal,
    verify_password,
)
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.throttle import count_try
from ..models import RecoveryCode, User
from ..queries.sessions import find_user_by_email, get_user
from ..rules import address_key
from .sessions import begin_session, raise_session

WINDOW = timedelta(minutes=15)
PER_DEVICE = 10  # tries for one account from a browser that has signed in to it before
PER_ACCOUNT = 10  # tries for one account from one address
PER_ACCOUNT_EVERYWHERE = 50  # from all unknown browsers together
PER_ADDRESS = 200  # for all accounts from one address: an office signs in through one
PER_SECOND_FACTOR = 10

WRONG = _("The e-mail address and the password do not fit together.")
WRONG_CODE = _("This code does not fit. It may have run out: wait for the next one.")


def count_sign_in_try(*, email: str, address: str, device: str | None) -> None:
    """Count a try; raise Throttled. A browser known to the account has a count of its own.

    So nobody can lock somebody out by guessing: the person's own browser is not counted with the guesser's
    (OWASP, "device cookies"), and another account never is.
    """
    session().rollback()  # the count has a transaction of its own, which must not wait for this one
    account = address_key(email)
    if device is not None:
        count_try("sign_in.device", f"{account}|{device}", limit=PER_DEVICE, window=WINDOW)
        return
    count_try("sign_in.address", address, limit=PER_ADDRESS, window=WINDOW)
    count_try("sign_in.pair", f"{account}|{address}", limit=PER_ACCOUNT, window=WINDOW)
    count_try("sign_in.account", account, limit=PER_ACCOUNT_EVERYWHERE, window=WINDOW)


def sign_in(*, email: str, password: str, by: Actor) -> tuple[User, str]:
    """Return the person and a new session's token; raise Invalid, the same for every reason.

    ``by`` is the page itself: nobody is signed in yet.
    """
    policy.check(by, "account:self")
    user = find_user_by_email(email)
    user_id, stored = (user.id, user.password_hash) if user is not None else (0, "")
    session().rollback()  # hashing takes long: no lock is held meanwhile
    fits = verify_password(stored, password)
    user = session().get(User, user_id) if fits else None
    if user is None or not user.active or not user.partner.active:
        raise Invalid(WRONG)
    if is_outdated(user.password_hash):
        user.password_hash = hash_password(password)
    user.last_signed_in_at = clock.now()
    record("user.signed_in", by=_acting(user), subject=user, partner_id=user.partner_id)
    return user, begin_session(user)


def note_failed_sign_in(*, email: str, by: Actor) -> None:
    """Keep the failure of a sign-in for the audit; an unknown address leaves no trace of itself."""
    policy.check(by, "account:self")
    user = find_user_by_email(email)
    record(
        "user.sign_in_failed",
        by=by,
        subject_type="users",
        subject_id=user.id if user is not None else None,
        partner_id=user.partner_id if user is not None else None,
        known=user is not None,
    )


def show_second_factor(*, code: str, by: Actor) -> str:
    """Accept a one-time or recovery code for the present session; return the session's new token.

    Each code is good once, also when two requests bring it at the same moment. Raises Invalid or Throttled.
    """
    policy.check(by, "account:self")
    session().rollback()
    count_try("second_factor", str(by.user_id), limit=PER_SECOND_FACTOR, window=WINDOW)
    user = get_user(by.user_id or 0)
    if not (_use_totp(user, code) or _use_recovery_code(user, code, by)):
        raise Invalid(fields={"code": WRONG_CODE})
    record("second_factor.shown", by=by, subject=user)
    return raise_session(by.session_id or 0)


def note_failed_second_factor(*, by: Actor) -> None:
    """Keep the failure for the audit."""
    policy.check(by, "account:self")
    record("second_factor.failed", by=by, subject_type="users", subject_id=by.user_id)


def _use_totp(user: User, code: str) -> bool:
    secret = unseal(user.totp_secret) if user.totp_secret else None
    if secret is None:
        return False
    step = find_totp_step(secret, code, at=clock.now(), after=user.totp_last_step)
    if step is None:
        return False
    used = session().execute(
        update(User)
        .where(User.id == user.id, (User.totp_last_step.is_(None)) | (User.totp_last_step < step))
        .values(totp_last_step=step)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def _use_recovery_code(user: User, code: str, by: Actor) -> bool:
    used = session().execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_digest == recovery_digest(user.id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        return False
    record("recovery_code.used", by=by, subject=user)
    return True


def _acting(user: User) -> Actor:
    return Actor(user_id=user.id, name=user.name, partner_id=user.partner_id)


PAGE = system_actor("sign-in page")
