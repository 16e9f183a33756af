"""Find households by words of names, digits of a phone, a street, a code or a device's tag; and those like one typed.

However many there are, a search reads lists of at most five hundred: whole words first, then words in part, then names
that sound alike. Candidates come unranked and are ranked by the names afterwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel.text import fold
from ...foundation.normalize import normalize_address
from ...foundation.reading import read_rows
from ...households.models import Household, HouseholdAddress, Member, SearchTerm
from ...progress.queries.units import find_home_of_unit
from ..rules.finding import MOST_WORDS, Search, read_search, tail
from ..rules.likeness import LIKE_ENOUGH, Known, Typed, is_likely_same, rank

MOST_CANDIDATES = 200
MOST_READ = 500  # households of one term: more say "write more"
FEW = 10  # with fewer than so many, words in part and sound-alikes are looked at, too
LAST = "\U0010ffff"  # sorts after every character a term may hold
SURE = 7  # digits: so many of a phone's last ones are the phone


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of households, best first: those that have every word as it was given, and those with words like it."""

    exact: Sequence[int] = ()
    similar: Sequence[int] = ()


def find_households(text: str, *, by: Actor) -> Found:
    """Return the households that fit, at most 200. Words may be given in part and in any order, with a slip."""
    search = read_search(text)
    named = _beginning(search.code, MOST_CANDIDATES) if search.code else []
    if not named and (home := find_home_of_unit(text, partner_id=by.partner_id)) is not None:
        named = [home]
    if named:
        return Found(exact=named)
    return _by_digits(search.digits, search.street) if search.digits else _by_words(search, text)


def _by_digits(digits: str, street: Sequence[str]) -> Found:
    """Return the households whose phone ends with the digits, then those whose phone or house number begins so."""
    ends = _beginning(tail(digits)[: len(digits) + 1], MOST_CANDIDATES)
    begins = _beginning(digits, MOST_CANDIDATES) if len(ends) < FEW else []
    doors = [one for term in street for one in _having(term, MOST_CANDIDATES)] if len(ends) < FEW else []
    others = [one for one in dict.fromkeys([*begins, *doors]) if one not in ends]
    if len(digits) >= SURE:
        return Found(ends, others[: MOST_CANDIDATES - len(ends)])
    return Found((), [*ends, *others][:MOST_CANDIDATES])


def _by_words(search: Search, text: str) -> Found:
    words = search.words
    if not words:
        return Found()
    exact = _with_all(words, search.sounds())
    found = list(exact)
    if len(found) < FEW:
        found += _ranked(_in_part(words), text)
    if len(found) < FEW and any(term[1:].isdigit() for term in search.street) or not found:
        found += _in_part(search.street)
    if len(found) < FEW:
        found += _alike(search, text)
    others = list(dict.fromkeys(found))[len(exact) :]
    more = _whole(others, words)
    similar = [one for one in others if one not in more]
    return Found([*exact, *(one for one in others if one in more)], similar[: MOST_CANDIDATES - len(exact)])


def _with_all(words: Sequence[str], sounds: Sequence[str]) -> list[int]:
    """Return households that have every word whole, best first; ``sounds``: terms that all of those have, too."""
    if len(words) == 1:
        return _having(words[0], MOST_CANDIDATES)
    candidates = _together([_having(term, MOST_READ) for term in sounds or words])
    return _ranked(sorted(_whole(candidates, words), reverse=True)[:MOST_CANDIDATES], " ".join(words))


def _in_part(words: Sequence[str]) -> list[int]:
    """Return households that have a term beginning with every one of the words."""
    lists = {word: _rows_beginning(word, MOST_READ) for word in dict.fromkeys(words)}
    if not lists:
        return []
    rarest, *others = sorted(lists, key=lambda word: len(lists[word]))
    found = list(dict.fromkeys(lists[rarest]))
    for word in others:  # its list may be cut: then it says nothing of who is not on it
        found = _of_them(found, word)
    return found[:MOST_CANDIDATES]


def _alike(search: Search, text: str) -> list[int]:
    """Return households with a name that sounds like what was written, or is one consonant off; like enough only."""
    heard = search.alike()
    candidates = _beginning(heard, MOST_READ) if heard else _among([*search.sounds(), *search.slips()])
    return _ranked(candidates, text, least=LIKE_ENOUGH)[:MOST_CANDIDATES]


