"""Stored eligibility decisions: those of a household, and the last one of every household."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from ..foundation.database import session
from .models import EligibilityDecision, EligibilityRuling, Enrollment

_CHUNK = 500
BATCH = 1_000


def ruling_ids(digests: Iterable[str]) -> dict[str, int]:
    """Return the ids of the rulings that are on record, by digest."""
    found: dict[str, int] = {}
    ordered = sorted(digests)
    for start in range(0, len(ordered), _CHUNK):
        chosen = EligibilityRuling.digest.in_(ordered[start : start + _CHUNK])
        rows = select(EligibilityRuling.digest, EligibilityRuling.id).where(chosen).order_by(EligibilityRuling.id)
        found.update((digest, ruling_id) for digest, ruling_id in session().execute(rows))
    return found


def list_decisions(household_id: int) -> Sequence[EligibilityDecision]:
    """Return what was decided about a household, with the answers, newest first."""
    return session().scalars(_decisions(), {"household": household_id}).all()


def find_last_decision(household_id: int) -> EligibilityDecision | None:
    """Return the last decision about a household, with its answers; None before the first."""
    return session().scalars(_last_decision(), {"household": household_id}).first()


@cache
def _decisions() -> Select[EligibilityDecision]:
    return (
        select(EligibilityDecision)
        .where(EligibilityDecision.household_id == bindparam("household"))
        .options(joinedload(EligibilityDecision.ruling))
        .order_by(EligibilityDecision.id.desc())
    )


@cache
def _last_decision() -> Select[EligibilityDecision]:
    return _decisions().limit(1)


class Stored(NamedTuple):
    """The last decision of a household in service: its partner, the day, and the facts as they are stored."""

    partner_id: int
    decided_on: date
    facts: dict[str, Any]


def last_decisions() -> Iterator[Stored]:
    """Yield the last decision of every household with an open enrollment; memory stays flat however many there are."""
    after = 0
    while rows := session().execute(_next_decisions(after)).all():
        after = rows[-1][0]
        for _id, partner_id, decided_on, facts in rows:
            yield Stored(partner_id, decided_on, facts)


def count_last_decisions() -> int:
    """Return how many ``last_decisions`` yields."""
    return session().scalar(select(func.count()).select_from(_next_decisions(0, limit=None).subquery())) or 0


def _next_decisions(after: int, limit: int | None = BATCH) -> Any:
    one, later = EligibilityDecision, aliased(EligibilityDecision)
    return (
        select(one.id, one.partner_id, one.decided_on, one.facts)
        .where(
            one.id > after,
            ~exists().where(later.household_id == one.household_id, later.id > one.id),
            exists().where(Enrollment.household_id == one.household_id, Enrollment.closed_on.is_(None)),
        )
        .order_by(one.id)
        .limit(limit)
    )
