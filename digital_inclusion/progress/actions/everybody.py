"""Every identity, in batches: for new settings, and for what changes by the calendar alone."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from ...foundation.database import program_session
from ..queries import ledger
from ..queries.program import get_program_in_zone
from ..schemas import LoadedProgram
from . import derived
from .posting import Touched

_BATCH = 1000


def everybody(city: Session, program: LoadedProgram) -> Iterator[Touched]:
    """Yield all identities, ascending, each with all its facts; an identity is never cut in two."""
    after = 0
    while records := ledger.all_records(city, after=after, limit=_BATCH):
        after = records[-1]
        yield _batch(city, program, records)


def _batch(city: Session, program: LoadedProgram, records: Sequence[int]) -> Touched:
    standing = ledger.identities_of(city, records)
    lowest = set(standing.values()) & set(records)
    before = {record: identity for record, identity in standing.items() if identity in lowest}
    touched = Touched(facts=ledger.facts_of(city, before), before=before)
    touched.learn([])
    touched.derive(program)
    return touched


def refresh_standings(*, after: int, limit: int = _BATCH) -> int | None:
    """Say anew why the next records do not count; return the last one looked at, None at the end.

    A reason may change without a posting: a consent withdrawn today is a reason from tomorrow on. The ledger never
    does, its future entries are already posted.
    """
    program = get_program_in_zone()
    with program_session("standings refreshed") as city:
        ledger.take_head(city)  # nobody posts meanwhile, so nothing newer is written over
        records = ledger.all_records(city, after=after, limit=limit)
        if not records:
            return None
        derived.write_standings(city, _batch(city, program, records), program)
        return records[-1]
