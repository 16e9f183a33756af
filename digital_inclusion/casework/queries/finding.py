"""Find households by words of names, digits of a phone, or a code; and those that are like one being typed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from ...foundation.database import session
from ...foundation.kernel.ids import read_code
from ...foundation.kernel.text import fold
from ...foundation.normalize import normalize_address
from ...households.models import Household, HouseholdAddress, Member, SearchTerm
from ..rules.likeness import Known, Typed, is_likely_same, rank

MOST_CANDIDATES = 200
MOST_WORDS = 6
LAST = "\U0010ffff"  # sorts after every character a term may hold
_NOT_DIGITS = re.compile(r"[^0-9]")
_PHONE_SIGNS = re.compile(r"[0-9()+.\-\s/]{4,}")


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of households, best first: those that have every word as it was given, and those with words like it."""

    exact: Sequence[int] = ()
    similar: Sequence[int] = ()


def find_households(words: str) -> Found:
    """Return the households that fit, at most 200. Words may be given in part and in any order."""
    code = read_code(words)
    if code is not None and (exact := _with_terms([code.replace("-", "").casefold()])):
        return Found(exact=exact)
    digits = _NOT_DIGITS.sub("", words)
    if _PHONE_SIGNS.fullmatch(words.strip()) and len(digits) >= 4:
        parts = [digits.removeprefix("1") if len(digits) == 11 else digits]
        return _told_apart(_with_terms(parts), parts)
    parts = fold(words).split()[:MOST_WORDS]
    if not parts:
        return Found()
    return _told_apart(_ranked(_with_terms(parts) or _with_any_term(parts), words), parts)


def _told_apart(ids: Sequence[int], parts: Sequence[str]) -> Found:
    """Return the households with all parts as whole terms apart from the others, each in the order of ``ids``."""
    if not ids:
        return Found()
    wanted = sorted(set(parts))
    statement = (
        select(SearchTerm.household_id)
        .where(SearchTerm.household_id.in_(ids), SearchTerm.term.in_(wanted))
        .group_by(SearchTerm.household_id)
        .having(func.count(SearchTerm.term.distinct()) == len(wanted))
    )
    whole = set(session().scalars(statement.order_by(SearchTerm.household_id)))
    return Found([one for one in ids if one in whole], [one for one in ids if one not in whole])


def _begins(term: str) -> ColumnElement[bool]:
    return (SearchTerm.term >= term) & (SearchTerm.term < term + LAST)


def _with_terms(parts: Sequence[str]) -> list[int]:
    """Return households that have a term beginning with every one of the parts; the rarest is likely the longest."""
    first, *others = sorted(parts, key=len, reverse=True)
    statement = select(SearchTerm.household_id).where(_begins(first))
    for part in others:
        statement = statement.where(SearchTerm.household_id.in_(select(SearchTerm.household_id).where(_begins(part))))
    rows = session().scalars(statement.distinct().order_by(SearchTerm.household_id.desc()).limit(MOST_CANDIDATES))
    return list(rows)


def _with_any_term(parts: Sequence[str]) -> list[int]:
    """Return households that have at least the longest word, or its beginning: a slip at a word's end is forgiven."""
    longest = max(parts, key=len)
    return _with_terms([longest[: max(3, len(longest) - 2)]]) if len(longest) >= 4 else []


def _ranked(ids: list[int], words: str) -> list[int]:
    if len(ids) < 2:
        return ids
    names: dict[int, list[str]] = {}
    statement = select(Member.household_id, Member.name).where(Member.household_id.in_(ids)).order_by(Member.id)
    for household_id, name in session().execute(statement):
        names.setdefault(household_id, []).append(name)
    return sorted(ids, key=lambda one: (-rank(words, names.get(one, [])), -one))


def list_likely(typed: Typed, *, partner_id: int, limit: int = 5) -> list[Household]:
    """Return the partner's own households that may be the one being typed."""
    ids = _near(typed)
    if not ids:
        return []
    known: dict[int, Household] = {}
    statement = (
        select(Household, Member.name, Member.birth_date, HouseholdAddress.line, HouseholdAddress.unit)
        .join(Member, Member.household_id == Household.id)
        .outerjoin(HouseholdAddress, HouseholdAddress.household_id == Household.id)
        .where(Household.id.in_(ids), Household.partner_id == partner_id, Household.erased_at.is_(None))
        .order_by(Household.id.desc(), Member.id, HouseholdAddress.id)
    )
    for household, name, born, line, unit in session().execute(statement):
        address = normalize_address(line, unit or "") if line else None
        if is_likely_same(typed, Known(name, born, household.phone_e164, address)):
            known[household.id] = household
    return list(known.values())[:limit]


def _near(typed: Typed) -> list[int]:
    """Return households worth a closer look: the same phone, or every word of the name to within its last letters."""
    found: list[int] = []
    if typed.phone_e164:
        statement = select(Household.id).where(Household.phone_e164 == typed.phone_e164)
        found += session().scalars(statement.order_by(Household.id.desc()).limit(MOST_CANDIDATES))
    parts = [part[: max(2, len(part) - 2)] for part in fold(typed.name).split()[:MOST_WORDS]]
    if parts and (typed.birth_date or typed.line):
        found += _with_terms(parts)
    return list(dict.fromkeys(found))
