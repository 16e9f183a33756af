"""What a resident types to ask for a seat in a class."""

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from ...foundation.kernel.text import clean
from ...foundation.normalize import normalize_email, normalize_phone
from ...foundation.web.forms import Form
from ...households.rules import LANGUAGES
from ...skills.rules.requests import LONGEST_NAME, Asking
from .help import OWN_WORDS, check_contact


class SeatForm(Form):
    """A first name, one way to reach them, the language they like to speak, and their agreement."""

    name = StringField(
        _l("Your first name"),
        validators=[
            InputRequired(_l("Please write your name.")),
            Length(max=LONGEST_NAME, message=_l("Please write a shorter name.")),
        ],
    )
    contact = StringField(
        _l("Phone number or email"),
        validators=[InputRequired(_l("Please write a phone number or an email address.")), Length(max=254)],
        description=_l("One is enough. We use it only to tell you about this class."),
    )
    language = SelectField(_l("Language you like to speak with us"))
    agree = BooleanField(
        _l("I agree that this organization calls or writes to me about this class."),
        validators=[InputRequired(_l("Please tick the box. Without it we cannot tell you about your seat."))],
    )

    def offer(self) -> "SeatForm":
        """Set what may be chosen; the language of the page comes first to mind."""
        self.language.choices = [
            (code, gettext(OWN_WORDS[code]) if code in OWN_WORDS else name) for code, name in LANGUAGES.items()
        ]
        if not self.is_submitted() and not self.language.data:
            spoken = str(get_locale() or "en")[:2]
            self.language.data = spoken if spoken in LANGUAGES else "en"
        return self

    def validate_contact(self, field: StringField) -> None:
        """Say how a phone number or an email address is written."""
        check_contact(field)

    def asking(self) -> Asking:
        """Return who asks and how to reach them."""
        typed, name, language = self.contact.data, clean(self.name.data), self.language.data
        if "@" in typed:
            return Asking(name=name, language=language, email=normalize_email(typed))
        return Asking(name=name, language=language, phone=typed[:40], phone_e164=normalize_phone(typed))
