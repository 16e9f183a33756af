"""Filters in the address, and the form a sample is drawn by. They only shape; what is asked wrongly is left out."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from ..foundation.web.fields import DayField
from ..foundation.web.forms import REQUIRED, Form


class Filters(Form):
    """Filters travel in the address: nothing is changed, so they need no token."""

    class Meta(Form.Meta):
        """No CSRF token in addresses."""

        csrf = False


class ProgressFilters(Filters):
    """What the progress page shows."""

    partner = SelectField(_l("Partner"), validate_choice=False)
    district = SelectField(_l("District"), validate_choice=False)
    milestone = SelectField(_l("What is counted"), validate_choice=False)


class CountedFilters(ProgressFilters):
    """Which figure's households are listed."""

    aspect = SelectField(_l("How far"), validate_choice=False)


class UncountedFilters(Filters):
    """Which households that do not count are listed."""

    partner = SelectField(_l("Partner"), validate_choice=False)
    district = SelectField(_l("District"), validate_choice=False)
    reason = SelectField(_l("Reason"), validate_choice=False)
    owner = SelectField(_l("Whose turn"), validate_choice=False)


class DecidedFilters(Filters):
    """Which decisions are listed."""

    kind = SelectField(_l("What"), validate_choice=False)
    partner = SelectField(_l("Partner"), validate_choice=False)
    month = StringField(_l("Recorded in"), description=_l("Year and month, for example 2026-03"))


class TrailFilters(Filters):
    """Which events are listed."""

    name = SelectField(_l("Event"), validate_choice=False)


class SampleForm(Filters):
    """What a sample is drawn from."""

    seed = StringField(
        _l("Seed"), [InputRequired(REQUIRED)], description=_l("Any words or numbers, best drawn in public.")
    )
    size = IntegerField(_l("How many households"), [InputRequired(REQUIRED)])
    on = DateField(_l("Connected on this day"), [InputRequired(REQUIRED)], format=["%Y-%m-%d"])
    posting = IntegerField(_l("As known at posting"), [Optional()], description=_l("Leave empty for the last one."))


DUE_DAYS = (30, 90, 180, 365)


class DueFilters(Filters):
    """How far the list of values that are due looks ahead."""

    days = SelectField(_l("Due within"), validate_choice=False)


class ImpactForm(Form):
    """Which two rulebooks are compared."""

    from_book = SelectField(_l("Rules now"))
    to_book = SelectField(_l("Rules to compare with"))
    on_day = DayField(
        _l("As of which day?"),
        [Optional()],
        description=_l("Leave empty to ask about the day on which each household was decided about."),
    )

    def offer(self, names: list[str], in_use: str) -> "ImpactForm":
        """Set the rulebooks to choose from; it begins with the one in use and the newest."""
        self.from_book.choices = self.to_book.choices = [(name, name) for name in names]
        if not self.is_submitted():
            self.from_book.data, self.to_book.data = in_use, names[-1]
        return self


def offer(field: Any, choices: list[tuple[str, str]], value: str, every: str | None = None) -> None:
    """Give a select its choices and the one in force; ``every``: the words for no filter."""
    field.choices = ([("", every)] if every is not None else []) + choices
    field.data = value
