"""What other partners did for the household of a linked record: kind and day, never whose or where (P10)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from ...foundation.database import program_session
from ..models import FactRow, RecordIdentity
from ..rules.facts import Kind


@dataclass(frozen=True, slots=True)
class DoneElsewhere:
    """A standing delivery of another partner."""

    item: str | None
    occurred_on: date


def list_done_elsewhere(record_id: int, *, partner_id: int) -> list[DoneElsewhere]:
    """Return the standing deliveries by other partners to the identity of ``record_id``, by day."""
    with program_session("done elsewhere") as city:
        identity = select(RecordIdentity.identity).where(RecordIdentity.record_id == record_id).scalar_subquery()
        records = select(RecordIdentity.record_id).where(RecordIdentity.identity == identity)
        void = aliased(FactRow)
        rows = city.execute(
            select(FactRow.item, FactRow.occurred_on)
            .where(
                FactRow.record_id.in_(records),
                FactRow.partner_id != partner_id,
                FactRow.kind == Kind.DELIVERY.value,
                ~exists().where(void.refers_to == FactRow.number, void.kind == Kind.VOID.value),
            )
            .order_by(FactRow.occurred_on, FactRow.number)
        )
        return [DoneElsewhere(item, day) for item, day in rows]
