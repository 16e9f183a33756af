"""One cell into one value: a reader per kind of field. Pure; no text whatever makes a reader raise."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ...foundation.kernel.text import clean, fold, narrow
from . import words
from .dates import DateOrder, read_date
from .fields import DECLINED
from .numbers import is_assumed_kbps, read_cents, read_minutes, read_speeds, read_zip
from .sensitive import category_of_value

Params = dict[str, object]
Finding = tuple[str, Params]

EARLIEST = date(1990, 1, 1)  # a day before it is a slip of the hand; as in progress.rules.deliveries
_OLDEST_YEARS = 120
_LONGEST = {"name": 200, "address": 200, "reference": 80, "serial": 80, "text": 200, "no_fixed": 2000}
_LONGEST_OTHER = 200
_FREE_TEXT = frozenset(("text", "reference", "address", "name", "no_fixed"))  # keep whatever stands there
_NEUTRALIZED = re.compile("^'[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20\\s]")
_FLOAT = re.compile(r"^(\d{1,15})\.0+$")
_SHORTENED = re.compile(r"^\d(?:[.,]\d+)?E\+\d+$", re.IGNORECASE)  # a long number as Excel shows it: the rest is lost
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_DISTRICT = re.compile(r"^(?:council )?(?:district|dist|distrito|d|cd|quan|khu vuc)? ?#?0?(\d{1,2})$")


def _same(text: str) -> str | None:
    return text or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What reading a file depends on. The normalizers are handed in, so that these rules stay free of libraries."""

    today: date
    date_order: DateOrder = field(default_factory=DateOrder)
    date_orders: Mapping[str, DateOrder] = field(default_factory=dict)  # by field, for those whose column tells
    normalize_phone: Callable[[str], str | None] = _same
    normalize_email: Callable[[str], str | None] = _same
    normalize_address: Callable[[str, str], str] = lambda line, unit: fold(f"{line} {unit}")
    default_enrolled_on: date | None = None  # for rows without a day of enrollment
    consent_attested_on: date | None = None  # the partner attested consent for the whole file
    zip_codes: frozenset[str] = frozenset()  # the service area; empty: not checked
    districts: frozenset[str] = frozenset()  # empty: not checked


class Read(NamedTuple):
    """A cell's value (None: nothing) and what is to be said about it."""

    value: object
    findings: tuple[Finding, ...] = ()


NOTHING = Read(None)
Reader = Callable[[str], Read]


