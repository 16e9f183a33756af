"""Requests for help: one, a partner's list, what partners take, and what happened to a request."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, select

from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.audit.models import AuditEvent
from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...foundation.normalize import normalize_phone
from ...foundation.reading import read_rows
from ...households.models import Draft, Household
from ...partners.models import Partner
from ...partners.queries import find_city_partner
from ..models import HelpRequest, Intake, Referral
from ..rules.requests import OPEN, State, Takes
from .drafts import EMPTIED, ENROLLMENT

PAGE = 50
SUBJECT = HelpRequest.__tablename__
VIEWED = "request.viewed"


def home_of(by: Actor) -> int | None:
    """Return the organization whose requests ``by`` answers: the own one; the city for everybody who sees all."""
    if not sees_every_partner(by.roles):
        return by.partner_id
    city = find_city_partner()
    return city.id if city is not None else None


def find_request(reference: str | None) -> HelpRequest | None:
    """Return the request with the reference code, or None."""
    if reference is None:
        return None
    return session().scalars(select(HelpRequest).where(HelpRequest.reference == reference)).first()


def find_held_request(request_id: int) -> HelpRequest | None:
    """Return the request, held until the commit, as it stands now."""
    statement = select(HelpRequest).where(HelpRequest.id == request_id)
    return session().scalars(statement.with_for_update().execution_options(populate_existing=True)).first()


def get_request(reference: str, *, by: Actor) -> HelpRequest:
    """Return the request; NotFound for one that is not there or that another organization has."""
    found = find_request(reference)
    if found is None or not (sees_every_partner(by.roles) or found.partner_id == by.partner_id):
        raise NotFound
    return found


def find_sent(digest: str, *, since: datetime) -> HelpRequest | None:
    """Return the latest request sent since then by the browser whose token has the digest."""
    statement = select(HelpRequest).where(HelpRequest.shown_digest == digest, HelpRequest.created_at >= since)
    return session().scalars(statement.order_by(HelpRequest.id.desc()).limit(1)).first()


def get_referral(request: HelpRequest) -> Referral:
    """Return the referral to the organization that has the request; only within that one's scope."""
    statement = select(Referral).where(Referral.request_id == request.id, Referral.partner_id == request.partner_id)
    found = session().scalars(statement.order_by(Referral.id.desc()).limit(1)).first()
    if found is None:
        raise NotFound
    return found


def find_referral(referral_id: int) -> Referral | None:
    """Return the referral, None where it is another partner's."""
    return session().scalars(select(Referral).where(Referral.id == referral_id)).first()


def list_referrals_of_household(household_id: int) -> Sequence[Referral]:
    """Return the referrals that became the household, oldest first."""
    return session().scalars(
        select(Referral).where(Referral.household_id == household_id).order_by(Referral.id)
    ).all()  # fmt: skip


def list_drafts_of(referral: Referral) -> Sequence[Draft]:
    """Return the enrollments that were filled in from the referral and not sent, whoever keeps them, oldest first.

    They are held until the commit, so that none is written meanwhile.
    """
    statement = select(Draft).where(Draft.referral_id == referral.id, Draft.kind.in_((ENROLLMENT, EMPTIED)))
    held = statement.with_for_update().execution_options(populate_existing=True)
    return session().scalars(held.order_by(Draft.id)).all()


def find_household_of(referral: Referral) -> Household | None:
    """Return the household that the referral became, or None."""
    if referral.household_id is None:
        return None
    return session().scalars(select(Household).where(Household.id == referral.household_id)).first()


def list_held_unanswered(until: datetime, *, city_id: int, limit: int) -> list[tuple[HelpRequest, bool]]:
    """Return requests that wait in vain, the longest first, held until the commit; and whether their partner has left.

    They are unanswered since ``until`` or longer, or open with a partner that has left the program. Whoever answers
    at the same moment is waited for, and what was answered is not among them.
    """
    is_overdue = (HelpRequest.state == State.RECEIVED) & (HelpRequest.with_since <= until)
    is_left_behind = HelpRequest.state.in_(sorted(OPEN)) & ~Partner.active
    statement = (
        select(HelpRequest, ~Partner.active)
        .join(Partner, Partner.id == HelpRequest.partner_id)
        .where(is_overdue | is_left_behind, HelpRequest.partner_id != city_id)
        .with_for_update(of=HelpRequest)
        .execution_options(populate_existing=True)
    )
    rows = session().execute(statement.order_by(HelpRequest.with_since, HelpRequest.id).limit(limit))
    return [(request, bool(has_left)) for request, has_left in rows]


