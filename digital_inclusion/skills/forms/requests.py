"""Why a request for a seat is closed."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from ...foundation.web.forms import Form
from ..rules.requests import OUTCOMES


class CloseForm(Form):
    """One reason of a list."""

    outcome = RadioField(_l("Why?"), validators=[InputRequired(_l("Please choose a reason."))])

    def offer(self) -> "CloseForm":
        """Set what may be chosen."""
        self.outcome.choices = [(code, gettext(label)) for code, label in OUTCOMES.items()]
        return self
