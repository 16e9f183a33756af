"""What people type about the terms of a line, and about what a program pays toward it."""

from collections.abc import Mapping, Sequence

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Optional, ValidationError

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.money import parse_cents
from ...foundation.web.fields import DayField, WholeField, check_amount
from ...foundation.web.forms import REQUIRED, Form
from ..models import Subscription
from ..rules.fitting import Plan
from ..rules.speeds import parse_speed
from ..rules.terms import HOME, LINE_KINDS, SUBSIDY_END_REASONS, Hotspot, NewSubsidy, NewTerms


def check_speed(field: StringField) -> None:
    """Raise ValidationError that says how speeds are written."""
    try:
        parse_speed(field.data)
    except Invalid as error:
        raise ValidationError(gettext(error.message)) from error


class TermsFields(Form):
    """The terms of a line, as any form about a line asks for them."""

    price = StringField(
        _l("Price a month"), validators=[Optional()], description=_l("What the company charges, before any subsidy.")
    )
    kind = RadioField(_l("Where do they use it?"), default=HOME, validate_choice=False, validators=[Optional()])
    promo_until_on = DayField(
        _l("Last day of the promotion"), validators=[Optional()], description=_l("Only if the price goes up later.")
    )
    price_after = StringField(_l("Price a month after the promotion"), validators=[Optional()])
    data_gb = WholeField(
        _l("Data a month"), validators=[Optional()], description=_l("Leave empty if there is no limit.")
    )
    device_fact = SelectField(_l("By which hotspot?"), coerce=int, default=0, validators=[Optional()])
    offer_id = SelectField(_l("Offer on file"), coerce=int, default=0, validate_choice=False, validators=[Optional()])
    measured = StringField(
        _l("What the speed test showed, down/up in Mbps"), validators=[Optional()], description=_l("For example 92/11.")
    )
    measured_on = DayField(_l("Day of the speed test"), validators=[Optional()])

    def offer_terms(self, *, plans: Sequence[Plan], hotspots: Sequence[Hotspot]) -> None:
        """Set what may be chosen."""
        self.kind.choices = [SelectChoice(code, gettext(label)) for code, label in LINE_KINDS.items()]
        named = [(number, f"{unit or gettext('Hotspot')}, {format_date(day)}") for number, unit, day in hotspots]
        self.device_fact.choices = [SelectChoice(0, gettext("None")), *(SelectChoice(*one) for one in named)]
        known = [SelectChoice(one.id, f"{one.provider}, {one.name}") for one in plans]
        self.offer_id.choices = [SelectChoice(0, gettext("None of these")), *known]

    def validate_price(self, field: StringField) -> None:
        """Say how amounts are written."""
        check_amount(field)

    def validate_price_after(self, field: StringField) -> None:
        """Say how amounts are written."""
        check_amount(field)

    def validate_measured(self, field: StringField) -> None:
        """Say how speeds are written."""
        check_speed(field)

    def terms(self) -> NewTerms:
        """Return the terms as typed."""
        down, up = parse_speed(self.measured.data) if self.measured.data else (None, None)
        known = {choice.value for choice in self.offer_id.choices}
        return NewTerms(
            kind=self.kind.data or HOME,  # nothing chosen, as by a page opened before there was a choice
            offer_id=self.offer_id.data if self.offer_id.data in known and self.offer_id.data else None,
            price_cents=_cents(self.price.data),
            promo_until_on=self.promo_until_on.data,
            price_after_cents=_cents(self.price_after.data),
            data_gb=self.data_gb.data,
            device_fact=self.device_fact.data or None,
            measured_on=self.measured_on.data,
            measured_down_kbps=down,
            measured_up_kbps=up,
        )


def _cents(text: str | None) -> int | None:
    return parse_cents(text) if text else None


class TermsForm(TermsFields):
    """The terms of a line on record."""

    again = BooleanField(_l("They have both lines"))

    def offer(self, *, plans: Sequence[Plan], hotspots: Sequence[Hotspot]) -> "TermsForm":
        """Set what may be chosen."""
        self.offer_terms(plans=plans, hotspots=hotspots)
        return self


def values_of_line(line: Subscription) -> dict[str, object]:
    """Return the fields of a form filled with the terms of a line."""
    return {
        "kind": line.kind,
        "offer_id": line.offer_id or 0,
        "price": dollars(line.price_cents),
        "promo_until_on": line.promo_until_on,
        "price_after": dollars(line.price_after_cents),
        "data_gb": line.data_gb,
        "device_fact": line.device_fact or 0,
        "measured": speed_words(line.measured_down_kbps, line.measured_up_kbps),
        "measured_on": line.measured_on,
    }


def values_of_plan(plan: Plan) -> dict[str, object]:
    """Return the fields of a form about a line, filled with what an offer says to who starts on its day."""
    return {
        "offer_id": plan.id,
        "provider": plan.provider,
        "plan": plan.name,
        "kind": plan.kind,
        "speed": speed_words(plan.down_kbps, plan.up_kbps),
        "price": dollars(plan.first_cents),
        "promo_until_on": plan.promo_until,
        "price_after": dollars(plan.price_cents) if plan.promo_until else None,
        "data_gb": plan.data_gb,
    }


def speed_words(down: int | None, up: int | None) -> str | None:
    """Return "100/20" for speeds in kbps, None where one is not known."""
    return f"{down / 1000:g}/{up / 1000:g}" if down is not None and up is not None else None


def dollars(cents: int | None) -> str | None:
    """Return "29.99" for cents, None where they are not known."""
    return f"{cents / 100:.2f}" if cents is not None else None


class SubsidyForm(Form):
    """What a program pays toward a line already."""

    program = SelectField(_l("Program"), validators=[InputRequired(REQUIRED)])
    amount = StringField(
        _l("It pays a month"), validators=[InputRequired(REQUIRED)], description=_l("For example 9.25.")
    )
    from_on = DayField(_l("From"), validators=[InputRequired(REQUIRED)])
    until_on = DayField(_l("Last day"), validators=[Optional()], description=_l("Leave empty if nobody knows an end."))

    def offer(self, programs: Mapping[str, str]) -> "SubsidyForm":
        """Set what may be chosen."""
        self.program.choices = [SelectChoice("", gettext("Please choose")), *_choices(programs)]
        return self

    def validate_amount(self, field: StringField) -> None:
        """Say how amounts are written."""
        check_amount(field)

    def subsidy(self) -> NewSubsidy:
        """Return what was typed."""
        return NewSubsidy(
            program=self.program.data,
            amount_cents=parse_cents(self.amount.data),
            from_on=self.from_on.data,
            until_on=self.until_on.data,
        )


class EndSubsidyForm(Form):
    """When and why a program stops paying."""

    until_on = DayField(_l("Last day on which it pays"), validators=[InputRequired(REQUIRED)], default=clock.today)
    reason = RadioField(_l("Why does it end?"), validators=[InputRequired(_l("Please choose a reason."))])

    def offer(self) -> "EndSubsidyForm":
        """Set what may be chosen."""
        reasons = {code: gettext(label) for code, label in SUBSIDY_END_REASONS.items()}
        self.reason.choices = _choices(reasons)
        return self


def _choices(labels: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(code, label) for code, label in labels.items()]
