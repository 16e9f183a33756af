"""What a household reads of its appointment tomorrow, in its language: day, time, where. Never what it is for."""

from flask_babel import force_locale, format_date, format_time, gettext

from ...agenda.rules.messages import EMAIL, REMINDER, NewMessage
from ...agenda.rules.reminding import Reminder
from ...agenda.rules.templates import REMINDERS, TEMPLATES
from ...foundation.kernel import clock
from .writing import goes_out


def compose_reminder(of: Reminder) -> tuple[NewMessage, str]:
    """Return the message, and all that goes out."""
    begins = clock.local(of.starts_at).replace(tzinfo=None)
    with force_locale(of.language):
        day, at = format_date(begins.date(), "full"), format_time(begins, "short", rebase=False)
        words = gettext(REMINDERS[of.place], partner=of.partner, day=day, time=_plain(at))
        subject = gettext(TEMPLATES[REMINDER].subject) if of.channel == EMAIL else None
    new = NewMessage(kind=REMINDER, channel=of.channel, language=of.language, words=words, subject=subject)
    return new, goes_out(new)


def _plain(text: str) -> str:
    """Write narrow spaces as plain ones: a single other sign halves what a text message holds (rules/texts.py)."""
    return " ".join(text.split())
