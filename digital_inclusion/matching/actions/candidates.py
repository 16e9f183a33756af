"""Put likely same households on the city's list."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Table

from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, program_session, session
from ...foundation.kernel import clock
from ...progress.actions.book import upserting
from ..models import CandidatePair
from ..queries.keys import Match, matches_of, pairs_on_file


@dataclass(frozen=True, slots=True)
class Noted:
    """What was found: new pairs, and per record the ids of like records of the same and of other partners."""

    new_pairs: int
    own: dict[int, list[int]] = field(default_factory=dict)
    elsewhere: frozenset[int] = frozenset()  # records that another partner seems to know; says nothing more


def note_candidates(record_ids: Collection[int], *, by: Actor) -> Noted:
    """Compare the records with all others by exact keys and note each new likely pair for the city, once."""
    with program_session("likely same households") as city:
        matches = matches_of(city, record_ids)
        if not matches:
            return Noted(0)
        known = pairs_on_file(city, record_ids)
        rows = _rows(matches, known)
        if rows:
            table: Table = CandidatePair.__table__  # type: ignore[assignment]
            statement = upserting(city, table)
            city.execute(statement.on_conflict_do_nothing(index_elements=["record_a", "record_b"]), rows)
    if rows:
        note_bulk_write(session(), "candidate_pairs")
        record("match.candidates_found", by=by, pairs=len(rows))
    own: dict[int, list[int]] = {}
    elsewhere: set[int] = set()
    for match in matches:
        if match.other_erased:
            continue
        if match.same_partner:
            if match.other_id not in own.setdefault(match.record_id, []):
                own[match.record_id].append(match.other_id)
        else:
            elsewhere.add(match.record_id)
    return Noted(len(rows), own, frozenset(elsewhere))


def _rows(matches: Collection[Match], known: set[tuple[int, int]]) -> list[dict[str, object]]:
    because: dict[tuple[int, int], set[str]] = {}
    for match in matches:
        pair = (min(match.record_id, match.other_id), max(match.record_id, match.other_id))
        if pair not in known:
            because.setdefault(pair, set()).add(match.kind)
    now = clock.now()
    return [
        {"record_a": a, "record_b": b, "because": ",".join(sorted(kinds)), "state": "open", "found_at": now}
        for (a, b), kinds in sorted(because.items())
    ]


def propose_pair(record_id: int, other_id: int, *, because: str, by: Actor) -> None:
    """Ask the city whether two records of different partners are one household: somebody has said so. Once a pair."""
    low, high = sorted((record_id, other_id))
    row = {"record_a": low, "record_b": high, "because": because, "state": "open", "found_at": clock.now()}
    with program_session("a household that was referred") as city:
        table: Table = CandidatePair.__table__  # type: ignore[assignment]
        made = city.execute(upserting(city, table).on_conflict_do_nothing(index_elements=["record_a", "record_b"]), row)
    if made.rowcount:  # type: ignore[attr-defined]
        note_bulk_write(session(), "candidate_pairs")
        record("match.candidates_found", by=by, pairs=1, because=because)
