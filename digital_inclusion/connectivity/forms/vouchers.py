"""What people type when they give a voucher or stop one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.money import format_cents, parse_cents
from ...foundation.web.fields import MonthField
from ...foundation.web.forms import REQUIRED, Form
from ..rules.vouchers import MOST_MONTHS, STOP_REASONS, Terms

_CHOOSE = _l("Please choose one.")


class GiveForm(Form):
    """A voucher for one of the household's lines."""

    line = RadioField(_l("Line"), [InputRequired(_CHOOSE)])
    amount = StringField(_l("Amount a month"), [InputRequired(REQUIRED)])
    months = StringField(_l("Number of months"), [InputRequired(REQUIRED)], description=_l("From 1 to 24."))
    from_month = MonthField(
        _l("First month"),
        [InputRequired(REQUIRED)],
        description=_l("A month is paid when the line stood on its first day."),
    )
    budget = SelectField(_l("Budget"), [Optional()])

    def offer(self, lines: Sequence[Any], budgets: Sequence[Any]) -> "GiveForm":
        """Offer the household's lines and the budgets; of one alone nothing is asked."""
        self.line.choices = [(str(one.fact_number), told_line(one)) for one in lines]
        left = gettext("left")
        self.budget.choices = [(one.code, f"{one.name} · {format_cents(one.free_cents)} {left}") for one in budgets]
        if len(lines) == 1 and not self.line.data:
            self.line.data = str(lines[0].fact_number)
        return self

    def terms(self) -> Terms:
        """Return what was typed; raise Invalid naming every value that cannot be read."""
        fields, cents, months = dict[str, str](), 0, (self.months.data or "").strip()
        try:
            cents = parse_cents(self.amount.data or "")
        except Invalid as error:
            fields["amount"] = error.message
        if not (months.isascii() and months.isdigit() and len(months) <= 2 and 1 <= int(months) <= MOST_MONTHS):
            fields["months"] = _("Write a number of months from 1 to 24.")
        if fields:
            raise Invalid(fields=fields)
        return Terms(monthly_cents=cents, from_on=self.from_month.data, months=int(months))


def told_line(line: Any) -> str:
    """Return a line in words: company, plan, since when."""
    named = " ".join(one for one in (line.provider, line.plan) if one) or gettext("Company not recorded")
    return str(gettext("%(line)s, since %(day)s", line=named, day=format_date(line.starts_on)))


class StopForm(Form):
    """From when on a voucher pays no more, and why."""

    from_month = SelectField(_l("First month without it"), [InputRequired(_CHOOSE)])
    reason = RadioField(_l("Why"), [InputRequired(_CHOOSE)])

    def offer(self, months: Sequence[date]) -> "StopForm":
        """Offer the months that are not paid yet."""
        self.from_month.choices = [(month.isoformat(), format_date(month, "MMMM y")) for month in months]
        self.reason.choices = [(code, gettext(label)) for code, label in STOP_REASONS.items()]
        return self

    def since(self) -> date:
        """Return the month."""
        return date.fromisoformat(self.from_month.data)


class BatchForm(Form):
    """The month that a batch pays."""

    month = MonthField(_l("Month"), [InputRequired(REQUIRED)])
