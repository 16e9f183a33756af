"""Numbers as people type them: any digits, separators and currency signs; what is none says so in a sentence."""

import re
import unicodedata
from decimal import Decimal

from ...eligibility.rules.facts import LARGEST
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

MOST = Decimal(10_000_000)  # US dollars at a time; more is a slip of the finger
_LONGEST = 40
_SIGN = r"(?:us\$|usd|us|dollars?|dólares|đô la|đô|美元|元|\$)"
_AROUND = re.compile(rf"^{_SIGN}?\s*(?P<number>.*?)\s*{_SIGN}?$", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]")
# 1200, 1,200 and 1.200 are twelve hundred; cents come after another sign than the thousands. "1,20" may be a slip.
_NUMBER = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*|\d+)(?:(?!(?P=mark))[.,](?P<cents>\d{1,2}))?"
)
_SMALL_COMMA = re.compile(r"\d{1,2},\d{1,2}")

NO_NUMBER = _("Write a number with digits, for example 1200.")
MANY_LINES = _("Write one number on one line.")
TOO_MUCH = _("This is more than %(most)s dollars. Please check the number.")
NEGATIVE = _("Write 0 if there is no income. A number below 0 cannot be used.")
NO_SIZE = _("Write a whole number from 1 to %(most)s.")


def read_size(text: str) -> int:
    """Return a number of people; raise Invalid with the sentence for the field."""
    digits = _plain(text)
    if not digits.isdecimal() or not 1 <= int(digits) <= LARGEST:
        raise Invalid(NO_SIZE, most=LARGEST)
    return int(digits)


def read_dollars(text: str) -> Decimal:
    """Return US dollars; "1.200" and "1,200" are twelve hundred, "1200,5" is 1200.50. Raises Invalid."""
    inside = _AROUND.fullmatch(_plain(text))
    plain = _SPACES.sub("", inside["number"]) if inside is not None else ""
    if plain.startswith(("-", "\u2212")):
        raise Invalid(NEGATIVE)
    found = _NUMBER.fullmatch(plain)
    if found is None or _SMALL_COMMA.fullmatch(plain):
        raise Invalid(NO_NUMBER)
    whole = re.sub(r"\D", "", found["whole"])
    amount = Decimal(f"{whole}.{found['cents'] or 0}")
    if amount > MOST:
        raise Invalid(TOO_MUCH, most=f"{MOST:,}")
    return amount


def _plain(text: str) -> str:
    """Return the text with ordinary digits and signs."""
    if "\n" in text.strip() or len(text) > _LONGEST:
        raise Invalid(MANY_LINES)
    if any(char.isdigit() and not char.isdecimal() for char in text):  # ² is no 2
        raise Invalid(NO_NUMBER)
    narrow = unicodedata.normalize("NFKC", text.strip()).replace("٫", ".").replace("٬", ",")
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in narrow)
