"""What people type when a device is handed over."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, Optional

from ...foundation.kernel import clock
from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED, Form
from ...progress.forms import RecordForm, labelled
from ...progress.rules.deliveries import DEVICE_KINDS, NewDelivery
from ...progress.rules.facts import Item
from ..rules.handing_over import ON_PAPER, ON_SCREEN


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


class ScannedForm(Form):
    """The label of a unit of ours."""

    scanned = StringField(
        _l("Tag or serial number"),
        validators=[InputRequired(REQUIRED), Length(max=80)],
        description=_l("Scan the label, or type what stands on it."),
    )


class SignedForm(ScannedForm):
    """The household agrees and takes the unit with it."""

    occurred_on = DayField(_l("Day of the hand-over"), validators=[InputRequired(REQUIRED)], default=clock.today)
    loan_due_on = DayField(_l("On loan until"), validators=[Optional()])
    signed = RadioField(
        _l("How do they sign?"),
        choices=[SelectChoice(ON_SCREEN, _l("On this screen")), SelectChoice(ON_PAPER, _l("On paper"))],
        validators=[InputRequired(_l("Please choose one of the two."))],
    )
    strokes = HiddenField()
    seen_by = StringField(
        _l("Who saw them sign"), validators=[Optional(), Length(max=120)], description=_l("Leave empty if you did.")
    )
    more = BooleanField(_l("The program allows this household one more of this kind"))
