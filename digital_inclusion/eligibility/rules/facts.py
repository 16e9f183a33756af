"""Facts about a household: what may be known, and of what kind. What is not known is not there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

# Name of a fact -> bool, int, Decimal, date or str; "benefits" -> benefit -> bool. A missing name is an unknown fact.
Facts = Mapping[str, object]
BENEFITS = "benefits"
SIZE, INCOME = "size", "annual_income"
LARGEST = 30  # persons in a household
RICHEST = Decimal(100_000_000)


class Kind(StrEnum):
    """Of what kind a fact's value is."""

    YES_NO = "yes_no"
    COUNT = "count"
    MONEY = "money"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    BENEFITS = "benefits"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that rules may ask about. ``place``: its order in the rulebook, in which people are asked."""

    name: str
    kind: Kind
    words: tuple[str, ...] = ()
    place: int = field(default=0, compare=False)


def read_value(fact: Fact, text: object) -> object:
    """Return the value as rules compare it; raise ValueError with a sentence for what it cannot be."""
    readers = {
        Kind.YES_NO: _read_yes_no,
        Kind.COUNT: _read_count,
        Kind.MONEY: _read_money,
        Kind.NUMBER: _read_number,
        Kind.DAY: _read_day,
    }
    if fact.kind in readers:
        return readers[fact.kind](text)
    if not isinstance(text, str) or (fact.words and text not in fact.words):
        raise ValueError(f"{text!r} is not one of {', '.join(fact.words) or 'the words'}")
    return text


def _read_yes_no(value: object) -> bool:
    words = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in words:
        return words[value]
    raise ValueError(f"{value!r} is neither true nor false")


def _read_number(value: object) -> Decimal:
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not a number")
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is not a number") from error
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return number


def _read_count(value: object) -> int:
    number = _read_number(value)
    if number != number.to_integral_value() or not 1 <= number <= LARGEST:
        raise ValueError(f"{value!r} is not a whole number from 1 to {LARGEST}")
    return int(number)


def _read_money(value: object) -> Decimal:
    number = _read_number(value)
    if not 0 <= number <= RICHEST:
        raise ValueError(f"{value!r} is not an amount from 0 to {RICHEST}")
    return number


def _read_day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f"{value!r} is not a day written as 2026-11-22") from error
