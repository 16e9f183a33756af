"""Forget what people wrote about a record's pairs. The decision and the sealed keys stay (rule 20)."""

from sqlalchemy import or_, update

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import note_bulk_write, session
from ..models import CandidatePair


def blank_reasons(*, record_id: int, by: Actor) -> None:
    """Blank the reasons given for the pairs the record stands in."""
    policy.check(by, "household:erase")
    either = or_(CandidatePair.record_a == record_id, CandidatePair.record_b == record_id)
    session().execute(update(CandidatePair).where(either).values(reason=None))
    note_bulk_write(session(), "candidate_pairs")
