"""What is typed when a household is referred to another organization."""

from collections.abc import Collection, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from ...foundation.kernel import clock
from ...foundation.web.fields import Checkboxes, DayField
from ...foundation.web.forms import REQUIRED, Form
from ..rules.handing_on import AGREED_WAYS, CONTACTS, LONGEST_WORDS, NEEDS, NewReferral
from .choices import translated


class ReferralForm(Form):
    """To whom, what for, what goes along, and that they agreed."""

    to = SelectField(_l("Which organization"), validators=[InputRequired(_l("Choose an organization."))])
    needs = Checkboxes(_l("What they need"))
    contact = RadioField(_l("Which contact goes along"), validators=[InputRequired(_l("Please choose one."))])
    words = TextAreaField(
        _l("What the organization should know"),
        validators=[Length(max=LONGEST_WORDS, message=_l("That is too long. Use at most 500 characters."))],
        description=_l("At most 500 characters. They read this, and so may the family: nothing that is not needed."),
    )
    agreed = BooleanField(_l("They agreed that this organization gets these data"))
    agreed_on = DayField(_l("On which day"), validators=[InputRequired(REQUIRED)], default=clock.today)
    agreed_way = RadioField(_l("How they agreed"), validators=[InputRequired(_l("Please choose one."))])

    def offer(self, organizations: Sequence[tuple[int, str]], *, has: Collection[str]) -> "ReferralForm":
        """Set what may be chosen. ``has``: the contacts on record."""
        self.to.choices = [("", gettext("Choose one")), *((str(number), name) for number, name in organizations)]
        self.needs.choices = translated(NEEDS.items())
        self.contact.choices = translated((one, label) for one, label in CONTACTS.items() if one in {*has, "none"})
        self.agreed_way.choices = translated(AGREED_WAYS.items())
        return self

    def referral(self) -> NewReferral:
        """Return what was typed."""
        return NewReferral(
            to_partner_id=int(self.to.data),
            needs=frozenset(self.needs.data or ()),
            contact=self.contact.data,
            agreed=bool(self.agreed.data),
            agreed_on=self.agreed_on.data,
            agreed_way=self.agreed_way.data,
            words=self.words.data,
        )
