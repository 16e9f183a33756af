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


class Refused(Unavailable):
    """Whoever carries messages said for good that this address takes none."""


class Unsure(Unavailable):
    """The connection broke while the message was handed over: nobody knows whether it went."""


class Mailer(Protocol):
    """Whatever can send one message."""

    def send(self, *, to: str, subject: str, body: str, reference: str | None = None) -> None:
        """Send one plain-text message or raise Unavailable: Refused and Unsure where that is known, else nothing went.

        ``reference``: what a bounce will call the message, ``x`` of the Message-ID ``<x@the sender's domain>``.
        """


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A real mail server, STARTTLS, with a timeout."""

    host: str
    port: int
    user: str | None
    password: str | None
    sender: str

    def send(self, *, to: str, subject: str, body: str, reference: str | None = None) -> None:
        """Send one plain-text message or raise Unavailable."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        if reference is not None:
            message["Message-ID"] = f"<{reference}@{self.sender.rpartition('@')[2].strip(' >')}>"
        message.set_content(body)
        step = "greeting"
        try:
            with smtplib.SMTP(self.host, self.port, timeout=15) as server:
                self._greet(server)
                step = "handing over"
                server.send_message(message)
                step = "done"
        except OSError as error:
            if step != "done":  # what the server took is sent, however the goodbye went
                raise _meant_by(error, step) from None  # what servers answer names the address, and logs must not

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif self.user:
            raise Unavailable(_("The mail server offers no encryption, so no password is sent to it."))
        if self.user:
            server.login(self.user, self.password or "")


def _meant_by(error: OSError, step: str) -> Unavailable:
    """Return what an error of the mail server means for the message: refused, not known, or not taken yet."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        is_dead = all(_is_dead(code, text) for code, text in error.recipients.values())
        return Refused(_("The mail server takes nothing for this address.")) if is_dead else Unavailable()
    said_no = isinstance(error, (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError))
    if step == "greeting" or said_no:
        return Unavailable(_("The mail server does not answer."))
    return Unsure(_("The mail server fell silent. Nobody knows whether the message went."))


def _is_dead(code: int, text: bytes) -> bool:
    """Return whether an answer says that the address itself takes no mail (RFC 5321 4.2.3, RFC 3463 3.2).

    5.7 is the server's own policy, such as a relay that is set up wrongly: it says nothing of the address.
    """
    return code in {550, 551, 553} and not text.lstrip().startswith(b"5.7.")


@dataclass(frozen=True, slots=True)
class PrintingMailer:
    """Development on loopback only: the message appears in the terminal."""

    def send(self, *, to: str, subject: str, body: str, reference: str | None = None) -> None:
        """Print the message."""
        print(f"\n--- mail to {to}: {subject}\n{body}\n---", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class NoMailer:
    """Nothing configured: says so instead of losing the message."""

    def send(self, *, to: str, subject: str, body: str, reference: str | None = None) -> None:
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
