"""What people type about whether a line is still on, and about the sample they want."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from ...foundation.kernel import clock
from ...foundation.web.converters import LARGEST_KEY
from ...foundation.web.fields import DayField, WholeField
from ...foundation.web.forms import REQUIRED, Form
from ..rules.checks import ANSWERS, LINE_END_REASONS, PHONE, WAYS, Said
from ..rules.samples import Wanted


class CheckForm(Form):
    """What they said about one line."""

    line = WholeField(widget=HiddenInput(), validators=[InputRequired(REQUIRED), NumberRange(1, LARGEST_KEY)])
    answer = RadioField(_l("What did they say?"), validators=[InputRequired(_l("Please choose what they said."))])
    ended_on = DayField(
        _l("First day without it"),
        validators=[Optional()],
        description=_l("If they know it: then the end goes on record. Else leave it empty and find out."),
    )
    reason = SelectField(_l("Why is it off?"), validators=[Optional()])
    way = RadioField(_l("How did you ask?"), default=PHONE, validators=[InputRequired(REQUIRED)])

    def offer(self) -> "CheckForm":
        """Set what may be chosen."""
        self.answer.choices = [SelectChoice(code, gettext(label)) for code, label in ANSWERS.items()]
        self.way.choices = [SelectChoice(code, gettext(label)) for code, label in WAYS.items()]
        reasons = [SelectChoice(code, gettext(label)) for code, label in LINE_END_REASONS.items()]
        self.reason.choices = [SelectChoice("", gettext("Please choose")), *reasons]
        return self

    def said(self) -> Said:
        """Return what was typed."""
        return Said(
            answer=self.answer.data,
            way=self.way.data,
            ended_on=self.ended_on.data,
            reason=self.reason.data or None,
        )


class SampleForm(Form):
    """Which lines to draw from, and how many."""

    term_days = RadioField(_l("Which question?"), coerce=int, validators=[InputRequired(REQUIRED)])
    from_on = DayField(_l("Came due from"), validators=[InputRequired(REQUIRED)])
    to_on = DayField(_l("Came due up to"), validators=[InputRequired(REQUIRED)], default=clock.today)
    margin = WholeField(
        _l("Margin that is good enough"),
        validators=[Optional()],
        description=_l("In percent, for example 5: if all answer, the share is right to about 5 points."),
    )
    size = WholeField(_l("Or: how many to ask"), validators=[Optional()])

    def offer(self, terms: Sequence[int]) -> "SampleForm":
        """Set what may be chosen."""
        self.term_days.choices = [
            SelectChoice(days, gettext("%(days)s days after the start", days=days)) for days in terms
        ]
        return self

    def wanted(self) -> Wanted:
        """Return what was typed."""
        return Wanted(
            term_days=self.term_days.data,
            from_on=self.from_on.data,
            to_on=self.to_on.data,
            size=self.size.data,
            margin=self.margin.data,
        )
