"""What people may type about grants: money as dollars, read into cents."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.money import parse_cents, typed_cents
from ...foundation.web.forms import NOT_A_DATE, REQUIRED, Form
from ..rules import OUTCOMES, Target

_DAYS = ["%Y-%m-%d", "%m/%d/%Y"]
_NO_COUNT = _("Write a whole number like 1,500.")
_NO_TARGET = _("Write how many you aim at, or take the rate away.")


class GrantForm(Form):
    """A grant: what it says, and a target and a rate for each outcome."""

    number = StringField(_l("Grant number"), [InputRequired(REQUIRED), Length(max=40)])
    name = StringField(_l("What it is for"), [InputRequired(REQUIRED), Length(max=120)])
    fund = StringField(
        _l("Fund"),
        [InputRequired(REQUIRED), Length(max=120)],
        description=_l("The pot the money comes from. Choose one or write a new one."),
    )
    starts_on = DateField(_l("First day"), [InputRequired(REQUIRED)], format=_DAYS)
    ends_on = DateField(_l("Last day"), [InputRequired(REQUIRED)], format=_DAYS)
    amount = StringField(_l("Amount"), [InputRequired(REQUIRED)], description=_l("In dollars: 250,000 or 1,234.50"))

    def process(self, *arguments: Any, **named: Any) -> None:
        """Say an impossible date in our words."""
        super().process(*arguments, **named)
        for field in (self.starts_on, self.ends_on):
            if field.process_errors:
                field.process_errors = [NOT_A_DATE]

    def read(self) -> dict[str, Any]:
        """Return the terms; raise Invalid naming every amount and number that cannot be read."""
        mistakes: dict[str, str] = {}
        amount = _read(parse_cents, self.amount.data, "amount", mistakes)
        targets = {outcome: aim for outcome in OUTCOMES if (aim := self._target(outcome, mistakes)) is not None}
        if mistakes:
            raise Invalid(fields=mistakes)
        return {
            "number": self.number.data,
            "name": self.name.data,
            "fund": self.fund.data,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "amount_cents": amount,
            "targets": targets,
        }

    @staticmethod
    def typed(grant: Any) -> dict[str, Any]:
        """Return the values of a grant as somebody would type them."""
        values = {name: getattr(grant, name) for name in ("number", "name", "starts_on", "ends_on")}
        values |= {"fund": grant.fund.name, "amount": _dollars(grant.amount_cents)}
        for row in grant.targets:
            values |= {f"{row.outcome}_target": f"{row.target:,}", f"{row.outcome}_rate": _dollars(row.unit_rate_cents)}
        return values

    def _target(self, outcome: str, mistakes: dict[str, str]) -> Target | None:
        wanted, worth = self[f"{outcome}_target"].data, self[f"{outcome}_rate"].data
        if not wanted and not worth:
            return None
        if not wanted:
            mistakes[f"{outcome}_target"] = _NO_TARGET
            return None
        target = _read(_count, wanted, f"{outcome}_target", mistakes)
        rate = _read(parse_cents, worth, f"{outcome}_rate", mistakes) if worth else 0
        return Target(target, rate)


for _code, _label in OUTCOMES.items():
    setattr(GrantForm, f"{_code}_target", StringField(_l("Target")))
    setattr(GrantForm, f"{_code}_rate", StringField(_l("Dollars for each")))


def _dollars(cents: int) -> str:
    return typed_cents(cents)


def _count(text: str) -> int:
    compact = text.replace(",", "").strip()
    if not compact.isascii() or not compact.isdigit() or len(compact) > 12:
        raise Invalid(_NO_COUNT)
    return int(compact)


def _read(reader: Any, text: str, field: str, mistakes: dict[str, str]) -> int:
    try:
        found: int = reader(text)
    except Invalid as error:
        mistakes[field] = error.message
        return 0
    return found
