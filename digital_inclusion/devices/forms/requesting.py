"""What people type when a household needs a device, and when one is held back for it."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ...foundation.web.fields import Checkboxes
from ...foundation.web.forms import REQUIRED, Form
from ...progress.forms import labelled
from ...progress.rules.deliveries import DEVICE_KINDS
from ..rules.requests import LONGEST_NOTE, LONGEST_REASON, NEEDS, WITHDRAW_REASONS, Wanted
from ..rules.specs import KEYBOARDS


class AskForm(Form):
    """What a household needs."""

    kind = RadioField(_l("What do they need?"), validators=[InputRequired(_l("Please choose a kind."))])
    needs = Checkboxes(
        _l("What should it be good for?"), description=_l("Tick what matters. Leave it empty if any will do.")
    )
    keyboard = SelectField(_l("Language of the keyboard"), validators=[Optional()])
    note = TextAreaField(
        _l("Anything else?"), validators=[Optional(), Length(max=LONGEST_NOTE)], description=_l("No names, please.")
    )

    def offer(self) -> "AskForm":
        """Set what may be chosen."""
        self.kind.choices = labelled(list(DEVICE_KINDS.items()))
        self.needs.choices = labelled(list(NEEDS.items()))
        self.keyboard.choices = [("", gettext("Please choose")), *labelled(list(KEYBOARDS.items()))]
        return self

    def wanted(self) -> Wanted:
        """Return what was typed."""
        return Wanted(
            kind=self.kind.data, needs=self.needs.data or [], keyboard=self.keyboard.data or None, note=self.note.data
        )


class ReserveForm(Form):
    """A unit for a request, and why this one, where that does not explain itself."""

    scanned = StringField(
        _l("Tag or serial number"),
        validators=[InputRequired(REQUIRED), Length(max=80)],
        description=_l("Scan the label, or type what stands on it."),
    )
    reason = StringField(
        _l("Why this one?"),
        validators=[Optional(), Length(max=LONGEST_REASON)],
        description=_l("Needed when it was not proposed, or when others are passed by. No names, please."),
    )


class SlotForm(Form):
    """A time at which they get it."""

    slot = SelectField(_l("When do they come?"), validators=[InputRequired(_l("Please choose a time."))])

    def offer(self, times: Sequence[tuple[str, str]]) -> "SlotForm":
        """Set the times that are free, as codes and what people read."""
        self.slot.choices = [("", gettext("Please choose")), *times]
        return self


class WithdrawForm(Form):
    """Why a request is taken back."""

    reason = RadioField(_l("Why?"), validators=[InputRequired(_l("Please choose a reason."))])

    def offer(self) -> "WithdrawForm":
        """Set what may be chosen."""
        self.reason.choices = [SelectChoice(code, gettext(label)) for code, label in WITHDRAW_REASONS.items()]
        return self
