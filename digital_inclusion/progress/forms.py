"""What every form about something done has in common: the day, the evidence, and "record it again"."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from ..foundation.kernel import clock
from ..foundation.web.fields import DayField
from ..foundation.web.forms import REQUIRED, Form
from .rules.deliveries import Evidence, evidence_choices


class RecordForm(Form):
    """The day and the evidence of one thing done. Rooms add what was done."""

    occurred_on = DayField(_l("Day"), validators=[InputRequired(REQUIRED)], default=clock.today)
    evidence_type = SelectField(_l("What proves it?"), validators=[Optional()])
    evidence_seen_by = StringField(
        _l("Who saw it"), validators=[Optional(), Length(max=120)], description=_l("Leave empty if you did.")
    )
    evidence_seen_on = DayField(_l("Seen on"), validators=[Optional()])
    evidence_reference = StringField(
        _l("Where to find it"),
        validators=[Optional(), Length(max=200)],
        description=_l("For example the number of the form or bill. No names, please."),
    )
    again = BooleanField(_l("Record it once more"))

    def offer_evidence(self, what: str) -> None:
        """Offer the types of evidence that fit ``what``: device, line, training, belonging or check."""
        known = [(code, gettext(label)) for code, label in evidence_choices(what)]
        self.evidence_type.choices = [("", gettext("No evidence yet")), *known]

    def evidence(self, seen_by: str) -> Evidence | None:
        """Return the evidence as entered; who saw it is ``seen_by`` unless somebody else is named."""
        if not self.evidence_type.data:
            return None
        return Evidence(
            type=self.evidence_type.data,
            seen_by=self.evidence_seen_by.data or seen_by,
            seen_on=self.evidence_seen_on.data or self.occurred_on.data,
            reference=self.evidence_reference.data,
        )


def labelled(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return choices with their labels in the reader's language."""
    return [(code, gettext(label)) for code, label in choices]


class SentenceForm(Form):
    """A question to the partner, or its answer: one sentence. ``seen`` is the state it was written about."""

    seen = HiddenField()
    sentence = TextAreaField(_l("Your question"), validators=[InputRequired(REQUIRED), Length(max=500)])


class SelectedForm(Form):
    """Confirm or question the rows that were selected."""

    facts = SelectMultipleField(_l("Rows"), coerce=int, validate_choice=False)
    sentence = TextAreaField(_l("Your question"), validators=[Optional(), Length(max=500)])


class QueueForm(Form):
    """What of the verifiers' queue is shown. A GET form: its values are in the address."""

    show = SelectField(_l("Show"))
    partner = SelectField(_l("Partner"), validate_choice=False)
    item = SelectField(_l("What"))

    def offer(self, partners: Sequence[tuple[str, str]]) -> None:
        """Set what can be chosen; ``partners`` are ids and names."""
        self.show.choices = _choices(
            ("turn", gettext("Your turn")),
            ("waiting", gettext("New")),
            ("answered", gettext("Answered")),
            ("questioned", gettext("With the partner")),
            ("confirmed", gettext("Confirmed")),
        )
        self.partner.choices = _choices(("", gettext("All partners")), *partners)
        self.item.choices = _choices(
            ("", gettext("Everything")),
            ("device", gettext("Devices")),
            ("line", gettext("Internet lines")),
            ("training", gettext("Training")),
        )


def _choices(*pairs: tuple[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]
