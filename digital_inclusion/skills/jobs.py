"""Background work of skills."""

from datetime import timedelta

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.jobs import Payload, every, handler
from .actions.asking import forget_requests

FORGET = "skills.forget_requests"
every(timedelta(days=1), FORGET)


@handler(FORGET)
def forget_who_asked_for_seats(_payload: Payload) -> None:
    """Erase requests for seats kept as long as the page says. Safe to run any number of times."""
    use_scope(EVERYTHING)
    with write_transaction():
        forget_requests(by=system_actor("requests"))
