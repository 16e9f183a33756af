"""How alike a record is to what was typed, and whether one should say "you may already know this household". Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from ...foundation.kernel.text import fold

LIKE_ENOUGH = 75  # of 100; what is offered when nothing fits as it was written
_BEGUN = 95.0  # a word of which the beginning was written
LIKE_NAME = 88  # of 100; "Nguyen Van An" and "Nguyễn Văn Ân" are 100, a slip of one letter about 92


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has typed about a household so far."""

    name: str
    birth_date: date | None = None
    phone_e164: str | None = None
    line: str | None = None  # normalized


@dataclass(frozen=True, slots=True)
class Known:
    """What a record on file says about the same things; one per member."""

    name: str
    birth_date: date | None = None
    phone_e164: str | None = None
    line: str | None = None  # normalized


def name_likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 100; the order of the words does not matter."""
    return float(fuzz.token_sort_ratio(fold(one), fold(other)))


def is_likely_same(typed: Typed, known: Known) -> bool:
    """Tell whether the record may be the household: a like name and one thing more, and nothing that contradicts."""
    if not typed.name or name_likeness(typed.name, known.name) < LIKE_NAME:
        return False
    if typed.birth_date is not None and known.birth_date is not None:
        return typed.birth_date == known.birth_date
    same_phone = typed.phone_e164 is not None and typed.phone_e164 == known.phone_e164
    same_line = bool(typed.line) and typed.line == known.line
    return same_phone or same_line


def rank(words: str, names: Sequence[str]) -> float:
    """Return how well the best of a household's names fits the words looked for, 0 to 101.

    Each word counts by the word of the name that is nearest to it; among equals the name with fewer words besides.
    """
    folded = fold(words)
    return max((_fit(folded, fold(name)) for name in names), default=0.0)


def _fit(words: str, name: str) -> float:
    wanted, given = words.split(), name.split()
    if not wanted or not given:
        return 0.0
    nearest = (max(_fit_of_word(word, one) for one in given) for word in wanted)
    return sum(nearest) / len(wanted) + float(fuzz.token_sort_ratio(words, name)) / 100


def _fit_of_word(word: str, one: str) -> float:
    return _BEGUN if one != word and one.startswith(word) else float(fuzz.ratio(word, one))
