"""Everything the household page shows, in a fixed number of statements."""

from collections import namedtuple
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Select, bindparam, select

from ...accounts.models import User
from ...devices.queries.requests import Asked, list_asked
from ...foundation.database import Base, session
from ...foundation.kernel.errors import NotFound
from ...foundation.reading import read_rows
from ...funding.models import Grant
from ...households.models import Consent, Enrollment, Household, HouseholdAddress, Member
from ...partners.models import Partner
from ...progress.models import FactRow, Proof, Standing
from ...progress.queries.elsewhere import list_days_elsewhere
from ...progress.rules.codes import Code
from ...progress.rules.facts import Item, Kind
from ..rules.needs import Held, Need, needs_of, next_of
from ..rules.status import Status, status_of

_THINGS = {Kind.DELIVERY.value, Kind.ALREADY_HAD.value}


class FactColumns(Protocol):
    """What this page asks of a fact: a row of the facts table, or its columns alone."""

    number: int
    kind: str
    item: str | None
    occurred_on: date
    refers_to: int | None
    entered_by: int | None
    grant_id: int | None
    evidence_type: str | None
    evidence_reference: str | None


class ProofColumns(NamedTuple):
    """Where a fact's evidence stands, and what the verifier asked."""

    state: str
    question: str | None
    answer: str | None


def has_evidence(fact: FactColumns) -> bool:
    """Tell whether anything that proves the fact is on record."""
    return bool(fact.evidence_type or fact.evidence_reference)


@dataclass(frozen=True, slots=True)
class Thing:
    """A delivery or something already had: its fact, the state of its evidence, its end."""

    fact: FactColumns
    proof: ProofColumns | None
    end: FactColumns | None
    is_void: bool

    @property
    def state(self) -> str:
        """Return the state of the evidence: "void" whatever was thought of it, "missing" where there is none."""
        if self.is_void:
            return "void"
        state = self.proof.state if self.proof is not None else "waiting"
        return "missing" if state == "waiting" and self.lacks_proof else state

    @property
    def lacks_proof(self) -> bool:
        """Tell whether the thing stands and nothing that proves it is on record."""
        return not self.is_void and not has_evidence(self.fact)


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline: a fact, whether a void took it back, and what it speaks of."""

    fact: FactColumns
    is_void: bool
    about: FactColumns | None
    by: str | None


class Living(NamedTuple):
    """Somebody who lives there."""

    name: str
    birth_date: date | None
    is_head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdPage:
    """The record, where it stands, what was done, what happened."""

    household: Household
    partner_name: str
    navigator_name: str | None
    standing: Standing | None
    members: Sequence[Living]
    address: HouseholdAddress | None
    consent: Consent | None
    enrollments: Sequence[Enrollment]
    grant_names: dict[int, str]
    things: Sequence[Thing]
    events: Sequence[Event]
    elsewhere: Sequence[date]  # days on which another partner did something for the same household
    needs: Sequence[Need]
    asked: Sequence[Asked]  # open requests for devices

    @property
    def facts(self) -> list[FactColumns]:
        """Return all facts of the record."""
        return [event.fact for event in self.events]

    @property
    def unproven(self) -> bool:
        """Tell whether the household does not count only because what waits for a verifier has no proof at all."""
        standing = self.standing
        if standing is None or standing.reason != Code.NOT_VERIFIED:
            return False
        item = (standing.details or {}).get("item")
        return any(thing.state == "missing" and item in (None, thing.fact.item) for thing in self.things)

    @property
    def next_need(self) -> Need | None:
        """Return the need to go on with, None for nothing."""
        return next_of(self.needs, in_line=bool(self.asked) and not any(one.tag for one in self.asked))

    def status(self, today: date) -> Status:
        """Return the word for where it stands."""
        standing = self.standing
        if standing is None:
            return Status.NOT_COUNTED
        return status_of(
            verified_on=standing.connected_verified_on,
            pending_on=standing.connected_pending_on,
            until=standing.connected_until,
            is_open=standing.connected_open,
            reason=standing.reason,
            today=today,
        )


def get_household(code: str) -> Household:
    """Return the household with the code; NotFound for one that is not there or is another partner's."""
    found = session().scalars(select(Household).where(Household.code == code)).first()
    if found is None:
        raise NotFound
    return found


def get_page(code: str, *, today: date) -> HouseholdPage:
    """Return everything about the household with the code."""
    found = [_apart(row) for row in read_rows(_page(), {"code": code})]
    if not found:
        raise NotFound
    household, standing = found[0][:2]
    facts, proofs, names, grants = _facts(household.id)
    things, gone = _things(facts, proofs), _voided(facts)
    linked = standing is not None and standing.linked
    return HouseholdPage(
        household=household,
        partner_name=found[0].partner_name,
        navigator_name=found[0].navigator_name,
        standing=standing,
        members=_members(household.id),
        address=_last_standing(_each(row.address for row in found), gone, "from_on"),
        consent=_last_standing(_each(row.consent for row in found), gone, "given_on"),
        enrollments=_each(row.enrollment for row in found),
        grant_names=grants,
        things=things,
        events=_events(facts, names),
        elsewhere=list_days_elsewhere(household.id, partner_id=household.partner_id) if linked else [],
        needs=_needs(household, standing, things, today),
        asked=list_asked(household.id),
    )


_TABLES = (Household, Standing, HouseholdAddress, Consent, Enrollment)  # nearly always one row of each: one statement
_ROWS: list[Any] = [namedtuple(table.__name__, table.__table__.columns.keys()) for table in _TABLES]


