"""Record deliveries of any kind, many at once: the forms give one, a file gives hundreds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...foundation.kernel.problems import Problem
from ...foundation.throttle import fingerprint
from ..queries.records import owners_of
from ..rules.deliveries import NOT_BACK, NewDelivery, check_delivery
from ..rules.facts import Item, Kind
from ..rules.units import held_key, unit_key
from .facts import NewFact
from .posting import post
from .units import ALREADY_OUT, find_units_out

_AUDIT_NAMES = {Item.DEVICE: "device.handed_over", Item.LINE: "line.activated", Item.TRAINING: "training.recorded"}
_AUDIT_NAMES_BY_KIND = {Kind.ALREADY_HAD: "belonging.recorded", Kind.CHECK: "check.recorded"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFor:
    """A delivery to a household on record."""

    household_id: int
    delivery: NewDelivery
    import_batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of each delivery, by place: the fact's number (None: refused), and problems of refused ones."""

    posting: int | None
    facts: list[int | None]
    problems: dict[int, list[Problem]] = field(default_factory=dict)


class UnitsInHand:
    """Units that are out already, and those that this same batch hands over; each delivery with its partner."""

    def __init__(self, deliveries: Iterable[tuple[NewDelivery, int]]) -> None:
        self.keys = {
            id(one): held_key(key, partner_id)
            for one, partner_id in deliveries
            if _is_held(one) and (key := unit_key(one.unit)) is not None
        }
        self._out = find_units_out(set(self.keys.values()))

    def take(self, deliveries: Sequence[NewDelivery]) -> Iterator[tuple[int, Problem]]:
        """Yield (place, problem) for units that cannot be handed over; take the others when all can be."""
        taken: set[str] = set()
        refused = False
        for place, one in enumerate(deliveries):
            key = self.keys.get(id(one))
            if key is None:
                continue
            if key in self._out or key in taken:
                refused = True
                yield place, Problem("unit", "unit_already_out", ALREADY_OUT)
            taken.add(key)
        if not refused:
            self._out |= taken


def _is_held(new: NewDelivery) -> bool:
    """Tell whether the household holds a unit of the program from now on."""
    is_kept = new.ended_on is None or new.end_reason in NOT_BACK
    return new.item is Item.DEVICE and new.kind is Kind.DELIVERY and is_kept and bool(new.unit)


def delivery_facts(
    new: NewDelivery,
    *,
    record_id: int,
    partner_id: int,
    grant_id: int | None = None,
    member_id: int | None = None,
    batch_id: int | None = None,
) -> list[NewFact]:
    """Return the fact of a delivery and, when it has ended, the fact of its end. ``grant_id``: when it names none."""
    values = _values(new)
    if new.kind is Kind.DELIVERY:
        values["grant_id"] = new.grant_id if new.grant_id is not None else grant_id
    values["member_id"] = member_id if member_id is not None else new.member_id
    values |= {"document_key": _document_key(new, partner_id), "batch_id": batch_id}
    made = NewFact(
        kind=new.kind,
        record_id=record_id,
        partner_id=partner_id,
        occurred_on=new.occurred_on,
        refers_to=new.refers_to,
        values=values,
    )
    if new.ended_on is None:
        return [made]
    return [made, _end(new.ended_on, made, new, batch_id)]


def _values(new: NewDelivery) -> dict[str, Any]:
    evidence = new.evidence
    return {
        "item": new.item.value,
        "device_kind": new.device_kind,
        "donated": new.donated,
        "passport_complete": new.passport_complete,
        "loan_due_on": new.loan_due_on,
        "unit_key": unit_key(new.unit),
        "provider": new.provider,
        "plan": new.plan,
        "down_kbps": new.down_kbps,
        "up_kbps": new.up_kbps,
        "price_cents": new.price_cents,
        "topic": new.topic,
        "minutes": new.minutes,
        "assessment": new.assessment,
        "positive": new.passed,
        "evidence_type": evidence.type if evidence else None,
        "evidence_seen_by": evidence.seen_by if evidence else None,
        "evidence_file_id": evidence.file_id if evidence else None,
        "self_verified": evidence is not None and evidence.signed_here,
        "evidence_seen_on": evidence.seen_on if evidence else None,
        "evidence_reference": evidence.reference if evidence else None,
        "note": new.note,
    }


def _end(day: date, made: NewFact, new: NewDelivery, batch_id: int | None) -> NewFact:
    return NewFact(
        kind=Kind.END,
        record_id=made.record_id,
        partner_id=made.partner_id,
        occurred_on=day,
        refers_to=made,
        values={"reason": new.end_reason or "unknown", "batch_id": batch_id},
    )


def _document_key(new: NewDelivery, partner_id: int) -> str | None:
    """Return what deliveries that rest on one document share: its kind and reference, within one partner."""
    evidence = new.evidence
    if evidence is None or not evidence.reference:
        return None
    return fingerprint("document", str(partner_id), evidence.type or "", evidence.reference.casefold())


def record_deliveries(items: Sequence[DeliveryFor], *, cause: str, by: Actor) -> Recorded:
    """Record the deliveries in one posting. Another partner's household raises NotFound; bad items are reported.

    Runs inside the present transaction. One audit event: the item's own for a single delivery, else with counts.
    """
    policy.check(by, "delivery:record")
    owners = owners_of(session(), {item.household_id for item in items})
    for item in items:
        if item.household_id not in owners:
            raise NotFound
        policy.check(by, "delivery:record", owners[item.household_id])
    problems = _problems([(item.delivery, owners[item.household_id].partner_id) for item in items])
    facts: dict[int, NewFact] = {}
    ends: list[NewFact] = []
    for place, item in enumerate(items):
        if place not in problems:
            facts[place], *end = delivery_facts(
                item.delivery,
                record_id=item.household_id,
                partner_id=owners[item.household_id].partner_id,
                batch_id=item.import_batch_id,
            )
            ends += end
    if not facts:
        return Recorded(None, [None] * len(items), problems)
    posting = post([*facts.values(), *ends], cause=cause, by=by)
    _audit([items[place] for place in facts], posting.number, by)
    numbers = [facts[place].number if place in facts else None for place in range(len(items))]
    return Recorded(posting.number, numbers, problems)


def _problems(deliveries: Sequence[tuple[NewDelivery, int]]) -> dict[int, list[Problem]]:
    today = clock.today()
    units = UnitsInHand(deliveries)
    found: dict[int, list[Problem]] = {}
    for place, (new, _partner) in enumerate(deliveries):
        problems = [*check_delivery(new, today), *(problem for _place, problem in units.take([new]))]
        if problems:
            found[place] = problems
    return found


def _audit(items: Sequence[DeliveryFor], posting: int, by: Actor) -> None:
    first = items[0].delivery
    name = _AUDIT_NAMES_BY_KIND.get(first.kind) or _AUDIT_NAMES[first.item]
    households = {item.household_id for item in items}
    only = next(iter(households)) if len(households) == 1 else None
    record(
        name,
        by=by,
        subject_type="households" if only else "",
        subject_id=only,
        posting=posting,
        deliveries=len(items),
        households=len(households),
    )
