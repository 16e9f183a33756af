"""What staff note about devices in homes: what became of a repair, whether a device is still used."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from ...foundation.web.forms import Form
from ..rules.follow_ups import ANSWERS


class OutcomeForm(Form):
    """What became of a request for repair."""

    outcome = RadioField(
        _l("What became of it?"), validators=[InputRequired(_l("Please choose what became of it."))]
    )  # fmt: skip

    def offer(self, outcomes: Mapping[str, str]) -> "OutcomeForm":
        """Set what may be chosen."""
        self.outcome.choices = [SelectChoice(code, gettext(label)) for code, label in outcomes.items()]
        return self


class WhichDeviceForm(Form):
    """Which of the household's devices a request is about."""

    tag = RadioField(_l("Which device is it?"), validators=[InputRequired(_l("Please choose one."))])

    def offer(self, devices: Sequence[tuple[str, str]]) -> "WhichDeviceForm":
        """Set what may be chosen."""
        self.tag.choices = [SelectChoice(code, label) for code, label in devices]
        return self


class FollowUpForm(Form):
    """What they said."""

    answer = RadioField(_l("What did they say?"), validators=[InputRequired(_l("Please choose what they said."))])

    def offer(self) -> "FollowUpForm":
        """Set what may be chosen."""
        self.answer.choices = [SelectChoice(code, gettext(label)) for code, label in ANSWERS.items()]
        return self
