"""Passwords, one-time codes, and secrets at rest: thin adapters over argon2, pyotp and cryptography."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from functools import lru_cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from .kernel.ids import ALPHABET

STEP_SECONDS = 30  # RFC 6238: a new code every 30 seconds


def hash_password(password: str) -> str:
    """Return the argon2id hash of ``password`` at this installation's cost."""
    return _hasher(*_cost()).hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Return whether ``password`` fits; takes as long when nothing is stored, so that nobody learns who exists."""
    hasher = _hasher(*_cost())
    try:
        return hasher.verify(stored or _stand_in(*_cost()), password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Return whether ``stored`` was made at another cost than today's."""
    return _hasher(*_cost()).check_needs_rehash(stored)


def seal(text: str, *, purpose: str = "") -> str:
    """Return ``text`` encrypted with the installation's key; what was sealed for one purpose opens for no other."""
    return _fernet(str(current_app.config["SECRET_KEY"]), purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str = "", lasts: timedelta | None = None) -> str | None:
    """Return the text again, or None when it was not sealed here, or longer ago than it lasts."""
    seconds = None if lasts is None else int(lasts.total_seconds())
    try:
        return _fernet(str(current_app.config["SECRET_KEY"]), purpose).decrypt(sealed.encode(), ttl=seconds).decode()
    except InvalidToken:
        return None


def new_totp_secret() -> str:
    """Return a fresh secret for an authenticator app (160 bits, base32)."""
    return pyotp.random_base32()


def totp_address(secret: str, *, account: str, issuer: str) -> str:
    """Return what the QR code says to the authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def find_totp_step(secret: str, code: str, *, at: datetime, after: int | None) -> int | None:
    """Return the time step whose code this is (the present one or a neighbor), later than ``after``; None: no such."""
    compact = "".join(code.split())
    present = int(at.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    fitting = [
        step
        for step in (present - 1, present, present + 1)
        if hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), compact.encode())
    ]
    return next((step for step in fitting if after is None or step > after), None)


def next_totp_code(secret: str, *, at: datetime, after: int | None) -> str:
    """Return the code that will be accepted next: the present one, or the following if it has been used."""
    step = max(int(at.timestamp()) // STEP_SECONDS, (after or 0) + 1)
    return pyotp.TOTP(secret).at(step * STEP_SECONDS)


def new_recovery_code() -> str:
    """Return a code such as ``7KQM2-R9XWT`` (49 bits) that replaces the second factor once."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def recovery_digest(user_id: int, code: str) -> str:
    """Return what is stored instead of the code: keyed, so that a stolen table cannot be searched."""
    compact = "".join(character for character in code.upper() if character.isalnum())
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"recovery|{user_id}|{compact}".encode(), hashlib.sha256).hexdigest()


def pin_of(token: str, reference: str) -> str:
    """Return the six digits of the PIN for ``reference``: worked out from the browser's token, so stored nowhere."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.digest(key, f"pin|{token}|{reference}".encode(), "sha256")
    return f"{int.from_bytes(digest[:16], 'big') % 1_000_000:06}"


def _cost() -> tuple[int, int]:
    return int(current_app.config["PASSWORD_COST"]), int(current_app.config["PASSWORD_MEMORY_KIB"])


@lru_cache(maxsize=4)
def _hasher(passes: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)


@lru_cache(maxsize=4)
def _stand_in(passes: int, memory_kib: int) -> str:
    return _hasher(passes, memory_kib).hash(secrets.token_hex(16))


@lru_cache(maxsize=2)
def _fernet(key: str, purpose: str = "") -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"at rest{purpose}|{key}".encode()).digest()))
