"""Columns and cells that must never be stored: social security, immigration and identity documents, payment cards.

Found by header and by values. Pure. A column found here is emptied in the copy we keep; a single cell that holds
such a number is refused with the row, its value not repeated.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ...foundation.kernel.text import fold
from .synonyms import SYNONYMS

Category = Literal["social_security", "immigration", "identity_document", "payment_card"]

# "Client's", "Head of household": whose it is says nothing about what it is.
_WHOSE = (
    r"^(?:(?:clients?|participants?|applicants?|residents?|customers?|members?|spouses?|heads?|hoh|of household|"
    r"household|his|her|your|full|last) )*"
)
_NO = r"(?: (?:no|nos|num|number|numbers|nbr))"
_HEADERS: tuple[tuple[Category, re.Pattern[str]], ...] = (
    (
        "social_security",
        re.compile(
            rf"\b(?:ssn?|ssns|ss{_NO}|s s n|s s{_NO}|ssn4|last ?4 ssn|last (?:4|four)\b.*\bsocial|itin|"
            r"taxpayer id|tax id|socsec|soc sec\b.*|social sec\b.*|social security\b.*|"
            r"seguro social\b.*|seguridad social\b.*|"
            r"so an sinh xa hoi|社会安全.*|社會安全.*|社安.*)\b"
            rf"|{_WHOSE}(?:tin{_NO}?|nss|last (?:4|four)(?: digits)?)$"
            # "Trabajador social" is a person, "red social" a web site.
            rf"|(?<!\bred )(?<!trabajador )(?<!trabajadora )(?<!trabajo )(?<!servicio )\bsocial{_NO}?$"
        ),
    ),
    (
        "immigration",
        re.compile(
            r"\b(?:alien (?:reg\w*|number|no|num|id)|uscis\b.*|i ?94|i ?797|i ?551|visa|green card|"
            r"permanent resident\b.*|immigration\b.*|immigrant status|ead|daca|"
            r"citizenship\b.*|naturali[sz]ation\b.*|passport\b.*|pasaporte\b.*|ho chieu|unhcr\b.*|refugee\b.*|"
            r"residence status|estatus migratorio|护照.*|護照.*|移民.*|签证.*)\b"
            rf"|{_WHOSE}(?:alien |ins )?a(?: file)?{_NO}$"
        ),
    ),
    (
        "identity_document",
        re.compile(
            rf"\b(?:(?:driver ?s?|drivers|driving) (?:li[cs]en[cs]e|lic)\b.*|dl{_NO}|state id\b.*|national id\b.*|"
            r"national passport\b.*|birth certificate\b.*|electoral card\b.*|voter id\b.*|tax id\b.*|scope id\b.*|"
            r"id type|other id\b.*|matricula consular|cedula|curp|clave de elector|identification number|"
            rf"government id\b.*|medicaid (?:id|no|number)|medi ?cal(?: id)?{_NO}|medi ?cal id|"
            r"cmnd|cmtnd|cccd|chung minh nhan dan|can cuoc\b.*|ma dinh danh|身份证.*|身分證.*)\b"
            rf"|^id{_NO}$"  # a client's or a case's is the partner's own
        ),
    ),
    (
        "payment_card",
        re.compile(
            rf"\b(?:credit card\b.*|debit card\b.*|card{_NO}|cc{_NO}|cvv|cvc|cvv2|pan|bank (?:account|acct)\b.*|"
            rf"(?:account|acct){_NO}|routing{_NO}|iban|ebt(?: card|{_NO})|"
            r"tarjeta de (?:credito|debito)|信用卡.*)\b"
        ),
    ),
)
_SUFFIX = re.compile(r"(?: (?:i|h) (?:c|f))$")  # UNICEF HOPE names its columns birth_date_i_c
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# "DL #" is a number. "ID #" is as a rule the partner's own, unlike "ID number": there the values decide.
_SIGN = re.compile(r"(?<!\bid)(?<!\bid )[#№＃]", re.IGNORECASE)
JOIN = " / "  # between a group over several columns and the column's own header
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
_NINE_DIGITS = re.compile(r"(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}(?:\.0+)?", re.ASCII)
_MOSTLY = 0.8
_SPREAD = 0.5  # numbers handed out one after the other share their first five digits, social security numbers do not


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
    """Return what a header says its column holds, None for nothing sensitive.

    Of "Group / Header" the column's own part decides when it says something we know: a name that stands under
    "Immigration" is a name.
    """
    own = header.rpartition(JOIN)[2]
    category = _category_of_words(own)
    if category or own == header or SYNONYMS.get(fold(own), "reference") != "reference":
        return category
    return _category_of_words(header)


def _category_of_words(header: str) -> Category | None:
    folded = fold(_SIGN.sub(" number ", _CAMEL.sub(" ", header)).replace("_", " "))
    folded = _SUFFIX.sub("", folded)
    return next((category for category, pattern in _HEADERS if pattern.search(folded)), None)


def is_bare_social_security(values: Sequence[str]) -> bool:
    """Return whether filled cells are social security numbers without their hyphens: nine digits, valid, not in a row.

    To be asked only about a column whose header says nothing we know: a partner's own numbers may look the same.
    """
    numbers = [text for value in values if _NINE_DIGITS.fullmatch(text := value.strip())]
    if not numbers or len(numbers) < _MOSTLY * len(values):
        return False
    return len({number[:5] for number in numbers}) >= _SPREAD * len({number[:9] for number in numbers})


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
