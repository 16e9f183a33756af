"""A message to a household: what it begins with, in the household's language, and what is added to the words."""

from typing import Any

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from ...agenda.rules.messages import EMAIL, SMS, TEMPLATE_NAMES, NewMessage
from ...agenda.rules.templates import MAIL_END, OWN, STOP_LINE, TEMPLATES
from ...foundation.web.confirming import ConfirmedForm
from ...foundation.web.forms import REQUIRED
from ...households.rules import written_in
from .noting import unix


class MessageForm(ConfirmedForm):
    """Words to a household; the first sending shows exactly what goes out."""

    kind = HiddenField()
    language = HiddenField()
    to = HiddenField()  # the fingerprint of the address that was shown
    subject = StringField(_l("Subject"), description=_l("Others may see it on a screen: name nothing private."))
    words = TextAreaField(
        _l("What they will read"), filters=[unix], description=_l("Replace each line ____ by your words.")
    )

    def new(self, channel: str) -> NewMessage:
        """Return what was written."""
        return NewMessage(
            kind=self.kind.data if self.kind.data in TEMPLATES else OWN,
            channel=channel,
            language=written_in(self.language.data),
            words=self.words.data or "",
            subject=" ".join((self.subject.data or "").split()) if channel == EMAIL else None,
        )


def begun_with(kind: str | None, language: str, *, partner: str) -> dict[str, Any]:
    """Return the fields of a message that begins with a template; unknown codes begin with free words."""
    chosen = kind if kind in TEMPLATES else OWN
    with force_locale(language):
        words = gettext(TEMPLATES[chosen].words, partner=partner)
        subject = gettext(TEMPLATES[chosen].subject)
    return {"kind": chosen, "language": language, "words": words, "subject": subject}


def goes_out(new: NewMessage) -> str:
    """Return exactly what goes out: the words, and how to stop such messages, in the message's language."""
    with force_locale(new.language):
        ending = gettext(STOP_LINE if new.channel == SMS else MAIL_END)
    return f"{new.words}\n{ending}" if new.channel == SMS else f"{new.words}\n\n{ending}\n"


class ListMessageForm(ConfirmedForm):
    """One message to everybody on a list, each in the own language: what it is, and what fills its blank."""

    kind = RadioField(_l("Which message?"), validators=[InputRequired(_l("Please choose a message."))])
    to = HiddenField()  # who was shown to get it
    blank = StringField(
        _l("What stands in the blank"),
        validators=[InputRequired(REQUIRED), Length(max=120)],
        description=_l("Everybody reads the same: a day, a time, a place. For example 12/01, 5:30 PM, 1 Main St."),
    )

    def offer(self) -> "ListMessageForm":
        """Set what may be chosen: templates with a blank, because free words would stand in one language alone."""
        names = [(kind, name) for kind, name in TEMPLATE_NAMES.items() if kind != OWN]
        self.kind.choices = [(kind, gettext(name)) for kind, name in names]
        return self

    def compose(self, channel: str, language: str, *, partner: str) -> tuple[NewMessage, str]:
        """Return the message in the language, and all that goes out."""
        begun = begun_with(self.kind.data, language, partner=partner)
        words = begun["words"].replace("____", self.blank.data or "")
        subject = begun["subject"] if channel == EMAIL else None
        new = NewMessage(kind=begun["kind"], channel=channel, language=language, words=words, subject=subject)
        return new, goes_out(new)
