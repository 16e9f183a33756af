"""What a resident types to ask for help, and to follow the request."""

from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ...casework.forms.enrollment import Checkboxes
from ...casework.rules.requests import LONGEST_NAME, Contact, Wish
from ...foundation.kernel.messages import N_
from ...foundation.kernel.text import clean
from ...foundation.normalize import normalize_email, normalize_phone
from ...foundation.web.forms import Form
from ...households.rules import LANGUAGES, zip5

NEEDS = {"device": N_("A computer"), "connection": N_("Internet at home"), "skills": N_("Help to use them")}
OWN_WORDS = {"sign": N_("Sign language"), "other": N_("Another language")}  # the others are named in themselves


def check_contact(field: StringField) -> None:
    """Raise ValidationError with how a phone number or an email address is written."""
    if "@" in field.data:
        if normalize_email(field.data) is None:
            raise ValidationError(gettext("This is not an email address. It looks like name@example.org."))
    elif normalize_phone(field.data) is None:
        raise ValidationError(gettext("This is not a phone number. Write it with the area code."))


def way_to_reach(typed: str) -> dict[str, str | None]:
    """Return the e-mail address, or the phone number as it was typed and as it is called."""
    if "@" in typed:
        return {"email": normalize_email(typed)}
    return {"phone": typed[:40], "phone_e164": normalize_phone(typed)}


def offer_languages(field: SelectField, *, is_submitted: bool) -> None:
    """Set the languages that may be chosen; the one of the page comes first to mind."""
    field.choices = [
        (code, gettext(OWN_WORDS[code]) if code in OWN_WORDS else name) for code, name in LANGUAGES.items()
    ]
    if not is_submitted and not field.data:
        spoken = str(get_locale() or "en")[:2]
        field.data = spoken if spoken in LANGUAGES else "en"


class WishForm(Form):
    """Who asks, how to reach them, and what they need."""

    name = StringField(
        _l("Your name"),
        validators=[
            InputRequired(_l("Please write your name.")),
            Length(max=LONGEST_NAME, message=_l("Please write a shorter name.")),
        ],
    )
    contact = StringField(
        _l("Phone number or email"),
        validators=[InputRequired(_l("Please write a phone number or an email address.")), Length(max=254)],
        description=_l("One is enough. We use it only to help you."),
    )
    language = SelectField(_l("Language you like to speak with us"))
    needs = Checkboxes(_l("What do you need?"), validators=[InputRequired(_l("Please choose what you need."))])
    zip_code = StringField(
        _l("ZIP code"),
        validators=[Optional(), Length(max=10)],
        description=_l("So that we can find help near you."),
    )

    def offer(self) -> "WishForm":
        """Set what may be chosen; the language of the page comes first to mind."""
        offer_languages(self.language, is_submitted=self.is_submitted())
        self.needs.choices = [(code, gettext(label)) for code, label in NEEDS.items()]
        return self

    def validate_contact(self, field: StringField) -> None:
        """Say how a phone number or an email address is written."""
        check_contact(field)

    def validate_zip_code(self, field: StringField) -> None:
        """Say how a ZIP code is written."""
        if field.data and zip5(field.data) is None:
            raise ValidationError(gettext("A ZIP code has five digits, for example 95113."))

    def who(self) -> Contact:
        """Return who asks and how to reach them."""
        return Contact(name=clean(self.name.data), **way_to_reach(self.contact.data))

    def wish(self) -> Wish:
        """Return what is asked for."""
        return Wish(
            language=self.language.data, needs=frozenset(self.needs.data or ()), zip_code=zip5(self.zip_code.data)
        )


class HelpForm(WishForm):
    """A new request: with consent."""

    agree = BooleanField(
        _l("I agree that this organization sees what I wrote here, to help me."),
        validators=[InputRequired(_l("Please tick the box. Without it we cannot pass your request on."))],
    )


class FollowForm(Form):
    """The code and the PIN of a request."""

    reference = StringField(
        _l("Code of your request"),
        validators=[InputRequired(_l("Please write the code.")), Length(max=40)],
        description=_l("Eight letters and digits, such as 7KQM-2R9X."),
    )
    pin = StringField(
        _l("PIN"),
        validators=[InputRequired(_l("Please write the PIN.")), Length(max=20)],
        description=_l("Six digits."),
    )


class SureForm(Form):
    """Nothing but the button."""


def values_of(record: Any) -> dict[str, Any]:
    """Return the fields filled with what the record says."""
    request, referral = record.request, record.referral
    wanted = {"device": request.needs_device, "connection": request.needs_connection, "skills": request.needs_skills}
    return {
        "name": referral.name,
        "contact": referral.email or referral.phone,
        "language": request.language,
        "needs": [need for need, is_wanted in wanted.items() if is_wanted],
        "zip_code": request.zip_code,
    }
