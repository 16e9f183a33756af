"""What is typed about slots, and how a time is told to whoever chooses one."""

from datetime import date, datetime, time
from typing import Any

from flask_babel import format_date, format_time, gettext
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, StringField, TimeField
from wtforms.validators import InputRequired, Length

from ...foundation.kernel import clock
from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED, Form
from ..rules.slots import PURPOSES, NewSlots

_NUMBER = _l("Write a number, for example 1.")
_TIME = _l("Write a time, for example 14:00.")


def told_time(slot: Any) -> str:
    """Return when a slot is, on the city's clock: "Tuesday, December 1, 2026, 2:00 PM to 4:00 PM"."""
    begins, ends = (clock.local(at).replace(tzinfo=None) for at in (slot.starts_at, slot.ends_at))
    day = format_date(begins, "full")
    first, last = (format_time(at, "short", rebase=False) for at in (begins, ends))
    return str(gettext("%(day)s, %(start)s to %(end)s", day=day, start=first, end=last))


class HourField(TimeField):
    """A time of day; a mistake is told in our words."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time."""
        self.data = None
        text = " ".join(valuelist).strip()
        if text:
            try:
                self.data = time.fromisoformat(text).replace(tzinfo=None)
            except ValueError as error:
                raise ValueError(str(_TIME)) from error


class OfferForm(Form):
    """One slot, or the same in some weeks in a row."""

    purpose = RadioField(_l("What is it for?"), validators=[InputRequired(_l("Please choose what it is for."))])
    day = DayField(_l("Day"), validators=[InputRequired(REQUIRED)])
    starts = HourField(_l("From"), validators=[InputRequired(REQUIRED)])
    ends = HourField(_l("To"), validators=[InputRequired(REQUIRED)])
    place = StringField(
        _l("Where"),
        validators=[InputRequired(REQUIRED), Length(max=200)],
        description=_l("Street and house number, and how to find the door. Whoever books sees it."),
    )
    capacity = IntegerField(
        _l("How many may come"),
        validators=[InputRequired(_NUMBER)],
        default=1,
        description=_l("So many appointments fit into this time."),
    )
    weeks = IntegerField(
        _l("In how many weeks"),
        validators=[InputRequired(_NUMBER)],
        default=1,
        description=_l("1: on this day alone. 4: on this weekday in four weeks in a row."),
    )

    def offer(self) -> "OfferForm":
        """Set what may be chosen."""
        self.purpose.choices = [(code, gettext(label)) for code, label in PURPOSES.items()]
        return self

    def slots(self) -> NewSlots:
        """Return what is offered."""
        day: date = self.day.data
        return NewSlots(
            purpose=self.purpose.data,
            starts_at=datetime.combine(day, self.starts.data),
            ends_at=datetime.combine(day, self.ends.data),
            place=self.place.data or "",
            capacity=self.capacity.data,
            weeks=self.weeks.data,
        )
