"""What people type about checks and about what a household already had."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ...connectivity.rules.speeds import parse_speed
from ...foundation.kernel.errors import Invalid
from ...progress.forms import RecordForm, labelled
from ...progress.rules.deliveries import DEVICE_KINDS, NewDelivery
from ...progress.rules.facts import Item, Kind

SKILLS = "skills"


class CheckForm(RecordForm):
    """Somebody asked: is it still so?"""

    about = RadioField(
        _l("What did you ask about?"), validators=[InputRequired(_l("Please choose what you asked about."))]
    )
    answer = RadioField(
        _l("What did they answer?"),
        choices=[SelectChoice("yes", _l("Still so")), SelectChoice("no", _l("No longer"))],
        validators=[InputRequired(_l("Please choose what they answered."))],
    )

    def offer(self, lines: Sequence[tuple[int, str]]) -> "CheckForm":
        """Offer the household's lines and its skills."""
        asked = [(str(number), label) for number, label in lines]
        self.about.choices = [*asked, (SKILLS, gettext("Still using their skills"))]
        self.offer_evidence("check")
        return self

    def check(self, *, seen_by: str) -> NewDelivery:
        """Return what was typed."""
        about_skills = self.about.data == SKILLS
        return NewDelivery(
            kind=Kind.CHECK,
            item=Item.TRAINING if about_skills else Item.LINE,
            occurred_on=self.occurred_on.data,
            passed=self.answer.data == "yes",
            refers_to=None if about_skills else int(self.about.data),
            evidence=self.evidence(seen_by),
        )


class BelongingForm(RecordForm):
    """A device or a line that the household already had."""

    item = RadioField(
        _l("What did they already have?"),
        choices=[SelectChoice("device", _l("A device")), SelectChoice("line", _l("Internet at home"))],
        validators=[InputRequired(_l("Please choose one of the two."))],
    )
    device_kind = SelectField(_l("What kind of device?"), validators=[Optional()])
    provider = StringField(_l("Internet company"), validators=[Optional(), Length(max=80)])
    speed = StringField(_l("Speed down/up in Mbps"), description=_l("For example 100/20."))

    def offer(self) -> "BelongingForm":
        """Set what may be chosen."""
        self.device_kind.choices = [("", gettext("Please choose")), *labelled(list(DEVICE_KINDS.items()))]
        self.offer_evidence("belonging")
        return self

    def validate_speed(self, field: StringField) -> None:
        """Say how speeds are written."""
        if self.item.data == "line":
            try:
                parse_speed(field.data or "")
            except Invalid as error:
                raise ValidationError(gettext(error.message)) from error

    def owned(self, *, seen_by: str) -> NewDelivery:
        """Return what was typed."""
        is_device = self.item.data == "device"
        down, up = parse_speed(self.speed.data) if self.speed.data and not is_device else (None, None)
        return NewDelivery(
            kind=Kind.ALREADY_HAD,
            item=Item(self.item.data),
            occurred_on=self.occurred_on.data,
            device_kind=self.device_kind.data or None if is_device else None,
            provider=None if is_device else self.provider.data,
            down_kbps=down,
            up_kbps=up,
            evidence=self.evidence(seen_by),
        )
