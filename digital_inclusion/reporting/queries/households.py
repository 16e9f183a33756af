"""The household a certificate is about."""

from sqlalchemy import select

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ...progress.models import RecordIdentity


def get_household(code: str) -> Household:
    """Return the household; raise NotFound also for another partner's."""
    found = session().scalars(select(Household).where(Household.code == code)).first()
    if found is None:
        raise NotFound
    return found


def codes_of(identities: list[int]) -> dict[int, str]:
    """Return the code of each identity's lowest record, where one may see it."""
    rows = session().execute(
        select(Household.id, Household.code).where(Household.id.in_(identities)).order_by(Household.id)
    )
    return {row[0]: row[1] for row in rows}


def identities_by_record(records: list[int]) -> dict[int, int]:
    """Return the identity of each record as it stands now."""
    statement = select(RecordIdentity.record_id, RecordIdentity.identity).where(RecordIdentity.record_id.in_(records))
    linked = {row[0]: row[1] for row in session().execute(statement.order_by(RecordIdentity.record_id))}
    return {record: linked.get(record, record) for record in records}
