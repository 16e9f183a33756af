"""Tasks about prices that go up: of programs that end, and of every other cliff that comes near."""

from datetime import timedelta

from ...foundation.access.identity import system_actor
from ...foundation.database import EVERYTHING, use_scope, write_transaction
from ...foundation.jobs import Payload, enqueue, every, handler
from ...progress.queries.program import find_program, get_program_in_zone
from ..actions.ending import OPEN_TASKS, open_cliff_tasks, open_end_tasks

CLIFFS = "connectivity.open_cliff_tasks"
every(timedelta(days=1), CLIFFS)


@handler(OPEN_TASKS)
def open_tasks_of_an_end(payload: Payload) -> None:
    """Open tasks for up to 500 households that the end of a program concerns, and ask for the next ones."""
    use_scope(EVERYTHING)
    end_id = int(payload["end"])
    with write_transaction():
        get_program_in_zone()
        after = open_end_tasks(end_id=end_id, after=int(payload["after"]), by=system_actor("program end"))
        if after is not None:
            enqueue(OPEN_TASKS, {"end": end_id, "after": after})


@handler(CLIFFS)
def open_tasks_of_cliffs(_payload: Payload) -> None:
    """Open tasks for households that pay more soon. Safe to run any number of times."""
    use_scope(EVERYTHING)
    with write_transaction():
        if find_program() is not None:
            get_program_in_zone()  # a day ends by the city's clock
            open_cliff_tasks(by=system_actor("cliffs"))
