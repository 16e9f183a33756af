"""The demo's applications to programs that lower the price of a line, in every state; and their tasks. Invented."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from ...connectivity.actions.applying import move_application, prepare_application
from ...connectivity.actions.reminding import open_deadline_tasks
from ...connectivity.models import Subscription
from ...connectivity.queries.contact import who_agreed
from ...connectivity.queries.offers import find_named
from ...connectivity.rules.applications import Move, State, Worksheet
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ...households.models import Household
from ...progress.queries.served import Served, get_served
from .doing import Desk
from .world import BY

Step = tuple[int, State, dict[str, Any]]
_SENT, _YES = State.SUBMITTED, State.APPROVED
# program, days ago prepared, the steps after that: (days ago, state, what belongs to it)
_STORIES: tuple[tuple[str, int, tuple[Step, ...]], ...] = (
    ("ca_lifeline", 24, ()),
    ("lifeline_federal", 2, ()),
    ("ca_lifeline", 34, ()),  # overdue
    ("lifeline_federal", 12, ((9, _SENT, {}),)),
    ("lifeline_federal", 40, ((38, _SENT, {}), (21, State.PROBLEM, {"problem": "name_mismatch"}))),
    ("lifeline_federal", 45, ((44, _SENT, {}), (19, State.PROBLEM, {"problem": "documents_missing"}))),
    ("lifeline_federal", 30, ((29, _SENT, {}), (4, _YES, {}))),
    ("lifeline_federal", 380, ((377, _SENT, {}), (364, _YES, {}), (358, State.ACTIVE, {"amount_cents": 925}))),
    ("lifeline_federal", 120, ((118, _SENT, {}), (100, _YES, {}), (95, State.ACTIVE, {"amount_cents": 925}))),
    ("ca_lifeline", 300, ((298, _SENT, {}), (280, _YES, {}), (270, State.ACTIVE, {"amount_cents": 1900}),
                          (3, State.ENDING, {"in_days": 12}))),
    ("lifeline_federal", 60, ((58, _SENT, {}), (31, State.ENDED, {"reason": "refused"}))),
)  # fmt: skip


def fill_applications(desk: Desk) -> None:
    """Prepare applications of households with a line and move them, and open the tasks of what is due soon."""
    for by in _navigators(desk):
        for household, story in zip(_with_line(by.partner_id or 0, len(_STORIES)), _STORIES, strict=False):
            _tell(desk, household, story, by)
    with desk.at(desk.plan.until):
        open_deadline_tasks(by=BY)


def _navigators(desk: Desk) -> list[Actor]:
    return [staff[0] for staff in desk.world.staff.values() if staff][:2]


def _tell(desk: Desk, household: Served, story: tuple[str, int, tuple[Step, ...]], by: Actor) -> None:
    program, days, steps = story
    with desk.at(desk.plan.until - timedelta(days=days)):
        made = prepare_application(household=household, program=program, offer_code=_plan_for(program), by=by)
        session().flush()
    for ago, to, parts in steps:
        day = desk.plan.until - timedelta(days=ago)
        more = {name: value for name, value in parts.items() if name != "in_days"}
        if "in_days" in parts:
            more["ends_on"] = day + timedelta(days=parts["in_days"])
        if to is State.ACTIVE:
            more["fact_number"] = _line(household.id)
        with desk.at(day):
            move = Move(to=to, on=day, **more)
            move_application(code=made.code, version=made.version, move=move, worksheet=_APART, by=by)
            session().flush()


def _plan_for(program: str) -> str | None:
    """Return the plan that the federal discount is meant for, so that its company can be asked what became of it."""
    offer = find_named("Comcast Xfinity", "Internet Essentials") if program == "lifeline_federal" else None
    return offer.code if offer is not None else None


_APART = Worksheet(other_adult=False)


def _standing(household_id: int | None = None, partner_id: int | None = None) -> list[Any]:
    whose = Subscription.household_id == household_id if household_id else Subscription.partner_id == partner_id
    return [whose, Subscription.is_given.is_(True), Subscription.is_void.is_(False), Subscription.ended_on.is_(None)]


def _line(household_id: int) -> int:
    statement = select(Subscription.fact_number).where(*_standing(household_id))
    return session().scalars(statement.order_by(Subscription.fact_number).limit(1)).one()


def _with_line(partner_id: int, number: int) -> Sequence[Served]:
    """Return households of the partner that have had a line for long and agreed that its company is asked, in the
    order in which they got it."""
    rows = (
        session()
        .execute(
            select(Household.id, Household.code)
            .join(Subscription, Subscription.household_id == Household.id)
            .where(*_standing(partner_id=partner_id), Household.erased_at.is_(None))
            .order_by(Subscription.starts_on, Subscription.fact_number)
            .limit(number * 20)
        )
        .all()
    )
    agreed = who_agreed({row.id for row in rows}, "provider_check", today=clock.today())
    unique = list(dict.fromkeys(row.code for row in rows if row.id in agreed))[:number]
    return [get_served(code) for code in unique]
