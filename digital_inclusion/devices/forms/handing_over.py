"""What people type when a device is handed over."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, Optional

from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED
from ...progress.forms import RecordForm, labelled
from ...progress.rules.deliveries import DEVICE_KINDS, NewDelivery
from ...progress.rules.facts import Item


class HandOverForm(RecordForm):
    """A device handed over to a household."""

    device_kind = RadioField(_l("What kind of device?"), validators=[InputRequired(_l("Please choose a kind."))])
    source = RadioField(
        _l("Where does it come from?"),
        choices=[SelectChoice("new", _l("Bought new")), SelectChoice("donated", _l("Donated and refurbished"))],
        validators=[InputRequired(_l("Please choose one of the two."))],
    )
    passport_complete = BooleanField(_l("Its passport is complete"))
    unit = StringField(
        _l("Serial number or asset tag"),
        validators=[InputRequired(REQUIRED), Length(max=80)],
        description=_l("As on the label. Spaces and dashes do not matter."),
    )
    loan_due_on = DayField(_l("On loan until"), validators=[Optional()])

    def offer(self) -> "HandOverForm":
        """Set what may be chosen."""
        self.device_kind.choices = labelled(list(DEVICE_KINDS.items()))
        self.offer_evidence("device")
        return self

    def delivery(self, *, grant_id: int | None, seen_by: str) -> NewDelivery:
        """Return what was typed."""
        donated = self.source.data == "donated"
        return NewDelivery(
            item=Item.DEVICE,
            occurred_on=self.occurred_on.data,
            device_kind=self.device_kind.data,
            donated=donated,
            unit=self.unit.data,
            passport_complete=bool(self.passport_complete.data) if donated else None,
            loan_due_on=self.loan_due_on.data,
            grant_id=grant_id,
            evidence=self.evidence(seen_by),
        )
