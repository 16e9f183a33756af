"""What people type about a class and its sessions, and how a session is told."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ...agenda.forms.slots import HourField
from ...foundation.web.fields import DayField, WholeField
from ...foundation.web.forms import REQUIRED, Form
from ...households.rules import LANGUAGES
from ..rules.classes import MOST_SEATS, MOST_WEEKS, NewClass, NewSessions

_SEATS = _l("Write a number from 1 to 1000.")
_WEEKS = _l("Write a number from 1 to 52.")


class ClassForm(Form):
    """What a class is about, where, and for how many."""

    title = StringField(
        _l("Name of the class"),
        validators=[InputRequired(REQUIRED), Length(max=120)],
        description=_l("For example “Computer basics, mornings”."),
    )
    topic = StringField(
        _l("Topic"),
        validators=[InputRequired(REQUIRED), Length(max=80)],
        description=_l("It is written beside the hours of everybody who comes, for example “Email and safety”."),
    )
    language = SelectField(_l("Language of the class"), validators=[InputRequired(REQUIRED)])
    place = StringField(
        _l("Where"),
        validators=[InputRequired(REQUIRED), Length(max=200)],
        description=_l("Name of the place, street and house number."),
    )
    seats = WholeField(_l("Seats"), validators=[InputRequired(REQUIRED), NumberRange(1, MOST_SEATS, _SEATS)])
    is_open = BooleanField(
        _l("Residents see it and may ask for a seat"),
        description=_l("On the public page of classes, in four languages."),
    )
    description = TextAreaField(
        _l("What residents should know"),
        validators=[Optional(), Length(max=1000)],
        description=_l("For example what to bring. No names, please."),
    )

    def offer(self) -> "ClassForm":
        """Set what may be chosen."""
        self.language.choices = [(code, gettext(label)) for code, label in LANGUAGES.items()]
        if not self.is_submitted() and not self.language.data:
            self.language.data = "en"
        return self

    def written(self) -> NewClass:
        """Return what was typed."""
        return NewClass(
            title=self.title.data or "",
            topic=self.topic.data or "",
            language=self.language.data or "",
            place=self.place.data or "",
            seats=self.seats.data,
            is_open=self.is_open.data,
            description=self.description.data,
        )


class SessionFields:
    """When a class meets, once or in some weeks in a row."""

    day: Any = DayField(_l("Day"), validators=[InputRequired(REQUIRED)])
    starts: Any = HourField(_l("From"), validators=[InputRequired(REQUIRED)])
    ends: Any = HourField(_l("To"), validators=[InputRequired(REQUIRED)])
    weeks: Any = WholeField(
        _l("In how many weeks"),
        validators=[InputRequired(REQUIRED), NumberRange(1, MOST_WEEKS, _WEEKS)],
        default=1,
        description=_l("1: on this day alone. 4: on this weekday in four weeks in a row."),
    )

    def _sessions(self, place: str | None = None) -> NewSessions:
        day: date = self.day.data
        return NewSessions(
            starts_at=datetime.combine(day, self.starts.data),
            ends_at=datetime.combine(day, self.ends.data),
            weeks=self.weeks.data,
            place=place,
        )


class NewClassForm(SessionFields, ClassForm):
    """A new class with its first sessions."""

    def sessions(self) -> NewSessions:
        """Return when it meets."""
        return self._sessions()


class SessionForm(SessionFields, Form):
    """Another session of a class."""

    place = StringField(
        _l("Where"),
        validators=[Optional(), Length(max=200)],
        description=_l("Only if it is not where the class is."),
    )

    def sessions(self) -> NewSessions:
        """Return when it meets, and where."""
        return self._sessions(self.place.data)


class PlaceForm(Form):
    """Who joins which class."""

    member_id = RadioField(_l("Who takes part?"), coerce=int, validators=[InputRequired(_l("Please choose a person."))])
    asked = HiddenField()  # the code of the request for a seat that this answers
    course = RadioField(_l("Which class?"), validators=[InputRequired(_l("Please choose a class."))])


class SureForm(Form):
    """Nothing but the button."""
