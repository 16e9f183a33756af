"""Applications prepared and moved through the real use cases."""

from typing import Any

from digital_inclusion.casework.actions.enrolling import EnrolledHousehold
from digital_inclusion.connectivity.actions.applying import move_application, prepare_application
from digital_inclusion.connectivity.models import Application, Subscription
from digital_inclusion.connectivity.queries.applications import get_application, list_lines
from digital_inclusion.connectivity.rules.applications import Move, State, Worksheet
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.progress.queries.served import get_served
from tests.factories.aftercare import does
from tests.factories.world import World


def prepares(
    world: World,
    household: EnrolledHousehold,
    program: str = "lifeline_federal",
    who: str = "navigator_a",
    offer_code: str | None = None,
) -> str:
    """Prepare an application of the household; return its code."""
    use_scope(EVERYTHING)
    served = get_served(household.code)
    made: Application = does(
        world, prepare_application, who=who, household=served, program=program, offer_code=offer_code
    )
    return made.code


def application(code: str) -> Application:
    """Return the application as it stands."""
    session().rollback()
    use_scope(EVERYTHING)
    return get_application(code)


def moves(
    world: World, code: str, to: State, *, who: str = "navigator_a", version: int = 0, **more: Any
) -> Application:
    """Note a step; by default today, with the version that is on record."""
    worksheet = more.pop("worksheet", Worksheet())
    seen = version or application(code).version
    move = Move(to=to, **{"on": clock.today()} | more)
    made: Application = does(world, move_application, who=who, code=code, version=seen, move=move, worksheet=worksheet)
    return made


def line_of(household: EnrolledHousehold) -> Subscription:
    """Return the household's last line."""
    use_scope(EVERYTHING)
    return list_lines(household.id, on=clock.today())[0]


def activates(world: World, household: EnrolledHousehold, program: str = "lifeline_federal") -> str:
    """Take an application to the day on which the discount is on the bill; return its code."""
    code = prepares(world, household, program)
    moves(world, code, State.SUBMITTED)
    moves(world, code, State.APPROVED)
    moves(world, code, State.ACTIVE, fact_number=line_of(household).fact_number, amount_cents=925)
    return code
