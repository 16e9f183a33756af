"""Complaints, appeals and corrections: one, the list, what was written, what an organization was asked, the figures."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, or_, select

from ...accounts.models import User
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.audit.models import AuditEvent
from ...foundation.database import scope_of, session
from ...foundation.kernel.errors import NotFound
from ...foundation.kernel.ids import read_code
from ...households.models import Household
from ...partners.models import Partner, PartnerKind
from ...partners.queries import find_city_partner, list_city_wide_ids
from ..models import Grievance, GrievanceSide, GrievanceWords, HelpRequest, Referral
from ..rules.grievances import CHANGES, DECISIONS, OPEN, State, why_not_take

PAGE = 50
SUBJECT = Grievance.__tablename__


def find_fiscal_id() -> int | None:
    """Return the city's fiscal agent, None where there is none."""
    agent = select(Partner.id).where(Partner.kind == PartnerKind.FISCAL_AGENT, Partner.active)
    return session().scalars(agent.order_by(Partner.id).limit(1)).first()


def find_city_id() -> int | None:
    """Return the city's own organization, None where there is none."""
    city = find_city_partner()
    return city.id if city is not None else None


def find_grievance(reference: str | None) -> Grievance | None:
    """Return the grievance with the code, or None."""
    if reference is None:
        return None
    return session().scalars(select(Grievance).where(Grievance.reference == reference)).first()


def find_held_grievance(grievance_id: int) -> Grievance | None:
    """Return the grievance as it stands, held until the commit."""
    statement = select(Grievance).where(Grievance.id == grievance_id)
    return session().scalars(statement.with_for_update().execution_options(populate_existing=True)).first()


def get_grievance(reference: str, *, by: Actor) -> Grievance:
    """Return the grievance; NotFound for one that is not there or that another organization answers."""
    found = find_grievance(reference)
    if found is None or not (sees_every_partner(by.roles) or found.partner_id == by.partner_id):
        raise NotFound
    return found


def find_sent(digest: str, *, since: datetime) -> Grievance | None:
    """Return the latest one sent since then by the browser whose token has the digest."""
    statement = select(Grievance).where(Grievance.shown_digest == digest, Grievance.created_at >= since)
    return session().scalars(statement.order_by(Grievance.id.desc()).limit(1)).first()


def get_words(grievance: Grievance) -> GrievanceWords:
    """Return what was written; only within the scope of the organization that answers it."""
    statement = select(GrievanceWords).where(
        GrievanceWords.grievance_id == grievance.id, GrievanceWords.partner_id == grievance.partner_id
    )
    found = session().scalars(statement.order_by(GrievanceWords.id.desc()).limit(1)).first()
    if found is None:
        raise NotFound
    return found


def list_sides_of(grievance_id: int) -> Sequence[GrievanceSide]:
    """Return what an organization was asked about the grievance, the oldest first; within that one's scope."""
    statement = select(GrievanceSide).where(GrievanceSide.grievance_id == grievance_id)
    return session().scalars(statement.order_by(GrievanceSide.id)).all()


def get_side(code: str) -> GrievanceSide:
    """Return what an organization was asked; NotFound for another's."""
    found = session().scalars(select(GrievanceSide).where(GrievanceSide.code == code)).first()
    if found is None:
        raise NotFound
    return found


def has_open_side(grievance: Grievance) -> bool:
    """Return whether an organization was asked about the grievance and has said nothing yet."""
    return any(side.said_at is None for side in _sides(grievance))


def is_still_asked(side: GrievanceSide) -> bool:
    """Return whether the organization's side is still wanted: it has said nothing, and nothing was answered yet."""
    state = session().scalar(select(Grievance.state).where(Grievance.id == side.grievance_id))
    return side.said_at is None and side.question is not None and state in OPEN


def hold_side(code: str) -> GrievanceSide:
    """Return it as it stands, held until the commit."""
    statement = select(GrievanceSide).where(GrievanceSide.code == code).with_for_update()
    found = session().scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def open_sides(partner_id: int | None) -> Select[GrievanceSide]:
    """Return the statement that finds what an organization was asked and has not said yet, due first."""
    asked = select(GrievanceSide).join(Grievance, Grievance.id == GrievanceSide.grievance_id)
    asked = asked.where(GrievanceSide.partner_id == (partner_id or -1), Grievance.state.in_(sorted(OPEN)))
    asked = asked.where(GrievanceSide.said_at.is_(None), GrievanceSide.question.is_not(None))
    return asked.order_by(GrievanceSide.due_on, GrievanceSide.id)


