"""Phone numbers, addresses and e-mail addresses in one comparable form. Each distinct value is worked out once.

Thin over phonenumberslite, usaddress-scourgify and email-validator. None of these functions ever raises: what a
library refuses is answered with None (phone, e-mail) or with our own light normalization (address).
"""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    parse,
)
from scourgify import normalize_address_record

from .kernel.text import clean, fold, narrow

_CACHE = 8_192  # distinct values kept per kind: enough for one look and one comparison of a row
_LONGEST_ADDRESS = 200  # longer text is a story, and the parser's time grows with it
_LONGEST_PHONE = 60

# A number is often followed by whose it is: "408-555-1234 (mom)", "cell: 408.555.1234".
_PLAIN_US = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]?([0-9]{3})[ .-]?([0-9]{4})")
_WORDS = re.compile(r"\([^()\d]*\)|\b(?:cell|mobile|home|work|tel|phone|m|h|c)\b\.?:?", re.IGNORECASE)
_FLOAT = re.compile(r"^(\d{7,15})\.0+$")
_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x|#)\s*\d{1,6}\s*$", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


@lru_cache(maxsize=_CACHE)
def normalize_phone(text: str, region: str = "US") -> str | None:
    """Return the number as E.164 ("+14085551234"), or None when it cannot be one. Extensions are left out."""
    if (plain := _PLAIN_US.fullmatch(text)) and region == "US":
        return "+1" + "".join(plain.groups())  # what the library answers, for most numbers of a file, 20 times faster
    number = _bare_phone(text)
    if not number or len(number) > _LONGEST_PHONE or _LETTER.search(number):
        return None
    try:
        parsed = parse(number, region)
    except NumberParseException:
        return None
    if is_possible_number_with_reason(parsed) != ValidationResult.IS_POSSIBLE:
        return None  # also without area code: nobody could call it from elsewhere
    return format_number(parsed, PhoneNumberFormat.E164)


def _bare_phone(text: str) -> str:
    number = narrow(text).strip().lstrip("'")
    if found := _FLOAT.match(number):
        return found[1]
    if _LETTER.search(number):
        number = _WORDS.sub(" ", _EXTENSION.sub("", number))
    number = number.strip()
    return f"+{number[2:]}" if number.startswith("00") else number


@lru_cache(maxsize=_CACHE)
def normalize_email(text: str) -> str | None:
    """Return the address in lower case with its domain normalized, or None when it cannot be one."""
    plain = _PLAIN_EMAIL.fullmatch(text)
    if plain:
        domain = _plain_domain(plain[2])
        return f"{plain[1].lower()}@{domain}" if domain else None
    address = clean(text).removeprefix("mailto:").strip("<>;, ")
    try:
        return validate_email(address, check_deliverability=False).normalized.casefold()
    except (EmailNotValidError, UnicodeError, ValueError):
        return None


_PLAIN_EMAIL = re.compile(r"([A-Za-z0-9_+-]{1,30}(?:\.[A-Za-z0-9_+-]{1,30})?)@([A-Za-z0-9.-]{3,100})")


@lru_cache(maxsize=4096)
def _plain_domain(domain: str) -> str | None:
    """Return the domain normalized: a file has few, and beside a plain name only the domain needs the library."""
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).domain.casefold()
    except (EmailNotValidError, UnicodeError, ValueError):
        return None


@lru_cache(maxsize=_CACHE)
def normalize_address(line: str, unit: str = "") -> str:
    """Return street and unit in one comparable form: "811 N 7TH ST # 4"; "" for nothing. Never raises.

    City and ZIP are left out on purpose: they are compared by their own columns. What the library refuses (no
    street name, no house number, other scripts) gets our own light form, which is as stable, only less clever.
    """
    line, unit = clean(narrow(line))[:_LONGEST_ADDRESS], clean(narrow(unit))[:_LONGEST_ADDRESS]
    plain = _PLAIN_ADDRESS.fullmatch(line)
    street = _street(plain[2]) if plain else None
    if plain and street:
        address = f"{plain[1]} {street}"
        unit = unit or plain[3] or ""
    else:
        address, _, inside = _whole_address(line).partition(" # ")
        unit = unit or inside
    door = _door(unit)
    return f"{address} # {door}".strip() if door else address


