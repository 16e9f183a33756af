"""What people type when a device is handed over."""

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ...foundation.kernel import clock
from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED, Form
from ...progress.forms import RecordForm, labelled
from ...progress.rules.deliveries import DEVICE_KINDS, NewDelivery
from ...progress.rules.facts import Item
from ..rules.handing_over import ON_PAPER, ON_SCREEN, OneMore

KEEPS, LOAN = "keeps", "loan"


class OneMoreFields:
    """The exception from "one of a kind", where the program has one."""

    more = BooleanField(_l("The rule applies: this household gets one more of this kind"))
    more_why = StringField(_l("Why?"), validators=[Optional(), Length(max=300)], description=_l("No names, please."))

    def one_more(self) -> OneMore | None:
        """Return what was said about the exception."""
        return OneMore(self.more_why.data or "") if self.more.data else None


class HandOverForm(OneMoreFields, RecordForm):
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


class SignedForm(OneMoreFields, ScannedForm):
    """The household agrees and takes the unit with it."""

    occurred_on = DayField(_l("Day of the hand-over"), validators=[InputRequired(REQUIRED)], default=clock.today)
    terms = RadioField(
        _l("Do they keep it?"),
        choices=[SelectChoice(KEEPS, _l("They keep it")), SelectChoice(LOAN, _l("It is a loan"))],
        default=KEEPS,
    )
    loan_due_on = DayField(_l("On loan until"))
    signed = RadioField(
        _l("How do they sign?"),
        choices=[SelectChoice(ON_SCREEN, _l("On this screen")), SelectChoice(ON_PAPER, _l("On paper"))],
        validators=[InputRequired(_l("Please choose one of the two."))],
    )
    strokes = HiddenField()
    seen_by = StringField(
        _l("Who saw them sign"), validators=[Optional(), Length(max=120)], description=_l("Leave empty if you did.")
    )

    def validate_loan_due_on(self, field: DayField) -> None:
        """Ask for the day where it is a loan."""
        if self.terms.data == LOAN and field.data is None and not field.errors:
            raise ValidationError(gettext("Please say until when."))

    def due(self) -> date | None:
        """Return until when they have it; None: they keep it."""
        day: date | None = self.loan_due_on.data
        return day if self.terms.data == LOAN else None
