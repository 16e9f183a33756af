"""The demo's Affordable Connectivity Program: lines it paid for until it ended, and its end entered once.

47 CFR 54.1800 ff.: up to $30 a month; last enrollment February 7, 2024 (DA 24-23); over since June 1, 2024 (DA 24-195).
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from ...agenda.actions.tasks import finish_task
from ...agenda.models import Task
from ...connectivity.actions.ending import PROGRAM_END, announce_end, open_end_tasks
from ...connectivity.actions.terms import note_subsidy
from ...connectivity.models import Subscription
from ...connectivity.rules.terms import NewSubsidy
from ...foundation.database import session
from ...households.models import Household
from .doing import Desk
from .world import BY

ACP, MOST_CENTS = "acp", 3000
ANNOUNCED, LAST_ENROLLMENT, LAST_DAY = date(2024, 1, 11), date(2024, 2, 7), date(2024, 5, 31)


def fill_acp(desk: Desk) -> None:
    """Let the program pay for the lines of its last months, and end; whoever was concerned has been called since."""
    for line in _lines():
        cents = min(MOST_CENTS, line.price_cents if line.price_cents is not None else MOST_CENTS)
        if cents > 0:
            with desk.at(max(line.starts_on, desk.plan.first)):
                paid = NewSubsidy(program=ACP, amount_cents=cents, from_on=line.starts_on)
                note_subsidy(
                    household_id=line.household_id, number=line.fact_number, subsidy=paid, programs=[ACP], by=BY
                )  # fmt: skip
    with desk.at(max(LAST_ENROLLMENT, desk.plan.first)):
        end = announce_end(
            program=ACP, last_day=LAST_DAY, announced_on=ANNOUNCED, source="FCC DA 24-23 and DA 24-195",
            programs=[ACP], by=desk.world.manager,
        )  # fmt: skip
        open_end_tasks(end_id=end.id, after=0, by=BY)
    with desk.at(max(LAST_DAY, desk.plan.first)):
        called = select(Task.code).where(Task.kind == PROGRAM_END, Task.done_at.is_(None)).order_by(Task.id)
        for code in session().scalars(called).all():
            finish_task(code=code, by=BY)


def _lines() -> Sequence[Subscription]:
    """Return the lines that the program could still pay for; none once the demo begins after it."""
    statement = (
        select(Subscription)
        .join(Household, Household.id == Subscription.household_id)
        .where(Subscription.is_given.is_(True), Subscription.is_void.is_(False), Household.erased_at.is_(None))
        .where(Subscription.starts_on <= LAST_ENROLLMENT)
        .order_by(Subscription.fact_number)
    )
    return session().scalars(statement).all()
