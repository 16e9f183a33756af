"""What people type about the end of a program."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from ...foundation.kernel import clock
from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED, Form


class EndForm(Form):
    """Which program, its last day, and where it is written."""

    program = SelectField(_l("Program"), validators=[InputRequired(_l("Please choose a program."))])
    last_day = DayField(_l("Last day on which it pays"), validators=[InputRequired(REQUIRED)])
    announced_on = DayField(_l("Announced on"), validators=[InputRequired(REQUIRED)])
    source = StringField(
        _l("Where it is written"),
        validators=[Optional(), Length(max=200)],
        description=_l("An order, a page, a letter."),
    )

    def offer(self, programs: dict[str, str]) -> "EndForm":
        """Set what may be chosen."""
        self.program.choices = [("", gettext("Please choose")), *programs.items()]
        if not self.is_submitted():
            self.announced_on.data = clock.today()
        return self
