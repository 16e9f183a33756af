"""Seal the trail every hour."""

from datetime import timedelta

from ..database import write_transaction
from ..jobs import Payload, every, handler
from .actions import seal

SEAL = "audit.seal"
every(timedelta(hours=1), SEAL)


@handler(SEAL)
def seal_events(_payload: Payload) -> None:
    """Seal what happened since the last seal. Doing it again adds nothing."""
    with write_transaction() as target:
        seal(target)
