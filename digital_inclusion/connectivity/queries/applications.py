"""Applications: one, lists, and what stands against another one. A reader sees the own organization's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from ...foundation.access.identity import Actor
from ...foundation.audit.models import AuditEvent
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...foundation.normalize import normalize_address
from ...households.models import Household, HouseholdAddress
from ...households.rules import zip5
from ...progress.models import FactRow, RecordIdentity
from ...progress.queries.elsewhere import ask_elsewhere
from ...progress.rules.facts import Kind
from ..models import Application, ApplicationMove, Offer, Subscription, Subsidy
from ..rules.applications import PROCEEDING, State

PAGE = 50
_PROCEEDING = sorted(state.value for state in PROCEEDING)


def get_application(code: str) -> Application:
    """Return the application with its household; NotFound for another organization's."""
    statement = select(Application).where(Application.code == code).options(joinedload(Application.household))
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def hold_applications(ids: Collection[int]) -> list[Application]:
    """Return the applications as they stand, held until the commit, by id."""
    held = select(Application).where(Application.id.in_(sorted(ids))).order_by(Application.id).with_for_update()
    return list(session().scalars(held.execution_options(populate_existing=True)))


def find_open(household_id: int, program: str) -> Application | None:
    """Return the household's open application to the program; None where it has none."""
    statement = select(Application).where(
        Application.household_id == household_id, Application.program == program, Application.closed_at.is_(None)
    )
    return session().scalars(statement.order_by(Application.id).limit(1)).first()


def list_applications_of(household_id: int) -> Sequence[Application]:
    """Return a household's applications, open ones first, then the newest."""
    statement = select(Application).where(Application.household_id == household_id)
    order = Application.closed_at.is_not(None), Application.id.desc()
    return session().scalars(statement.order_by(*order)).all()


def list_moves(application_id: int) -> Sequence[ApplicationMove]:
    """Return every move of an application, the last first."""
    statement = select(ApplicationMove).where(ApplicationMove.application_id == application_id)
    return session().scalars(statement.order_by(ApplicationMove.id.desc())).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list shows. ``whose``: mine, team or all; ``state``: one of them, None for all that are open."""

    whose: str = "all"
    state: str | None = None


def _conditions(wanted: Wanted, by: Actor) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is None:
        found.append(Application.closed_at.is_(None))
    else:
        found.append(Application.state == wanted.state)
        found += [Application.closed_at.is_(None)] if wanted.state != State.ENDED else []
    if wanted.whose == "mine":
        found.append(Household.navigator_id == by.user_id)
    elif wanted.whose == "team":
        found.append(Household.team_id.in_(sorted(by.team_ids)))
    return found


def list_applications(wanted: Wanted, *, by: Actor, after: str | None = None) -> list[Application]:
    """Return applications, due first, those without a deadline last; one more than a page tells of a next one.

    ``after``: the code of the last one shown.
    """
    statement = (
        select(Application)
        .join(Household, Household.id == Application.household_id)
        .where(*_conditions(wanted, by))
        .options(joinedload(Application.household))
        .order_by(Application.due_on.is_(None), Application.due_on, Application.id)
        .limit(PAGE + 1)
    )
    last = session().scalars(select(Application).where(Application.code == after)).first() if after else None
    return list(session().scalars(statement if last is None else statement.where(_behind(last))))


def _behind(last: Application) -> ColumnElement[bool]:
    beside = Application.id > last.id
    if last.due_on is None:
        return and_(Application.due_on.is_(None), beside)
    return or_(
        Application.due_on.is_(None), Application.due_on > last.due_on, and_(Application.due_on == last.due_on, beside)
    )


def count_applications(wanted: Wanted, *, by: Actor) -> int:
    """Return how many applications the list shows on all its pages."""
    statement = select(func.count(Application.id)).join(Household, Household.id == Application.household_id)
    return session().scalar(statement.where(*_conditions(wanted, by))) or 0


def list_lines(household_id: int, *, on: date) -> Sequence[Subscription]:
    """Return the household's lines that stand on the day, the newest first."""
    statement = select(Subscription).where(
        Subscription.household_id == household_id,
        Subscription.is_void.is_(False),
        or_(Subscription.ended_on.is_(None), Subscription.ended_on > on),
    )
    return session().scalars(statement.order_by(Subscription.fact_number.desc())).all()


def list_subsidies_of(application_id: int) -> Sequence[Subsidy]:
    """Return what the application brought off the price, by day."""
    statement = select(Subsidy).where(Subsidy.application_id == application_id)
    return session().scalars(statement.order_by(Subsidy.from_on, Subsidy.id)).all()


def find_loose_subsidy(application: Application, on: date) -> Subsidy | None:
    """Return a subsidy of the program that stands on the application's line and belongs to no application."""
    statement = select(Subsidy).join(Subscription, Subscription.fact_number == Subsidy.fact_number)
    loose = (
        *_has_subsidy(application.program, on),
        Subsidy.fact_number == application.fact_number,
        Subsidy.application_id.is_(None),
    )
    return session().scalars(statement.where(*loose).order_by(Subsidy.id).limit(1)).first()


def find_offer(code: str | None) -> Offer | None:
    """Return the offer with the code; None for none, or an unknown one."""
    return session().scalars(select(Offer).where(Offer.code == code)).first() if code else None


