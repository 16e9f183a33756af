"""Stored eligibility decisions: a household's, and the last of every household; consents that stand or run out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from ..foundation.database import session
from ..foundation.reading import read_rows
from .models import Consent, EligibilityDecision, EligibilityRuling, Enrollment, Household

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


class Ruling(NamedTuple):
    """The answers of every program with reasons and sources, as one rulebook gave them: to be read alone."""

    digest: str  # of everything else
    version: str
    fingerprint: str
    programs: Sequence[Mapping[str, Any]]


class Decided(NamedTuple):
    """What a household was told by the rules of a day, the facts that this rests on, and the answers."""

    id: int
    decided_on: date
    facts: dict[str, Any]
    fact_number: int | None  # of the enrollment it was made for; None: something was learned later
    recorded_at: datetime
    ruling: Ruling


def list_decisions(household_id: int) -> list[Decided]:
    """Return what was decided about a household, with the answers, newest first."""
    return [_decided(row) for row in read_rows(_decisions(), {"household": household_id})]


def find_last_decision(household_id: int) -> Decided | None:
    """Return the last decision about a household, with its answers; None before the first."""
    rows = read_rows(_last_decision(), {"household": household_id})
    return _decided(rows[0]) if rows else None


def _decided(row: Any) -> Decided:
    return Decided(row.id, row.decided_on, row.facts, row.fact_number, row.recorded_at, _ruling(row.digest))


@lru_cache(maxsize=1_000)
def _ruling(digest: str) -> Ruling:
    """Return the ruling. It is kept: a digest stands for good for what it says, and most households share a few."""
    return Ruling(*read_rows(_rulings(), {"digest": digest})[0])


@cache
def _rulings() -> Select[str, str, str, list[dict[str, Any]]]:
    one = EligibilityRuling
    columns = select(one.digest, one.version, one.fingerprint, one.programs)
    return columns.where(one.digest == bindparam("digest")).order_by(one.id)


@cache
def _decisions() -> Select[*tuple[Any, ...]]:
    one = EligibilityDecision
    return (
        select(one.id, one.decided_on, one.facts, one.fact_number, one.recorded_at, EligibilityRuling.digest)
        .join(EligibilityRuling, EligibilityRuling.id == one.ruling_id)
        .where(one.household_id == bindparam("household"))
        .order_by(one.id.desc())
    )


@cache
def _last_decision() -> Select[*tuple[Any, ...]]:
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


def consents_ending(until: date) -> Select[Consent, Household]:
    """Return the statement that finds consents that run out by the day, or have, the first to do so first.

    Of each household that is being served the one given last, unless that was withdrawn.
    """
    is_served = exists().where(Enrollment.household_id == Household.id, Enrollment.closed_on.is_(None))
    return (
        select(Consent, Household)
        .join(Household, Household.id == Consent.household_id)
        .where(Consent.expires_on <= until, Consent.withdrawn_on.is_(None), ~_is_replaced())
        .where(Household.erased_at.is_(None), is_served)
        .order_by(Consent.expires_on, Consent.id)
    )


def agrees_to(purpose: str, today: date) -> ColumnElement[bool]:
    """Return the condition that the consent given last has the purpose, is not over and was not taken back for it."""
    named = f'%"{purpose}"%'  # of the list, as it is stored
    return exists().where(
        Consent.household_id == Household.id,
        cast(Consent.purposes, String).like(named),
        or_(Consent.withdrawn_purposes.is_(None), cast(Consent.withdrawn_purposes, String).not_like(named)),
        or_(Consent.expires_on.is_(None), Consent.expires_on >= today),
        ~_is_replaced(),
    )


def _is_replaced() -> ColumnElement[bool]:
    """Return the condition that the household has given another consent since."""
    later = aliased(Consent)
    return exists().where(
        later.household_id == Consent.household_id,
        or_(later.given_on > Consent.given_on, and_(later.given_on == Consent.given_on, later.id > Consent.id)),
    )
