"""One household, one federal discount: what stands against an application before it is sent in."""

from datetime import date

from ..models import Application
from ..rules.applications import ELSEWHERE, FEDERAL, MOVES, TWICE, State
from . import applications as queries


def find_conflict(application: Application, on: date) -> str | None:
    """Return why the application cannot be sent in; None where nothing stands against it, or where it was sent."""
    if not _may_be_sent(application):
        return None
    if queries.has_it(application, on):
        return TWICE
    return ELSEWHERE if queries.has_it_elsewhere(application, on) else None


def needs_worksheet(application: Application, on: date) -> bool:
    """Return whether somebody else at the address has the discount, so that the three questions decide."""
    if not _may_be_sent(application):
        return False
    neighbors = queries.list_neighbors(application, on)
    known = queries.do_neighbors_have_it(neighbors, application.program, on, but=application.id)
    return application.problem == "duplicate" or known


def _may_be_sent(application: Application) -> bool:
    return application.program in FEDERAL and State.SUBMITTED in MOVES[State(application.state)]
