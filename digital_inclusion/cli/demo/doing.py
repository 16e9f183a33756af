"""Does the plan's steps through the real actions, each by somebody who may, with the clock at their hour."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ...casework.actions import changing, correcting
from ...casework.actions.enrolling import enroll_households
from ...casework.queries.corrections import find_household, list_homes
from ...casework.queries.references import member_ids_of
from ...exchange.queries.rows import households_by_reference
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ...matching.actions import deciding
from ...matching.actions.candidates import note_candidates
from ...matching.queries.pairs import find_pair
from ...progress.actions import verifying
from ...progress.actions.delivering import DeliveryFor, record_deliveries
from ...progress.queries.ledger import facts_of
from ...progress.rules.deliveries import NewDelivery
from ...progress.rules.facts import Fact
from ...progress.rules.household import standing
from .plan import Plan
from .tale import Do, Step, Thing
from .world import BY, World

_OPEN, _MINUTE = 9 * 60, timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Known:
    """A household on record: its id, its members' ids, and its facts that stand."""

    id: int
    members: Sequence[int]
    facts: Sequence[Fact]

    def fact(self, thing: Thing | None) -> int:
        """Return the number of the last standing fact that is this thing."""
        if thing is None:
            raise ValueError("a step names no thing")
        found = [
            one.number
            for one in self.facts
            if (one.kind, one.item, one.occurred_on) == (thing.kind, thing.item, thing.on)
        ]
        if not found:
            raise LookupError(f"household {self.id} has no {thing}")
        return max(found)


