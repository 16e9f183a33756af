"""Correct what was recorded: void it, enter the right one, or say that it ended. No fact is changed (rules 9, 10)."""

from dataclasses import replace
from datetime import date

from ...connectivity.actions.terms import follow_line_correction, follow_line_void
from ...devices.actions.handing_over import follow_correction, follow_end, follow_void
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, NotFound
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import refuse
from ...households.models import Household
from ...progress.actions.correcting import correction_of, void_of
from ...progress.actions.delivering import delivery_facts
from ...progress.actions.facts import NewFact
from ...progress.actions.holding import hold_identity
from ...progress.actions.posting import Posting, post
from ...progress.models import FactRow
from ...progress.queries.deliveries import find_end, get_fact, is_void, list_standing, list_standing_about
from ...progress.rules.deliveries import Evidence, NewDelivery, check_delivery
from ...progress.rules.facts import Item, Kind
from ...skills.actions.following import follow_training_correction, follow_training_void
from ..queries.corrections import find_household
from ..queries.household import has_evidence
from ..rules import correcting as rules


def hold_household(household_id: int, permission: str, by: Actor) -> Household:
    """Return the household, its identity held until the commit so that changes follow each other; check the permission.

    Raises NotFound for another partner's, Conflict when its data were erased.
    """
    hold_identity(household_id)
    found = find_household(household_id)
    policy.check(by, permission, found)
    if found is None:
        raise NotFound
    if found.erased_at is not None:
        raise Conflict(_("The personal data of this household were erased. Its record cannot be changed any more."))
    return found


def void_fact(*, household_id: int, number: int, reason: str, note: str | None = None, by: Actor) -> Posting:
    """Say that a delivery, thing already had, check or end was never so."""
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    rules.check_reason(reason, rules.VOID_REASONS, note)
    fact = _standing_fact(household, number, rules.VOIDABLE)
    posting = post([void_of(fact, reason=reason, note=note)], cause="fact.voided", by=by)
    record("fact.voided", by=by, subject=household, posting=posting.number, fact=number, kind=fact.kind, reason=reason)
    follow_void(number=number, by=by)
    follow_line_void(number=number, by=by)
    follow_training_void(number=number, by=by)
    return posting


def correct_delivery(
    *, household_id: int, number: int, delivery: NewDelivery, note: str | None = None, by: Actor
) -> Posting:
    """Replace a delivery or thing already had by the right one; its ends and checks go with it."""
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    rules.check_reason("corrected", rules.VOID_REASONS, note)
    fact = _standing_fact(household, number, rules.THINGS)
    refuse(check_delivery(delivery, clock.today()))
    rules.check_before_end(delivery.occurred_on, find_end(fact))
    right = delivery_facts(delivery, record_id=household.id, partner_id=household.partner_id)[0]
    right.values["batch_id"] = fact.batch_id
    posting = post(correction_of(fact, right, reason="corrected", note=note), cause="fact.corrected", by=by)
    record(
        "fact.corrected",
        by=by,
        subject=household,
        posting=posting.number,
        fact=number,
        new_fact=right.number,
        fields=_changed(fact, right),
    )
    _follow(fact, right, by)
    return posting


def _follow(fact: FactRow, right: NewFact, by: Actor) -> None:
    same_unit = right.values.get("unit_key") == fact.unit_key
    follow_correction(number=fact.number, new_number=right.number, same_unit=same_unit, by=by)
    follow_line_correction(number=fact.number, new_number=right.number, by=by)
    follow_training_correction(number=fact.number, right=right, by=by)


def add_evidence(*, household_id: int, number: int, evidence: Evidence, by: Actor) -> Posting:
    """Say what proves a delivery or thing already had that was recorded without proof; nothing else of it changes."""
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    fact = _standing_fact(household, number, rules.THINGS)
    rules.check_unproven(has_evidence(fact))
    proven = _as_recorded(fact, evidence)
    refuse(check_delivery(proven, clock.today()))
    right = delivery_facts(proven, record_id=household.id, partner_id=household.partner_id, batch_id=fact.batch_id)[0]
    posting = post(correction_of(fact, right, reason="corrected"), cause="evidence.added", by=by)
    record(
        "evidence.added", by=by, subject=household, posting=posting.number, fact=number, new_fact=right.number,
        fields=_changed(fact, right),
    )  # fmt: skip
    _follow(fact, right, by)
    return posting


def _as_recorded(fact: FactRow, evidence: Evidence | None) -> NewDelivery:
    """Return the delivery that the fact tells of, with its evidence."""
    return NewDelivery(
        kind=Kind(fact.kind),
        item=Item(str(fact.item)),
        occurred_on=fact.occurred_on,
        unit=fact.unit_key,
        passed=fact.positive,
        evidence=evidence,
        **{name: getattr(fact, name) for name in _AS_RECORDED},
    )


