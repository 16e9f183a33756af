"""Background work of casework."""

from datetime import timedelta

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.jobs import Payload, every, handler
from ..progress.queries.program import find_program
from .actions.drafting import discard_old_drafts

DISCARD = "casework.discard_old_drafts"
every(timedelta(days=1), DISCARD)


@handler(DISCARD)
def throw_away_old_drafts(_payload: Payload) -> None:
    """Throw away drafts older than the settings keep them. Safe to run any number of times."""
    use_scope(EVERYTHING)
    with write_transaction():
        if find_program() is not None:
            discard_old_drafts(by=system_actor("drafts"))
