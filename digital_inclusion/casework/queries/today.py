"""What waits for a navigator, of all kinds, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from ...agenda.models import Booking, Slot, Task
from ...agenda.queries import open_to_do
from ...connectivity.models import Subscription
from ...connectivity.queries.asking import due
from ...connectivity.rules.checks import terms_on
from ...devices.models import DeviceRequest
from ...devices.queries.appointments import booked
from ...devices.queries.loans import stands_out
from ...foundation.access.identity import Actor
from ...foundation.database import Instant, session
from ...foundation.kernel import clock
from ...households.models import Consent, Draft, Household
from ...progress.models import FactRow, Proof
from ...progress.queries.program import get_program
from ...progress.rules.proofs import State
from ..models import HelpRequest
from ..rules.today import CONSENT_AHEAD, KINDS, SOON, Urgency, urgency_of
from .drafts import ENROLLMENT
from .requests import is_due

MINE, TEAM, ALL = "mine", "team", "all"


@dataclass(frozen=True, slots=True)
class Item:
    """Something to do. ``thing``: the code or number by which its page is found; ``about``: the kind of a task."""

    kind: str
    thing: str
    about: str | None
    subject: str | None  # and what the task is about, as its kind names it
    due_on: date | None
    since: datetime | None
    household_code: str | None
    household: str | None
    of_kind: int  # how many there are of its kind in all
    urgency: Urgency


def list_today(whose: str, *, by: Actor, today: date) -> list[Item]:
    """Return what is to be done, the most urgent first; of each kind those that are due first.

    ``whose``: mine (one's caseload, and what is nobody's), team, or all of the organization.
    """
    found = union_all(*_sources(whose, by, today)).subquery()
    place = func.row_number().over(partition_by=found.c.kind, order_by=(found.c.due_on, found.c.since, found.c.thing))
    counted = func.count().over(partition_by=found.c.kind)
    ranked = select(found, place.label("place"), counted.label("of_kind")).subquery()
    statement = (
        select(ranked, Household.code, Household.head_name)
        .outerjoin(Household, Household.id == ranked.c.household_id)
        .where(ranked.c.place <= case({name: kind.most for name, kind in KINDS.items()}, value=ranked.c.kind))
        .order_by(ranked.c.due_on.is_(None), ranked.c.due_on, ranked.c.since, ranked.c.kind, ranked.c.thing)
    )
    items = [_item(row, today) for row in session().execute(statement)]
    order = list(Urgency)
    return sorted(items, key=lambda item: order.index(item.urgency))


def _item(row: Any, today: date) -> Item:
    told = {name: getattr(row, name) for name in ("kind", "thing", "about", "subject", "due_on", "since", "of_kind")}
    urgency = urgency_of(row.kind, row.due_on, today=today)
    return Item(**told, household_code=row.code, household=row.head_name, urgency=urgency)


def _sources(whose: str, by: Actor, today: date) -> Sequence[Select[Any]]:
    own = [_questions(), _hand_overs(today), _checks(today), _loans(today), _consents(today)]
    cared_for = [one.where(*_cared_for(whose, by)) for one in own]
    tasks = _tasks(by.user_id if whose == MINE else None)
    tasks = tasks.where(*_cared_for(whose, by)) if whose == TEAM else tasks
    return [tasks, *cared_for, _requests(by), *([_drafts(by)] if whose == MINE else [])]


def _cared_for(whose: str, by: Actor) -> list[ColumnElement[bool]]:
    if whose == MINE:
        return [or_(Household.navigator_id == by.user_id, Household.navigator_id.is_(None))]
    return [Household.team_id.in_(sorted(by.team_ids))] if whose == TEAM else []


def _line(
    kind: str,
    thing: Any,
    household_id: Any,
    *,
    due_on: Any = None,
    since: Any = None,
    about: Any = None,
    subject: Any = None,
) -> Select[Any]:
    """Return the columns that all kinds share.

    SQLite has no days to cast to, and PostgreSQL takes the type of a column from the first two kinds: tasks have a
    household, a day and a subject, questions an instant.
    """
    columns: Select[Any] = select(
        literal(kind).label("kind"),
        cast(thing, String).label("thing"),
        _or_nothing(household_id, Integer()).label("household_id"),
        _or_nothing(due_on, Date()).label("due_on"),
        _or_nothing(since, Instant()).label("since"),
        _or_nothing(about, String()).label("about"),
        _or_nothing(subject, String()).label("subject"),
    )
    return columns


def _or_nothing(value: Any, kind: TypeEngine[Any]) -> Any:
    return type_coerce(null() if value is None else value, kind)


def _tasks(owner_id: int | None) -> Select[Any]:
    columns = _line("task", Task.code, Task.household_id, due_on=Task.due_on, about=Task.kind, subject=Task.thing)
    return columns.join(Household, Household.id == Task.household_id).where(*open_to_do(owner_id))


def _questions() -> Select[Any]:
    columns = _line("question", Proof.fact_number, Proof.record_id, since=Proof.since)
    return columns.join(Household, Household.id == Proof.record_id).where(Proof.state == State.QUESTIONED.value)


def _requests(by: Actor) -> Select[Any]:
    columns = _line("request", HelpRequest.reference, None, since=HelpRequest.with_since)
    return columns.where(is_due(), HelpRequest.partner_id == (by.partner_id or -1))


def _drafts(by: Actor) -> Select[Any]:
    own = (Draft.user_id == by.user_id, Draft.kind == ENROLLMENT)
    return _line("draft", Draft.code, None, since=Draft.updated_at).where(*own)


def _hand_overs(today: date) -> Select[Any]:
    """Those of the day; a day of an instant is the city's, so the day itself is told."""
    of_the_day = booked(Slot).where(Slot.starts_at < clock.end_of_day(today), Slot.ends_at >= clock.now())
    things = of_the_day.with_only_columns(Booking.thing).scalar_subquery()
    columns = _line("hand_over", DeviceRequest.code, DeviceRequest.household_id, due_on=literal(today, Date))
    return columns.join(Household, Household.id == DeviceRequest.household_id).where(DeviceRequest.code.in_(things))


def _checks(today: date) -> Select[Any]:
    settings = get_program().file.connectivity
    asked = due(
        terms_on(today, settings.check_days), today=today, now=clock.now(), most=settings.check_tries
    ).with_only_columns(Subscription.fact_number)
    columns = _line("check", Subscription.fact_number, Subscription.household_id)
    home = columns.join(Household, Household.id == Subscription.household_id)
    return home.where(Subscription.fact_number.in_(asked.scalar_subquery()))


def _loans(today: date) -> Select[Any]:
    columns = _line("loan", FactRow.number, FactRow.record_id, due_on=FactRow.loan_due_on)
    home = columns.join(Household, Household.id == FactRow.record_id)
    return home.where(*stands_out(), FactRow.loan_due_on <= today + SOON)


def _consents(today: date) -> Select[Any]:
    """Those given last, of households that are still with us."""
    later = aliased(Consent)
    newer = or_(later.given_on > Consent.given_on, and_(later.given_on == Consent.given_on, later.id > Consent.id))
    columns = _line("consent", Household.code, Household.id, due_on=Consent.expires_on)
    home = columns.join(Household, Household.id == Consent.household_id)
    return home.where(
        Consent.expires_on.between(today, today + CONSENT_AHEAD),
        Consent.withdrawn_on.is_(None),
        Household.erased_at.is_(None),
        ~select(later.id).where(later.household_id == Consent.household_id, newer).exists(),
    )
