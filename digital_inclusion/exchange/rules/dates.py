"""Dates as people write them, and the order of day and month a whole file uses. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from ...foundation.kernel.text import clean, fold, narrow

Order = Literal["mdy", "dmy"]


@dataclass(frozen=True, slots=True)
class DateOrder:
    """Which comes first in 03/04/2026. ``sure``: some date can be read only so; ``mixed``: not a few only otherwise."""

    order: Order = "mdy"
    sure: bool = False
    mixed: bool = False


class ReadDate(NamedTuple):
    """A date read from text, or why not; and how it was read where there was a choice."""

    day: date | None
    code: str = ""  # a problem or a remark
    two_digit_year: bool = False


_ISO = re.compile(r"(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?:[T ].*)?")
_NUMBERS = re.compile(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?'?(\d{4}|\d{2})(?:[ ,T]+\d{1,2}:\d{2}.*)?")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_HAN = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?")
_VIETNAMESE = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_INCOMPLETE = re.compile(r"(?:\d{4}|\d{1,2}[-/.](?:\d{4})|\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2})")
_TIME = re.compile(
    r"\b\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm|a\.m\.|p\.m\.)?(?:\s*[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_ZERO_DAY = date(1899, 12, 30)  # Excel's day 0, its leap day of 1900 that never was included
_LAST_SERIAL = 73_050  # 2099-12-31
_FIRST_SERIAL = 10_000  # 1927-05-18; a smaller number is rather a year or a code
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene",
            "february feb febrero",
            "march mar marzo",
            "april apr abril abr",
            "may mayo",
            "june jun junio",
            "july jul julio",
            "august aug agosto ago",
            "september sep sept septiembre setiembre set",
            "october oct octubre",
            "november nov noviembre",
            "december dec diciembre dic",
        ),
        1,
    )
    for name in names.split()
}
_MIXED_FROM = 20  # one date in so many that can only be read the other way
_DAYS = "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday"
_DIAS = "lunes martes miercoles jueves viernes sabado domingo"
_FILLERS = frozenset(f"{_DAYS} {_DIAS} de del of the st nd rd th".split())
_TOKENS = re.compile(r"\d+|[a-z]+")


def infer_date_order(samples: Iterable[str]) -> DateOrder:
    """Tell from date cells whether the day or the month comes first; months first where nothing tells."""
    lean = Lean()
    for text in samples:
        lean.see(text)
    return lean.order


@dataclass(slots=True)
class Lean:
    """How many dates of a column can only be read days first, and how many only months first."""

    days_first: int = 0
    months_first: int = 0

    def see(self, text: str) -> None:
        """Count one cell."""
        if text and not (len(text) == 10 and text[4] == "-"):  # as stored by machines: no question
            days, months = _leaning(text)
            self.days_first += days
            self.months_first += months

    @property
    def order(self) -> DateOrder:
        """Return the order of the more; a few slips of the hand do not make a column a mixture."""
        fewer, more = sorted((self.days_first, self.months_first))
        mixed = fewer * _MIXED_FROM > more
        order: Order = "dmy" if self.days_first > self.months_first else "mdy"
        return DateOrder(order, sure=more > 0 and not mixed, mixed=mixed)


@lru_cache(maxsize=4096)
def _leaning(text: str) -> tuple[bool, bool]:
    found = _NUMBERS.fullmatch(narrow(text).strip())
    if not found:
        return False, False
    first, second = int(found[1]), int(found[2])
    return first > 12 >= second > 0, second > 12 >= first > 0


def read_date(text: str, order: DateOrder, today: date, *, birth: bool = False) -> ReadDate:
    """Read a date in any usual shape. A two-digit year is the last one not in the future for a birth."""
    if len(text) == 10 and text[4] == "-" == text[7]:
        try:
            return ReadDate(date.fromisoformat(text))
        except ValueError:
            pass
    if found := _NUMBERS.fullmatch(text):
        return _from_numbers(int(found[1]), int(found[2]), found[3], order, today.year, birth)
    return _read(clean(narrow(text)).strip("'’ .,"), order, today.year, birth)


def _read(text: str, order: DateOrder, this_year: int, birth: bool) -> ReadDate:
    if found := _ISO.fullmatch(text) or _HAN.fullmatch(text):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(text):
        return _from_numbers(int(found[1]), int(found[2]), found[3], order, this_year, birth)
    if text.isascii() and text.replace(".", "", 1).isdecimal():
        return _from_digits(text, order, this_year, birth)
    if _INCOMPLETE.fullmatch(text):
        return ReadDate(None, "date_incomplete")
    return _from_words(text, this_year, birth)


def _made(year: int, month: int, day: int) -> ReadDate:
    try:
        return ReadDate(date(year, month, day))
    except ValueError:
        return ReadDate(None, "date_does_not_exist")


def _from_numbers(first: int, second: int, year: str, order: DateOrder, this_year: int, birth: bool) -> ReadDate:
    full = _full_year(year, this_year, birth)
    month, day = (first, second) if order.order == "mdy" else (second, first)
    swapped = month > 12 >= day
    if swapped:
        month, day = day, month
    read = _made(full, month, day)
    if read.day is None:
        return read
    code = ""
    if swapped and order.sure:
        code = "date_order_differs"
    elif not order.sure and not swapped and day <= 12 and day != month:
        code = "date_order_mixed" if order.mixed else "date_order_assumed"
    return ReadDate(read.day, code, len(year) == 2)


def _full_year(year: str, this_year: int, birth: bool) -> int:
    number = int(year)
    if len(year) > 2:
        return number
    century = this_year - this_year % 100
    latest = this_year if birth else this_year + 20
    return century + number if century + number <= latest else century - 100 + number


def _from_digits(text: str, order: DateOrder, this_year: int, birth: bool) -> ReadDate:
    if found := _COMPACT.fullmatch(text):
        if text[:2] in ("19", "20"):
            read = _made(int(text[:4]), int(text[4:6]), int(text[6:]))
            if read.day is not None:
                return read
        return _from_numbers(int(found[1]), int(found[2]), text[4:], order, this_year, birth)
    if (found := _SERIAL.fullmatch(text)) and _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL:
        return ReadDate(_ZERO_DAY + timedelta(days=int(found[1])))
    return ReadDate(None, "date_incomplete" if _INCOMPLETE.fullmatch(text) else "date_unreadable")


def _from_words(text: str, this_year: int, birth: bool) -> ReadDate:
    """ "Feb 3, 2026", "3 de febrero de 2026", "Mon Mar 27 17:11:36 2023", "ngày 3 tháng 2 năm 2026"."""
    folded = fold(_TIME.sub(" ", text))
    if found := _VIETNAMESE.fullmatch(folded):
        return _made(int(found[3]), int(found[2]), int(found[1]))
    tokens = [token for token in _TOKENS.findall(folded) if token not in _FILLERS]
    months = [_MONTHS[token] for token in tokens if token in _MONTHS]
    numbers = [token for token in tokens if token.isdigit()]
    if len(months) != 1 or len(numbers) + 1 != len(tokens):
        return ReadDate(None, "date_unreadable")
    if len(numbers) != 2:
        return ReadDate(None, "date_incomplete")
    day, year = numbers if len(numbers[1]) in (2, 4) and len(numbers[0]) <= 2 else reversed(numbers)
    if len(day) > 2 or len(year) not in (2, 4):
        return ReadDate(None, "date_unreadable")
    made = _made(_full_year(year, this_year, birth), months[0], int(day))
    return made._replace(two_digit_year=len(year) == 2 and made.day is not None)
