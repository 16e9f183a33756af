"""A household without a day of ``connected``, even by what nobody has verified: what is missing (rules 1-6).

In this order: a device and a line met, but something about them is missing; the household has ended; there is
a thing, but something about it is missing; the record could not be served today; a thing has yet to come.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from digital_inclusion.progress.rules.codes import RANK, Code, Reason
from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from digital_inclusion.progress.rules.household import Household
from digital_inclusion.progress.rules.milestones import Held, hold_device, hold_line
from digital_inclusion.progress.rules.obstacles import hindrance, obstacle, standard_for
from digital_inclusion.progress.rules.program import Program
from digital_inclusion.progress.rules.spans import FOREVER, intersection, span_on

_SERVING = (Kind.ENROLLED, Kind.DELIVERY, Kind.ALREADY_HAD)
_ABOUT_A_RECORD = (*_SERVING, Kind.CONSENT, Kind.ADDRESS)


class Pair(NamedTuple):
    """A device and a line, one of them at least from the program, and the first day with both."""

    device: Held
    line: Held
    day: date


class _Case(NamedTuple):
    """Every device and line that a household was ever given or already had, counted or not."""

    household: Household
    program: Program
    today: date
    devices: list[Held]
    lines: list[Held]
    obstacles: dict[int, Code]  # by fact; a device or line that is not in it counts
    records: list[int]  # of the household, ascending

    def counted(self, held: Iterable[Held]) -> list[Held]:
        """Return those that count."""
        return [one for one in held if one.fact.number not in self.obstacles]

    def now(self, held: Iterable[Held]) -> list[Held]:
        """Return those present today."""
        return [one for one in held if span_on(one.spans, self.today)]


def pairs_of(devices: Iterable[Held], lines: Sequence[Held]) -> Iterator[Pair]:
    """Yield every device and line that were ever present together and could make ``connected`` (rule 6)."""
    for device in devices:
        for line in lines:
            both = intersection(device.spans, line.spans)
            if both and (device.is_given or line.is_given):
                yield Pair(device, line, both[0][0])


def absence(household: Household, program: Program, today: date) -> Reason:
    """Return the next thing somebody can do for a household that no fact connects."""
    case = _case(household, program, today)
    return (
        _obstructed_pair(case)
        or _ended(case)
        or _obstructed_thing(case)
        or _hindered(case)
        or _nothing_from_program(case)
        or _apart(case)
        or _to_come(case)
    )


def _case(household: Household, program: Program, today: date) -> _Case:
    things = [fact for fact in household.deliveries() if fact.item is not Item.TRAINING]
    checks = [check for check in household.of(Kind.CHECK) if check.positive is True]
    found = {fact.number: obstacle(fact, household, program) for fact in things}
    return _Case(
        household,
        program,
        today,
        [hold_device(fact, household) for fact in things if fact.item is Item.DEVICE],
        [hold_line(fact, checks, household, program) for fact in things if fact.item is Item.LINE],
        {number: code for number, code in found.items() if code is not None},
        sorted({fact.record_id for kind in _ABOUT_A_RECORD for fact in household.of(kind)}),
    )


def _obstructed_pair(case: _Case) -> Reason | None:
    """Return the worst obstacle of the pair that is nearest to counting."""
    best: tuple[int, int, Fact] | None = None
    for pair in pairs_of(case.devices, case.lines):
        facts = [fact for fact in (pair.device.fact, pair.line.fact) if fact.number in case.obstacles]
        worst = min(facts, key=lambda fact: RANK[case.obstacles[fact.number]])
        nearness = (-len(facts), RANK[case.obstacles[worst.number]])
        if best is None or nearness > best[:2]:
            best = (*nearness, worst)
    return None if best is None else _about(best[2], case)


def _ended(case: _Case) -> Reason | None:
    """Return the end of the household, when every record of it has ended and none has come back (rule 10)."""
    ends = [end for end in case.household.of(Kind.END) if end.refers_to is None]
    if not ends:
        return None
    if not case.records or set(case.records) - {end.record_id for end in ends if not _came_back(end, case.household)}:
        return None
    last = max(ends, key=lambda end: (end.occurred_on, end.number))
    return Reason(
        code=Code.ENDED,
        since=last.occurred_on,
        record_id=last.record_id,
        partner_id=last.partner_id,
        fact=last.number,
    )


def _came_back(end: Fact, household: Household) -> bool:
    """Tell whether the record was served again after its end."""
    served = (fact for kind in _SERVING for fact in household.of(kind) if fact.record_id == end.record_id)
    return any(fact.occurred_on > end.occurred_on for fact in served)


def _obstructed_thing(case: _Case) -> Reason | None:
    """Return what is missing about a thing in the home, where no other of its sort counts."""
    for held in (case.devices, case.lines):
        present = case.now(held)
        if present and not case.counted(present):
            return _about(max(present, key=lambda one: RANK[case.obstacles[one.fact.number]]).fact, case)
    return None


def _hindered(case: _Case) -> Reason | None:
    """Return what would keep a delivery made today from counting, unless some record is free of it."""
    household = case.household
    if not case.records:
        return Reason(code=Code.NOT_ENROLLED, since=None, record_id=None, partner_id=None)
    found: list[tuple[Code, int]] = []
    for record in case.records:
        code = hindrance(record, case.today, household, case.program)
        if code is None:
            return None
        found.append((code, record))
    code, record = max(found, key=lambda one: RANK[one[0]])
    return Reason(
        code=code,
        since=_since(code, record, case.today, household) or _enrolled_on(record, household),
        record_id=record,
        partner_id=_partner_of(record, household),
        required_from=_required_from(code, record, case),
    )


def _nothing_from_program(case: _Case) -> Reason | None:
    """Return that a device and a line are there and neither is from the program (rule 6)."""
    if not case.devices or not case.lines:
        return None
    devices, lines = case.now(case.counted(case.devices)), case.now(case.counted(case.lines))
    if not devices or not lines:
        return None
    later = max((devices[0].fact, lines[0].fact), key=lambda fact: (fact.occurred_on, fact.number))
    return Reason(
        code=Code.NOTHING_FROM_PROGRAM,
        since=later.occurred_on,
        record_id=later.record_id,
        partner_id=later.partner_id,
        fact=later.number,
    )


def _apart(case: _Case) -> Reason | None:
    """Return the thing that went before the other came: never was a device there with a line (rule 6)."""
    found: list[tuple[date, Held, Held]] = []
    for device in case.counted(case.devices):
        for line in case.counted(case.lines):
            gone, late = sorted((device, line), key=_last_day)
            if device.is_given or line.is_given:
                found.append((_last_day(gone), gone, late))
    if not found:
        return None
    since, gone, late = max(found, key=lambda one: (one[0], one[1].fact.number, one[2].fact.number))
    return Reason(
        code=Code.RETURNED_BEFORE_LINE,
        since=since,
        record_id=gone.fact.record_id,
        partner_id=gone.fact.partner_id,
        fact=gone.fact.number,
        other_fact=late.fact.number,
        item=gone.fact.item,
    )


def _to_come(case: _Case) -> Reason:
    """Return that a device has to come, or with a device in the home a line."""
    household = case.household
    devices, lines = case.counted(case.devices), case.counted(case.lines)
    there = case.now(devices)
    code, gone, waits = (Code.NO_LINE, lines, there) if there else (Code.NO_DEVICE, devices, case.now(lines))
    free = case.records  # of one it is known already that nothing hinders it
    if len(free) > 1:
        free = [r for r in free if hindrance(r, case.today, household, case.program) is None]
    record = next((held.fact.record_id for held in waits if held.fact.record_id in free), free[0])
    partner = _partner_of(record, household)
    gone, waits = ([held for held in some if held.fact.partner_id == partner] for some in (gone, waits))
    days = [_last_day(held) for held in gone] or [held.fact.occurred_on for held in waits]  # no other partner's (P10)
    return Reason(
        code=code,
        since=max(days, default=_enrolled_on(record, household)),
        record_id=record,
        partner_id=partner,
        item=Item.LINE if there else Item.DEVICE,
    )


def _about(fact: Fact, case: _Case) -> Reason:
    """Return a delivery's obstacle with everything a sentence about it needs."""
    code = case.obstacles[fact.number]
    standard = standard_for(case.program, fact.occurred_on) if code is Code.BELOW_STANDARD else None
    return Reason(
        code=code,
        since=_since(code, fact.record_id, fact.occurred_on, case.household) or fact.occurred_on,
        record_id=fact.record_id,
        partner_id=fact.partner_id,
        fact=fact.number,
        item=fact.item,
        device_kind=fact.device_kind,
        down_kbps=fact.down_kbps,
        up_kbps=fact.up_kbps,
        needed_down_kbps=standard.down_kbps if standard else None,
        needed_up_kbps=standard.up_kbps if standard else None,
        required_from=_required_from(code, fact.record_id, case),
    )


