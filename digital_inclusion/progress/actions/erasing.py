"""Blank what is personal about a record's facts. Days, kinds, speeds, decisions and districts stay (rule 20)."""

from sqlalchemy import or_, select, update

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import note_bulk_write, program_session, session
from ..models import PERSONAL_COLUMNS, FactRow, Proof


def blank_facts(*, record_id: int, by: Actor) -> None:
    """Blank notes and evidence references of all facts about the record, the city's decisions on it included."""
    policy.check(by, "household:erase")
    with program_session("erase a record's personal data") as city:
        blank = dict.fromkeys(PERSONAL_COLUMNS)
        links = select(FactRow.number).where(FactRow.other_record_id == record_id)  # kept on the other record
        about = or_(FactRow.record_id == record_id, FactRow.number.in_(links), FactRow.refers_to.in_(links))
        city.execute(update(FactRow).where(about).values(blank))
        city.execute(update(Proof).where(Proof.record_id == record_id).values(question=None, answer=None))
    note_bulk_write(session(), "facts")
