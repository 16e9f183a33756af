"""Enroll households, many at once: the form gives one, a file gives five hundred. One posting, one audit event."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.kernel import clock
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import Problem
from ...households.rules import zip5
from ...matching.actions.keys import KeySource, write_keys
from ...progress.actions.delivering import (
    DeliveryFor,
    Recorded,
    UnitsInHand,
    delivery_facts,
    record_deliveries,
)
from ...progress.actions.facts import NewFact
from ...progress.actions.posting import post
from ...progress.queries.program import get_program
from ...progress.rules.deliveries import Evidence, NewDelivery
from ...progress.rules.facts import Kind
from ..queries.references import known_grants, known_references
from ..rules.enrollment import NewAddress, NewConsent, NewHousehold, NewMember, check_household
from ..rules.knowing import known_facts
from .deciding import DecisionFor, write_decisions
from .rows import Written, write_households, write_papers

REFERENCE_TAKEN = _("You already have a household with this number.")

__all__ = [
    "DeliveryFor",
    "Enrolled",
    "EnrolledHousehold",
    "Evidence",
    "NewAddress",
    "NewConsent",
    "NewDelivery",
    "NewHousehold",
    "NewMember",
    "Recorded",
    "enroll_households",
    "key_source_of",
    "record_deliveries",
]


@dataclass(frozen=True, slots=True)
class EnrolledHousehold:
    """A household now on record, and the numbers of its facts."""

    id: int
    code: str
    member_ids: list[int]
    enrolled_fact: int
    address_fact: int | None
    consent_fact: int | None
    delivery_facts: list[int]  # in the order of ``deliveries``


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What became of each household, by place: enrolled, or None and its problems."""

    posting: int | None
    households: list[EnrolledHousehold | None]
    problems: dict[int, list[Problem]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Of:
    """A partner, in the shape the policy asks about."""

    partner_id: int


def enroll_households(households: Sequence[NewHousehold], *, partner_id: int, cause: str, by: Actor) -> Enrolled:
    """Enroll every household that can be, in one posting inside the present transaction; report the others.

    Raises Invalid when somebody else takes a unit in the same moment; nothing is written then.
    """
    policy.check(by, "household:enroll", _Of(partner_id))
    problems = _problems(households, partner_id=partner_id)
    places = [place for place in range(len(households)) if place not in problems]
    if not places:
        return Enrolled(None, [None] * len(households), problems)
    written = write_households([households[place] for place in places], partner_id=partner_id, by=by)
    posting = post(
        [fact for one in written for fact in _facts(one, partner_id)],
        cause=cause,
        by=by,
        fresh={one.id for one in written},
    )
    write_papers(written, partner_id=partner_id)
    _decide(written, partner_id, by)
    write_keys({one.id: key_source_of(one.new) for one in written}, fresh=True)
    _audit(written, partner_id, posting.number, by)
    found: list[EnrolledHousehold | None] = [None] * len(households)
    for place, one in zip(places, written, strict=True):
        found[place] = _result(one)
    return Enrolled(posting.number, found, problems)


def _problems(households: Sequence[NewHousehold], *, partner_id: int) -> dict[int, list[Problem]]:
    """Return what keeps each household from being enrolled; a unit or reference belongs to the first that names it."""
    today = clock.today()
    references = known_references({new.reference for new in households if new.reference}, partner_id=partner_id)
    grants = known_grants(partner_id=partner_id)
    units = UnitsInHand((delivery, partner_id) for new in households for delivery in new.deliveries)
    found: dict[int, list[Problem]] = {}
    for place, new in enumerate(households):
        problems = check_household(new, today)
        if new.reference and new.reference in references:
            problems.append(Problem("reference", "reference_taken", REFERENCE_TAKEN))
        if not {new.grant_id, *(d.grant_id for d in new.deliveries)} <= {None, *grants}:
            problems.append(Problem("grant", "grant_unknown", _("Choose one of your grants.")))
        if not problems:
            problems += [
                Problem(f"deliveries.{at}.unit", problem.code, problem.message)
                for at, problem in units.take(new.deliveries)
            ]
        if problems:
            found[place] = problems
        elif new.reference:
            references.add(new.reference)
    return found


def _facts(one: Written, partner_id: int) -> list[NewFact]:
    """Make the household's facts and remember which is which."""
    new = one.new

    def fact(kind: Kind, **values: object) -> NewFact:
        values["batch_id"] = new.import_batch_id
        return NewFact(kind=kind, record_id=one.id, partner_id=partner_id, occurred_on=new.enrolled_on, values=values)

    one.enrolled = fact(Kind.ENROLLED, grant_id=new.grant_id)
    made = [one.enrolled]
    if new.consent is not None:
        one.consent = fact(Kind.CONSENT)
        one.consent.occurred_on = new.consent.given_on
        made.append(one.consent)
    if new.address is not None:
        one.address = fact(Kind.ADDRESS, **_home(new.address))
        made.append(one.address)
    for delivery in new.deliveries:
        member = one.member_ids[delivery.member_index] if delivery.member_index is not None else None
        facts = delivery_facts(
            delivery,
            record_id=one.id,
            partner_id=partner_id,
            grant_id=new.grant_id,
            member_id=member,
            batch_id=new.import_batch_id,
        )
        one.deliveries.append(facts[0])
        made += facts
    return made


def _decide(written: Sequence[Written], partner_id: int, by: Actor) -> None:
    """Ask the rules of each enrollment's day; the snapshot is kept with the enrollment."""
    program = get_program().counting
    decisions = [
        DecisionFor(
            household_id=one.id,
            decided_on=one.new.enrolled_on,
            facts=known_facts(one.new, program),
            fact_number=one.enrolled.number if one.enrolled else None,
        )
        for one in written
    ]
    write_decisions(decisions, partner_id=partner_id, by=by)


def _home(address: NewAddress) -> dict[str, object]:
    """Return the counting columns of an address."""
    return {
        "zip_code": zip5(address.zip_code),
        "district": address.district,
        "fixed": address.fixed,
        "in_city": None if address.fixed else address.in_city,
    }


def key_source_of(new: NewHousehold) -> KeySource:
    """Return what the household's keyed fingerprints are made of."""
    head = new.head
    people = {(member.name, member.birth_date) for member in (head, *new.adults) if member.birth_date is not None}
    address = new.address
    fixed = address if address is not None and address.fixed else None
    return KeySource(
        people=sorted(people),
        phone_e164=new.phone_e164,
        line=fixed.line if fixed else None,
        unit=fixed.unit if fixed else None,
        zip_code=zip5(fixed.zip_code) if fixed else None,
    )


def _audit(written: Sequence[Written], partner_id: int, posting: int, by: Actor) -> None:
    record(
        "household.enrolled",
        by=by,
        subject_type="households",
        subject_id=written[0].id if len(written) == 1 else None,
        partner_id=partner_id,
        posting=posting,
        households=len(written),
        members=sum(len(one.new.members) for one in written),
        deliveries=sum(len(one.deliveries) for one in written),
        consents=sum(one.consent is not None for one in written),
    )


def _result(one: Written) -> EnrolledHousehold:
    return EnrolledHousehold(
        id=one.id,
        code=one.code,
        member_ids=one.member_ids,
        enrolled_fact=one.enrolled.number if one.enrolled else 0,
        address_fact=one.address.number if one.address else None,
        consent_fact=one.consent.number if one.consent else None,
        delivery_facts=[fact.number for fact in one.deliveries],
    )
