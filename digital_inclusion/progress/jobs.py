"""Background work of counting."""

from datetime import timedelta

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.jobs import Payload, enqueue, every, handler
from .actions.everybody import refresh_standings
from .actions.publishing import publish_closed_months
from .queries.program import find_program, get_program_in_zone

PUBLISH = "progress.publish"
every(timedelta(hours=6), PUBLISH)
REFRESH = "progress.refresh_standings"
every(timedelta(days=1), REFRESH)


@handler(PUBLISH)
def publish(_payload: Payload) -> None:
    """Publish the months that are over. Doing it again changes nothing."""
    with write_transaction():
        use_scope(EVERYTHING)
        if find_program() is not None:
            get_program_in_zone()
            publish_closed_months(by=system_actor("publishing"))


@handler(REFRESH)
def refresh(payload: Payload) -> None:
    """Say anew why households do not count, a batch at a time; each batch asks for the next."""
    with write_transaction():
        use_scope(EVERYTHING)
        if find_program() is None:
            return
        last = refresh_standings(after=int(payload.get("after", 0)))
        if last is not None:
            enqueue(REFRESH, {"after": last})