class Desk:
    """Does one desk day after the other."""

    def __init__(self, plan: Plan, world: World, now: datetime) -> None:
        self.plan, self.world, self._now = plan, world, now
        self._zone = ZoneInfo(plan.program.file.city.time_zone)
        self._minute = 0

    def at(self, day: date) -> AbstractContextManager[None]:
        """Hold the clock a few minutes later than the last time on ``day``, never in the future."""
        self._minute = self._minute + 3 if self._minute < 8 * 60 else self._minute
        opening = datetime.combine(day, time(), tzinfo=self._zone) + (_OPEN + self._minute) * _MINUTE
        return clock.frozen(min(opening, self._now))

    def do_day(self, day: date, steps: Sequence[Step]) -> None:
        """Do the steps of one day, in the order of one day's work."""
        self._minute = 0
        by_do: dict[Do, list[Step]] = defaultdict(list)
        for step in steps:
            by_do[step.do].append(step)
        self._enroll(day, by_do.pop(Do.ENROLL, []))
        self._deliver(day, by_do.pop(Do.DELIVER, []))
        for do in Do:
            if do is Do.CONFIRM:
                self._confirm(day, by_do.get(do, []))
            else:
                for step in by_do.get(do, []):
                    with self.at(day):
                        _SINGLE[do](self, step)

    # many at once

    def _enroll(self, day: date, steps: Sequence[Step]) -> None:
        enrolled: list[int] = []
        for partner, mine in _by_partner(steps):
            by, grant = self._navigator(partner, day), self.world.grants[partner]
            new = [replace(self.plan.households[step.reference].new, grant_id=grant) for step in mine]
            with self.at(day):
                done = enroll_households(new, partner_id=by.partner_id or 0, cause="household.enrolled", by=by)
            _refuse(done.problems)
            enrolled += [one.id for one in done.households if one is not None]
        if enrolled:
            with self.at(day):
                note_candidates(enrolled, by=BY)

    def _deliver(self, day: date, steps: Sequence[Step]) -> None:
        for partner, mine in _by_partner(steps):
            known = self._known(partner, mine)
            items = [
                DeliveryFor(household_id=known[step.reference].id, delivery=self._delivery(step, known[step.reference]))
                for step in mine
            ]
            with self.at(day):
                _refuse(record_deliveries(items, cause="delivery.recorded", by=self._navigator(partner, day)).problems)

    def _confirm(self, day: date, steps: Sequence[Step]) -> None:
        numbers = [
            known[step.reference].fact(step.thing)
            for partner, mine in _by_partner(steps)
            for known in [self._known(partner, mine)]
            for step in mine
        ]
        most = verifying.MOST_AT_ONCE
        for start in range(0, len(numbers), most):
            by = self.world.verifiers[(day.toordinal() + start) % len(self.world.verifiers)]
            with self.at(day):
                verifying.confirm_evidence(facts=numbers[start : start + most], by=by)

    # looking up

    def _navigator(self, partner: str, day: date) -> Actor:
        staff = self.world.staff[partner]
        return staff[day.toordinal() // 10 % len(staff)]

    def _known(self, partner: str, steps: Iterable[Step]) -> dict[str, Known]:
        """Return the households of the steps as they are on record now, by reference."""
        wanted = {step.reference for step in steps}
        ids = households_by_reference(wanted, partner_id=self.world.partners[partner])
        members = member_ids_of(sorted(ids.values()))
        facts: dict[int, list[Fact]] = defaultdict(list)
        for fact in standing(facts_of(session(), ids.values())):
            facts[fact.record_id].append(fact)
        return {reference: Known(id_, members[id_], facts[id_]) for reference, id_ in ids.items()}

    def one(self, step: Step) -> Known:
        """Return the household of one step."""
        return self._known(step.partner, [step])[step.reference]

    def by(self, step: Step) -> Actor:
        """Return the navigator who does the step."""
        return self._navigator(step.partner, step.on)

    def _delivery(self, step: Step, known: Known) -> NewDelivery:
        """Return the step's delivery with the grant, the member's id and the fact it refers to."""
        delivery = step.delivery
        if delivery is None:
            raise ValueError("a step delivers nothing")
        member = known.members[delivery.member_index] if delivery.member_index is not None else None
        about = (
            step.thing if delivery.passed is not None and step.thing and delivery.kind is not step.thing.kind else None
        )
        return replace(
            delivery,
            grant_id=self.world.grants[step.partner],
            member_id=member,
            member_index=None,
            refers_to=known.fact(about) if about else None,
        )

    # one by one

    def correct(self, step: Step) -> None:
        """Replace a delivery by the right one."""
        known = self.one(step)
        number, right = known.fact(step.thing), self._delivery(step, known)
        correcting.correct_delivery(
            household_id=known.id, number=number, delivery=right, note=step.words or None, by=self.by(step)
        )

    def void(self, step: Step) -> None:
        """Take a delivery back."""
        known = self.one(step)
        number, note = known.fact(step.thing), step.words or None
        correcting.void_fact(household_id=known.id, number=number, reason=step.reason, note=note, by=self.by(step))

    def end(self, step: Step) -> None:
        """Note a return, a loss, or the end of a line."""
        known, day = self.one(step), _day(step)
        number = known.fact(step.thing)
        correcting.end_thing(household_id=known.id, number=number, ended_on=day, reason=step.reason, by=self.by(step))

    def leave(self, step: Step) -> None:
        """Note that the household left."""
        known, day = self.one(step), _day(step)
        correcting.end_household(household_id=known.id, ended_on=day, reason=step.reason, by=self.by(step))

    def move(self, step: Step) -> None:
        """Note a new home."""
        known = self.one(step)
        if step.address is not None:
            changing.move_household(household_id=known.id, address=step.address, from_on=_day(step), by=self.by(step))

    def fix_address(self, step: Step) -> None:
        """Correct the home they had from the start."""
        known = self.one(step)
        if step.address is not None:
            changing.correct_address(
                household_id=known.id,
                number=list_homes(known.id)[0].fact_number,
                address=step.address,
                from_on=_day(step),
                note=step.words,
                by=self.by(step),
            )

    def withdraw(self, step: Step) -> None:
        """Note that they no longer agree to anything."""
        changing.withdraw_consent(household_id=self.one(step).id, purposes=["service"], by=self.by(step))

    def close(self, step: Step) -> None:
        """Close the enrollment, unless leaving has closed it."""
        known = self.one(step)
        held = find_household(known.id)
        for enrollment in held.enrollments if held else ():
            if enrollment.closed_on is None:
                changing.close_enrollment(
                    household_id=known.id,
                    enrollment_id=enrollment.id,
                    closed_on=_day(step),
                    reason=step.reason,
                    by=self.by(step),
                )

    def question(self, step: Step) -> None:
        """Ask about evidence."""
        fact = self.one(step).fact(step.thing)
        verifying.question_evidence(fact=fact, sentence=step.words, by=self.world.verifiers[0])

    def answer(self, step: Step) -> None:
        """Answer a question."""
        verifying.answer_question(fact=self.one(step).fact(step.thing), sentence=step.words, by=self.by(step))

    def decide(self, step: Step) -> None:
        """Say whether two records are one household, or take that back."""
        partner, reference = step.other or ("", "")
        ids = [self.one(step).id, self.one(replace(step, partner=partner, reference=reference)).id]
        pair = find_pair(*ids)
        if pair is None:
            raise LookupError(f"records {ids} are not on the city's list")
        act = {Do.LINK: deciding.link_records, Do.APART: deciding.keep_apart, Do.SPLIT: deciding.split_records}[step.do]
        act(pair_id=pair.id, reason=step.words, by=self.world.manager)


_SINGLE: Mapping[Do, Callable[[Desk, Step], None]] = {
    Do.CORRECT: Desk.correct,
    Do.VOID: Desk.void,
    Do.END: Desk.end,
    Do.LEAVE: Desk.leave,
    Do.MOVE: Desk.move,
    Do.FIX_ADDRESS: Desk.fix_address,
    Do.WITHDRAW: Desk.withdraw,
    Do.CLOSE: Desk.close,
    Do.QUESTION: Desk.question,
    Do.ANSWER: Desk.answer,
    Do.LINK: Desk.decide,
    Do.APART: Desk.decide,
    Do.SPLIT: Desk.decide,
}


def _by_partner(steps: Sequence[Step]) -> Iterator[tuple[str, list[Step]]]:
    found: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.partner].append(step)
    yield from sorted(found.items())


def _day(step: Step) -> date:
    if step.day is None:
        raise ValueError("a step names no day")
    return step.day


def _refuse(problems: Mapping[int, object]) -> None:
    """The plan knows the rules: a refusal is a mistake in it."""
    if problems:
        raise ValueError(f"the demo's plan was refused: {problems}")
