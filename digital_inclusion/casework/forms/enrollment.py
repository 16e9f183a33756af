"""One sitting: who they are, where they live, what they agree to, what they need and have."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DecimalField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ...foundation.web.fields import DayField, RememberedDate
from ...foundation.web.forms import REQUIRED, Form
from .knowing import KnowingFields

Choices = Sequence[tuple[str, Any]]
MOST_MEMBERS = 30


class Choice(SelectField):
    """One of a list, or nothing."""

    def pre_validate(self, form: PlainForm) -> None:
        """Nothing chosen is an answer; anything else must be in the list."""
        if self.data:
            super().pre_validate(form)


class Radios(RadioField):
    """One of a few, side by side or below each other, or nothing."""

    def pre_validate(self, form: PlainForm) -> None:
        """Nothing chosen is an answer; anything else must be in the list."""
        if self.data:
            super().pre_validate(form)


class Checkboxes(SelectMultipleField):
    """Several of a list, each a checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MemberForm(PlainForm):
    """A person of the household."""

    name = StringField(
        _l("Name"), validators=[Length(max=200)], description=_l("As they write it. One word is enough.")
    )
    birth_date = RememberedDate(_l("Birth date"), description=_l("Leave empty when it is not known."))

    def is_blank(self) -> bool:
        """Tell whether nothing was typed about this person."""
        return not (self.name.data or "").strip() and not any(self.birth_date.raw_data or [])


class EnrollForm(KnowingFields, Form):
    """The whole sitting. The first person is the head."""

    draft = HiddenField()
    not_same = HiddenField()  # codes of like households that the navigator has looked at and says are others
    members = FieldList(FormField(MemberForm), min_entries=1, max_entries=MOST_MEMBERS)
    home = Radios(_l("Where do they live?"), default="fixed", validators=[InputRequired(REQUIRED)])
    line = StringField(_l("Street address"), validators=[Length(max=200)])
    unit = StringField(_l("Apartment or unit"), validators=[Length(max=60)])
    city = StringField(_l("City"), validators=[Length(max=80)])
    zip_code = StringField(_l("ZIP code"), validators=[Length(max=10)])
    district = Choice(_l("Council district"), validators=[Optional()])
    description = TextAreaField(_l("Where can we find them?"), validators=[Length(max=500)])
    in_city = Radios(_l("Do they stay in the city?"), validators=[Optional()])
    phone = StringField(_l("Phone"), validators=[Length(max=40)])
    email = StringField(_l("Email"), validators=[Length(max=254)])
    safe_contact = Choice(_l("Which way of contact is safe?"), validators=[Optional()])
    contact_note = StringField(_l("Anything to know when you contact them?"), validators=[Length(max=300)])
    language = Choice(_l("Language they like to speak with us"), validators=[Optional()])
    needs = Checkboxes(_l("What do they need?"))
    has_device = Choice(_l("Do they already have a computer that works?"), validators=[Optional()])
    has_device_proof = Choice(_l("How do you know about the computer?"), validators=[Optional()])
    has_line = BooleanField(_l("They already have internet at home"))
    has_line_provider = StringField(_l("Internet company"), validators=[Length(max=80)])
    has_line_down = DecimalField(
        _l("Speed down"), validators=[Optional(), NumberRange(0.01, 100_000, _l("Write the speed in Mbps."))]
    )
    has_line_up = DecimalField(
        _l("Speed up"), validators=[Optional(), NumberRange(0.01, 100_000, _l("Write the speed in Mbps."))]
    )
    has_line_proof = Choice(_l("How do you know about the internet?"), validators=[Optional()])
    populations = Checkboxes(_l("Do any of these fit someone in the household?"))
    consent_language = Radios(
        _l("Read this to them in their language"), default="en", validators=[InputRequired(REQUIRED)]
    )
    consent_purposes = Checkboxes(_l("They agree that we"))
    consent_way = Radios(_l("How did they agree?"), validators=[Optional()])
    enrolled_on = DayField(_l("Day of enrollment and consent"), validators=[InputRequired(REQUIRED)])
    grant_id = Choice(_l("Grant"), validators=[Optional()])
    reference = StringField(_l("Your own number for this household"), validators=[Length(max=80)])

    def offer(self, choices: dict[str, Choices]) -> "EnrollForm":
        """Set what may be chosen, field by field."""
        for name, pairs in choices.items():
            self[name].choices = list(pairs)
        return self

    def blank_member(self) -> Field:
        """Return an empty person from which the page makes further ones while typing."""
        field = self.members.unbound_field.bind(form=None, name="members-__index__", prefix="", _meta=self.meta)
        field.process(None)
        return field

    def people(self) -> list[tuple[int, MemberForm]]:
        """Return the persons something was typed about, with their place in the form; the first one always."""
        forms = [entry.form for entry in self.members.entries]
        return [(place, form) for place, form in enumerate(forms) if place == 0 or not form.is_blank()]


class FindForm(Form):
    """Looking for a household."""

    words = StringField(
        _l("Name, phone, address, code or device tag"),
        validators=[InputRequired(REQUIRED), Length(max=100)],
        description=_l(
            "Parts are enough, in any order: “ngu van”, the last four digits of a phone. A wrong letter is forgiven."
        ),
    )
