"""Filters of the balance; they travel in the address."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import Optional, ValidationError

from ...foundation.web.fields import DayField
from ...foundation.web.forms import Form


class BalanceFilters(Form):
    """When units came, and to whom. Nothing is changed, so no token is needed."""

    class Meta(Form.Meta):
        """No CSRF token in addresses."""

        csrf = False

    since = DayField(_l("Came from"), validators=[Optional()])
    until = DayField(_l("Came until"), validators=[Optional()])
    partner = SelectField(_l("Organization"), validate_choice=False)

    def offer(self, partners: Mapping[int, str]) -> "BalanceFilters":
        """Set which organizations may be asked for."""
        named = sorted(partners.items(), key=lambda item: (item[1], item[0]))
        self.partner.choices = [
            SelectChoice("", gettext("All organizations")), *(SelectChoice(str(one), name) for one, name in named)
        ]  # fmt: skip
        return self

    def validate_until(self, field: Any) -> None:
        """Refuse a time that ends before it begins."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(gettext("The last day lies before the first."))

    def partner_id(self) -> int | None:
        """Return the organization asked for; what is no number is left out."""
        text = self.partner.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else None
