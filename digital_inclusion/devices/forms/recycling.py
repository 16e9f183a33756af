"""What people type about batches for a recycler."""

from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DecimalField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from ...foundation.kernel import clock
from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED, Form
from ..rules.recycling import CERTIFICATIONS, HEAVIEST_G, Recycler

_WEIGHT = _l("Write the weight in kilograms, for example 412.5.")


class BatchForm(Form):
    """Who takes the batch."""

    recycler = StringField(_l("Recycler"), validators=[InputRequired(REQUIRED), Length(max=200)])
    certification = RadioField(_l("Certified by"), validators=[InputRequired(_l("Please choose one."))])
    number = StringField(
        _l("Number of its certification"),
        validators=[InputRequired(REQUIRED), Length(max=60)],
        description=_l("As on the recycler’s own certificate."),
    )
    until = DayField(_l("In force until"), validators=[InputRequired(REQUIRED)])

    def offer(self) -> "BatchForm":
        """Set what may be chosen."""
        self.certification.choices = [SelectChoice(code, gettext(label)) for code, label in CERTIFICATIONS.items()]
        return self

    def given(self) -> Recycler:
        """Return what was typed."""
        return Recycler(
            name=self.recycler.data,
            certification=self.certification.data,
            number=self.number.data,
            until=self.until.data,
        )


class BatchScanForm(Form):
    """Units for the batch, by what a scanner types."""

    scanned = TextAreaField(
        _l("Tags or serial numbers"),
        validators=[InputRequired(REQUIRED), Length(max=40_000)],
        description=_l("One on each line. A scanner types them for you."),
    )

    def words(self) -> list[str]:
        """Return what was scanned, line by line."""
        return (self.scanned.data or "").splitlines()


class SendForm(Form):
    """The batch leaves the house."""

    sent_on = DayField(
        _l("Day on which the recycler took it"), validators=[InputRequired(REQUIRED)], default=clock.today
    )


class CertifyForm(Form):
    """What the recycler weighed and certified."""

    weight = DecimalField(
        _l("Weight by the recycler"),
        places=3,
        validators=[InputRequired(_WEIGHT), NumberRange(Decimal("0.001"), Decimal(HEAVIEST_G) / 1000, _WEIGHT)],
    )
    number = StringField(_l("Number of the certificate"), validators=[InputRequired(REQUIRED), Length(max=80)])
    file = FileField(
        _l("The certificate"),
        validators=[FileRequired(_l("Please choose the file of the certificate."))],
        description=_l("PDF, or a picture of the paper (PNG, JPEG). At most 10 MB."),
    )

    def grams(self) -> int:
        """Return the weight in grams."""
        return int(round(self.weight.data * 1000))


class VoidBatchForm(Form):
    """Why a batch never reached its end."""

    reason = StringField(_l("Why"), validators=[InputRequired(_l("Please say why.")), Length(max=300)])
