"""People of the world with passwords and authenticator apps, and a mailer that keeps what it sends."""

import re
from dataclasses import dataclass, field

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from digital_inclusion.accounts.models import User
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.credentials import hash_password, seal
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from tests.factories.world import SYSTEM
from tests.support.pages import post_form

PASSWORD = "seven green bicycles"


def give_password(user_id: int, password: str = PASSWORD) -> str:
    """Give the person a password; return the e-mail address."""
    with write_transaction():
        user = session().get_one(User, user_id)
        user.password_hash, email = hash_password(password), user.email
        record("password.changed", by=SYSTEM)
    use_scope(EVERYTHING)
    return email


def give_app(user_id: int) -> pyotp.TOTP:
    """Give the person an authenticator app; return it."""
    secret = pyotp.random_base32()
    with write_transaction():
        session().get_one(User, user_id).totp_secret = seal(secret)
        record("second_factor.set_up", by=SYSTEM)
    use_scope(EVERYTHING)
    return pyotp.TOTP(secret)


def code_now(app: pyotp.TOTP) -> str:
    """Return the code that the app shows."""
    return app.at(clock.now())


def enter(client: FlaskClient, email: str, password: str = PASSWORD, **data: str) -> TestResponse:
    """Send the sign-in form."""
    return post_form(client, "/sign-in", {"email": email, "password": password, **data})


@dataclass
class KeepingMailer:
    """Keeps messages instead of sending them."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, *, to: str, subject: str, body: str, reference: str | None = None) -> None:
        """Keep one message."""
        self.sent.append((to, subject, body))

    def last_path(self) -> str:
        """Return the path of the link in the last message."""
        found = re.search(r"https?://[^/\s]+(/\S+)", self.sent[-1][2])
        assert found is not None
        return found[1]
