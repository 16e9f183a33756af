"""Blank what is personal about a record's facts. Days, kinds, speeds, decisions and districts stay (rule 20)."""

from sqlalchemy import update

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import note_bulk_write, program_session, session
from ..models import PERSONAL_COLUMNS, FactRow, Proof


def blank_facts(*, record_id: int, by: Actor) -> None:
    """Blank notes and evidence references of all facts about the record, the city's decisions on it included."""
    policy.check(by, "household:erase")
    with program_session("erase a record's personal data") as city:
        blank = dict.fromkeys(PERSONAL_COLUMNS)
        city.execute(update(FactRow).where(FactRow.record_id == record_id).values(blank))
        city.execute(update(Proof).where(Proof.record_id == record_id).values(question=None, answer=None))
    note_bulk_write(session(), "facts")
