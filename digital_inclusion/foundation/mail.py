"""Mail through an adapter: SMTP when configured, printed only in development on loopback."""

import smtplib
import ssl
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from flask import current_app

from .kernel.errors import Unavailable
from .kernel.messages import _


class Mailer(Protocol):
    """Whatever can send one message."""

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Send one plain-text message or raise Unavailable."""


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A real mail server, STARTTLS, with a timeout."""

    host: str
    port: int
    user: str | None
    password: str | None
    sender: str

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Send one plain-text message or raise Unavailable."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message.set_content(body)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=15) as server:
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=ssl.create_default_context())
                elif self.user:
                    raise Unavailable(_("The mail server offers no encryption, so no password is sent to it."))
                if self.user:
                    server.login(self.user, self.password or "")
                server.send_message(message)
        except OSError as error:
            raise Unavailable(_("The mail server does not answer.")) from error


@dataclass(frozen=True, slots=True)
class PrintingMailer:
    """Development on loopback only: the message appears in the terminal."""

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Print the message."""
        print(f"\n--- mail to {to}: {subject}\n{body}\n---", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class NoMailer:
    """Nothing configured: says so instead of losing the message."""

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Raise Unavailable."""
        raise Unavailable(_("No mail server is set up. Set SMTP_HOST, or hand the link over yourself."))


def mailer() -> Mailer:
    """Return the adapter of this installation."""
    adapter: Mailer = current_app.extensions["mailer"]
    return adapter


def link_to(endpoint: str, **values: object) -> str:
    """Return the full address of a page, for a message or for handing over."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return f"{current_app.config['BASE_URL']}{path}"


def can_send() -> bool:
    """Return whether messages go anywhere at all (by a mail server, or to the terminal in development)."""
    return not isinstance(mailer(), NoMailer)


def is_printed() -> bool:
    """Return whether messages appear in the terminal only."""
    return isinstance(mailer(), PrintingMailer)
