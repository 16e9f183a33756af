"""What a resident types when a device does not work."""

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ...casework.actions.sending_repairs import Trouble
from ...devices.rules.repairs import LONGEST_WORDS, TROUBLES
from ...foundation.web.forms import Form
from .help import check_contact


class RepairForm(Form):
    """The household's code, the device, what is wrong, how to reach them."""

    reference = StringField(
        _l("Your household code"),
        validators=[InputRequired(_l("Please write your household code.")), Length(max=40)],
        description=_l("It is on the paper that came with the device, such as 7KQM-2R9X."),
    )
    tag = StringField(
        _l("Number on the device"),
        validators=[Optional(), Length(max=80)],
        description=_l("It is on the label with the square code. Leave it empty if you have one device."),
    )
    trouble = RadioField(_l("What is wrong?"), validators=[InputRequired(_l("Please choose what is wrong."))])
    words = TextAreaField(
        _l("Tell us more"),
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_l("Please write less."))],
        description=_l("Please do not write passwords."),
    )
    contact = StringField(
        _l("Phone number or email"),
        validators=[Optional(), Length(max=254)],
        description=_l("Only if we should use another one than you gave us before. We forget it after the repair."),
    )

    def validate_contact(self, field: StringField) -> None:
        """Refuse what nobody can call or write to: no answer would ever come."""
        check_contact(field)

    def offer(self) -> "RepairForm":
        """Set what may be chosen."""
        self.trouble.choices = [SelectChoice(code, gettext(label)) for code, label in TROUBLES.items()]
        return self

    def told(self) -> Trouble:
        """Return what was typed."""
        return Trouble(
            reference=self.reference.data,
            tag=self.tag.data,
            trouble=self.trouble.data,
            words=self.words.data,
            contact=self.contact.data,
            language=str(get_locale() or "en"),
        )
