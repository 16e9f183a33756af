"""That another partner did something for the household of a linked record: the days and nothing else (P10)."""

from collections.abc import Callable, Collection
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from ...foundation.database import program_session
from ..models import FactRow, RecordIdentity
from ..rules.facts import Kind


def list_days_elsewhere(record_id: int, *, partner_id: int) -> list[date]:
    """Return the days of standing deliveries by other partners to the identity of ``record_id``, each once."""
    with program_session("done elsewhere") as city:
        identity = select(RecordIdentity.identity).where(RecordIdentity.record_id == record_id).scalar_subquery()
        records = select(RecordIdentity.record_id).where(RecordIdentity.identity == identity)
        void = aliased(FactRow)
        days = (
            select(FactRow.occurred_on)
            .distinct()
            .where(
                FactRow.record_id.in_(records),
                FactRow.partner_id != partner_id,
                FactRow.kind == Kind.DELIVERY.value,
                ~exists().where(void.refers_to == FactRow.number, void.kind == Kind.VOID.value),
            )
            .order_by(FactRow.occurred_on)
        )
        return list(city.scalars(days))


def ask_elsewhere(record_id: int, ask: Callable[[Session, Collection[int]], bool]) -> bool:
    """Return what ``ask`` says of the other records of the identity of ``record_id``, whoever's; False for none.

    ``ask`` gets a session that sees every partner's rows and the records' ids. Only its yes or no gets out.
    """
    with program_session("asked elsewhere") as city:
        identity = select(RecordIdentity.identity).where(RecordIdentity.record_id == record_id).scalar_subquery()
        others = select(RecordIdentity.record_id).where(
            RecordIdentity.identity == identity, RecordIdentity.record_id != record_id
        )
        records = city.scalars(others.order_by(RecordIdentity.record_id)).all()
        return bool(records) and ask(city, records)
