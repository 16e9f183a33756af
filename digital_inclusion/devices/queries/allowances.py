"""What the program's settings say about devices."""

from datetime import date, timedelta

from ...foundation.kernel import clock
from ...progress.queries.program import get_program
from ..rules.handing_over import Allowed


def get_allowed() -> Allowed:
    """Return how many devices of a kind a household gets, and when one more."""
    said = get_program().file.devices
    return Allowed(per_kind=said.per_kind, more_when=said.more_when)


def get_reserved_until() -> date:
    """Return the last day of a reservation that is made today."""
    return clock.today() + timedelta(days=get_program().file.devices.reservation_days)


def get_loan_due(since: date) -> date:
    """Return the day on which a loan is due that begins, or goes on, at ``since``."""
    return since + timedelta(days=get_program().file.devices.loan_days)
