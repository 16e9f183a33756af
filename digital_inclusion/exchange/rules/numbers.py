"""Money, speeds, hours and ZIP codes as people write them. Pure; None for what cannot be read."""

import re
from decimal import Decimal, InvalidOperation

from ...foundation.kernel.text import fold, narrow

_MONEY = re.compile(r"^[^\d.,-]{0,6}\s*(\d[\d.,' ]*|[.,]\d{1,2})\s*(?:[^\d.,]{0,12})$")
_SPEED = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(gbps|gb/s|gig|gbit/s|g|mbps|mb/s|mbit/s|megas?|m|kbps|kb/s|kbit/s|k)?(?![a-z])"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_FACTORS = {"g": 1_000_000, "m": 1_000, "k": 1}
_BARE_IS_KBPS = 10_000  # a bare number past it is kbps: 10 Gbps is the fastest home line
_MOST_KBPS = 100_000_000
_HOURS = re.compile(
    r"^(\d+(?:[.,]\d+)?)\s*"
    r"(h|hr|hrs|hour|hours|hora|horas|gio|小时|小時|m|min|mins|minute|minutes|minutos|phut)?$"
)
_CLOCK = re.compile(r"^(\d{1,3}):(\d{2})(?::\d{2})?$")
_MINUTES = frozenset(("m", "min", "mins", "minute", "minutes", "minutos", "phut"))
_MOST_MINUTES = 60_000
_ZIP = re.compile(r"^(\d{5})(?:[-\s]?\d{4})?(?:\.0+)?$")
_FREE = frozenset(("free", "gratis", "no cost", "no charge", "mien phi", "免费", "免費", "included"))


def read_cents(text: str) -> int | None:
    """Return cents for "$14.99/mo", "14,99", "1,234.50", "1.234,50" or "free"."""
    text = narrow(text).strip()
    if fold(text) in _FREE:
        return 0
    found = _MONEY.match(text)
    if not found:
        return None
    number = _plain_decimal(found[1].replace(" ", "").replace("'", ""))
    try:
        cents = Decimal(number) * 100
    except InvalidOperation:
        return None
    return int(cents.to_integral_value()) if cents <= 1_000_000 else None


def _plain_decimal(number: str) -> str:
    """Return "1234.50" for both "1,234.50" and "1.234,50"; three digits after a lone sign are thousands."""
    last = max(number.rfind(","), number.rfind("."))
    if last < 0:
        return number
    whole, rest = number[:last], number[last + 1 :]
    if len(rest) == 3 and whole not in ("", "0") and number.count(number[last]) == len(re.findall("[.,]", number)):
        return re.sub("[.,]", "", number)
    return f"{re.sub('[.,]', '', whole)}.{rest}"


def read_speeds(text: str, unit: str = "") -> list[int] | None:
    """Return kbps for each speed in the cell: [100000, 20000] for "100/20 Mbps", [1000000] for "1 Gig".

    ``unit`` is what the header says ("kbps"). A bare number is Mbps, unless no home line is that fast.
    """
    text = _THOUSANDS.sub("", narrow(text).lower())
    found = _SPEED.findall(text)
    rest = _SPEED.sub(" ", text)
    if not found or len(found) > 2 or re.search(r"\d", rest):
        return None
    units = [letters[:1] for _number, letters in found]
    common = next((letter for letter in reversed(units) if letter), unit[:1].lower())
    speeds = [_kbps(number, letter or common) for (number, _letters), letter in zip(found, units, strict=True)]
    return None if any(not 0 < speed <= _MOST_KBPS for speed in speeds) else speeds


def _kbps(number: str, unit: str) -> int:
    value = Decimal(number.replace(",", "."))
    factor = _FACTORS.get(unit) or (1 if value >= _BARE_IS_KBPS else 1_000)
    return int(value * factor)


def is_assumed_kbps(text: str, unit: str = "") -> bool:
    """Return whether the cell gives no unit and is read as kbps for being so large."""
    bare = narrow(text).strip().replace(",", "")
    return not unit and bare.isdecimal() and int(bare) >= _BARE_IS_KBPS


def read_minutes(text: str) -> int | None:
    """Return minutes for "1.5", "1,5 h", "90 min", "1:30"."""
    text = narrow(text).strip().lower()
    if clock := _CLOCK.match(text):
        minutes = int(clock[1]) * 60 + int(clock[2])
        return minutes if 0 < minutes <= _MOST_MINUTES else None
    found = _HOURS.match(text.replace("ờ", "o").replace("ú", "u"))
    if not found:
        return None
    value = Decimal(found[1].replace(",", "."))
    minutes = int((value if found[2] in _MINUTES else value * 60).to_integral_value())
    return minutes if 0 < minutes <= _MOST_MINUTES else None


def read_zip(text: str) -> tuple[str | None, bool]:
    """Return the five digits and whether a lost leading zero was put back ("2139", from Massachusetts)."""
    text = narrow(text).strip().lstrip("'")
    text = re.sub(r"^(?:CA|Calif\.?)\s+", "", text, flags=re.IGNORECASE)
    if found := _ZIP.match(text):
        return found[1], False
    digits = text.removesuffix(".0")
    if digits.isascii() and digits.isdecimal() and len(digits) == 4:
        return f"0{digits}", True
    return None, False