def _together(lists: Sequence[list[int]]) -> list[int]:
    """Return what is in all of the lists, as far as they are whole; a list that was cut says nothing of the rest."""
    whole = sorted((one for one in lists if len(one) < MOST_READ), key=len)
    if not whole:
        return min(lists, key=len, default=[])
    found = whole[0]
    for other in whole[1:]:
        found = _shared(found, other)
    return found


def _shared(ids: Sequence[int], other: Iterable[int]) -> list[int]:
    among = set(other)
    return [one for one in ids if one in among]


def _having(term: str, most: int) -> list[int]:
    """Return the newest households with the term."""
    return [row[0] for row in read_rows(_select_having(most), {"term": term})]


@cache
def _select_having(most: int) -> Select[Any]:
    """Made once: the index holds households of one term in order."""
    wanted = select(SearchTerm.household_id).where(SearchTerm.term == bindparam("term", type_=SearchTerm.term.type))
    return wanted.order_by(SearchTerm.household_id.desc()).limit(most)


def _beginning(part: str, most: int) -> list[int]:
    """Return households with a term that begins so, in the order of the terms; the nearest word comes first."""
    return list(dict.fromkeys(_rows_beginning(part, most)))


def _rows_beginning(part: str, most: int) -> list[int]:
    """Return the same with a household once for each of its terms: with ``most`` of them there may be more."""
    return [row[0] for row in read_rows(_select_beginning(most), {"low": part, "high": part + LAST})]


@cache
def _select_beginning(most: int) -> Select[Any]:
    low, high = (bindparam(name, type_=SearchTerm.term.type) for name in ("low", "high"))
    columns: list[Any] = [SearchTerm.household_id, SearchTerm.term]
    wanted = select(*columns).where(SearchTerm.term >= low, SearchTerm.term < high)
    return wanted.order_by(SearchTerm.term, SearchTerm.household_id).limit(most)


def _among(terms: Sequence[str]) -> list[int]:
    """Return households with one of the terms."""
    if not terms:
        return []
    wanted = select(SearchTerm.household_id, SearchTerm.term).where(SearchTerm.term.in_(terms))
    rows = session().execute(wanted.order_by(SearchTerm.term, SearchTerm.household_id).limit(MOST_READ))
    return list(dict.fromkeys(household_id for household_id, _term in rows))


def _of_them(ids: Sequence[int], part: str) -> list[int]:
    """Return those of the households that have a term beginning so, in their order."""
    if not ids:
        return []
    begins = SearchTerm.term >= part, SearchTerm.term < part + LAST
    wanted = select(SearchTerm.household_id).where(SearchTerm.household_id.in_(ids), *begins)
    return _shared(ids, session().scalars(wanted.order_by(SearchTerm.household_id)))


def _whole(ids: Sequence[int], words: Sequence[str]) -> set[int]:
    """Return those of the households that have every word as a term of its own."""
    if not ids:
        return set()
    wanted = sorted(set(words))
    statement = (
        select(SearchTerm.household_id)
        .where(SearchTerm.household_id.in_(ids), or_(*(SearchTerm.term == word for word in wanted)))
        .group_by(SearchTerm.household_id)
        .having(func.count() == len(wanted))
    )
    return set(session().scalars(statement.order_by(SearchTerm.household_id)))


def _ranked(ids: Sequence[int], text: str, *, least: float = 0) -> list[int]:
    """Return the households by how well the best of their names fits, newest first among equals."""
    if not ids or len(ids) == 1 and not least:
        return list(ids)
    names: dict[int, list[str]] = {}
    statement = select(Member.household_id, Member.name).where(Member.household_id.in_(ids)).order_by(Member.id)
    for household_id, name in session().execute(statement):
        names.setdefault(household_id, []).append(name)
    fits = {one: rank(text, names.get(one, [])) for one in ids}
    return sorted((one for one in ids if fits[one] >= least), key=lambda one: (-fits[one], -one))


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
        found += _in_part(parts)
    return list(dict.fromkeys(found))
