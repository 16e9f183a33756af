"""The count certificate of a record's household: every link, as far as who asks may see it.

Needs the facts of every partner of the identity. Another partner's link leaves here as its day, nothing else (P10).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...foundation.database import program_session
from ...partners.models import Partner
from ..models import EntryRow, FactRow
from ..rules.certificate import Certificate, Proof, explain
from ..rules.facts import Fact
from ..rules.ledger import Key
from ..rules.program import Program
from .ledger import facts_of, identities_of
from .program import get_program


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One thing the household is counted as. ``until``: the day it stops. No partner: another's result."""

    milestone: str
    aspect: str
    since: date
    until: date | None
    partner: str | None
    district: str | None
    posting: int | None  # the last that posted it
    links: tuple[int, ...]  # numbers of the links, in this certificate, that it rests on


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence record of a link. Seen by and reference are None after an erasure."""

    type: str | None
    seen_on: date | None
    seen_by: str | None
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a verifier said last. None of it: nobody decided."""

    confirmed: bool
    by: str
    on: date
    posting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of the chain. Another partner's holds its number in the chain and its day."""

    place: int
    on: date
    own: bool
    item: str | None = None
    kind: str | None = None
    partner: str | None = None
    fact: int | None = None
    posting: int | None = None
    device_kind: str | None = None
    donated: bool | None = None
    down_kbps: int | None = None
    up_kbps: int | None = None
    minutes: int | None = None
    assessment: str | None = None
    evidence: Evidence | None = None
    decision: Decision | None = None
    self_verified: bool = False
    standard_from: date | None = None
    standard_down_kbps: int | None = None
    standard_up_kbps: int | None = None
    enrolled_on: date | None = None
    consent_on: date | None = None
    home_from: date | None = None
    district: str | None = None
    eligibility: str | None = None  # "decided", "not_asked"; None: a delivery is not meant
    eligible_on: date | None = None
    passport: str | None = None  # "complete", "not_required", "new"; None: no device of the program


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A certificate as one reader sees it."""

    counted: tuple[Counted, ...]
    links: tuple[Link, ...]
    posting: int  # the last posting that touched any of it
    settings: str  # fingerprint of the settings in force

    def as_json(self) -> str:
        """Return the canonical JSON: keys sorted, no spaces, dates as ISO days, UTF-8.

        Who saw the evidence and its reference are left out, so that an erasure leaves the fingerprint as it was.
        """
        told = asdict(self)
        for link in told["links"]:
            for name in ("seen_by", "reference"):
                (link["evidence"] or {}).pop(name, None)
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)

    @property
    def fingerprint(self) -> str:
        """Return SHA-256 (hex) of the canonical JSON."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CertificateView:
    """The chain for the reader; for the city also the fingerprint of the copy that each partner sees."""

    chain: Chain
    copies: Mapping[str, str]


def certificate_of(record_id: int, *, partner_id: int | None) -> CertificateView:
    """Return the certificate of a record's household for one partner's people; ``partner_id`` None: for the city."""
    with program_session("certificate") as city:
        identity = identities_of(city, [record_id])[record_id]
        records = [one for one, its in identities_of(city, [record_id]).items() if its == identity]
        facts = facts_of(city, records)
        program = get_program(city)
        reader = _Reader(city, identity, facts, program.counting)
        settings = program.fingerprint
        if partner_id is not None:
            return CertificateView(reader.chain(partner_id, settings), {})
        partners = sorted({fact.partner_id for fact in facts if fact.kind.value == "enrolled"})
        copies = {reader.names[one]: reader.chain(one, settings).fingerprint for one in partners}
        return CertificateView(reader.chain(None, settings), copies)


