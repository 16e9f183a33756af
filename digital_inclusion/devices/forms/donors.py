"""What staff type about donors: whether devices are taken and where, and which lots are one donor's."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ...foundation.normalize import normalize_phone
from ...foundation.web.forms import Form


class WorkshopForm(Form):
    """Whether an organization takes donated devices, and where donors find it."""

    takes_devices = BooleanField(
        _l("Takes donated devices"), description=_l("Donors can then choose it on the public page “Give devices”.")
    )
    fetches = BooleanField(
        _l("Picks devices up"), description=_l("Donors can then ask for it. Offer times under “Appointments”.")
    )
    address = StringField(
        _l("Where donors find you"),
        validators=[Optional(), Length(max=200)],
        description=_l("Street, house number, and how to find the door. Shown to donors."),
    )
    phone = StringField(
        _l("Phone number for donors"), validators=[Optional(), Length(max=40)], description=_l("Shown to donors.")
    )

    def validate_phone(self, field: StringField) -> None:
        """Say how a number is written."""
        if field.data and normalize_phone(field.data) is None:
            raise ValidationError(gettext("This is not a phone number. Write it with the area code."))


class LinkForm(Form):
    """Which other lots are of the same donor."""

    besides = SelectMultipleField(
        _l("Other lots under the same name"),
        validators=[Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Choose those of the same donor. A lot that was added cannot be taken out again."),
    )

    def offer(self, lots: Iterable[Any]) -> "LinkForm":
        """Set which lots may be added."""
        self.besides.choices = [(one.code, f"{one.code} · {one.donor}") for one in lots]
        return self
