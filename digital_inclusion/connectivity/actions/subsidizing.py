"""Write down what an application takes off the price of a line, from when and until when."""

from datetime import date

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ..models import Application, Subsidy
from ..queries import applications as queries
from ..rules.applications import Move, State


def follow_subsidy(*, application: Application, before: State, move: Move, by: Actor) -> None:
    """Begin, end or take up again the subsidy of a held application, as its move says."""
    policy.check(by, "application:work", application)
    if move.to is State.ACTIVE and application.fact_number is None:
        _begin(application, move, by)
    elif move.to is State.ACTIVE and before is State.ENDING:
        _bound(application, None, None)
    elif move.to is State.ENDING:
        _bound(application, application.ends_on, None)
    elif move.to is State.ENDED:
        _bound(application, application.ends_on or move.on, move.reason)


def _begin(application: Application, move: Move, by: Actor) -> None:
    lines = {line.fact_number for line in queries.list_lines(application.household_id, on=move.on)}
    if move.fact_number not in lines:
        raise Invalid(fields={"fact_number": _("Please choose a line that the household has on this day.")})
    application.fact_number = move.fact_number
    known = queries.find_loose_subsidy(application, move.on)
    if known is not None:  # somebody wrote it down with the line's terms
        known.application_id = application.id
        return
    session().add(
        Subsidy(
            partner_id=application.partner_id,
            fact_number=move.fact_number,
            program=application.program,
            amount_cents=move.amount_cents,
            from_on=move.on,
            application_id=application.id,
            recorded_at=clock.now(),
            recorded_by=by.user_id,
        )  # fmt: skip
    )
    session().flush()


def _bound(application: Application, until: date | None, reason: str | None) -> None:
    for one in queries.list_subsidies_of(application.id):
        one.until_on = max(until, one.from_on) if until is not None else None
        one.end_reason = reason
