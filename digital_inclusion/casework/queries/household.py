"""Everything the household page shows, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from ...accounts.models import User
from ...devices.queries.requests import Asked, list_asked
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...foundation.reading import read_rows
from ...funding.models import Grant
from ...households.models import Consent, Enrollment, Household, HouseholdAddress, Member
from ...partners.models import Partner
from ...progress.models import FactRow, Proof, Standing
from ...progress.queries.elsewhere import list_days_elsewhere
from ...progress.rules.codes import Code
from ...progress.rules.facts import Item, Kind
from ..rules.needs import Held, Need, needs_of
from ..rules.status import Status, status_of

_THINGS = {Kind.DELIVERY.value, Kind.ALREADY_HAD.value}


def has_evidence(fact: FactRow) -> bool:
    """Tell whether anything that proves the fact is on record."""
    return bool(fact.evidence_type or fact.evidence_reference)


@dataclass(frozen=True, slots=True)
class Thing:
    """A delivery or something already had: its fact, the state of its evidence, its end."""

    fact: FactRow
    proof: Proof | None
    end: FactRow | None
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

    fact: FactRow
    is_void: bool
    about: FactRow | None
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
    def facts(self) -> list[FactRow]:
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
    found = session().execute(_page(), {"code": code}).unique().first()
    if found is None:
        raise NotFound
    household, standing, partner_name, navigator_name = found
    facts, proofs, names, grants = _facts(household.id)
    things = _things(facts, proofs)
    linked = standing is not None and standing.linked
    return HouseholdPage(
        household=household,
        partner_name=partner_name,
        navigator_name=navigator_name,
        standing=standing,
        members=_members(household.id),
        address=_standing_address(household, facts),
        consent=_standing_consent(household, facts),
        enrollments=household.enrollments,
        grant_names=grants,
        things=things,
        events=_events(facts, names),
        elsewhere=list_days_elsewhere(household.id, partner_id=household.partner_id) if linked else [],
        needs=_needs(household, standing, things, today),
        asked=list_asked(household.id),
    )


@cache
def _page() -> Select[Household, Standing, str, str]:
    few = (Household.addresses, Household.consents, Household.enrollments)  # nearly always one of each: one statement
    return (
        select(Household, Standing, Partner.name, User.name)
        .join(Partner, Partner.id == Household.partner_id)
        .outerjoin(Standing, Standing.record_id == Household.id)
        .outerjoin(User, User.id == Household.navigator_id)
        .options(*(joinedload(one) for one in few))
        .where(Household.code == bindparam("code"))
    )


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
def _with_proofs() -> Select[FactRow, Proof, str, str]:
    return (
        select(FactRow, Proof, User.name, Grant.name)
        .outerjoin(Proof, Proof.fact_number == FactRow.number)
        .outerjoin(User, User.id == FactRow.entered_by)
        .outerjoin(Grant, Grant.id == FactRow.grant_id)
        .where(FactRow.record_id == bindparam("record"))
        .order_by(FactRow.number)
    )


class _Facts(NamedTuple):
    """A record's facts, with the states of their evidence, the names of who entered them, and of their grants."""

    facts: list[FactRow]
    proofs: dict[int, Proof]
    names: dict[int, str]
    grants: dict[int, str]


def _facts(record_id: int) -> _Facts:
    found = _Facts([], {}, {}, {})
    for fact, proof, name, grant in session().execute(_with_proofs(), {"record": record_id}):
        found.facts.append(fact)
        if proof is not None:
            found.proofs[fact.number] = proof
        if fact.entered_by is not None and name is not None:
            found.names[fact.entered_by] = name
        if fact.grant_id is not None and grant is not None:
            found.grants[fact.grant_id] = grant
    return found


def _voided(facts: Sequence[FactRow]) -> set[int]:
    return {fact.refers_to for fact in facts if fact.kind == Kind.VOID and fact.refers_to is not None}


def _things(facts: Sequence[FactRow], proofs: dict[int, Proof]) -> list[Thing]:
    gone = _voided(facts)
    ends: dict[int, FactRow] = {}
    for fact in facts:
        if fact.kind == Kind.END and fact.refers_to is not None and fact.number not in gone:
            ends[fact.refers_to] = fact
    made = [
        Thing(fact, proofs.get(fact.number), ends.get(fact.number), fact.number in gone)
        for fact in facts
        if fact.kind in _THINGS
    ]
    return sorted(made, key=lambda thing: (thing.is_void, thing.fact.occurred_on, thing.fact.number))


def _events(facts: Sequence[FactRow], names: dict[int, str]) -> list[Event]:
    gone = _voided(facts)
    by_number = {fact.number: fact for fact in facts}
    made = [
        Event(fact, fact.number in gone, by_number.get(fact.refers_to or 0), names.get(fact.entered_by or 0))
        for fact in facts
    ]
    return sorted(made, key=lambda event: (event.fact.occurred_on, event.fact.number), reverse=True)


def _standing_address(household: Household, facts: Sequence[FactRow]) -> HouseholdAddress | None:
    gone = _voided(facts)
    standing = [address for address in household.addresses if address.fact_number not in gone]
    return max(standing, key=lambda address: (address.from_on, address.id), default=None)


def _standing_consent(household: Household, facts: Sequence[FactRow]) -> Consent | None:
    gone = _voided(facts)
    standing = [consent for consent in household.consents if consent.fact_number not in gone]
    return max(standing, key=lambda consent: (consent.given_on, consent.id), default=None)


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
