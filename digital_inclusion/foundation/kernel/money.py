"""Money as whole cents."""

import re
from decimal import Decimal, InvalidOperation

from .errors import Invalid
from .messages import _

_SHAPE = re.compile(r"^\$?\s*(\d{1,3}(?:,\d{3})*|\d+)(\.\d{1,2})?$")
_LONGEST = 20  # reading digits takes the square of their number


def parse_cents(text: str) -> int:
    """Return cents for "1,234.50", "$12" or "9.5"; raise Invalid with a sentence otherwise."""
    cleaned = text.strip()
    if len(cleaned) > _LONGEST or not _SHAPE.match(cleaned):
        raise Invalid(_("Write an amount like 1,234.50."))
    try:
        return int(Decimal(cleaned.replace("$", "").replace(",", "").strip()) * 100)
    except InvalidOperation as error:  # pragma: no cover - the shape above leaves nothing to fail
        raise Invalid(_("Write an amount like 1,234.50.")) from error


def format_cents(cents: int) -> str:
    """Return "$1,234.50"; whole dollars keep their cents so that columns line up."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def typed_cents(cents: int) -> str:
    """Return an amount as somebody would type it: 1,234.50."""
    return format_cents(cents).removeprefix("$")
