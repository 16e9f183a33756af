"""Rules of accounts: how long a session lasts, what a password must be, who may give which role."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email

from ..foundation.access.identity import Actor
from ..foundation.access.roles import ROLES, Role, sees_every_partner
from ..foundation.kernel.errors import Invalid
from ..foundation.kernel.messages import _
from ..foundation.kernel.text import fold

# NIST SP 800-63B-4, 2.2.3 (AAL2): sign in again after 24 hours at the latest and 1 hour without activity.
IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)  # how exactly "last active" is kept

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
RECOVERY_CODES = 10
AUDITOR_MOST_DAYS = 366

# NIST SP 800-63B-4, 3.1.1.2: length counts, composition rules do not; known bad ones are refused.
PASSWORD_LEAST = 12
PASSWORD_MOST = 256
_WORST = frozenset(
    {
        "123456789012",
        "1234567890123",
        "111111111111",
        "000000000000",
        "abcdefghijkl",
        "abcdefghijklm",
        "qwertyuiopas",
        "qwertyuiop123",
        "qwertyqwerty",
        "password1234",
        "password12345",
        "passwordpassword",
        "passw0rd1234",
        "letmeinletmein",
        "iloveyou1234",
        "iloveyouiloveyou",
        "administrator",
        "administrator1",
        "welcome12345",
        "changeme1234",
        "changemechangeme",
        "digitalinclusion",
        "trustno1trustno1",
        "monkeymonkey",
        "dragondragon",
        "sunshine1234",
        "princess1234",
        "football1234",
        "baseball1234",
        "correcthorsebatterystaple",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "zaq12wsxcde3",
        "asdfghjkl123",
        "asdfasdfasdf",
    }
)


def read_email(text: str) -> str:
    """Return the address in small letters; raise Invalid with a sentence."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise Invalid(fields={"email": _("Write an e-mail address like name@example.org.")}) from error


def address_key(text: str) -> str:
    """Return what tries for an account are counted under: one spelling, however the address was typed."""
    try:
        return read_email(text)
    except Invalid:
        return text.strip().lower()


def is_over(now: datetime, *, seen_at: datetime, expires_at: datetime) -> bool:
    """Return whether a session has ended by itself."""
    return now >= expires_at or now >= seen_at + IDLE


def check_password(password: str, *, email: str, name: str) -> None:
    """Raise Invalid with a sentence unless ``password`` is long enough and not one that is guessed first."""
    compact = fold(password).replace(" ", "")
    own = {fold(email).replace(" ", ""), fold(email.partition("@")[0]).replace(" ", ""), fold(name).replace(" ", "")}
    if len(password) < PASSWORD_LEAST:
        sentence = _("Use at least 12 characters. A few words in a row are easy to remember.")
    elif len(password) > PASSWORD_MOST:
        sentence = _("Use at most 256 characters.")
    elif compact in _WORST or len(set(compact)) < 4:
        sentence = _("This password is one of the first to be guessed. Choose another.")
    elif any(word and compact.strip("0123456789") in {word, word * 2} for word in own) or compact in own:
        sentence = _("Do not use your name or e-mail address as the password.")
    else:
        return
    raise Invalid(fields={"password": sentence})


def roles_fitting(*, city_wide: bool) -> list[Role]:
    """Return the roles people of a partner can hold: city roles at city and fiscal agent, the others elsewhere."""
    return [role for role in ROLES.values() if role.assignable and role.city == city_wide]


def grantable_roles(by: Actor, *, partner_id: int, city_wide: bool) -> list[Role]:
    """Return the roles ``by`` may give to people of a partner; nobody outside the city gives roles elsewhere."""
    if sees_every_partner(by.roles):
        return roles_fitting(city_wide=city_wide)
    return roles_fitting(city_wide=False) if partner_id == by.partner_id and not city_wide else []


def check_grant(by: Actor, role: str, *, partner_id: int, city_wide: bool) -> None:
    """Raise Invalid unless ``by`` may give ``role`` to people of that partner."""
    if role not in {fitting.code for fitting in roles_fitting(city_wide=city_wide)}:
        raise Invalid(fields={"role": _("This role is not meant for people of this organization.")})
    if role not in {own.code for own in grantable_roles(by, partner_id=partner_id, city_wide=city_wide)}:
        raise Invalid(fields={"role": _("You may not give this role.")})


def check_period(role: str, *, now: datetime, ends_at: datetime | None) -> None:
    """Raise Invalid when a time-boxed role has no end, ends in the past or runs for more than a year."""
    if ends_at is None:
        if ROLES[role].time_boxed:
            raise Invalid(fields={"ends_on": _("This role is given for a limited time. Write its last day.")})
        return
    if ends_at <= now:
        raise Invalid(fields={"ends_on": _("The last day lies in the past.")})
    if ROLES[role].time_boxed and ends_at > now + timedelta(days=AUDITOR_MOST_DAYS):
        raise Invalid(fields={"ends_on": _("This role is given for a year at most.")})


def valid_roles(
    assignments: Iterable[tuple[str, datetime, datetime | None]], now: datetime
) -> tuple[frozenset[str], datetime | None]:
    """Return the roles in force ``now`` and when the first of them ends."""
    valid = [(role, end) for role, start, end in assignments if start <= now and (end is None or now < end)]
    ends = [end for _role, end in valid if end is not None]
    return frozenset(role for role, _end in valid), min(ends, default=None)
