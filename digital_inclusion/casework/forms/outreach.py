"""What people type about outreach events."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from ...foundation.kernel import clock
from ...foundation.web.fields import DayField, WholeField
from ...foundation.web.forms import REQUIRED, Form
from ...households.rules import LANGUAGES, zip5
from ..rules.outreach import KINDS, LONGEST_NAME, LONGEST_NOTES, LONGEST_PLACE, MOST, WAYS, NewEvent
from .choices import translated
from .enrollment import Checkboxes, Choice

_CHOOSE = _l("Please choose one.")
_NUMBER = NumberRange(0, MOST, _l("Write a number from 0 to 1,000,000."))


class EventForm(Form):
    """An outreach event: what, when, where, how many, counted how."""

    name = StringField(_l("Name of the event"), validators=[InputRequired(REQUIRED), Length(max=LONGEST_NAME)])
    kind = RadioField(_l("Kind"), validators=[InputRequired(_CHOOSE)])
    happened_on = DayField(_l("Day"), validators=[InputRequired(REQUIRED)], default=clock.today)
    place = StringField(_l("Place"), validators=[InputRequired(REQUIRED), Length(max=LONGEST_PLACE)])
    zip_code = StringField(_l("ZIP code"), validators=[Optional(), Length(max=10)])
    district = Choice(_l("Council district"), validators=[Optional()])
    languages = Checkboxes(_l("Languages spoken there"))
    reached = WholeField(
        _l("People reached"),
        validators=[InputRequired(REQUIRED), _NUMBER],
        description=_l(
            "Whoever you talked to, or who got a leaflet or a letter. This is not a count of people connected."
        ),
    )
    counted_by = RadioField(_l("How was this counted?"), validators=[InputRequired(_CHOOSE)])
    asked_help = WholeField(
        _l("How many of them asked for help?"), validators=[InputRequired(_l("Write a number; 0 for nobody.")), _NUMBER]
    )
    notes = TextAreaField(
        _l("Notes"),
        validators=[Optional(), Length(max=LONGEST_NOTES)],
        description=_l("What to do again, what not. No names of residents."),
    )
    version = HiddenField()

    def offer(self, districts: Iterable[tuple[str, str]]) -> "EventForm":
        """Set what may be chosen."""
        self.kind.choices = translated(KINDS.items())
        self.counted_by.choices = translated(WAYS.items())
        self.languages.choices = [(code, gettext(label)) for code, label in LANGUAGES.items()]
        self.district.choices = [("", gettext("not known")), *districts]
        return self

    def validate_zip_code(self, field: StringField) -> None:
        """Say how a ZIP code is written."""
        if field.data and zip5(field.data) is None:
            raise ValidationError(gettext("A ZIP code has five digits, for example 95113."))

    def new(self) -> NewEvent:
        """Return what was typed."""
        return NewEvent(
            name=self.name.data,
            kind=self.kind.data,
            happened_on=self.happened_on.data,
            place=self.place.data,
            zip_code=zip5(self.zip_code.data),
            district=self.district.data or None,
            languages=list(self.languages.data or []),
            reached=self.reached.data,
            counted_by=self.counted_by.data,
            asked_help=self.asked_help.data,
            notes=self.notes.data,
        )


class EventFilterForm(Form):
    """Which events to show."""

    class Meta(Form.Meta):
        """A filter changes nothing: no token."""

        csrf = False

    kind = SelectField(_l("Kind"), validate_choice=False)

    def offer(self) -> "EventFilterForm":
        """Set what may be chosen."""
        self.kind.choices = [("", gettext("all kinds")), *translated(KINDS.items())]
        return self


def values_of(event: Any) -> dict[str, Any]:
    """Return the fields filled with what is on record."""
    names = (
        "name", "kind", "happened_on", "place", "zip_code", "district", "languages", "reached", "counted_by",
        "asked_help", "notes",
    )  # fmt: skip
    return {name: getattr(event, name) for name in names} | {"version": str(event.version)}
