"""Look through all records on file for likely same households, five hundred records at a time."""

from dataclasses import dataclass

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import program_session, session
from ...foundation.kernel import clock
from ..models import CandidatePair
from ..queries.pairs import kinds_of, like_pairs, pairs_from, records_with_keys

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Found:
    """What one chunk found. ``next_after`` is where to go on; None: everybody was looked at."""

    next_after: int | None
    records: int
    opened: int
    reopened: int


def find_pairs(*, after: int = 0, by: Actor) -> Found:
    """Note likely pairs among the next records that have keys; safe to run again at any time.

    A pair that a person has called different comes back only when the two share a kind of key they did not share
    then. A pair that is linked, or joined by way of others, is left alone.
    """
    policy.check(by, "match:decide")
    with program_session("find likely same households") as city:
        records = records_with_keys(city, after=after, limit=CHUNK)
        because: dict[tuple[int, int], set[str]] = {}
        for low, high, kind in like_pairs(city, records):
            because.setdefault((low, high), set()).add(kind)
    known = pairs_from({low for low, _high in because})
    opened = reopened = 0
    for (low, high), kinds in because.items():
        pair = known.get((low, high))
        if pair is None:
            session().add(_new_pair(low, high, kinds))
            opened += 1
        elif _is_news(pair, kinds):
            reopened += _learn(pair, kinds)
    if opened or reopened:
        record("match.candidates_found", by=by, pairs=opened, reopened=reopened, records=len(records))
    return Found(records[-1] if len(records) == CHUNK else None, len(records), opened, reopened)


def _new_pair(low: int, high: int, kinds: set[str]) -> CandidatePair:
    return CandidatePair(
        record_a=low, record_b=high, because=",".join(sorted(kinds)), state="open", found_at=clock.now()
    )


def _is_news(pair: CandidatePair, kinds: set[str]) -> bool:
    return pair.state == "different" and not kinds <= set(kinds_of(pair))


def _learn(pair: CandidatePair, kinds: set[str]) -> int:
    pair.because = ",".join(sorted(kinds | set(kinds_of(pair))))
    pair.state, pair.found_at = "open", clock.now()
    pair.decided_at = pair.decided_by = None
    return 1
