"""What people may type about what was really paid."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Optional

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.money import parse_cents
from ...foundation.web.forms import REQUIRED, Form
from ..rules.payments import LONGEST_REASON, Settled


class SettleForm(Form):
    """What was really paid for one payment."""

    paid = StringField(
        _l("Really paid"),
        [InputRequired(REQUIRED)],
        description=_l("In dollars. Write 0 where it was rejected or all of it came back."),
    )
    reason = StringField(
        _l("Why less"),
        [Optional(), Length(max=LONGEST_REASON)],
        description=_l("As finance or the company says it, without names."),
    )

    def told(self) -> Settled:
        """Return what was typed; raise Invalid beside the field."""
        try:
            return Settled(parse_cents(self.paid.data or ""), self.reason.data)
        except Invalid as error:
            raise Invalid(fields={"paid": error.message}) from error


class SettleFileForm(Form):
    """The finance system's answer."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV or Excel (.xlsx) with the columns Voucher and Paid, and Reason where less was paid."),
    )
