"""What people type about offers."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ...foundation.kernel import clock
from ...foundation.kernel.money import parse_cents
from ...foundation.web.fields import Checkboxes, DayField, WholeField, check_amount
from ...foundation.web.forms import REQUIRED, Form
from ...households.rules import LANGUAGES
from ..rules.offers import KINDS, NewOffer, NewTerms, Terms
from ..rules.speeds import parse_speed
from .terms import check_speed, dollars, speed_words

_ZIP = re.compile(r"\d{5}")


class _Cents(StringField):
    """An amount of dollars; ``cents`` is what was typed, None where nothing was."""

    cents: int | None = None

    def pre_validate(self, form: Any) -> None:
        """Read the amount; say in our words what is wrong with it."""
        if self.data:
            check_amount(self)
            self.cents = parse_cents(self.data)


class TermsForm(Form):
    """What an offer costs and gives from a day."""

    from_on = DayField(_l("In force from"), validators=[InputRequired(REQUIRED)])
    price = _Cents(
        _l("Price a month"),
        validators=[InputRequired(REQUIRED)],
        description=_l("Without any promotion, before any subsidy."),
    )
    speed = StringField(
        _l("Speed down/up in Mbps"), validators=[InputRequired(REQUIRED)], description=_l("For example 100/20.")
    )
    promo_price = _Cents(_l("Price during a promotion"), validators=[Optional()])
    promo_months = WholeField(_l("The promotion ends after so many months"), validators=[Optional()])
    promo_until_on = DayField(
        _l("Or for everybody on"), validators=[Optional()], description=_l("The last day of the promotion.")
    )
    setup = _Cents(_l("Costs once, when service starts"), validators=[Optional()])
    equipment = StringField(
        _l("Equipment that comes with it"), validators=[Optional(), Length(max=120)], description=_l("Modem, router …")
    )
    equipment_price = _Cents(_l("Equipment a month"), validators=[Optional()])
    data_gb = WholeField(
        _l("Data a month, in gigabytes"), validators=[Optional()], description=_l("Empty: there is no limit.")
    )
    low_cost = BooleanField(_l("It is the company's own plan for people with little money"))

    def validate_speed(self, field: StringField) -> None:
        """Say how speeds are written."""
        check_speed(field)

    def terms(self) -> NewTerms:
        """Return what was typed."""
        down, up = parse_speed(self.speed.data)
        return NewTerms(
            from_on=self.from_on.data,
            price_cents=self.price.cents or 0,
            promo_cents=self.promo_price.cents,
            promo_months=self.promo_months.data,
            promo_until_on=self.promo_until_on.data,
            setup_cents=self.setup.cents or 0,
            equipment=self.equipment.data or None,
            equipment_cents=self.equipment_price.cents or 0,
            down_kbps=down,
            up_kbps=up,
            data_gb=self.data_gb.data,
            low_cost=bool(self.low_cost.data),
        )


def values_of_terms(terms: Terms | None) -> dict[str, object]:
    """Return the fields of a form for new terms, filled with those that hold: most often the price alone is new."""
    if terms is None:
        return {}
    return {
        "price": dollars(terms.price_cents),
        "speed": speed_words(terms.down_kbps, terms.up_kbps),
        "data_gb": terms.data_gb,
        "low_cost": terms.low_cost,
        "setup": dollars(terms.setup_cents or None),
        "equipment": terms.equipment,
        "equipment_price": dollars(terms.equipment_cents or None),
    }


class OfferForm(TermsForm):
    """A new offer with its first terms."""

    provider = StringField(_l("Internet company"), validators=[InputRequired(REQUIRED), Length(max=80)])
    plan = StringField(_l("Plan"), validators=[InputRequired(REQUIRED), Length(max=80)])
    kind = RadioField(_l("What kind of plan is it?"), validators=[InputRequired(_l("Please choose one."))])
    program = SelectField(_l("Who qualifies"), validators=[Optional()])
    zip_codes = StringField(
        _l("ZIP codes where it is offered"),
        validators=[Optional(), Length(max=2000)],
        description=_l("Separated by spaces or commas. Empty: all over the area."),
    )
    languages = Checkboxes(_l("Languages in which the company serves people"), validators=[Optional()])
    how_to_apply = StringField(_l("How to apply"), validators=[Optional(), Length(max=500)])
    link = StringField(_l("Address on the web"), validators=[Optional(), Length(max=300)])
    phone = StringField(_l("Telephone of the company"), validators=[Optional(), Length(max=40)])
    source = StringField(
        _l("Where it is written"), validators=[Optional(), Length(max=200)], description=_l("A page, a letter, a call.")
    )

    def offer(self, programs: dict[str, str], languages: Sequence[str]) -> "OfferForm":
        """Set what may be chosen."""
        self.kind.choices = [SelectChoice(code, gettext(label)) for code, label in KINDS.items()]
        everybody = SelectChoice("", gettext("Everybody"))
        self.program.choices = [everybody, *(SelectChoice(code, title) for code, title in programs.items())]
        self.languages.choices = [SelectChoice(code, gettext(LANGUAGES.get(code, code))) for code in languages]
        if not self.is_submitted():
            self.languages.data, self.from_on.data = ["en"], clock.today()
        return self

    def validate_zip_codes(self, field: StringField) -> None:
        """Say how ZIP codes are written."""
        if any(not _ZIP.fullmatch(word) for word in _words(field.data)):
            raise ValidationError(gettext("Write ZIP codes of five digits, separated by spaces."))

    def given(self) -> NewOffer:
        """Return what was typed."""
        return NewOffer(
            provider=self.provider.data,
            plan=self.plan.data,
            kind=self.kind.data,
            program=self.program.data or None,
            zip_codes=tuple(_words(self.zip_codes.data)) or None,
            languages=tuple(self.languages.data or ["en"]),
            how_to_apply=self.how_to_apply.data or None,
            link=self.link.data or None,
            phone=self.phone.data or None,
            source=self.source.data or None,
            terms=self.terms(),
        )


def _words(text: str | None) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", text or "") if word]


class CloseForm(Form):
    """The last day of an offer."""

    closes_on = DayField(_l("Last day on which somebody can sign up"), validators=[InputRequired(REQUIRED)])
