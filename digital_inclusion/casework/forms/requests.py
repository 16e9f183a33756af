"""What staff type about requests for help: a word from a list, and what an organization takes."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from ...foundation.normalize import normalize_phone
from ...foundation.web.forms import REQUIRED, Form
from ...households.rules import LANGUAGES
from .choices import translated
from .enrollment import Checkboxes

_CHOOSE = _l("Please choose one.")


class AnswerForm(Form):
    """One word from a list: why, where to, what for."""

    word = RadioField(validators=[InputRequired(_CHOOSE)])

    def offer(self, question: str, words: Mapping[str, str]) -> "AnswerForm":
        """Ask ``question`` with the words of the list."""
        self.word.label.text = question
        self.word.choices = translated(words.items())
        return self


class IntakeForm(Form):
    """Which requests an organization takes."""

    takes_requests = BooleanField(_l("Takes requests for help"))
    languages = Checkboxes(_l("Languages your people speak"))
    districts = Checkboxes(_l("Council districts"), description=_l("Choose none to take requests from everywhere."))
    most_open = IntegerField(
        _l("Open requests at a time, at most"),
        validators=[InputRequired(REQUIRED), NumberRange(1, 1000, _l("Write a number from 1 to 1000."))],
        description=_l("When so many are open, new requests go to another organization or to the city."),
    )
    phone = StringField(
        _l("Phone number for residents"),
        validators=[Optional(), Length(max=40)],
        description=_l("Shown to residents whose request you have."),
    )

    def offer(self, districts: Iterable[tuple[str, str]]) -> "IntakeForm":
        """Set what may be chosen."""
        self.languages.choices = [(code, gettext(label)) for code, label in LANGUAGES.items()]
        self.districts.choices = list(districts)
        return self

    def validate_phone(self, field: StringField) -> None:
        """Say how a number is written."""
        if field.data and normalize_phone(field.data) is None:
            raise ValidationError(gettext("This is not a phone number. Write it with the area code."))


def values_of(intake: Any | None) -> dict[str, Any]:
    """Return the fields filled with what is on record; a new organization has room for ten."""
    if intake is None:
        return {"takes_requests": False, "languages": [], "districts": [], "most_open": 10, "phone": None}
    names = ("takes_requests", "languages", "districts", "most_open", "phone")
    return {name: getattr(intake, name) for name in names}
