"""Hold a household until the commit, before anything about it is read: everything else that posts about it waits."""

from collections.abc import Collection

from ...foundation.database import program_session
from ..queries import ledger


def hold_identity(record_id: int) -> None:
    """Lock every record of the record's identity, in the order in which a posting locks them (rule 16).

    Whoever locks one record first and the others only when posting would wait crosswise for the partner that began
    with another record of the same household.
    """
    hold_identities({record_id})


def hold_identities(record_ids: Collection[int]) -> None:
    """Lock every record of all these records' identities in one ascending sweep, as a posting about them does."""
    with program_session("hold households") as city:
        ledger.lock_records(city, record_ids)
