"""Columns and cells that must never be stored: social security, immigration and identity documents, payment cards.

Found by header and by values. Pure. A column found here is emptied in the copy we keep; a single cell that holds
such a number is refused with the row, its value not repeated.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ...foundation.kernel.text import fold

Category = Literal["social_security", "immigration", "identity_document", "payment_card"]

_HEADERS: tuple[tuple[Category, re.Pattern[str]], ...] = (
    (
        "social_security",
        re.compile(
            r"\b(?:ssn?|ssns|ss no|ss num|ss number|ssn4|last ?4 ssn|itin|tin|taxpayer id|tax id|soc sec\b.*|"
            r"social sec\b.*|social security\b.*|seguro social\b.*|so an sinh xa hoi|社会安全.*|社會安全.*|社安.*)\b"
        ),
    ),
    (
        "immigration",
        re.compile(
            r"\b(?:a number|alien (?:reg\w*|number|no|id)|uscis\b.*|i ?94|i ?797|i ?551|visa|green card|"
            r"permanent resident\b.*|immigration\b.*|immigrant status|ead|daca|"
            r"citizenship\b.*|naturali[sz]ation\b.*|passport\b.*|pasaporte\b.*|ho chieu|unhcr\b.*|refugee\b.*|"
            r"residence status|estatus migratorio|护照.*|護照.*|移民.*|签证.*)\b"
        ),
    ),
    (
        "identity_document",
        re.compile(
            r"\b(?:(?:driver ?s?|drivers|driving) li[cs]en[cs]e\b.*|dl (?:no|num|number)|state id\b.*|national id\b.*|"
            r"national passport\b.*|birth certificate\b.*|electoral card\b.*|voter id\b.*|tax id\b.*|scope id\b.*|"
            r"id no|id number|id type|other id\b.*|matricula consular|cedula|curp|identification number|"
            r"government id\b.*|medicaid (?:id|no|number)|medi cal (?:id|no|number)|身份证.*|身分證.*)\b"
        ),
    ),
    (
        "payment_card",
        re.compile(
            r"\b(?:credit card\b.*|debit card\b.*|card (?:no|num|number)|cc (?:no|num|number)|cvv|cvc|cvv2|pan|"
            r"bank account\b.*|account (?:no|number)|routing (?:no|number)|iban|ebt (?:card|no|number)|"
            r"tarjeta de (?:credito|debito)|信用卡.*)\b"
        ),
    ),
)
_SUFFIX = re.compile(r"(?: (?:i|h) (?:c|f))$")  # UNICEF HOPE names its columns birth_date_i_c
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Valid social security numbers: no area 000, 666 or 9xx, no group 00, no serial 0000 (SSA, 2011). 9xx is an ITIN.
_SSN = re.compile(
    r"(?<![\d-])(?!000|666)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])"
    r"|(?<![\d ])(?!000|666)\d{3} (?!00)\d{2} (?!0000)\d{4}(?! ?\d)"
)
# Eight digits without a sign between are rather a partner's own number.
_A_NUMBER = re.compile(r"(?<![A-Za-z\d])A(?:[ #-]?\d{9}|[ #-]\d{8}|[ #-]?\d{3}[ -]\d{3}[ -]\d{2,3})(?!\d)")
_CARD = re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.])")
_SHORTEST = 10
# What any of the three needs, in one look.
_SUSPECT = re.compile(r"\d{3}[ -]\d{2}[ -]\d{4}|\d(?:[ -]?\d){12}|A[ #-]?\d{3}")
_MANY = 0.3  # share of the filled cells that makes a column


@dataclass(frozen=True, slots=True)
class SensitiveColumn:
    """A column to drop before anything is stored: where, what, and whether the header or the values told."""

    index: int
    header: str
    category: Category
    by: Literal["header", "values"]


def find_sensitive(headers: Sequence[str], samples: Sequence[Sequence[str]]) -> list[SensitiveColumn]:
    """Return the columns that hold social security, immigration, identity or card numbers."""
    found = []
    for index, header in enumerate(headers):
        category = category_of_header(header)
        if category:
            found.append(SensitiveColumn(index, header, category, "header"))
            continue
        category = _category_of_values([row[index] for row in samples if index < len(row) and row[index].strip()])
        if category:
            found.append(SensitiveColumn(index, header, category, "values"))
    return found


def category_of_header(header: str) -> Category | None:
    """Return what a header says its column holds, None for nothing sensitive."""
    folded = _SUFFIX.sub("", fold(_CAMEL.sub(" ", header).replace("_", " ")))
    for category, pattern in _HEADERS:
        if pattern.search(folded):
            return category
    return None


def _category_of_values(values: Sequence[str]) -> Category | None:
    if not values:
        return None
    counts: dict[Category, int] = {}
    for value in values:
        category = category_of_value(value)
        if category:
            counts[category] = counts.get(category, 0) + 1
    best = max(counts, key=lambda category: counts[category], default=None)
    return best if best is not None and counts[best] >= _MANY * len(values) else None


def category_of_value(value: str) -> Category | None:
    """Return what a cell's text contains."""
    if len(value) < _SHORTEST or not _SUSPECT.search(value):
        return None
    if _SSN.search(value):
        return "social_security"
    if any(_is_card(found.group()) for found in _CARD.finditer(value)):
        return "payment_card"
    return "immigration" if _A_NUMBER.search(value) else None


def _is_card(text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()]
    return _has_card_prefix("".join(map(str, digits))) and luhn(digits)


def _has_card_prefix(number: str) -> bool:
    """Return whether issuer and length are a payment card's: an IMEI, too, satisfies Luhn, but has 15 digits."""
    length, two, four = len(number), int(number[:2]), int(number[:4])
    if number[0] == "4":
        return length in (13, 16, 19)
    if two in (34, 37):
        return length == 15
    masters = 51 <= two <= 55 or 2221 <= four <= 2720
    return length == 16 and (masters or two in (35, 62, 64, 65) or four == 6011)


def luhn(digits: Sequence[int]) -> bool:
    """Return whether the last digit checks the others (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