def list_open_sides(partner_id: int | None) -> Sequence[GrievanceSide]:
    """Return what an organization was asked and has not said yet, due first."""
    return session().scalars(open_sides(partner_id).limit(PAGE)).all()


def list_of_household(household_id: int) -> Sequence[Grievance]:
    """Return the grievances of a household that still say something, oldest first, held until the commit."""
    statement = select(Grievance).where(Grievance.household_id == household_id, Grievance.erased_at.is_(None))
    held = statement.with_for_update().execution_options(populate_existing=True)
    return session().scalars(held.order_by(Grievance.id)).all()


def list_answered_until(until: date, *, limit: int) -> Sequence[Grievance]:
    """Return answered ones whose answer is from ``until`` or before, oldest first, held until the commit."""
    statement = select(Grievance).where(Grievance.state == State.ANSWERED, Grievance.answered_on <= until)
    held = statement.with_for_update().execution_options(populate_existing=True)
    return session().scalars(held.order_by(Grievance.id).limit(limit)).all()


def list_closed_until(until: datetime, *, read: datetime, limit: int) -> Sequence[Grievance]:
    """Return closed ones that still say something, oldest first, held until the commit: closed by ``until``, or by
    ``read`` where the household's record was erased meanwhile."""
    over = or_(Grievance.closed_at <= until, and_(Grievance.erase_when_closed, Grievance.closed_at <= read))
    statement = select(Grievance).where(over, Grievance.erased_at.is_(None))
    held = statement.with_for_update().execution_options(populate_existing=True)
    return session().scalars(held.order_by(Grievance.id).limit(limit)).all()


# one of them


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed in a household's record: the number of the audit event, its name, when, by whom."""

    event: int
    name: str
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrievancePage:
    """A grievance with everything about it. ``words`` None: the reader may not read them. ``obstacle``: why the
    reader may not look at it themselves."""

    grievance: Grievance
    partner: str
    about: str | None
    owner: str | None
    writer: str | None  # who wrote it down for somebody who called or came, and handed code and PIN over
    words: GrievanceWords | None
    sides: Sequence[GrievanceSide]
    household: Household | None
    request: HelpRequest | None  # for help, whose code they wrote down
    obstacle: str | None
    changes: Sequence[Change]


def read_page(grievance: Grievance, *, by: Actor) -> GrievancePage:
    """Return everything that ``by`` may see about a grievance that they may open."""
    may_read = may_read_words(grievance, by=by)
    names = _names({grievance.partner_id, grievance.about_id})
    return GrievancePage(
        grievance=grievance,
        partner=names[grievance.partner_id],
        about=names.get(grievance.about_id or 0),
        owner=_name(grievance.owner_id),
        writer=_name(grievance.noted_by) if may_read else None,
        words=_words(grievance) if may_read else None,
        sides=_sides(grievance) if may_read else (),
        household=_household(grievance) if may_read else None,
        request=find_named_request(grievance) if may_read else None,
        obstacle=obstacle_of(grievance, by=by) if may_read else None,
        changes=list_changes(grievance) if may_read else (),
    )


def _name(user_id: int | None) -> str | None:
    return session().scalar(select(User.name).where(User.id == user_id)) if user_id is not None else None


def may_read_words(grievance: Grievance, *, by: Actor) -> bool:
    """Return whether ``by`` may read what was written: who answers grievances for the organization that has it."""
    if not policy.allows(by, "grievance:work", grievance) or not answers_for(by, grievance.partner_id):
        return False
    return grievance.about_id != by.partner_id or grievance.partner_id == by.partner_id


def answers_for(by: Actor, partner_id: int) -> bool:
    """Return whether ``by`` answers what the organization has: one's own; city people, the city's and its agent's."""
    if sees_every_partner(by.roles):
        return partner_id in list_city_wide_ids()
    return partner_id == by.partner_id


def _words(grievance: Grievance) -> GrievanceWords:
    with scope_of(grievance.partner_id):
        return get_words(grievance)


def _sides(grievance: Grievance) -> Sequence[GrievanceSide]:
    if grievance.asked_partner_id is None:
        return ()
    with scope_of(grievance.asked_partner_id):
        return list_sides_of(grievance.id)


def _household(grievance: Grievance) -> Household | None:
    if grievance.household_id is None:
        return None
    return session().scalars(select(Household).where(Household.id == grievance.household_id)).first()