class _Reader:
    """Everything one certificate needs, read once."""

    def __init__(self, city: Session, identity: int, facts: Sequence[Fact], program: Program) -> None:
        self.program = program
        self.facts = {fact.number: fact for fact in facts}
        self.explained = explain(identity, facts, program)
        self.postings = _postings(city, identity)
        used = {proof.fact for certificate in self.explained for proof in certificate.proofs}
        self.rows = _rows(city, used)
        self.names = _names(city)
        touched = [fact.posting for fact in facts] + [*self.postings.values()]
        self.last = max(touched, default=0)

    def chain(self, partner_id: int | None, settings: str) -> Chain:
        """Return the chain as one partner sees it (None: the city)."""
        proofs = {proof.fact: proof for certificate in self.explained for proof in certificate.proofs}
        ordered = sorted(proofs, key=lambda number: (self.facts[number].occurred_on, number))
        places = {number: place for place, number in enumerate(ordered, start=1)}
        return Chain(
            counted=tuple(self._counted(one, places, partner_id) for one in self.explained),
            links=tuple(self._link(proofs[number], places[number], partner_id) for number in ordered),
            posting=self.last,
            settings=settings,
        )

    def _counted(self, one: Certificate, places: Mapping[int, int], partner_id: int | None) -> Counted:
        key = one.key
        own = partner_id in (None, key.partner_id)
        return Counted(
            milestone=key.milestone.value,
            aspect=key.aspect.value,
            since=key.occurred_on,
            until=one.closes_on,
            partner=self.names[key.partner_id] if own else None,
            district=key.district if own else None,
            posting=self.postings.get(_same(key)),
            links=tuple(sorted(places[proof.fact] for proof in one.proofs)),
        )

    def _link(self, proof: Proof, place: int, partner_id: int | None) -> Link:
        fact = self.facts[proof.fact]
        if partner_id not in (None, fact.partner_id):
            return Link(place=place, on=fact.occurred_on, own=False)
        item = fact.item.value if fact.item else ""
        row, standard = self.rows[proof.fact], proof.standard
        return Link(
            place=place,
            item=item,
            kind=fact.kind.value,
            on=fact.occurred_on,
            own=True,
            partner=self.names[fact.partner_id],
            fact=fact.number,
            posting=fact.posting,
            device_kind=fact.device_kind,
            donated=fact.donated,
            down_kbps=fact.down_kbps,
            up_kbps=fact.up_kbps,
            minutes=fact.minutes,
            assessment=fact.assessment,
            evidence=Evidence(
                type=row.evidence_type,
                seen_on=row.evidence_seen_on,
                seen_by=row.evidence_seen_by,
                reference=row.evidence_reference,
            ),
            decision=self._decision(proof),
            self_verified=proof.self_verified,
            standard_from=standard.from_day if standard else None,
            standard_down_kbps=standard.down_kbps if standard and item == "line" else None,
            standard_up_kbps=standard.up_kbps if standard and item == "line" else None,
            enrolled_on=self._day(proof.enrollment),
            consent_on=self._day(proof.consent),
            home_from=self._day(proof.home),
            district=self._district(proof, fact),
            eligibility=_eligibility(proof, fact),
            eligible_on=self._day(proof.eligibility),
            passport=_passport(fact, self.program),
        )

    def _decision(self, proof: Proof) -> Decision | None:
        if proof.decision is None:
            return None
        said = self.facts[proof.decision]
        return Decision(
            confirmed=proof.is_verified, by=self.names[said.partner_id], on=said.occurred_on, posting=said.posting
        )

    def _day(self, number: int | None) -> date | None:
        return self.facts[number].occurred_on if number is not None else None

    def _district(self, proof: Proof, fact: Fact) -> str | None:
        home = self.facts.get(proof.home or 0)
        if home is None or home.fixed is False:
            return None
        return self.program.district_on(fact.occurred_on, zip_code=home.zip_code, given=home.district)


def _eligibility(proof: Proof, fact: Fact) -> str | None:
    if fact.kind.value != "delivery":
        return None
    return "decided" if proof.eligibility_asked else "not_asked"


def _passport(fact: Fact, program: Program) -> str | None:
    """Return what the device passport is worth here; one that is missing would not count."""
    if fact.kind.value != "delivery" or fact.item is None or fact.item.value != "device":
        return None
    if fact.donated is not True:
        return "new"
    required = program.passport_required_from
    return "complete" if fact.passport_complete or (required and required <= fact.occurred_on) else "not_required"


def _same(key: Key) -> tuple[str, str, date, int, str]:
    return key.milestone.value, key.aspect.value, key.occurred_on, key.partner_id, key.district


def _postings(city: Session, identity: int) -> dict[tuple[str, str, date, int, str], int]:
    """Return the posting that last wrote each +1 of the identity."""
    key = (EntryRow.milestone, EntryRow.aspect, EntryRow.occurred_on, EntryRow.partner_id, EntryRow.district)
    statement = (
        select(*key, func.max(EntryRow.posting))
        .where(EntryRow.identity == identity, EntryRow.sign > 0)
        .group_by(*key)
        .order_by(*key)
    )
    return {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in city.execute(statement)}


def _rows(city: Session, numbers: Iterable[int]) -> dict[int, Any]:
    statement = select(FactRow).where(FactRow.number.in_(sorted(numbers))).order_by(FactRow.number)
    return {row.number: row for row in city.scalars(statement)}


def _names(city: Session) -> dict[int, str]:
    rows = city.execute(select(Partner.id, Partner.name).order_by(Partner.id))
    return {row[0]: row[1] for row in rows}