def _has_subsidy(program: str, on: date) -> list[ColumnElement[bool]]:
    """Return the conditions under which a subsidy of the program stands on the day, joined to its line."""
    return [
        Subsidy.program == program,
        or_(Subsidy.until_on.is_(None), Subsidy.until_on >= on),
        Subscription.is_void.is_(False),
        or_(Subscription.ended_on.is_(None), Subscription.ended_on > on),
    ]


def _holds(target: Session, records: Collection[int], program: str, on: date, *, but: int) -> bool:
    applied = select(Application.id).where(
        Application.household_id.in_(sorted(records)),
        Application.program == program,
        Application.state.in_(_PROCEEDING),
        Application.id != but,
    )
    gets = (
        select(Subsidy.id)
        .join(Subscription, Subscription.fact_number == Subsidy.fact_number)
        .where(
            Subscription.household_id.in_(sorted(records)),
            *_has_subsidy(program, on),
            or_(Subsidy.application_id.is_(None), Subsidy.application_id != but),
        )
    )
    found = target.scalar(applied.order_by(Application.id).limit(1)), target.scalar(gets.order_by(Subsidy.id).limit(1))
    return any(one is not None for one in found)


def has_it(application: Application, on: date) -> bool:
    """Return whether the organization's records of this household have the discount, by an application or without."""
    of = RecordIdentity.record_id == application.household_id
    identity = select(RecordIdentity.identity).where(of).scalar_subquery()
    linked = select(RecordIdentity.record_id).where(RecordIdentity.identity == identity)
    records = {application.household_id, *session().scalars(linked.order_by(RecordIdentity.record_id))}
    return _holds(session(), records, application.program, on, but=application.id)


def has_it_elsewhere(application: Application, on: date) -> bool:
    """Return whether another partner's record of the household has it: yes or no and nothing else."""

    def ask(city: Session, records: Collection[int]) -> bool:
        return _holds(city, records, application.program, on, but=application.id)

    return ask_elsewhere(application.household_id, ask)


def list_neighbors(application: Application, on: date) -> list[int]:
    """Return the organization's other households that live at the same address now, by id."""
    home = _homes([application.household_id]).get(application.household_id)
    place = _place(home)
    if home is None or place is None:
        return []
    near = select(HouseholdAddress.household_id).where(
        HouseholdAddress.partner_id == application.partner_id,
        HouseholdAddress.zip_code.startswith(place[1]),
        HouseholdAddress.household_id != application.household_id,
        or_(_applies(application.program), _gets(application.program, on)),
    )
    found = sorted(set(session().scalars(near.order_by(HouseholdAddress.household_id))))
    return [record for record, other in sorted(_homes(found).items()) if _place(other) == place]


def _applies(program: str) -> ColumnElement[bool]:
    return exists().where(
        Application.household_id == HouseholdAddress.household_id,
        Application.program == program,
        Application.closed_at.is_(None),
    )


def _gets(program: str, on: date) -> ColumnElement[bool]:
    lines = select(Subscription.household_id).join(Subsidy, Subsidy.fact_number == Subscription.fact_number)
    return HouseholdAddress.household_id.in_(lines.where(*_has_subsidy(program, on)))


def _homes(records: Collection[int]) -> dict[int, HouseholdAddress]:
    """Return where each household lives now, by its last address that no void takes back."""
    gone = exists().where(FactRow.refers_to == HouseholdAddress.fact_number, FactRow.kind == Kind.VOID.value)
    statement = select(HouseholdAddress).where(HouseholdAddress.household_id.in_(sorted(records)), ~gone)
    rows = session().scalars(statement.order_by(HouseholdAddress.from_on, HouseholdAddress.id))
    return {row.household_id: row for row in rows}


def _place(home: HouseholdAddress | None) -> tuple[str, str] | None:
    five = zip5(home.zip_code) if home is not None else None
    if home is None or not home.fixed or not home.line or five is None:
        return None
    return normalize_address(home.line, home.unit or ""), five


def list_open_ids(records: Collection[int], program: str) -> Sequence[int]:
    """Return the households' open applications to the program, by id."""
    statement = select(Application.id).where(
        Application.household_id.in_(sorted(records)), Application.program == program, Application.closed_at.is_(None)
    )
    return session().scalars(statement.order_by(Application.id)).all()


def do_neighbors_have_it(records: Collection[int], program: str, on: date, *, but: int) -> bool:
    """Return whether one of the households gets the discount, or has sent an application in."""
    return _holds(session(), records, program, on, but=but)


def list_due(until: date, *, after: int, limit: int) -> Sequence[Application]:
    """Return open applications whose deadline is on ``until`` at the latest, with their households, by id."""
    statement = select(Application).where(
        Application.closed_at.is_(None), Application.due_on <= until, Application.id > after
    )
    statement = statement.options(joinedload(Application.household)).order_by(Application.id).limit(limit)
    return session().scalars(statement).all()


def was_told(application_id: int, due_on: date) -> bool:
    """Return whether the household was written to about this deadline."""
    statement = select(AuditEvent.details).where(
        AuditEvent.subject_type == "applications",
        AuditEvent.subject_id == application_id,
        AuditEvent.name == "deadline.told",
    )
    told = session().scalars(statement.order_by(AuditEvent.id))
    return any(details.get("due") == due_on.isoformat() for details in told)