# House number, street, and perhaps "Apt 4" or "#4": nine addresses of ten. A file has far fewer streets than doors,
# so the library is asked about the street alone.
_PLAIN_ADDRESS = re.compile(
    r"(\d{1,6}) ((?:(?:\d{1,3}(?:st|nd|rd|th)|[A-Za-z][A-Za-z'.-]*) ?)+?)"
    r"[ ,]*(?:(?:#|\b(?:apt|apartment|unit|ste|suite|spc|space)\b\.?)[ #]*([A-Za-z]?-?\d{1,5}-?[A-Za-z]?|[A-Za-z]))?",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?<= )(NORTH|SOUTH|EAST|WEST)$")
_DOOR_WORD = re.compile(r"^(?:#|(?:apt|apartment|unit|ste|suite|spc|space|no|number|rm|room)\b\.?)[ #]*", re.IGNORECASE)


def _door(unit: str) -> str:
    """Return a unit's number or name. The library is not asked: it takes "10305" for a ZIP and drops "A-D"."""
    return fold(_DOOR_WORD.sub("", unit.strip())).upper()


@lru_cache(maxsize=_CACHE)
def _street(name: str) -> str | None:
    """Return a street's name normalized, or None where the library sees more in it than a street."""
    try:
        record = normalize_address_record(f"100 {name}")
    except Exception:  # noqa: BLE001, RUF100 - the parser fails in many undocumented ways on odd text
        return None
    line = _ENDING.sub(lambda found: found[1][0], record.get("address_line_1") or "")
    rest = any(record.get(part) for part in ("address_line_2", "city", "state", "postal_code"))
    return line[4:] if line.startswith("100 ") and not rest else None


def _whole_address(whole: str) -> str:
    if not whole.isascii():
        whole = fold(_NUMBER_SIGN.sub(" unit ", whole))
    if not whole.isascii():
        return _light_address(whole)
    try:
        record = normalize_address_record(whole)
    except Exception:  # noqa: BLE001, RUF100 - the parser fails in many undocumented ways on odd text
        return _light_address(whole)
    parts = (record.get("address_line_1"), record.get("address_line_2"))
    return _same_unit(" ".join(part for part in parts if part)) or _light_address(whole)


_NUMBER_SIGN = re.compile(r"\s*#\s*")
_PO_BOX = re.compile(r"\b(?:p o box|p\.?o\.? box|post office box|apartado postal)\b")
_UNIT = re.compile(r"\b(?:APARTMENT|APT|UNIT|STE|SUITE|SPACE|SPC|RM|ROOM|NO)\.?(?=\s)\s*#?\s*|\s*#\s*")
_STREET_WORDS = {
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw", "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "court": "ct",
    "lane": "ln", "boulevard": "blvd", "place": "pl", "circle": "cir", "terrace": "ter", "parkway": "pkwy",
    "highway": "hwy", "square": "sq", "expressway": "expy", "apartment": "unit", "apt": "unit", "suite": "unit",
    "ste": "unit", "space": "unit", "spc": "unit", "room": "unit", "rm": "unit",
}  # fmt: skip


def _same_unit(address: str) -> str:
    """Return ``address`` with one sign for every word that says "apartment": people mix them freely."""
    return " ".join(_UNIT.sub(" # ", address.upper()).split())


def _light_address(text: str) -> str:
    folded = _PO_BOX.sub("po box", fold(_NUMBER_SIGN.sub(" unit ", text)))
    words = [_STREET_WORDS.get(word, word) for word in folded.split()]
    return " ".join("#" if word == "unit" else word.upper() for word in words)
