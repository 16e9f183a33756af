"""Reading keyed fingerprints. Runs in a session that sees every partner; hands back ids and kinds, never rows."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ...households.models import Household
from ..models import CandidatePair, MatchKey

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Match:
    """A record that shares a fingerprint with another one, whose it is, and of which kind.

    Of an erased record only its sealed fingerprints are left: the city compares them, nobody is told.
    """

    record_id: int
    other_id: int
    same_partner: bool
    kind: str
    other_erased: bool


def _chunks(values: Iterable[object]) -> Iterator[list[object]]:
    ordered = sorted(values)  # type: ignore[type-var]
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def matches_of(city: Session, records: Collection[int]) -> list[Match]:
    """Return every match of the records with any other record on file, theirs included."""
    mine, theirs = aliased(MatchKey), aliased(MatchKey)
    own, other = aliased(Household), aliased(Household)
    found: list[Match] = []
    for ids in _chunks(records):
        rows = city.execute(
            select(mine.record_id, theirs.record_id, own.partner_id == other.partner_id, mine.kind, other.erased_at)
            .join(theirs, (theirs.fingerprint == mine.fingerprint) & (theirs.record_id != mine.record_id))
            .join(own, own.id == mine.record_id)
            .join(other, other.id == theirs.record_id)
            .where(mine.record_id.in_(ids))
            .order_by(mine.record_id, theirs.record_id, mine.kind)
        )
        found.extend(Match(record, like, bool(same), kind, gone is not None) for record, like, same, kind, gone in rows)
    return found


def records_with(city: Session, fingerprints: Collection[str], *, partner_id: int) -> list[int]:
    """Return the partner's records that hold one of the fingerprints."""
    found: set[int] = set()
    for chosen in _chunks(set(fingerprints)):
        rows = city.scalars(
            select(MatchKey.record_id)
            .join(Household, Household.id == MatchKey.record_id)
            .where(MatchKey.fingerprint.in_(chosen), Household.partner_id == partner_id)
            .order_by(MatchKey.record_id)
        )
        found.update(rows)
    return sorted(found)


def pairs_on_file(city: Session, records: Collection[int]) -> set[tuple[int, int]]:
    """Return the pairs, decided or not, that one of the records stands in."""
    found: set[tuple[int, int]] = set()
    for ids in _chunks(records):
        either = CandidatePair.record_a.in_(ids) | CandidatePair.record_b.in_(ids)
        rows = city.execute(
            select(CandidatePair.record_a, CandidatePair.record_b).where(either).order_by(CandidatePair.id)
        )
        found.update((a, b) for a, b in rows)
    return found
