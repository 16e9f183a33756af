"""Look for likely same households in the background: each job does one chunk and writes the next."""

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.jobs import Payload, enqueue, handler
from .actions.finding import find_pairs

JOB = "matching.find_pairs"


@handler(JOB)
def run(payload: Payload) -> None:
    """Do the chunk that begins after record ``after``."""
    use_scope(EVERYTHING)
    with write_transaction():
        found = find_pairs(after=int(payload.get("after", 0)), by=system_actor("matching"))
        if found.next_after is not None:
            enqueue(JOB, {"after": found.next_after})