def _since(code: Code, record_id: int, day: date, household: Household) -> date | None:
    """Return the day of the fact that hinders the record, where it is a fact and not the lack of one."""
    fact = None
    if code is Code.CONSENT_WITHDRAWN:
        fact = household.consent_on(record_id, day)
    elif code is Code.OUTSIDE_AREA:
        fact = household.home_on(record_id, day)
    elif code is Code.NOT_ELIGIBLE:
        fact = household.eligibility_on(record_id, day)
    return fact.occurred_on if fact else None


def _required_from(code: Code, record_id: int, case: _Case) -> date | None:
    """Return the day from which a thing counts or a paper is asked for."""
    program = case.program
    if code is Code.BEFORE_PROGRAM:
        return max(program.starts_on, *(standard.from_day for standard in program.standards[:1]))
    if code is Code.BEFORE_ENROLLMENT:
        return min(fact.occurred_on for fact in case.household.of(Kind.ENROLLED) if fact.record_id == record_id)
    if code is Code.PASSPORT_MISSING:
        return program.passport_required_from
    if code in (Code.ELIGIBILITY_MISSING, Code.NOT_ELIGIBLE):
        return program.eligibility_required_from
    return None


def _last_day(held: Held) -> date:
    return held.spans[-1][1] if held.spans else held.fact.occurred_on


def _partner_of(record_id: int, household: Household) -> int | None:
    known = (fact for kind in _ABOUT_A_RECORD for fact in household.of(kind))
    return next((fact.partner_id for fact in known if fact.record_id == record_id), None)


def _enrolled_on(record_id: int, household: Household) -> date | None:
    enrollment = household.enrollment_on(record_id, FOREVER)
    return enrollment.occurred_on if enrollment else None
