"""Hold a household until the commit, before anything about it is read: everything else that posts about it waits."""

from ...foundation.database import program_session
from ..queries import ledger


def hold_identity(record_id: int) -> None:
    """Lock every record of the record's identity, in the order in which a posting locks them (rule 16).

    Whoever locks one record first and the others only when posting would wait crosswise for the partner that began
    with another record of the same household.
    """
    with program_session("hold a household") as city:
        ledger.lock_records(city, {record_id})
