"""What people may tell for eligibility: income and benefits. Nothing of it is needed to be served."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ...eligibility.rules.facts import BENEFITS, INCOME, LARGEST, SIZE
from ...eligibility.schemas import decider_in_use
from ...foundation.kernel.messages import _
from ...foundation.kernel.money import parse_cents
from ...foundation.web.fields import check_amount
from ...foundation.web.forms import Form
from ..rules.having import COMPUTER, INTERNET, Known

TIMES_A_YEAR = {"week": 52, "two_weeks": 26, "month": 12, "year": 1}
YES_NO = {"yes": _("Yes"), "no": _("No"), "": _("Not known")}
_SAYS: dict[str | None, bool] = {"yes": True, "no": False}
PERIODS = {"week": _("A week"), "two_weeks": _("Every two weeks"), "month": _("A month"), "year": _("A year")}


def knowing_choices(day: date) -> dict[str, Sequence[tuple[str, Any]]]:
    """Return the choices of the fields: periods, and the benefits that a program asks about on ``day``."""
    decider = decider_in_use()
    return {
        "income_per": [(code, gettext(label)) for code, label in PERIODS.items()],
        "benefits": [(benefit, decider.book.benefits[benefit]) for benefit in decider.asked_benefits(day)],
    }


class KnowingFields(PlainForm):
    """Income by any period, and benefits. What is left empty is not known."""

    income = StringField(
        _l("Income of everybody together"),
        validators=[Optional(), Length(max=20)],
        description=_l("Before taxes: wages, Social Security, pensions, child support, unemployment."),
    )
    income_per = SelectField(_l("That is for"), default="month", validators=[Optional()])
    benefits = SelectMultipleField(
        _l("What does somebody in the household get?"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    benefits_all = BooleanField(_l("We went through the whole list: they get none of the others"))

    def validate_income(self, field: StringField) -> None:
        """Say how amounts are written."""
        check_amount(field)

    def told(self) -> dict[str, object]:
        """Return the facts by name; None: not known."""
        return {INCOME: self._income(), BENEFITS: self._benefits()}

    def _income(self) -> Decimal | None:
        if not self.income.data or self.income.errors:
            return None
        return Decimal(parse_cents(self.income.data)) / 100 * TIMES_A_YEAR.get(self.income_per.data or "", 1)

    def _benefits(self) -> dict[str, bool] | None:
        gets = dict.fromkeys(self.benefits.data or (), True)
        others = [code for code, _label in self.benefits.choices] if self.benefits_all.data else []
        return {**dict.fromkeys(others, False), **gets} or None


class KnownForm(KnowingFields, Form):
    """What is known of a household, told anew. The two about a computer and internet are as residents are asked."""

    has_computer = RadioField(
        _l("Is there a computer at home that works?"),
        default="",
        description=_l("A laptop, desktop or tablet. A phone does not count."),
    )
    has_home_internet = RadioField(
        _l("Is there fast internet at home?"),
        default="",
        description=_l("Fast enough for a video call. Internet on a phone alone does not count."),
    )
    size = IntegerField(
        _l("How many people share income and expenses?"), validators=[Optional(), NumberRange(1, LARGEST)]
    )

    def offer(self, day: date) -> "KnownForm":
        """Set what may be chosen."""
        yes_no = [(code, gettext(label)) for code, label in YES_NO.items()]
        for name, pairs in {**knowing_choices(day), COMPUTER: yes_no, INTERNET: yes_no}.items():
            self[name].choices = list(pairs)
        return self

    def told(self) -> dict[str, object]:
        """Return the facts by name; None: not known."""
        having = {name: _SAYS.get(self[name].data) for name in (COMPUTER, INTERNET)}
        return {SIZE: self.size.data, **having, **super().told()}


def values_of(facts: Mapping[str, Any], known: Mapping[str, Known], *, members: int) -> dict[str, Any]:
    """Return the fields filled with what is known: ``facts`` as they are stored, computer and internet by ``known``.

    The size is else that of the people on record.
    """
    benefits = facts.get(BENEFITS) or {}
    return {
        **{name: {True: "yes", False: "no", None: ""}[one.value] for name, one in known.items()},
        "size": facts.get(SIZE, members if members > 1 else None),
        "income": facts.get(INCOME),
        "income_per": "year" if INCOME in facts else "month",
        "benefits": [benefit for benefit, gets in benefits.items() if gets],
        "benefits_all": any(not gets for gets in benefits.values()),
    }
