"""What people may type about budgets: months, and money as dollars."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.money import format_cents, parse_cents
from ...foundation.web.fields import MonthField
from ...foundation.web.forms import REQUIRED, Form
from ..rules.money import BudgetTerms

_DOLLARS = _l("In dollars: 250,000 or 1,234.50")


class AmountForm(Form):
    """How much a budget holds."""

    amount = StringField(_l("Amount"), [InputRequired(REQUIRED)], description=_DOLLARS)

    def cents(self) -> int:
        """Return the amount; raise Invalid beside its field."""
        try:
            return parse_cents(self.amount.data or "")
        except Invalid as error:
            raise Invalid(fields={"amount": error.message}) from error

    @staticmethod
    def typed(cents: int) -> dict[str, Any]:
        """Return an amount as somebody would type it."""
        return {"amount": format_cents(cents).removeprefix("$")}


class BudgetForm(AmountForm):
    """A new budget."""

    fund = StringField(
        _l("Fund"),
        [InputRequired(REQUIRED), Length(max=120)],
        description=_l("The pot the money comes from. Choose one or write a new one."),
    )
    name = StringField(_l("Name"), [InputRequired(REQUIRED), Length(max=120)], description=_l("As finance calls it."))
    first_month = MonthField(_l("First month"), [InputRequired(REQUIRED)])
    last_month = MonthField(_l("Last month"), [InputRequired(REQUIRED)])

    def terms(self) -> BudgetTerms:
        """Return what was typed; raise Invalid naming what cannot be read."""
        first, last = self.first_month.data, self.last_month.data
        if last < first:
            raise Invalid(fields={"last_month": gettext("The last month lies before the first.")})
        return BudgetTerms(
            fund=self.fund.data or "",
            name=self.name.data or "",
            starts_on=first,
            ends_on=last,
            amount_cents=self.cents(),
        )


def read_month(text: str | None) -> date | None:
    """Return the first day of the month written as "2026-03", None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01") if text and len(text) == 7 else None
    except ValueError:
        return None
