"""Note what a company's file says of an application, and take that back. The caller holds the households."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ..models import Application
from ..queries import applications as queries
from ..rules import applications as rules
from ..rules.applications import Move, State
from .applying import apply_move, keep_move, set_deadline

TAKEN_BACK = _("Taken back with the company’s answer.")
_KEPT = ("state", "problem", "since_on", "due_on", "due_rule")

Before = dict[str, Any]  # how an application stood, as JSON can hold it


def note_told_move(*, application_id: int, move: Move, by: Actor) -> tuple[int, Before] | None:
    """Note what the company says; return the move and how it stood before. None where it fits no more."""
    policy.check(by, "application:work")
    (held,) = queries.hold_applications([application_id])
    before = State(held.state)
    if before is not State.SUBMITTED or not _fits(held, move):
        return None
    stood = {name: _plain(getattr(held, name)) for name in _KEPT}
    apply_move(held, move, by)
    kept = keep_move(held, before, move, by)
    record("application.moved", by=by, subject=held, before=before.value, to=move.to.value, problem=move.problem)
    return kept.id, stood


def _fits(held: Application, move: Move) -> bool:
    try:
        rules.check_move(State(held.state), move, since_on=held.since_on, today=move.on)
    except (Conflict, Invalid):
        return False
    return True


def take_back_told_move(*, application_id: int, move_id: int, before: Mapping[str, Any], by: Actor) -> bool:
    """Put the application back as it stood before the move; False where somebody noted another step since.

    The move stays on record, and so does its being taken back.
    """
    policy.check(by, "application:work")
    (held,) = queries.hold_applications([application_id])
    moves = queries.list_moves(held.id)
    if held.closed_at is not None or not moves or moves[0].id != move_id:
        return False
    was, state = State(held.state), State(before["state"])
    held.state, held.problem = state.value, before["problem"]
    held.since_on = date.fromisoformat(before["since_on"])
    due = date.fromisoformat(before["due_on"]) if before["due_on"] else None
    set_deadline(held, before["due_rule"], due, by)
    keep_move(held, was, Move(to=state, on=held.since_on, note=TAKEN_BACK), by)
    record("application.moved", by=by, subject=held, before=was.value, to=state.value, problem=held.problem)
    session().flush()
    return True


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
