"""What people may type about budgets: months, and money as dollars."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.money import parse_cents, typed_cents
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
        return {"amount": typed_cents(cents)}


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
        return BudgetTerms(
            fund=self.fund.data or "",
            name=self.name.data or "",
            starts_on=self.first_month.data,
            ends_on=self.last_month.data,
            amount_cents=self.cents(),
        )
