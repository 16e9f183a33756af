"""Fields that several rooms ask with, and how a day is read in all of them."""

import re
from calendar import monthrange
from datetime import date
from typing import Any

from flask_babel import format_date, gettext
from wtforms import DateField, IntegerField, SelectMultipleField, StringField
from wtforms import MonthField as MonthInput
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..kernel import clock
from ..kernel.errors import Invalid
from ..kernel.messages import _
from ..kernel.money import parse_cents
from .forms import NOT_A_DATE

_FIRST_YEAR, _LAST_YEAR = 1900, 2199  # of a month that anybody means
_MOST_YEARS = 9000  # later days exist, but nothing can be added to the last of them
_BETWEEN = re.compile(r"[\s/.\-]+")


def read_day(text: str) -> date:
    """Return the day written as "2026-03-31", "3/31/2026" or "3 31 2026".

    Raises ValueError with a sentence that says which of the three numbers is wrong and how to write it.
    """
    numbers = _BETWEEN.split(text.strip())
    if not all(number.isdecimal() for number in numbers) or len(numbers) > 3:
        raise ValueError(str(NOT_A_DATE))
    if len(numbers) < 3:
        raise ValueError(gettext("Write month, day and year, for example 03/31/2026."))
    year, month, day = numbers if len(numbers[0]) == 4 else (numbers[2], numbers[0], numbers[1])
    if len(year) == 2:
        raise ValueError(gettext("Write the year with four digits, for example %(year)s.", year=_century(year) + year))
    return _existing(int(year) if len(year) == 4 else 0, int(month), int(day))


def _century(year: str) -> str:
    return "20" if int(year) <= clock.today().year % 100 else "19"


def _existing(year: int, month: int, day: int) -> date:
    if not 0 < year <= _MOST_YEARS:
        raise ValueError(str(NOT_A_DATE))
    if not 1 <= month <= 12:
        raise ValueError(_no_month(month, f"{day:02}/{month:02}/{year}" if 1 <= day <= 12 else None))
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        named = format_date(date(year, month, 1), "MMMM y")
        raise ValueError(gettext("Write a date that exists: %(month)s has %(last)s days.", month=named, last=last))
    return date(year, month, day)


def _no_month(month: int, turned_round: str | None) -> str:
    """Return the sentence; ``turned_round`` is the day that was meant if day and month changed places."""
    if turned_round is None:
        return str(gettext("There is no month %(month)s: a year has 12.", month=month))
    sentence = _("There is no month %(month)s. Write the month first: %(right)s.")
    return str(gettext(sentence, month=month, right=turned_round))


def check_amount(field: StringField) -> None:
    """Raise ValidationError that says how amounts of money are written."""
    try:
        parse_cents(field.data)
    except Invalid as error:
        raise ValidationError(gettext(error.message)) from error


class WholeField(IntegerField):
    """A whole number; what is none is told in our words, and an emptied field is empty."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        self.data = None
        text = " ".join(valuelist).strip()
        if text:
            try:
                self.data = int(text)
            except ValueError as error:
                raise ValueError(gettext("Write a whole number, for example 12.")) from error


class Checkboxes(SelectMultipleField):
    """Several of a list, each a checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DayField(DateField):
    """A recent day, in the browser's own date field; "3/31/2026" is understood too."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; say in our words when there is no such day."""
        self.data = None
        text = " ".join(valuelist).strip()
        if text:
            self.data = read_day(text)


class MonthField(MonthInput):
    """A month, in the browser's own month field; "3/2026" is understood too. ``data`` is its first day."""

    data: Any

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **{"format": "%Y-%m"} | named)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the month; say in our words when there is no such month."""
        self.data = None
        numbers = _BETWEEN.split(" ".join(valuelist).strip())
        if numbers == [""]:
            return
        if len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
            raise ValueError(gettext("Write a month like 03/2026."))
        year, month = numbers if len(numbers[0]) == 4 else (numbers[1], numbers[0])
        if len(year) != 4 or not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
            raise ValueError(gettext("Write a month like 03/2026."))
        self.data = _existing(int(year), int(month), 1)


class RememberedDate(DayField):
    """A day that people know by heart, in three boxes: month, day, year, or all empty. The boxes share one name."""