class Cells:
    """The readers of one file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._readers: dict[str, Callable[[str, str], Read]] = {
            "text": _read_text,
            "reference": _read_reference,
            "serial": _read_reference,
            "address": _read_text,
            "name": _read_name,
            "date": self._read_day,
            "birth": self._read_birth,
            "phone": self._read_phone,
            "email": self._read_email,
            "zip": self._read_zip,
            "district": self._read_district,
            "money": _read_money,
            "speed": _read_speed,
            "speed_pair": _read_speed,
            "hours": _read_hours,
            "needs": _read_needs,
            "populations": _read_populations,
        }
        self._words = {
            "language": (words.LANGUAGES, "other", "language_unknown"),
            "safe_contact": (words.SAFE_CONTACTS, None, "safe_contact_unknown"),
            "consent_way": (words.CONSENT_WAYS, None, "consent_way_unknown"),
            "device_kind": (words.DEVICE_KINDS, None, "device_kind_unknown"),
            "source": (words.SOURCES, None, "source_unknown"),
            "relationship": (words.RELATIONSHIPS, "other", "relationship_unknown"),
            "evidence": (words.EVIDENCE, "other", "evidence_unknown"),
        }

    def reader(self, kind: str, unit: str = "") -> Reader:
        """Return the reader of a kind of field; ``unit`` is what the header says ("kbps")."""
        if kind == "yesno":
            return _guarded(_read_yesno, kind, unit, unknowns=False)
        if kind == "no_fixed":
            return _guarded(_read_no_fixed, kind, unit, unknowns=False)
        if kind in self._words:
            return _guarded(self._word_reader(kind), kind, unit)
        return _guarded(self._readers[kind], kind, unit)

    def _word_reader(self, kind: str) -> Callable[[str, str], Read]:
        table, fallback, code = self._words[kind]

        def read(text: str, _unit: str) -> Read:
            found = words.lookup(table, text)
            if found is not None:
                return Read(found)
            return Read(fallback, ((code, {}),))

        return read

    def _read_day(self, text: str, _unit: str) -> Read:
        read = read_date(text, self._settings.date_order, self._settings.today)
        if read.day is None:
            return Read(None, ((read.code, {}),))
        if read.day > self._settings.today:
            return Read(None, (("date_in_future", {}),))
        if read.day < EARLIEST:
            return Read(None, (("date_too_early", {}),))
        return Read(read.day, _remarks(read.day, read.code))

    def _read_birth(self, text: str, _unit: str) -> Read:
        read = read_date(text, self._settings.date_order, self._settings.today, birth=True)
        if read.day is None:
            return Read(None, ((read.code, {}),))
        if read.day > self._settings.today:
            return Read(None, (("date_in_future", {}),))
        if self._settings.today.year - read.day.year > _OLDEST_YEARS:
            return Read(None, (("age_over_120", {}),))
        return Read(read.day, _remarks(read.day, read.code or ("two_digit_year" if read.two_digit_year else "")))

    def _read_phone(self, text: str, _unit: str) -> Read:
        number = self._settings.normalize_phone(text)
        return Read((clean(text)[:40], number), () if number else (("phone_unreadable", {}),))

    def _read_email(self, text: str, _unit: str) -> Read:
        address = self._settings.normalize_email(text)
        return Read(address) if address else Read(None, (("email_unreadable", {}),))

    def _read_zip(self, text: str, _unit: str) -> Read:
        code, added = read_zip(text)
        if code is None:
            return Read(None, (("zip_unreadable", {}),))
        if added:
            return Read(code, (("zip_zero_added", {"read": code}),))
        outside = self._settings.zip_codes and code not in self._settings.zip_codes
        return Read(code, (("zip_outside", {}),) if outside else ())

    def _read_district(self, text: str, _unit: str) -> Read:
        found = _DISTRICT.match(fold(text))
        name = found[1] if found else clean(text)
        known = self._settings.districts
        if known and name not in known:
            return Read(None, (("district_unknown", {}),))
        return Read(name[:20])


def _remarks(day: date, code: str) -> tuple[Finding, ...]:
    if not code:
        return ()
    return ((code, {} if code == "date_order_differs" else {"read": day.isoformat()}),)


def _guarded(read: Callable[[str, str], Read], kind: str, unit: str, *, unknowns: bool = True) -> Reader:
    """Return ``read`` behind what holds for every cell: unknown words, errors of the spreadsheet, length, secrets."""
    longest = _LONGEST.get(kind, _LONGEST_OTHER)
    free = kind in _FREE_TEXT
    names = words.NAMES_TOO if kind == "name" else frozenset()

    def guarded(text: str) -> Read:
        text = text.strip()
        if not text or (unknowns and text.lower() in words.UNKNOWN and text not in names):
            return NOTHING
        first = text[0]
        if first == "'" and _NEUTRALIZED.match(text):
            text = text[1:].strip()  # what we gave out neutralized comes back as it was
        elif first == "#" and text.lower() in words.CELL_ERRORS:
            return Read(None, (("cell_error", {}),))
        if len(text) > longest:
            return Read(None, (("text_too_long", {"limit": longest}),))
        found = read(text, unit)
        if (free or found.findings) and category_of_value(text):
            return Read(None, (("sensitive_number", {}),))
        return found

    return guarded


def _read_text(text: str, _unit: str) -> Read:
    return Read(clean(text) or None)


def _read_reference(text: str, _unit: str) -> Read:
    if _SHORTENED.match(text):
        return Read(None, (("reference_shortened", {}),))
    found = _FLOAT.match(text)
    return Read(found[1] if found else clean(narrow(text)) or None)


def _read_name(text: str, _unit: str) -> Read:
    name = clean(text)
    if not _LETTER.search(name) or "@" in name:
        return Read(None, (("name_without_letters", {}),))
    if _DIGIT.search(name):
        return Read(name, (("name_has_digits", {}),))
    return Read(name)


def _read_yesno(text: str, _unit: str) -> Read:
    key = fold(text.removesuffix(".0"))
    if key in words.YES:
        return Read(True)
    if key in words.NO:
        return Read(False)
    return NOTHING if key in words.NOT_SAID or words.is_unknown(text) else Read(None, (("answer_unreadable", {}),))


def _read_no_fixed(text: str, _unit: str) -> Read:
    """A description of where they stay, or only a mark that there is no fixed address ("")."""
    key = fold(text)
    if key in words.NO_FIXED:
        return Read("")
    return NOTHING if key in words.NO or words.is_unknown(text) else Read(clean(text))


def _read_money(text: str, _unit: str) -> Read:
    cents = read_cents(text)
    return Read(cents) if cents is not None else Read(None, (("price_unreadable", {}),))


def _read_speed(text: str, unit: str) -> Read:
    speeds = read_speeds(text, unit)
    if speeds is None:
        return Read(None, (("speed_unreadable", {}),))
    return Read(tuple(speeds), (("speed_unit_assumed", {}),) if is_assumed_kbps(text, unit) else ())


def _read_hours(text: str, _unit: str) -> Read:
    minutes = read_minutes(text)
    return Read(minutes) if minutes else Read(None, (("hours_unreadable", {}),))


def _read_needs(text: str, _unit: str) -> Read:
    return _read_list(text, words.NEEDS, "need_unknown")


def _read_populations(text: str, _unit: str) -> Read:
    read = _read_list(text, words.POPULATIONS, "population_unknown")
    codes = read.value
    if isinstance(codes, tuple) and DECLINED in codes and len(codes) > 1:
        return Read(tuple(code for code in codes if code != DECLINED), read.findings)
    return read


def _read_list(text: str, table: dict[str, str], code: str) -> Read:
    whole = table.get(fold(text))
    if whole:
        return Read((whole,))
    found: dict[str, None] = {}
    findings: tuple[Finding, ...] = ()
    for part in words.split_words(text):
        known = words.lookup(table, part)
        if known:
            found[known] = None
        elif not words.is_unknown(part) and fold(part) not in words.NO:
            findings = ((code, {}),)
    return Read(tuple(found) or None, findings)