def find_household_at(code: str | None, partner_id: int) -> int | None:
    """Return the number of the household with the code in the records of one organization; None for no such."""
    with scope_of(partner_id):
        return session().scalars(select(Household.id).where(Household.code == (code or ""))).first()


def _names(ids: Collection[int | None]) -> dict[int, str]:
    wanted = sorted(one for one in ids if one is not None)
    rows = session().execute(select(Partner.id, Partner.name).where(Partner.id.in_(wanted)).order_by(Partner.id))
    return {row.id: row.name for row in rows}


def obstacle_of(grievance: Grievance, *, by: Actor) -> str | None:
    """Return the sentence that says why ``by`` may not look at the grievance, None where they may."""
    return why_not_take(
        kind=grievance.kind, about_id=grievance.about_id, handler_id=grievance.partner_id,
        answered_by=grievance.answered_by, deciders=list_deciders(grievance), user_id=by.user_id,
        partner_id=by.partner_id,
    )  # fmt: skip


def find_named_request(grievance: Grievance) -> HelpRequest | None:
    """Return the request for help whose code they wrote down; None where they wrote none, or another code."""
    typed = read_code(_words(grievance).typed_code or "")
    return session().scalars(select(HelpRequest).where(HelpRequest.reference == (typed or ""))).first()


def list_deciders(grievance: Grievance) -> list[int]:
    """Return who made decisions about the household, or about its requests for help, by id."""
    named = find_named_request(grievance)
    if grievance.household_id is None and named is None:
        return []
    asked = select(Referral.request_id).where(Referral.household_id == (grievance.household_id or -1))
    about_home = (AuditEvent.subject_type == Household.__tablename__) & (
        AuditEvent.subject_id == (grievance.household_id or -1)
    )
    about_request = (AuditEvent.subject_type == HelpRequest.__tablename__) & (
        AuditEvent.subject_id.in_(asked) | (AuditEvent.subject_id == (named.id if named is not None else -1))
    )
    users = select(AuditEvent.user_id).where(AuditEvent.name.in_(sorted(DECISIONS)), about_home | about_request)
    found = session().scalars(users.where(AuditEvent.user_id.is_not(None)).distinct().order_by(AuditEvent.user_id))
    return [one for one in found if one is not None]


def list_changes(grievance: Grievance) -> list[Change]:
    """Return what was changed in the household's record since the grievance came, the latest first; nothing of a record
    that the reader does not see (one about another organization may be noted on it)."""
    if _household(grievance) is None:
        return []
    rows = session().execute(
        select(AuditEvent.id, AuditEvent.name, AuditEvent.happened_at, User.name)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(AuditEvent.subject_type == Household.__tablename__, AuditEvent.subject_id == grievance.household_id)
        .where(AuditEvent.name.in_(sorted(CHANGES)), AuditEvent.happened_at >= grievance.created_at)
        .order_by(AuditEvent.id.desc())
        .limit(PAGE)
    )
    return [Change(*row) for row in rows]


class Because(NamedTuple):
    """Something that was changed because of a grievance: of which kind that was, on which day, and when exactly."""

    kind: str
    on: date
    at: datetime


def list_because(household_id: int, *, what: str) -> list[Because]:
    """Return what was changed in a household's record because of a grievance, the oldest first."""
    rows = session().execute(
        select(Grievance.kind, Grievance.changed_on, AuditEvent.happened_at)
        .join(AuditEvent, AuditEvent.id == Grievance.changed_event)
        .where(Grievance.household_id == household_id, Grievance.changed_what == what)
        .order_by(Grievance.id)
    )
    return [Because(kind, on, at) for kind, on, at in rows if on is not None]


# what a resident sees


@dataclass(frozen=True, slots=True)
class Followed:
    """A grievance as who wrote it sees it."""

    grievance: Grievance
    partner: str
    about: str | None
    words: GrievanceWords


def find_followed(grievance_id: int | None) -> Followed | None:
    """Return the grievance that a resident has opened with code and PIN; None once it is erased."""
    found = session().get(Grievance, grievance_id) if grievance_id is not None else None
    if found is None or not found.pin_hash:
        return None
    names = _names({found.partner_id, found.about_id})
    return Followed(found, names[found.partner_id], names.get(found.about_id or 0), _words(found))


def organizations() -> Iterator[tuple[int, str]]:
    """Yield the organizations that something can be about, by name."""
    rows = select(Partner.id, Partner.name).where(Partner.active).order_by(Partner.name, Partner.id)
    yield from ((row.id, row.name) for row in session().execute(rows))
