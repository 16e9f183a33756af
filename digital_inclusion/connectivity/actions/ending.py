"""Enter the end of a program once: its subsidies end, every household concerned becomes a task; take it back."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Update, exists, insert, update

from ...agenda.actions.tasks import close_tasks_about, open_tasks
from ...agenda.rules.tasks import NewTask
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.jobs import enqueue
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...progress.queries.program import get_program
from ..models import EndedSubsidy, ProgramEnd, Subsidy
from ..queries import radar as queries
from ..queries.radar import Asked
from ..rules.cliffs import check_end

OPEN_TASKS = "connectivity.open_end_tasks"
MOST_AT_ONCE = 500
OVER = "program_over"
CLIFF, PROGRAM_END = "cliff", "program_end"


def announce_end(
    *, program: str, last_day: date, announced_on: date, source: str | None, programs: Collection[str], by: Actor
) -> ProgramEnd:
    """End every subsidy of the program that runs past ``last_day``; tasks follow in the background.

    ``programs``: ids that may be named. Raises Invalid with a sentence per field, also where an end stands already.
    """
    policy.check(by, "program_end:manage")
    if program not in programs:
        raise Invalid(fields={"program": _("Please choose a program.")})
    check_end(last_day=last_day, announced_on=announced_on, today=clock.today())
    if queries.find_end_of(program) is not None:
        raise Invalid(fields={"program": _("The end of this program is entered already. Take it back first.")})
    end = ProgramEnd(
        code=new_code(), program=program, last_day=last_day, announced_on=announced_on, source=source, subsidies=0,
        entered_at=clock.now(), entered_by=by.user_id or 0,
    )  # fmt: skip
    session().add(end)
    session().flush()
    end.subsidies = _end_subsidies(end)
    record("program_end.announced", by=by, subject=end, program=program, subsidies=end.subsidies)
    enqueue(OPEN_TASKS, {"end": end.id, "after": 0})
    return end


def _end_subsidies(end: ProgramEnd) -> int:
    """Let every subsidy of the program end with it, and keep the day that each had; return how many there are.

    Two statements: a program may pay for every household there is.
    """
    kept = ["partner_id", "end_id", "subsidy_id", "until_before", "reason_before"]
    session().execute(insert(EndedSubsidy).from_select(kept, queries.paid_past(end)))
    theirs = exists().where(EndedSubsidy.end_id == end.id, EndedSubsidy.subsidy_id == Subsidy.id)
    return _change(update(Subsidy).where(theirs).values(until_on=end.last_day, end_reason=OVER))


def _change(statement: Update) -> int:
    changed: Any = session().execute(statement.execution_options(synchronize_session=False))
    session().expire_all()
    note_bulk_write(session(), "subsidies", "ended_subsidies")
    return int(changed.rowcount)


def withdraw_end(*, code: str, by: Actor) -> ProgramEnd:
    """Take the end of a program back: each subsidy has its day again, unless somebody changed it since; tasks go."""
    policy.check(by, "program_end:manage")
    end = queries.get_end(code, hold=True)
    if end.withdrawn_at is not None:
        raise Conflict(_("This end is taken back already."))
    before = queries.kept_of(end, EndedSubsidy.until_before), queries.kept_of(end, EndedSubsidy.reason_before)
    theirs = exists().where(EndedSubsidy.end_id == end.id, EndedSubsidy.subsidy_id == Subsidy.id)
    as_ended = Subsidy.until_on == end.last_day, Subsidy.end_reason == OVER
    restored = _change(update(Subsidy).where(theirs, *as_ended).values(until_on=before[0], end_reason=before[1]))
    end.withdrawn_at, end.withdrawn_by = clock.now(), by.user_id or 0
    after: int | None = 0
    while after is not None:
        concerned = queries.list_concerned(end, after=after, limit=MOST_AT_ONCE)
        close_tasks_about(kind=PROGRAM_END, things=[_thing(end, row[0]) for row in concerned], by=by)
        after = concerned[-1][0] if len(concerned) == MOST_AT_ONCE else None
    record("program_end.withdrawn", by=by, subject=end, program=end.program, subsidies=restored)
    return end


def _thing(end: ProgramEnd, household_id: int) -> str:
    return f"{end.id}-{household_id}"


def open_end_tasks(*, end_id: int, after: int, by: Actor) -> int | None:
    """Open the tasks of the next 500 households that an end concerns; return the last one's number, None at the end."""
    policy.check(by, "task:work")
    end = session().get_one(ProgramEnd, end_id)
    if end.withdrawn_at is not None:
        return None
    concerned = queries.list_concerned(end, after=after, limit=MOST_AT_ONCE)
    tasks = [
        NewTask(
            kind=PROGRAM_END, thing=_thing(end, household), household_id=household, partner_id=partner,
            due_on=end.last_day, owner_id=navigator,
        )
        for household, partner, navigator in concerned
    ]  # fmt: skip
    if tasks:
        open_tasks(tasks=tasks, by=by)
    return concerned[-1][0] if len(concerned) == MOST_AT_ONCE else None


def open_cliff_tasks(*, by: Actor) -> int:
    """Open a task for every household that pays more within the settings' ``remind_days``; return how many are new.

    What is open or done already is not opened again, so that it may run any number of times.
    """
    policy.check(by, "task:work")
    today = clock.today()
    until = today + timedelta(days=get_program().file.connectivity.remind_days)
    asked, last, opened = Asked(first=today.replace(day=1), last=until.replace(day=1)), None, 0
    while rows := queries.list_falling(asked, after=last, limit=MOST_AT_ONCE):
        last = rows[-1].on, rows[-1].fact_number
        near = [row for row in rows if today <= row.on <= until]
        tasks = [
            NewTask(
                kind=CLIFF, thing=f"{row.fact_number}-{row.on:%Y%m%d}", household_id=row.household_id,
                partner_id=row.partner_id, due_on=row.on, owner_id=row.navigator_id,
            )
            for row in near
        ]  # fmt: skip
        opened += open_tasks(tasks=tasks, by=by) if tasks else 0
    return opened