@cache
def _page() -> Select[*tuple[Any, ...]]:
    columns = [column for table in _TABLES for column in _columns(table)]
    return (
        select(*columns, Partner.name, User.name)
        .select_from(Household)
        .join(Partner, Partner.id == Household.partner_id)
        .outerjoin(Standing, Standing.record_id == Household.id)
        .outerjoin(HouseholdAddress, HouseholdAddress.household_id == Household.id)
        .outerjoin(Consent, Consent.household_id == Household.id)
        .outerjoin(Enrollment, Enrollment.household_id == Household.id)
        .outerjoin(User, User.id == Household.navigator_id)
        .where(Household.code == bindparam("code"))
        .order_by(HouseholdAddress.id, Consent.id, Enrollment.id)
    )


def _columns(table: type[Base]) -> list[Any]:
    """Return the columns as the mapped class has them, so that the scope holds for them."""
    return [getattr(table, column.key) for column in table.__table__.columns]


class _Apart(NamedTuple):
    """A row of ``_page`` by the tables it comes from, with their columns by name; None where a table has no row."""

    household: Any
    standing: Any
    address: Any
    consent: Any
    enrollment: Any
    partner_name: str
    navigator_name: str | None


def _apart(row: Sequence[Any]) -> _Apart:
    parts: list[Any] = []
    at = 0
    for make in _ROWS:
        cells = row[at : at + len(make._fields)]
        parts.append(make._make(cells) if cells[0] is not None else None)  # each begins with its key
        at += len(cells)
    return _Apart(*parts, *row[at:])


def _each(rows: Iterable[Any]) -> list[Any]:
    """Return each row once, by its key."""
    by_id = {row.id: row for row in rows if row is not None}
    return [by_id[key] for key in sorted(by_id)]


def _members(household_id: int) -> list[Living]:
    return [Living._make(row) for row in read_rows(_living(), {"household": household_id})]


@cache
def _living() -> Select[str, date | None, bool]:
    return (
        select(Member.name, Member.birth_date, Member.is_head)
        .where(Member.household_id == bindparam("household"), Member.left_on.is_(None))
        .order_by(Member.id)
    )


@cache
def _with_proofs() -> Select[*tuple[Any, ...]]:
    proof = (
        Proof.state.label("proof_state"),
        Proof.question.label("proof_question"),
        Proof.answer.label("proof_answer"),
    )
    return (
        select(*_columns(FactRow), *proof, User.name.label("by"), Grant.name.label("grant_name"))
        .select_from(FactRow)
        .outerjoin(Proof, Proof.fact_number == FactRow.number)
        .outerjoin(User, User.id == FactRow.entered_by)
        .outerjoin(Grant, Grant.id == FactRow.grant_id)
        .where(FactRow.record_id == bindparam("record"))
        .order_by(FactRow.number)
    )


class _Facts(NamedTuple):
    """A record's facts, with the states of their evidence, the names of who entered them, and of their grants."""

    facts: list[FactColumns]
    proofs: dict[int, ProofColumns]
    names: dict[int, str]
    grants: dict[int, str]


def _facts(record_id: int) -> _Facts:
    rows = read_rows(_with_proofs(), {"record": record_id})
    return _Facts(
        facts=rows,
        proofs={
            row.number: ProofColumns(row.proof_state, row.proof_question, row.proof_answer)
            for row in rows
            if row.proof_state is not None
        },
        names={row.entered_by: row.by for row in rows if row.by is not None},
        grants={row.grant_id: row.grant_name for row in rows if row.grant_name is not None},
    )


def _voided(facts: Sequence[FactColumns]) -> set[int]:
    return {fact.refers_to for fact in facts if fact.kind == Kind.VOID and fact.refers_to is not None}


def _things(facts: Sequence[FactColumns], proofs: dict[int, ProofColumns]) -> list[Thing]:
    gone = _voided(facts)
    ends: dict[int, FactColumns] = {}
    for fact in facts:
        if fact.kind == Kind.END and fact.refers_to is not None and fact.number not in gone:
            ends[fact.refers_to] = fact
    made = [
        Thing(fact, proofs.get(fact.number), ends.get(fact.number), fact.number in gone)
        for fact in facts
        if fact.kind in _THINGS
    ]
    return sorted(made, key=lambda thing: (thing.is_void, thing.fact.occurred_on, thing.fact.number))


def _events(facts: Sequence[FactColumns], names: dict[int, str]) -> list[Event]:
    gone = _voided(facts)
    by_number = {fact.number: fact for fact in facts}
    made = [
        Event(fact, fact.number in gone, by_number.get(fact.refers_to or 0), names.get(fact.entered_by or 0))
        for fact in facts
    ]
    return sorted(made, key=lambda event: (event.fact.occurred_on, event.fact.number), reverse=True)


def _last_standing(rows: Sequence[Any], gone: set[int], day: str) -> Any:
    """Return the row of the latest day whose fact stands; None where there is none."""
    standing = [row for row in rows if row.fact_number not in gone]
    return max(standing, key=attrgetter(day, "id"), default=None)


def _needs(household: Household, standing: Standing | None, things: Sequence[Thing], today: date) -> list[Need]:
    held = [
        Held(
            number=thing.fact.number,
            item=Item(str(thing.fact.item)),
            given=thing.fact.kind == Kind.DELIVERY,
            occurred_on=thing.fact.occurred_on,
            ended_on=thing.end.occurred_on if thing.end is not None else None,
            proof=thing.state,
        )
        for thing in things
    ]
    wanted = {
        Item.DEVICE: household.needs_device,
        Item.LINE: household.needs_connection,
        Item.TRAINING: household.needs_skills,
    }
    verified: dict[Item, date | None] = {}
    if standing is not None:
        verified = {
            Item.DEVICE: standing.device_verified_on,
            Item.LINE: standing.connectivity_verified_on,
            Item.TRAINING: standing.skills_verified_on,
        }
    return needs_of(held, wanted=wanted, verified=verified, today=today)
