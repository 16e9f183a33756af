"""What a resident types to ask for a seat in a class."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from ...foundation.kernel.text import clean
from ...foundation.web.forms import Form
from ...skills.rules.requests import LONGEST_NAME, Asking
from .help import check_contact, offer_languages, way_to_reach


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
        offer_languages(self.language, is_submitted=self.is_submitted())
        return self

    def validate_contact(self, field: StringField) -> None:
        """Say how a phone number or an email address is written."""
        check_contact(field)

    def asking(self) -> Asking:
        """Return who asks and how to reach them."""
        reached = way_to_reach(self.contact.data)
        return Asking(name=clean(self.name.data), language=self.language.data, **reached)
