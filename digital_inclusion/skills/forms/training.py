"""What people type about training."""

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ...progress.forms import RecordForm
from ...progress.rules.deliveries import NewDelivery
from ...progress.rules.facts import Item

_HOURS = _l("Write the hours as a number, for example 1.5.")


class HoursField(DecimalField):
    """A number of hours, said in our words when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read "1.5" and "1,5"."""
        self.data = None
        text = " ".join(valuelist).strip().replace(",", ".")
        if not text:
            return
        try:
            self.data = Decimal(text)
        except ArithmeticError as error:
            raise ValueError(str(_HOURS)) from error


class TrainingForm(RecordForm):
    """Hours of training for one member, or an assessment."""

    member_id = RadioField(_l("Who took part?"), coerce=int, validators=[InputRequired(_l("Please choose a person."))])
    topic = StringField(_l("Topic"), validators=[Optional(), Length(max=80)])
    hours = HoursField(_l("Hours"), validators=[Optional(), NumberRange(min=0.01, max=1000, message=_HOURS)])
    assessment = SelectField(_l("Assessment taken"), validators=[Optional()])
    passed = RadioField(
        _l("Did they pass?"),
        choices=[SelectChoice("yes", _l("Passed")), SelectChoice("no", _l("Not passed"))],
        validators=[Optional()],
    )

    def offer(self, members: Sequence[tuple[int, str]], assessments: Sequence[str]) -> "TrainingForm":
        """Set what may be chosen."""
        self.member_id.choices = list(members)
        self.assessment.choices = [("", gettext("None")), *((name, name) for name in assessments)]
        self.offer_evidence("training")
        return self

    def delivery(self, *, grant_id: int | None, seen_by: str) -> NewDelivery:
        """Return what was typed."""
        assessment = self.assessment.data or None
        return NewDelivery(
            item=Item.TRAINING,
            occurred_on=self.occurred_on.data,
            member_id=self.member_id.data,
            topic=self.topic.data,
            minutes=round(self.hours.data * 60) if self.hours.data is not None else None,
            assessment=assessment,
            passed={"yes": True, "no": False}.get(self.passed.data) if assessment else None,
            grant_id=grant_id,
            evidence=self.evidence(seen_by),
        )
