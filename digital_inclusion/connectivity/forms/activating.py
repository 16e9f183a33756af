"""What people type when a line is activated."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ...foundation.kernel.money import parse_cents
from ...foundation.web.fields import DayField, check_amount
from ...foundation.web.forms import REQUIRED
from ...progress.forms import RecordForm
from ...progress.rules.deliveries import NewDelivery
from ...progress.rules.facts import Item
from ..rules.fitting import Plan
from ..rules.speeds import parse_speed
from ..rules.terms import Hotspot
from .terms import TermsFields, check_speed


class ActivateForm(RecordForm):
    """A line activated for a household."""

    provider = StringField(_l("Internet company"), validators=[InputRequired(REQUIRED), Length(max=80)])
    plan = StringField(_l("Plan"), validators=[Optional(), Length(max=80)])
    speed = StringField(
        _l("Speed down/up in Mbps"),
        validators=[InputRequired(REQUIRED)],
        description=_l("For example 100/20. If the paper says kbps, write the word."),
    )
    price = StringField(
        _l("Price a month"), validators=[Optional()], description=_l("What the company charges, before any subsidy.")
    )
    ended_on = DayField(_l("Ended on"), validators=[Optional()], description=_l("Only if it has ended already."))

    def validate_speed(self, field: StringField) -> None:
        """Say how speeds are written."""
        check_speed(field)

    def validate_price(self, field: StringField) -> None:
        """Say how amounts are written."""
        check_amount(field)

    def offer(self) -> "ActivateForm":
        """Set what may be chosen."""
        self.offer_evidence("line")
        return self

    def delivery(self, *, grant_id: int | None, seen_by: str) -> NewDelivery:
        """Return what was typed."""
        down, up = parse_speed(self.speed.data)
        ended_on = self.ended_on.data if self.ended_on is not None else None  # a correction does not ask for it
        return NewDelivery(
            item=Item.LINE,
            occurred_on=self.occurred_on.data,
            down_kbps=down,
            up_kbps=up,
            provider=self.provider.data,
            plan=self.plan.data,
            price_cents=parse_cents(self.price.data) if self.price.data else None,
            ended_on=ended_on,
            end_reason="canceled" if ended_on else None,
            grant_id=grant_id,
            evidence=self.evidence(seen_by),
        )


class NewLineForm(ActivateForm, TermsFields):
    """A line activated for a household, with what is known of its price."""

    def offer_line(self, *, plans: Sequence[Plan], hotspots: Sequence[Hotspot]) -> "NewLineForm":
        """Set what may be chosen."""
        self.offer()
        self.offer_terms(plans=plans, hotspots=hotspots)
        return self

    def validate_evidence_type(self, field: SelectField) -> None:
        """Ask for the figures where a speed test is the evidence."""
        if field.data == "speed_test" and not self.measured.data:
            self.measured.errors = [*self.measured.errors, gettext("Write what the test showed, for example 92/11.")]
            raise ValidationError(gettext("A speed test needs its figures: write them below."))

    def measured_day(self) -> date | None:
        """Return the day of the speed test: its own, else that on which it was seen, else the line's."""
        day: date | None = self.measured_on.data
        if self.measured.data and day is None:
            day = self.evidence_seen_on.data or self.occurred_on.data
        return day