_AS_RECORDED = (
    "grant_id", "device_kind", "donated", "passport_complete", "loan_due_on", "provider", "plan", "down_kbps",
    "up_kbps", "price_cents", "member_id", "topic", "minutes", "assessment", "refers_to", "note",
)  # fmt: skip


def extend_loan(*, household_id: int, number: int, due_on: date, by: Actor) -> Posting:
    """Let a household keep a device on loan until a later day. It is a correction: a verifier looks again (rule 9)."""
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    fact = _standing_fact(household, number, rules.THINGS)
    rules.check_extension(fact.loan_due_on, due_on, is_ended=find_end(fact) is not None)
    evidence = Evidence(
        type=fact.evidence_type, seen_by=fact.evidence_seen_by, seen_on=fact.evidence_seen_on,
        reference=fact.evidence_reference, file_id=fact.evidence_file_id,
    )  # fmt: skip
    longer = replace(_as_recorded(fact, evidence if has_evidence(fact) else None), loan_due_on=due_on)
    return correct_delivery(household_id=household_id, number=number, delivery=longer, by=by)


def end_thing(
    *, household_id: int, number: int, ended_on: date, reason: str, note: str | None = None, by: Actor
) -> Posting:
    """Say that a device came back, was lost or broke, or that a line ended, on a day."""
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    fact = _standing_fact(household, number, rules.THINGS)
    item = Item(str(fact.item))
    if item is Item.TRAINING:
        raise Conflict(_("Training does not end. If it never happened, void it."))
    rules.check_reason(reason, rules.END_REASONS[item], note)
    rules.check_day("ended_on", ended_on, first=fact.occurred_on, today=clock.today())
    if any(one.kind == Kind.END for one in list_standing_about(number)):
        raise Conflict(_("This has ended already. To change the day, void the end first."))
    end = _end(household, ended_on, reason, note, refers_to=fact.number)
    posting = post([end], cause="fact.ended", by=by)
    record("fact.ended", by=by, subject=household, posting=posting.number, fact=number, item=fact.item, reason=reason)
    follow_end(number=number, reason=reason, by=by)
    return posting


def end_household(*, household_id: int, ended_on: date, reason: str, note: str | None = None, by: Actor) -> Posting:
    """Say that the household left the city, broke up, or joined another one; its open enrollments are closed."""
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    rules.check_reason(reason, rules.LEFT_REASONS, note)
    rules.check_day("ended_on", ended_on, first=_served_since(household) or ended_on, today=clock.today())
    posting = post([_end(household, ended_on, reason, note)], cause="fact.ended", by=by)
    for enrollment in household.enrollments:
        if enrollment.closed_on is None:
            enrollment.closed_on = max(ended_on, enrollment.enrolled_on)
            enrollment.closed_reason = rules.CLOSED_BY_LEAVING[reason]
    record("fact.ended", by=by, subject=household, posting=posting.number, item="household", reason=reason)
    return posting


def _served_since(household: Household) -> date | None:
    """Return since when the household is served: from the start, or since it came back after its last end.

    Raises Conflict when it has ended and has not come back.
    """
    begun = [one.enrolled_on for one in household.enrollments]
    ends = [end.occurred_on for end in list_standing(household.id, [Kind.END]) if end.refers_to is None]
    if ends:
        things = list_standing(household.id, sorted(rules.THINGS))
        begun = [day for day in [*begun, *(one.occurred_on for one in things)] if day > max(ends)]
        if not begun:
            raise Conflict(_("The end of this household is recorded already. To change the day, void the end first."))
    return min(begun, default=None)


def _end(household: Household, day: date, reason: str, note: str | None, refers_to: int | None = None) -> NewFact:
    return NewFact(
        kind=Kind.END,
        record_id=household.id,
        partner_id=household.partner_id,
        occurred_on=day,
        refers_to=refers_to,
        values={"reason": reason, "note": note},
    )


def _standing_fact(household: Household, number: int, kinds: frozenset[Kind]) -> FactRow:
    fact = get_fact(number, record_id=household.id)
    if Kind(fact.kind) not in kinds or fact.partner_id != household.partner_id:
        raise NotFound
    rules.check_stands(is_void(number))
    return fact


def _changed(fact: FactRow, right: NewFact) -> list[str]:
    """Return the names of the columns that differ; never their values."""
    row = right.as_row(posting=0, entered_by=None)
    own = {"number", "posting", "entered_by", "self_verified"}
    return sorted(name for name, value in row.items() if name not in own and getattr(fact, name) != value)
