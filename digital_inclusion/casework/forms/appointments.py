"""What is typed about an appointment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from ...agenda.forms.slots import HourField
from ...agenda.models import Appointment
from ...agenda.rules.appointments import LENGTHS, LONGEST_WORDS, PLACES, PURPOSES, NewAppointment, wrong_time
from ...foundation.kernel import clock
from ...foundation.kernel.text import read_whole
from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED, Form
from .choices import translated


class AppointmentForm(Form):
    """What for, when, where, who."""

    purpose = SelectField(_l("What is it for?"), validators=[InputRequired(_l("Choose what it is for."))])
    day = DayField(_l("Day"), validators=[InputRequired(REQUIRED)])
    starts = HourField(_l("Time"), validators=[InputRequired(REQUIRED)])
    minutes = SelectField(_l("How long"), default="60")
    place = RadioField(_l("Where"), validators=[InputRequired(_l("Choose where it is."))])
    words = StringField(
        _l("What they should know or bring"),
        validators=[Length(max=LONGEST_WORDS, message=_l("That is too long. Use at most 200 characters."))],
        description=_l("At most 200 characters. They never go into a calendar, and are erased with the household."),
    )
    owner = SelectField(_l("Who meets or calls them"))
    even_so = BooleanField(_l("Keep both appointments"))
    version = HiddenField()

    def offer(self, colleagues: Sequence[tuple[int, str]]) -> "AppointmentForm":
        """Set what may be chosen."""
        self.purpose.choices = [("", gettext("Choose one")), *translated(PURPOSES.items())]
        self.place.choices = translated(PLACES.items())
        self.minutes.choices = [(str(minutes), gettext(label)) for minutes, label in LENGTHS.items()]
        self.owner.choices = [(str(one), name) for one, name in colleagues]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; where one is wrong, say in the same round whether the time can be."""
        if super().validate(extra_validators):
            return True
        if self.day.data and self.starts.data:
            begins = datetime.combine(self.day.data, self.starts.data)
            for name, sentence in wrong_time(begins, now=clock.now()).items():
                self[name].errors = [*self[name].errors, gettext(sentence)]
        return False

    def appointment(self) -> NewAppointment:
        """Return what was typed."""
        return NewAppointment(
            owner_id=int(self.owner.data),
            starts=datetime.combine(self.day.data, self.starts.data),
            minutes=int(self.minutes.data),
            place=self.place.data,
            purpose=self.purpose.data,
            words=self.words.data,
        )

    @property
    def seen(self) -> int:
        """Return how often the appointment had been changed when the form was opened."""
        return read_whole(self.version.data)


def typed(one: Appointment) -> dict[str, object]:
    """Return what the form shows of an appointment."""
    starts = clock.local(one.starts_at)
    minutes = int((one.ends_at - one.starts_at).total_seconds()) // 60
    return {
        "purpose": one.purpose, "day": starts.date(), "starts": starts.time(), "minutes": str(minutes),
        "place": one.place, "words": one.words, "owner": str(one.owner_id), "version": str(one.sequence),
    }  # fmt: skip
