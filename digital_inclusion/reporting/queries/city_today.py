"""What waits for people of the city: of each kind how much, and since when. One statement for all that are counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, cast, func, literal, null, select, union_all

from ...casework.models import Grievance, HelpRequest, HouseholdReferral
from ...casework.queries.grievance_list import due, late, to_do
from ...casework.queries.requests import due_at_city, unanswered_since
from ...casework.rules.handing_on import State as Referred
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import Instant, session
from ...foundation.kernel import clock
from ...funding.models import Grant, PaymentBatch
from ...matching.models import CandidatePair
from ...partners.models import Partner
from ...progress.queries.figures import figures_by_partner
from ...progress.queries.proofs import Wanted, count_queue
from ...progress.schemas import ProgramFile
from ..rules.city_today import KINDS, QUIET, Waiting, in_order, quiet


@dataclass(frozen=True, slots=True)
class CityToday:
    """What waits, the most urgent first, and the partners that connected nobody anew lately (id, name)."""

    waiting: list[Waiting]
    quiet: list[tuple[int, str]]


def read_city_today(*, program: ProgramFile, by: Actor) -> CityToday:
    """Return what waits for ``by``: of each kind only what the role may act on."""
    today = clock.today()
    parts = [make(by, program) for kind, make in _COUNTED.items() if policy.allows(by, KINDS[kind].permission)]
    found = [_read(row) for row in session().execute(_all(parts))] if parts else []
    if policy.allows(by, KINDS["evidence"].permission):
        found.append(Waiting("evidence", count_queue(by, Wanted())))
    return CityToday(in_order(found, today), _quiet(by, today) if policy.allows(by, "partner:manage") else [])


def _all(parts: list[Select[*tuple[Any, ...]]]) -> Select[*tuple[Any, ...]]:
    told = union_all(*parts).subquery()
    return select(*told.columns).order_by(told.c.kind)


def _read(row: Any) -> Waiting:
    return Waiting(row.kind, row.count, clock.local(row.since).date() if row.since is not None else None, row.due)


def _count(
    kind: str,
    *where: ColumnElement[bool],
    of: Any,
    since: Any = None,
    last: Any = None,
) -> Select[*tuple[Any, ...]]:
    """Return the part that counts one kind: how much, the oldest, the nearest last day."""
    oldest = func.min(since, type_=Instant) if since is not None else cast(null(), Instant)
    nearest = func.min(last, type_=Date) if last is not None else cast(null(), Date)
    told = literal(kind, String).label("kind"), func.count(of).label("count")
    return select(*told, oldest.label("since"), nearest.label("due")).where(*where)


def _to_do(by: Actor, _program: ProgramFile) -> Select[*tuple[Any, ...]]:
    mine = to_do(by).with_only_columns(Grievance.id).order_by(None)
    return _count("grievances", Grievance.id.in_(mine), of=Grievance.id, last=due())


def _late(_by: Actor, _program: ProgramFile) -> Select[*tuple[Any, ...]]:
    return _count("grievances_late", late(), of=Grievance.id, last=due())


def _requests(_by: Actor, _program: ProgramFile) -> Select[*tuple[Any, ...]]:
    return _count("requests", due_at_city(), of=HelpRequest.id, since=HelpRequest.with_since)


def _requests_late(_by: Actor, program: ProgramFile) -> Select[*tuple[Any, ...]]:
    until = clock.end_of_day(clock.today() - timedelta(days=program.help.answer_days))
    return _count("requests_late", unanswered_since(until), of=HelpRequest.id, since=HelpRequest.with_since)


def _referrals_late(_by: Actor, _program: ProgramFile) -> Select[*tuple[Any, ...]]:
    one = HouseholdReferral
    is_late = (one.state == Referred.SENT) & (one.answer_by < clock.today())
    return _count("referrals_late", is_late, of=one.id, since=one.sent_at, last=one.answer_by)


def _pairs(_by: Actor, _program: ProgramFile) -> Select[*tuple[Any, ...]]:
    return _count("pairs", CandidatePair.state == "open", of=CandidatePair.id, since=CandidatePair.found_at)


def _to_approve(by: Actor, _program: ProgramFile) -> Select[*tuple[Any, ...]]:
    of_others = PaymentBatch.made_by.is_distinct_from(by.user_id)
    return _count(
        "to_approve", PaymentBatch.state == "made", of_others, of=PaymentBatch.id, since=PaymentBatch.made_at
    )  # fmt: skip


def _to_settle(_by: Actor, _program: ProgramFile) -> Select[*tuple[Any, ...]]:
    return _count(
        "to_settle", PaymentBatch.state == "approved", of=PaymentBatch.id, since=PaymentBatch.approved_at
    )  # fmt: skip


_COUNTED: dict[str, Callable[[Actor, ProgramFile], Select[*tuple[Any, ...]]]] = {
    "grievances": _to_do,
    "grievances_late": _late,
    "requests": _requests,
    "requests_late": _requests_late,
    "referrals_late": _referrals_late,
    "pairs": _pairs,
    "to_approve": _to_approve,
    "to_settle": _to_settle,
}


def _quiet(by: Actor, today: date) -> list[tuple[int, str]]:
    """Return the partners with a running grant that have not one connected household more than some weeks ago."""
    granted = (
        select(Partner.id, Partner.name)
        .where(
            Partner.active,
            Partner.id.in_(select(Grant.partner_id).where(Grant.starts_on <= today - QUIET, Grant.ends_on >= today)),
        )
        .order_by(Partner.name, Partner.id)
    )
    names = {row.id: row.name for row in session().execute(granted)}
    before, now = (
        {one: its.of("connected", "verified") for one, its in figures_by_partner(by=by, on=day).items()}
        for day in (today - QUIET, today)
    )
    return [(one, names[one]) for one in quiet(before, now, names)]
