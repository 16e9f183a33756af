"""What was reached under a grant."""

from sqlalchemy import func, select

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ...funding.models import Grant
from ...funding.queries import get_grant
from ...funding.rules import OUTCOMES
from ...progress.models import EntryRow
from ..rules.results import Result


def grant_results(grant_id: int, *, by: Actor) -> tuple[Grant, list[Result]]:
    """Return a grant and its outcomes, as of today: those it aims at, in the order in which households reach them."""
    grant = get_grant(grant_id, by=by)
    sums = _sums(grant)
    targets = {target.outcome: target for target in grant.targets}
    results = [
        Result(
            outcome=outcome,
            target=targets[outcome].target,
            verified=sums.get((outcome, "verified"), 0),
            pending=sums.get((outcome, "pending"), 0),
            unit_rate_cents=targets[outcome].unit_rate_cents,
        )
        for outcome in OUTCOMES
        if outcome in targets
    ]
    return grant, results


def _sums(grant: Grant) -> dict[tuple[str, str], int]:
    statement = (
        select(EntryRow.milestone, EntryRow.aspect, func.sum(EntryRow.sign))
        .where(
            EntryRow.grant_id == grant.id,
            EntryRow.aspect.in_(("verified", "pending")),
            EntryRow.occurred_on <= clock.today(),
        )
        .group_by(EntryRow.milestone, EntryRow.aspect)
        .order_by(EntryRow.milestone, EntryRow.aspect)
    )
    return {(milestone, aspect): int(net) for milestone, aspect, net in session().execute(statement)}
