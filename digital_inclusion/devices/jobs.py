"""Background work of devices."""

from datetime import timedelta

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.jobs import Payload, every, handler
from ..progress.queries.program import find_program, get_program_in_zone
from .actions.reserving import MOST_AT_ONCE, end_overdue_reservations

END_RESERVATIONS = "devices.end_reservations"
every(timedelta(days=1), END_RESERVATIONS)


@handler(END_RESERVATIONS)
def set_free_what_nobody_fetched(_payload: Payload) -> None:
    """End reservations whose last day is over. Safe to run any number of times."""
    seen = MOST_AT_ONCE
    while seen == MOST_AT_ONCE:
        use_scope(EVERYTHING)
        with write_transaction():
            if find_program() is None:
                return
            get_program_in_zone()  # a day ends by the city's clock
            seen = end_overdue_reservations(by=system_actor("reservations"))