def list_held_closed(until: datetime, *, limit: int) -> Sequence[HelpRequest]:
    """Return requests closed by ``until`` that still say something, oldest first, held until the commit.

    Without those of a household whose record is still to be erased.
    """
    statement = (
        select(HelpRequest)
        .where(HelpRequest.closed_at <= until, HelpRequest.erased_at.is_(None), HelpRequest.erasure_asked_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session().scalars(statement.order_by(HelpRequest.id).limit(limit)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """What the inbox shows. ``whose``: own (for city people: the city's), all."""

    whose: str = "own"
    closed: bool = False
    after: int | None = None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One request in a list, without a name, and who has it."""

    request: HelpRequest
    partner: str

    @property
    def days(self) -> int:
        """Return how many days ago it came to who has it."""
        return (clock.today() - clock.local(self.request.with_since).date()).days

    def is_overdue(self, answer_days: int) -> bool:
        """Return whether it has waited for an answer for the setting's days."""
        return self.request.state == State.RECEIVED and self.days >= answer_days


def requests_of(wanted: InboxFilter, *, by: Actor) -> Select[HelpRequest, str]:
    """Return the statement that finds requests with the name of who has them, oldest first."""
    statement = select(HelpRequest, Partner.name).join(Partner, Partner.id == HelpRequest.partner_id)
    return statement.where(*_conditions(wanted, by)).order_by(HelpRequest.id)


def list_requests(wanted: InboxFilter, *, by: Actor) -> list[InboxRow]:
    """Return requests with the name of who has them, oldest first; one more than a page tells of a next one."""
    statement = requests_of(wanted, by=by)
    if wanted.after is not None:
        statement = statement.where(HelpRequest.id > wanted.after)
    rows = session().execute(statement.limit(PAGE + 1))
    return [InboxRow(request, partner) for request, partner in rows]


def count_requests(wanted: InboxFilter, *, by: Actor) -> int:
    """Return how many requests the filter shows in all."""
    return session().scalar(select(func.count(HelpRequest.id)).where(*_conditions(wanted, by))) or 0


def count_own_requests(by: Actor) -> int:
    """Return how many requests wait at the organization of ``by``; the menu tells it on every page."""
    if sees_every_partner(by.roles):
        return int(read_rows(_count_due(of_the_city=True))[0][0])
    return int(read_rows(_count_due(of_the_city=False), {"partner": by.partner_id})[0][0])


@cache
def _count_due(*, of_the_city: bool) -> Select[int]:
    whose = _the_city() if of_the_city else bindparam("partner")
    return select(func.count(HelpRequest.id)).where(_is_due(), HelpRequest.partner_id == whose)


def due_at_city() -> ColumnElement[bool]:
    """Return what holds for a request that waits with the city."""
    return _is_due() & (HelpRequest.partner_id == _the_city())


def unanswered_since(until: datetime) -> ColumnElement[bool]:
    """Return what holds for a request that an organization has not answered since then or longer."""
    waits = (HelpRequest.state == State.RECEIVED) & (HelpRequest.with_since <= until)
    return waits & (HelpRequest.partner_id != _the_city())


def _is_due() -> ColumnElement[bool]:
    is_to_erase = HelpRequest.erasure_asked_at.is_not(None) & HelpRequest.erased_at.is_(None)
    return HelpRequest.state.in_(sorted(OPEN)) | is_to_erase


def _the_city() -> ScalarSelect[int]:
    return select(Partner.id).where(Partner.kind == "city").order_by(Partner.id).limit(1).scalar_subquery()


def _conditions(wanted: InboxFilter, by: Actor) -> list[ColumnElement[bool]]:
    found = [~_is_due() if wanted.closed else _is_due()]
    if not sees_every_partner(by.roles):
        found.append(HelpRequest.partner_id == (by.partner_id or -1))
    elif wanted.whose == "own":
        found.append(HelpRequest.partner_id == _the_city())
    return found


# what partners take


def find_intake(partner_id: int) -> Intake | None:
    """Return what the partner takes, None before anybody said so."""
    return session().get(Intake, partner_id)


def list_takes() -> list[Takes]:
    """Return what every active partner takes that takes any, with how many open requests it has; by id."""
    has_open = (
        select(func.count(HelpRequest.id))
        .where(HelpRequest.partner_id == Intake.partner_id, HelpRequest.state.in_(sorted(OPEN)))
        .scalar_subquery()
    )
    rows = session().execute(
        select(Intake, has_open)
        .join(Partner, Partner.id == Intake.partner_id)
        .where(Intake.takes_requests, Partner.active)
        .order_by(Intake.partner_id)
    )
    return [
        Takes(one.partner_id, frozenset(one.languages), frozenset(one.districts), one.most_open, count or 0)
        for one, count in rows
    ]


def list_receivers(*, besides: int) -> list[tuple[int, str]]:
    """Return whom a request may be passed on to: partners that take requests, by name, and the city last."""
    statement = (
        select(Partner.id, Partner.name)
        .join(Intake, Intake.partner_id == Partner.id)
        .where(Intake.takes_requests, Partner.active, Partner.id != besides)
        .order_by(Partner.name, Partner.id)
    )
    found = [(partner_id, name) for partner_id, name in session().execute(statement)]
    city = find_city_partner()
    known = {besides, *(partner_id for partner_id, _name in found)}
    return found if city is None or city.id in known else [*found, (city.id, city.name)]


# what happened


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a request's history. ``partner``: who did it or had it; ``to``: who got it; ``word``: a reason."""

    at: datetime
    name: str
    partner: str | None
    to: str | None
    word: str | None
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """An organization that has opened the record, and when."""

    partner: str
    first: datetime
    last: datetime


def list_history(request_id: int) -> list[Happened]:
    """Return what happened to the request, newest first, without who looked at it."""
    statement = select(AuditEvent).where(*_about([request_id]), AuditEvent.name != VIEWED)
    events = session().scalars(statement.order_by(AuditEvent.id.desc())).all()
    names = _names({event.partner_id for event in events} | {event.details.get("to") for event in events})
    return [
        Happened(
            event.happened_at,
            event.name.removeprefix("request."),
            names.get(event.partner_id),
            names.get(event.details.get("to")),
            str(event.details["reason"]) if event.details.get("reason") else None,
            event.user_id,
        )
        for event in events
    ]


def list_seen(request_id: int) -> list[Seen]:
    """Return which organizations have opened the record, the first to do so first."""
    first = func.min(AuditEvent.happened_at)
    rows = session().execute(
        select(Partner.name, first, func.max(AuditEvent.happened_at))
        .join(Partner, Partner.id == AuditEvent.partner_id)
        .where(*_about([request_id]), AuditEvent.name == VIEWED)
        .group_by(Partner.id, Partner.name)
        .order_by(first, Partner.id)
    )
    return [Seen(name, since, until) for name, since, until in rows]


def _about(request_ids: Collection[int]) -> list[ColumnElement[bool]]:
    return [AuditEvent.subject_type == SUBJECT, AuditEvent.subject_id.in_(request_ids)]


def _names(ids: Collection[object]) -> dict[object, str]:
    wanted = [one for one in ids if isinstance(one, int)]
    rows = session().execute(select(Partner.id, Partner.name).where(Partner.id.in_(wanted)).order_by(Partner.id))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class Record:
    """Everything about one request: who has it and their phone, the referral, what became of it, what happened."""

    request: HelpRequest
    partner: str
    phone: tuple[str, str] | None  # as written, and as E.164
    referral: Referral
    household: Household | None
    history: list[Happened]
    seen: list[Seen]


def read_record(request: HelpRequest) -> Record:
    """Return the record of a request that the asker may open: staff by their role, a resident by code and PIN."""
    with scope_of(request.partner_id):
        referral = get_referral(request)
        household = find_household_of(referral)
    intake = find_intake(request.partner_id)
    return Record(
        request=request,
        partner=_names([request.partner_id])[request.partner_id],
        phone=(intake.phone, normalize_phone(intake.phone) or "") if intake is not None and intake.phone else None,
        referral=referral,
        household=household,
        history=list_history(request.id),
        seen=list_seen(request.id),
    )


def find_followed(request_id: int | None) -> Record | None:
    """Return the record of the request that a resident has opened with code and PIN; None once it is erased."""
    request = session().get(HelpRequest, request_id) if request_id is not None else None
    return read_record(request) if request is not None and request.pin_hash else None
