"""Codes people read aloud, and secrets nobody should guess."""

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31 characters: no 0 O 1 I L
_INDEX = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKE = str.maketrans("01ILO", "QJJJQ")
_BODY = 7


def _check_character(body: str) -> str:
    """Return the weighted mod-31 check character: catches every single slip and every swapped pair of neighbors."""
    return ALPHABET[sum(_INDEX[c] * (place + 2) for place, c in enumerate(body)) % len(ALPHABET)]


def new_code() -> str:
    """Return a random code such as ``7KQM-2R9X``: 7 characters and a check character (27 thousand million codes)."""
    number, body = secrets.randbelow(len(ALPHABET) ** _BODY), ""
    for _place in range(_BODY):
        number, value = divmod(number, len(ALPHABET))
        body += ALPHABET[value]
    return f"{body[:4]}-{body[4:]}{_check_character(body)}"


def read_code(text: str) -> str | None:
    """Return the code as written by us, or None when its check character does not fit."""
    compact = "".join(text.upper().split()).replace("-", "").translate(_LOOKALIKE)
    if len(compact) != _BODY + 1 or any(c not in _INDEX for c in compact):
        return None
    body, check = compact[:_BODY], compact[_BODY]
    return f"{body[:4]}-{body[4:]}{check}" if _check_character(body) == check else None


def new_token() -> str:
    """Return a secret for a link or a session, 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return what we store instead of the token (SHA-256, hex)."""
    return hashlib.sha256(token.encode()).hexdigest()
